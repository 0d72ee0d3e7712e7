"""Stamps and other furniture that is known by its words: the list in corrections/markings/stamps.toml, asked of a line."""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal

import msgspec
from rapidfuzz import fuzz

from pipeline.letters import capitals, squeeze
from pipeline.lists import compile_patterns, read_toml

Where = Literal["anywhere", "edge", "cable", "beside"]

_ALIKE = 80.0  # percent, for a phrase and a line to be the same words with some letters wrong
_ALIKE_CHOICE = 75.0  # the same for a word after a box to tick, which tells much by itself
_BOX = re.compile(r"[({\[]\s?[\W_]?\s?[)}\]]")
_HALF_BOX = re.compile(r"[({\[][A-Z]{3}")  # all that may be read of one, before its choice in capitals
_TELLING = re.compile(r"[A-Za-z]{4,}|\d{4,}|\b[A-Z]{1,5}-[0-9O]{2}\b")  # words, numbers and codes of offices
_BLANKLESS = re.compile(r"\S+")
_CHOICES = 2  # such words on a line that make it one of choices where no box was read whole
_ALIKE_SHORT = 88.0  # the same for phrases of few letters, where chance is nearer
_FEW_LETTERS = 14
_LONG = 30  # letters of a phrase whose words may be told one by one where most of it was misread
_LONG_WORD = 4  # letters of such a word
_SHORTEST = 0.85  # of a phrase's length, for a line to be the phrase and not words that begin like it


class Stamp(msgspec.Struct, frozen=True):
    """A line understood as a stamp: its kind, where such a line is furniture, how alike (0 to 100), and where in the line
    a review box begins that may stand beside a line of text.
    """

    kind: str
    where: Where
    score: float
    begin: int = 0


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: str
    phrases: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    slack: int = 12
    where: Where = "anywhere"


class _StampFile(msgspec.Struct, forbid_unknown_fields=True):
    stamp: tuple[_Entry, ...]


class _Phrase(msgspec.Struct, frozen=True):
    letters: str
    slack: int
    kind: str
    where: Where
    long_words: tuple[str, ...] = ()


class Stamps(msgspec.Struct, frozen=True, dict=True):
    """The list as loaded."""

    phrases: tuple[_Phrase, ...]
    patterns: tuple[tuple[re.Pattern[str], str, Where], ...]
    choices: tuple[_Phrase, ...]

    def holds_text(self, line: str) -> bool:
        """Whether a line holds words, codes or numbers that no review box has."""
        return not all(map(self.is_box_word, _TELLING.findall(line)))

    def is_box_word(self, word: str) -> bool:
        """Whether a word is one of those printed in review boxes, a letter or two wrong."""
        return max((fuzz.ratio(one, word.upper()) for one in self._box_words), default=0) >= _ALIKE_CHOICE

    @cached_property
    def _box_words(self) -> frozenset[str]:
        return frozenset(choice.letters for choice in self.choices).union(
            *(phrase.long_words for phrase in self.phrases if phrase.kind in self._box_kinds)
        )

    @cached_property
    def _box_kinds(self) -> frozenset[str]:
        return frozenset(choice.kind for choice in self.choices)

    @property
    def kinds(self) -> set[str]:
        """The kinds of stamps there are."""
        return {entry.kind for entry in (*self.phrases, *self.choices)} | {
            kind for _, kind, _ in self.patterns
        }

    def worn(self, line: str) -> tuple[str, int]:
        """The kind of the long stamp of which most words are in a line, and how many; ("", 0) of none."""
        letters = squeeze(line)
        counts = (
            (sum(fuzz.partial_ratio(word, letters) >= _ALIKE for word in phrase.long_words), phrase.kind)
            for phrase in self.phrases
            if len(phrase.letters) >= _LONG
        )
        count, kind = max(counts, default=(0, ""))
        return (kind, count) if count else ("", 0)

    def find(self, line: str) -> list[Stamp]:
        """Every stamp that a whole line may be, the best first."""
        found = [
            Stamp(kind, where, 97.0)
            for pattern, kind, where in self.patterns
            if pattern.fullmatch(line.strip())
        ]
        letters = squeeze(line)
        for phrase in self.phrases:
            size = len(phrase.letters)
            if not _SHORTEST * size <= len(letters) <= size + phrase.slack:
                continue
            score = (
                fuzz.partial_ratio(phrase.letters, letters)
                if len(letters) >= size
                else fuzz.ratio(phrase.letters, letters)
            )
            if score >= (_ALIKE if size >= _FEW_LETTERS or phrase.where == "edge" else _ALIKE_SHORT):
                begin = self._begin(line, phrase.letters) if phrase.kind in self._box_kinds else 0
                found.append(Stamp(phrase.kind, phrase.where, round(score, 1), begin))
        return sorted(found + self._choices(line), key=lambda stamp: (-stamp.score, stamp.kind))

    def _begin(self, line: str, phrase: str) -> int:
        """Where in a line a phrase begins, words of text before it passed over."""
        box = _BOX.search(line)
        letters = squeeze(line)
        aligned = fuzz.partial_ratio_alignment(phrase, letters) if len(letters) >= len(phrase) else None
        behind = aligned.dest_start if aligned else 0
        for word in _BLANKLESS.finditer(line):
            behind -= len(squeeze(word[0]))
            if behind < 0 and not self.holds_text(word[0]):
                return min(word.start(), box.start()) if box else word.start()
        return 0

    def _choices(self, line: str) -> list[Stamp]:
        """What a line is as one of words to choose among: one behind a box to tick, or two where of a box half was read."""
        boxed = _BOX.search(line)
        box = boxed or _HALF_BOX.search(line)
        if not box:
            return []
        words = [squeeze(word) for word in _BOX.sub(" ", line).split() if boxed or capitals(word)]
        chosen = []
        for choice in self.choices:
            score = max((fuzz.ratio(choice.letters, word) for word in words), default=0)
            if score >= _ALIKE_CHOICE:
                chosen.append(Stamp(choice.kind, choice.where, round(score, 1), box.start()))
        return chosen if boxed or len(chosen) >= _CHOICES else []


def _long_words(phrase: str) -> tuple[str, ...]:
    return tuple(word.upper() for word in re.findall(r"[^\W\d_]+", phrase) if len(word) >= _LONG_WORD)


def load_stamps(path: Path) -> Stamps:
    """Read stamps.toml. Raises ConfigurationError with the file and the way out."""
    entries = read_toml(path, _StampFile).stamp
    phrases = (
        _Phrase(squeeze(phrase), entry.slack, entry.kind, entry.where, _long_words(phrase))
        for entry in entries
        for phrase in entry.phrases
    )
    patterns = (
        (compiled, entry.kind, entry.where)
        for entry in entries
        for compiled in compile_patterns(path, entry.patterns, re.IGNORECASE)
    )
    choices = (
        _Phrase(squeeze(word), 0, entry.kind, entry.where) for entry in entries for word in entry.choices
    )
    return Stamps(tuple(phrases), tuple(patterns), tuple(choices))
