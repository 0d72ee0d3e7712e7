"""Collation: two passages that are nearly the same are laid side by side, word by word.

Running words of two stretches go in; out come the columns where each has a word in the same place: the same words,
or two different ones with the same words on either side.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from pipeline.record import Page

_CHUNK = re.compile(r"\S+")
_CONTEXT = 3  # columns looked at on either side
_SHARED = 2  # of which so many must hold the same word
_CERTAIN = 100.0


class Token(NamedTuple):
    """A word as it runs: without the signs around it, with its page and its place in the page's raw text.

    `lead` and `trail` are the signs directly before and behind it; one that a single blank parts from it leads, too.
    """

    text: str
    page: int
    start: int
    end: int
    confidence: float
    lead: str = ""
    trail: str = ""


class Column(NamedTuple):
    """The same place in two stretches: an index into each, and the words before and after that both have."""

    one: int
    other: int
    before: str
    after: str


def running_words(pages: Sequence[Page]) -> list[Token]:
    """The words of a document in the order of reading; a word of unknown confidence counts as certain."""
    tokens = []
    for page in pages:
        for offset, line in page.located_lines():
            words = iter(line.words)
            word = next(words, None)
            sign = ""
            for chunk in _CHUNK.finditer(line.text):
                start, end = _bare(chunk)
                if start == end:
                    sign = chunk[0] if len(chunk[0]) == 1 else ""
                    continue
                confidence = _CERTAIN
                while word and word.end <= start:
                    word = next(words, None)
                if word and word.start < end and word.confidence is not None:
                    confidence = word.confidence
                lead, trail = line.text[chunk.start() : start], line.text[end : chunk.end()]
                if sign and line.text[: chunk.start()].endswith(f"{sign} "):
                    lead = f"{sign} {lead}"
                sign = ""
                text, place = line.text[start:end], (page.number, offset + start, offset + end)
                tokens.append(Token(text, *place, confidence, lead, trail))
    return tokens


def collate(one: Sequence[str], other: Sequence[str]) -> Iterator[Column]:
    """The columns of two stretches of words, already folded for comparison, whose context is shared.

    Shared means: of the three columns on either side at least two hold the same word, and no word was put in or
    left out next to this one. So what only one of two drafts has, and what stands beside it, yields no column.
    """
    columns = list(_columns(one, other))
    for at, (here, there) in enumerate(columns):
        if here is None or there is None:
            continue
        before = columns[max(at - _CONTEXT, 0) : at]
        after = columns[at + 1 : at + 1 + _CONTEXT]
        if all(_shared(side, near, one, other) for side, near in ((before, -1), (after, 0))):
            yield Column(here, there, _words(before, one, other), _words(after, one, other))


_Pair = tuple[int | None, int | None]


def _columns(one: Sequence[str], other: Sequence[str]) -> Iterator[_Pair]:
    for block in Levenshtein.opcodes(one, other):
        here, there = range(block.src_start, block.src_end), range(block.dest_start, block.dest_end)
        if block.tag in ("equal", "replace"):
            yield from zip(here, there, strict=True)
        else:  # words that only one of them has
            yield from ((at, None) for at in here)
            yield from ((None, at) for at in there)


def _shared(side: Sequence[_Pair], near: int, one: Sequence[str], other: Sequence[str]) -> bool:
    if len(side) < _SHARED or None in side[near]:
        return False
    return sum(_same(pair, one, other) for pair in side) >= _SHARED


def _same(pair: _Pair, one: Sequence[str], other: Sequence[str]) -> bool:
    here, there = pair
    return here is not None and there is not None and one[here] == other[there]


def _words(side: Sequence[_Pair], one: Sequence[str], other: Sequence[str]) -> str:
    return " ".join(one[pair[0]] for pair in side if pair[0] is not None and _same(pair, one, other))


def _bare(chunk: re.Match[str]) -> tuple[int, int]:
    """The place of a chunk without the signs around it; empty where it is signs alone."""
    text = chunk[0]
    left, right = 0, len(text)
    while left < right and not text[left].isalnum():
        left += 1
    while right > left and not text[right - 1].isalnum():
        right -= 1
    return chunk.start() + left, chunk.start() + right
