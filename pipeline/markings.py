"""The marking lexicon: what the lists in corrections/markings/ say of a line. A banner, a page number, a stamp?"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.letters import capitals, squeeze
from pipeline.lists import compile_patterns, read_toml
from pipeline.stamps import Stamps, load_stamps

_LONGEST_LINE = 400  # characters, however few of them letters
_LONGEST = 60  # letters; a longer line is a sentence
_LETTERS_AN_ERROR = 6  # one wrong letter in six is still the same word: SECRFT, but not SECRECY
_STRUCK_ERRORS = 3  # wrong letters, and one in three at most, in a level that a line was drawn through
_STRUCK = re.compile(r"[—–]|^\W*[-=~_]|[-=~_]\W*$|[A-Z]-[A-Z]")
_LONG_LEVEL = 10  # letters; shorter words are too many to go by their shape
_SHAPES = str.maketrans("DQCGJLTFPBRVYMHW", "OOOOIIIEEEEUUNNN")  # letters that look alike, as one
_LOG_NUMBER = re.compile(r"\d{5,}")  # of a secretariat or an archive, written beside the level
_LOG_NUMBER_IN_CABLE = re.compile(r"\d{7}")  # the cable's own number, which stays, has fewer digits
_STRAY = 2  # characters that may be specks beside a banner, or the page's number between two

_BARE_NUMBER = re.compile(r"[\W_]{0,4}?(\d{1,4})[\W_]{0,3}")
_SET_OFF = re.compile(r"\W*[-–—~_]\s*\d{1,4}\s*[-–—~_]\W*")  # - 2 -
_PAGE_WORD = re.compile(r"\W*page\s*(\d{1,4})(\s*of\s*\d{1,4})?\W*", re.IGNORECASE)


class Banner(msgspec.Struct, frozen=True):
    """A line understood as a banner: the marking it stands for and how alike they are (0 to 100)."""

    marking: str
    score: float


class _MarkingFile(msgspec.Struct, forbid_unknown_fields=True):
    levels: list[str]
    controls: list[str]
    never: list[str]
    cable_signs: list[str]
    continuations: list[str]
    misread_rules: list[str]
    letterheads: list[str]


class Markings(msgspec.Struct, frozen=True, dict=True):
    """The lexicon as loaded; `digest` names its content."""

    levels: tuple[str, ...]
    controls: tuple[str, ...]
    never: tuple[str, ...]
    cable_signs: tuple[re.Pattern[str], ...]
    continuations: tuple[re.Pattern[str], ...]
    misread_rules: tuple[re.Pattern[str], ...]
    letterheads: tuple[str, ...]
    stamps: Stamps
    digest: str

    @cached_property
    def _forms(self) -> dict[str, str]:
        """Every banner, squeezed to its letters, with its printed form: levels, levels with a control, two levels."""
        forms = {squeeze(level): level for level in self.levels}
        for level in self.levels:
            for other in (*self.controls, *self.levels):
                forms.setdefault(squeeze(f"{level}{other}"), f"{level} {other}")
        return forms

    @cached_property
    def _never(self) -> set[str]:
        return {squeeze(word) for word in self.never}

    def banner(self, line: str, *, at_edge: bool = False, in_cable: bool = False) -> Banner | None:
        """What banner a whole line is, garbled or letter-spaced ones too; None where it says anything else.

        A line at the page's edge may be spoilt further where it was struck through, and hold the number under which the
        document was filed; in a cable only one that cannot be the cable's.
        """
        if len(line) > _LONGEST_LINE:
            return None
        words = re.findall(r"[^\W_]+", line)
        if not words or sum(map(len, words)) > _LONGEST or not capitals("".join(words)):
            return None
        if at_edge:
            filed = _LOG_NUMBER_IN_CABLE if in_cable else _LOG_NUMBER
            words = [word for word in words if not filed.fullmatch(word)] or words
        struck = at_edge and self.struck(line)
        forms = (self._closest(form, struck, at_edge) for form in _without_specks(words))
        return next((found for found in forms if found), None)

    def struck(self, line: str) -> bool:
        """Whether a line looks as if a stroke had been drawn through it."""
        return _STRUCK.search(line[:_LONGEST_LINE]) is not None

    def likeness(self, text: str) -> float:
        """How like its nearest level of about its length a text is, 0 to 100, whatever its errors."""
        letters = squeeze(text).strip("0123456789")
        levels = [
            level for level in map(squeeze, self.levels) if abs(len(level) - len(letters)) <= len(level) // 4
        ]
        return 100 * max((Levenshtein.normalized_similarity(letters, level) for level in levels), default=0.0)

    def _closest(self, words: Sequence[str], struck: bool, at_edge: bool) -> Banner | None:
        if any(word.isdigit() for word in words):
            return None  # `SECRET 0526` is a cable's own level and number
        text = squeeze("".join(words))
        if len(text) < 5:
            return None
        budget = min(len(text) // 3, _STRUCK_ERRORS) if struck else len(text) // _LETTERS_AN_ERROR
        found = process.extractOne(text, self._forms.keys(), scorer=Levenshtein.distance, score_cutoff=budget)
        if found is None and at_edge:
            return self._look_alike(text)
        if found is None:
            return None
        form, distance, _ = found
        if any(Levenshtein.distance(text, other) < max(distance, 1) for other in self._never):
            return None
        return Banner(self._forms[form], round(100 * (1 - distance / len(form)), 1))

    def _look_alike(self, text: str) -> Banner | None:
        """The long level that a text has the shape of: most letters that differ are ones that look alike."""
        for form in map(squeeze, self.levels):
            distance = Levenshtein.distance(text, form)
            shaped = Levenshtein.distance(text.translate(_SHAPES), form.translate(_SHAPES))
            if (
                len(form) >= _LONG_LEVEL
                and shaped <= len(form) // _LETTERS_AN_ERROR
                and distance <= len(form) // 3
                and not any(Levenshtein.distance(text, other) < distance for other in self._never)
            ):
                return Banner(self._forms[form], round(100 * (1 - distance / len(form)), 1))
        return None


def _without_specks(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The words of a line, and the same without what may be specks at its ends, or a page's number between two levels."""
    yield words
    if all(len(word) <= _STRAY for word in words):
        return
    first = next(at for at, word in enumerate(words) if len(word) > _STRAY)
    last = next(at for at in range(len(words), 0, -1) if len(words[at - 1]) > _STRAY)
    yield [word for word in words[first:last] if not (word.isdigit() and len(word) <= _STRAY)]
    yield words[first:]
    yield words[:last]


def page_number(text: str) -> tuple[int, str] | None:
    """The page number that a line holds alone, and how it is set: `bare`, `set off` by dashes or `named`."""
    if found := _PAGE_WORD.fullmatch(text):
        return int(found.group(1)), "named"
    found = _BARE_NUMBER.fullmatch(text.strip())
    # `1.` and `(1)` are paragraphs, not pages.
    if not found or (text.strip().endswith((".", ")", ":")) and not _SET_OFF.fullmatch(text)):
        return None
    return int(found.group(1)), "set off" if _SET_OFF.fullmatch(text) else "bare"


def load_markings(folder: Path) -> Markings:
    """Read the lists in `folder`/markings/. Raises ConfigurationError with the file and the way out."""
    banners, stamps = (folder / "markings" / name for name in ("banners.toml", "stamps.toml"))
    read = read_toml(banners, _MarkingFile)
    return Markings(
        tuple(read.levels),
        tuple(read.controls),
        tuple(read.never),
        tuple(compile_patterns(banners, read.cable_signs)),
        tuple(compile_patterns(banners, read.continuations)),
        tuple(compile_patterns(banners, read.misread_rules)),
        tuple(map(squeeze, read.letterheads)),
        load_stamps(stamps),
        hashlib.sha256(banners.read_bytes() + b"\0" + stamps.read_bytes()).hexdigest(),
    )
