"""The marking lexicon: what the lists in corrections/markings/ say of a line. Is it a banner, is it a page number?"""

import hashlib
import re
import tomllib
from functools import cached_property
from pathlib import Path

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.errors import ConfigurationError

_LONGEST = 60  # letters; a longer line is a sentence
_LETTERS_AN_ERROR = 6  # one wrong letter in six is still the same word: SECRFT, but not SECRECY
_STRAY = 2  # characters at a line's end that may be specks, such as `USE yt :`

_BARE_NUMBER = re.compile(r"\W{0,4}?(\d{1,4})\W{0,3}")
_SET_OFF = re.compile(r"\W*[-–—~]\s*\d{1,4}\s*[-–—~]\W*")  # - 2 -
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


class Markings(msgspec.Struct, frozen=True, dict=True):
    """The lexicon as loaded; `digest` names its content."""

    levels: tuple[str, ...]
    controls: tuple[str, ...]
    never: tuple[str, ...]
    cable_signs: tuple[re.Pattern[str], ...]
    continuations: tuple[re.Pattern[str], ...]
    digest: str

    @cached_property
    def _forms(self) -> dict[str, str]:
        """Every banner, squeezed to its letters, with its printed form: levels, levels with a control, two levels."""
        forms = {squeeze(level): level for level in self.levels}
        for level in self.levels:
            for other in (*self.controls, *(one for one in self.levels if one != level)):
                forms.setdefault(squeeze(f"{level}{other}"), f"{level} {other}")
        return forms

    @cached_property
    def _never(self) -> set[str]:
        return {squeeze(word) for word in self.never}

    def banner(self, line: str) -> Banner | None:
        """What banner a whole line is, garbled or letter-spaced ones too; None where it says anything else."""
        words = re.findall(r"[^\W_]+", line)
        if not words or sum(map(len, words)) > _LONGEST or not _capitals(words):
            return None
        found = self._closest(words)
        if found is None:
            # Specks beside a banner read as one or two letters or digits.
            while words and len(words[-1]) <= _STRAY:
                words = words[:-1]
            while words and len(words[0]) <= _STRAY:
                words = words[1:]
            found = self._closest(words)
        return found

    def _closest(self, words: list[str]) -> Banner | None:
        if any(word.isdigit() for word in words):
            return None  # `SECRET 0526` is a cable's own level and number
        text = squeeze("".join(words))
        if len(text) < 5:
            return None
        budget = len(text) // _LETTERS_AN_ERROR
        found = process.extractOne(text, self._forms.keys(), scorer=Levenshtein.distance, score_cutoff=budget)
        if found is None:
            return None
        form, distance, _ = found
        if any(Levenshtein.distance(text, other) <= distance for other in self._never):
            return None
        return Banner(self._forms[form], round(100 * (1 - distance / len(form)), 1))


def squeeze(text: str) -> str:
    """Letters and digits alone, in capitals, so that letter-spacing and rules between letters do not count."""
    return "".join(re.findall(r"[^\W_]+", text)).upper()


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
    """Read `folder`/markings/banners.toml. Raises ConfigurationError with the file and the way out."""
    path = folder / "markings" / "banners.toml"
    try:
        data = path.read_bytes()
        read = msgspec.convert(tomllib.loads(data.decode("utf-8")), type=_MarkingFile)
        signs, continuations = (
            tuple(re.compile(pattern) for pattern in patterns)
            for patterns in (read.cable_signs, read.continuations)
        )
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}); name a corrections folder that holds markings/ with -c."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(
            f"{path}: {error}. Mend the file, or take back what was changed in it."
        ) from None
    except re.error as error:
        raise ConfigurationError(f"{path}: {error.pattern!r} is no regular expression ({error}).") from None
    return Markings(
        tuple(read.levels),
        tuple(read.controls),
        tuple(read.never),
        signs,
        continuations,
        hashlib.sha256(data).hexdigest(),
    )


def _capitals(words: list[str]) -> bool:
    letters = [c for c in "".join(words) if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) >= 0.6 * len(letters)
