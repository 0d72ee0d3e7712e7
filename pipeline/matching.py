"""What the dictionary has to say about one line: garbles, numbers, fuzzy words and patterns, each with its reasons.

The score (0 to 100) says how much stands behind an answer: 95 for a garble or a pattern that an entry spells out;
95 for a number from an entry's values and 80 for one that has only the right shape or that no known confusion
explains, less 5 for each letter exchanged; for a fuzzy word the share of its letters that were read right; less 30
where several answers fit.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from pipeline.dictionary import TOKEN, Dictionary, Entry

SEVERAL = 30.0  # what an answer's score loses where it is not the only one
MOST_CANDIDATES = 5
_SPELLED_OUT = 95.0
_SHAPE_ONLY = 80.0
_PER_LETTER = 5.0
_MOST_SPELLINGS = 256  # a token with more readings than this is noise, not a number
_SHORTEST_WORD = 3

# What may be a number: letters and digits, with the marks that stand inside dates and references.
_NUMBER = re.compile(r"[\w|](?:[\w|/.-]*[\w|])?")
_ENDED = re.compile(r"$|[\s:;,.)/\]]")
_BLANKS = re.compile(r"\s*")


class Find(msgspec.Struct, frozen=True):
    """A place in a line (`start`:`end`), the answers that fit it, best first, and what speaks for them."""

    start: int
    end: int
    answers: tuple[str, ...]
    entry: Entry
    score: float
    reason: str
    certain: bool = True

    @property
    def auto(self) -> bool:
        """Whether the answer may be applied without being asked."""
        return self.certain and self.entry.action == "auto"

    @property
    def claim(self) -> tuple[bool, bool, float, int, str, int]:
        """Order of claim: a place to be left alone, auto, the higher score, the longer place, the entry's id."""
        never = self.entry.action == "never"
        return not never, not self.auto, -self.score, self.start - self.end, self.entry.id, self.start


class _Line:
    """A line's text and the entries that its context lets apply."""

    def __init__(self, text: str, dictionary: Dictionary) -> None:
        self.text = text
        self._regexes = dictionary.regexes
        self._holds: dict[str, bool] = {"": True}

    def fits(self, context: str) -> bool:
        """Whether the line matches `context`, asked once for each context."""
        if context not in self._holds:
            self._holds[context] = self._regexes[context].search(self.text) is not None
        return self._holds[context]


def find_all(text: str, dictionary: Dictionary) -> Iterator[Find]:
    """Every place of a line that an entry has an answer for; they may overlap and contradict each other."""
    line = _Line(text, dictionary)
    for find in itertools.chain(
        _garbles(line, dictionary),
        _numbers(line, dictionary),
        _fuzzy_words(line, dictionary),
        _patterns(line, dictionary),
    ):
        before = line.text[find.start : find.end]
        if before.upper() not in dictionary.known and find.answers != (before,):
            yield find


def _garbles(line: _Line, dictionary: Dictionary) -> Iterator[Find]:
    for start, end, entry in dictionary.garbles.find(line.text):
        if line.fits(entry.line):
            reason = f'"{line.text[start:end]}" is a known garble of "{entry.right}".'
            yield Find(start, end, (entry.right,), entry, _SPELLED_OUT, reason)


def _patterns(line: _Line, dictionary: Dictionary) -> Iterator[Find]:
    for pattern, entry in dictionary.patterns:
        for found in pattern.finditer(line.text) if line.fits(entry.line) else ():
            if found[0]:
                after = found.expand(entry.right)
                reason = f'"{found[0]}" fits what the entry describes and becomes "{after}".'
                yield Find(found.start(), found.end(), (after,), entry, _SPELLED_OUT, reason)


def _numbers(line: _Line, dictionary: Dictionary) -> Iterator[Find]:
    for start, end, entry in dictionary.contexts.find(line.text):
        blanks = _BLANKS.match(line.text, end)
        found = _NUMBER.match(line.text, blanks.end() if blanks else end)
        if found and line.fits(entry.line):
            yield from _number(found, line.text[start:end], entry, dictionary)


def _number(found: re.Match[str], context: str, entry: Entry, dictionary: Dictionary) -> Iterator[Find]:
    """A token that holds letters where its entry wants digits."""
    token = found[0]
    shape = dictionary.regexes[entry.shape]
    letters = [sign for sign in token if sign.isalpha() or sign == "|"]
    digits = [sign for sign in token if sign.isdecimal()]
    if not letters or not digits or shape.fullmatch(token):
        return
    readings = [sign + dictionary.confusions.get(sign, "") for sign in token]
    if math.prod(map(len, readings)) > _MOST_SPELLINGS:
        return
    spelled = ("".join(signs) for signs in itertools.product(*readings))
    answers = [
        text for text in spelled if shape.fullmatch(text) and (not entry.values or text in entry.values)
    ]
    agree = [value for value in entry.values if _agrees(token, value) and value not in answers]
    explained = bool(answers)
    if not explained and len(letters) < len(digits):
        answers = agree  # no known confusion leads anywhere, yet the digits do
    if not answers:
        return
    # Noise at a number's end says that the number itself was read badly.
    certain = explained and len(answers) == 1 and _ENDED.match(found.string, found.end()) is not None
    why = " and ".join(_exchanged(token, answers[0])) if explained else "no known confusion explains it"
    changed = sum(old != new for old, new in zip(token, answers[0], strict=True))
    score = (_SPELLED_OUT if entry.values and explained else _SHAPE_ONLY) - _PER_LETTER * changed
    reason = f'"{token}" was read after "{context}"; {why}, which leaves {_listed(answers)}.'
    if entry.values and explained and len(answers) == 1:
        reason += (
            f" The digits read would also agree with {_listed(agree)}."
            if agree
            else " No other number on the entry's list agrees with the digits read."
        )
    yield _find(found, answers, entry, score, reason, certain)


def _fuzzy_words(line: _Line, dictionary: Dictionary) -> Iterator[Find]:
    groups = [group for group in dictionary.fuzzy if line.fits(group.line)]
    for found in TOKEN.finditer(line.text) if groups else ():
        token = found[0]
        letters = sum(sign.isalpha() for sign in token)
        if len(token) < _SHORTEST_WORD or 2 * letters <= len(token):
            continue
        near: dict[str, tuple[float, str, Entry]] = {}
        for group in groups:
            for key, distance, _ in extract(
                token.upper(),
                group.words.keys(),
                scorer=Levenshtein.distance,
                score_cutoff=group.budget,
                limit=None,
            ):
                word, entry = group.words[key]
                near.setdefault(key, (distance, _cased_like(token, word), entry))
        if near:
            ranked = sorted(near.values(), key=lambda answer: answer[:2])
            yield _fuzzy_word(found, ranked)


def _fuzzy_word(found: re.Match[str], ranked: Sequence[tuple[float, str, Entry]]) -> Find:
    token = found[0]
    distance, word, entry = ranked[0]
    misread = _signs_for_letters(token, word)
    if misread:
        reason = f'"{token}" is "{word}" with a digit or sign in the place of a letter.'
    else:
        reason = f'"{token}" is {_letters(distance)} away from "{word}".'
    reason += "".join(f' "{other}" is {_letters(away)} away.' for away, other, _ in ranked[1:MOST_CANDIDATES])
    score = 100.0 * (1 - distance / max(len(token), len(word)))
    answers = [answer for _, answer, _ in ranked]
    return _find(found, answers, entry, score, reason, misread and len(answers) == 1)


def _find(
    found: re.Match[str], answers: Sequence[str], entry: Entry, score: float, reason: str, certain: bool
) -> Find:
    if len(answers) > 1:
        score -= SEVERAL
    answers = tuple(answers[:MOST_CANDIDATES])
    return Find(found.start(), found.end(), answers, entry, max(score, 0.0), reason, certain)


def _agrees(token: str, value: str) -> bool:
    """Whether every digit of `token` stands at its place in `value`."""
    return len(token) == len(value) and all(
        old == new or not old.isdecimal() for old, new in zip(token, value, strict=True)
    )


def _exchanged(token: str, answer: str) -> list[str]:
    pairs = dict.fromkeys((old, new) for old, new in zip(token, answer, strict=True) if old != new)
    return [f"{old} stands for {new}" for old, new in pairs]


def _signs_for_letters(token: str, word: str) -> bool:
    """Whether `token` differs from `word` only where it holds a digit or a sign."""
    token, word = token.upper(), word.upper()
    return len(token) == len(word) and all(
        old == new or not old.isalpha() for old, new in zip(token, word, strict=True)
    )


def _cased_like(token: str, word: str) -> str:
    """`word` in the capitals of `token`, as far as its letters show them (`0ctober` hides its first)."""
    letters = "".join(sign for sign in token if sign.isalpha())
    if letters.isupper():
        return word.upper()
    if not token[0].isalpha():
        return word
    return word.lower() if letters.islower() else word.capitalize() if letters.istitle() else word


def _letters(count: float) -> str:
    return "one letter" if count == 1 else f"{int(count)} letters"


def _listed(answers: Iterable[str]) -> str:
    return " or ".join(answers)
