"""Where the words of clean text stand on the page: a page and its clean text in, lines of placed words out.

Lines that were stripped are among them, marked, in the order in which the page was read. A word that was corrected
takes the place of what was read for it; of a word that became two, each takes its share of the box.
"""

import bisect
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from pipeline.edits import Clean, Piece
from pipeline.geometry import Box
from pipeline.record import Edit, Page, Word

LineKind = Literal["text", "strip", "withhold"]

_TOKEN = re.compile(r"\S+")


class PlacedWord(msgspec.Struct, frozen=True):
    """A word of clean text (or of a stripped line) at start:end; `raw` is what was read there where that differs.

    `box` is in the page's frame, None where nothing is known of the place; `confidence` is the lowest of what was
    read there, 0 to 100; `edits` are the ids of those in force that made the word.
    """

    text: str
    start: int
    end: int
    box: Box | None
    confidence: float | None
    raw: str = ""
    edits: tuple[str, ...] = ()


class PlacedLine(msgspec.Struct, frozen=True):
    """A line of clean text, or one that is furniture: then `kind` and `rule` say why it is not in clean text.

    `start` and `end` are in clean text; of furniture both are the place where it would stand.
    """

    start: int
    end: int
    words: tuple[PlacedWord, ...] = ()
    kind: LineKind = "text"
    rule: str = ""

    @property
    def box(self) -> Box | None:
        """The box around the words, or None where none has a place."""
        return box_of([word.box for word in self.words])


def placed_lines(page: Page, clean: Clean, edits: Sequence[Edit]) -> list[PlacedLine]:
    """The lines of a page, clean and stripped, in the order read. `edits` are the page's own, `clean` made with them."""
    words = _Words(page)
    pieces = [piece for piece in clean.pieces if piece.clean_end > piece.clean_start]
    starts = [piece.clean_start for piece in pieces]
    found: list[tuple[float, PlacedLine]] = []
    at = 0
    for text in clean.text.split("\n"):
        placed = [
            _placed(at + token.start(), at + token.end(), clean.text, pieces, starts, words)
            for token in _TOKEN.finditer(text)
        ]
        line = PlacedLine(at, at + len(text), tuple(_between_neighbours(placed)))
        found.append((_to_raw(at, pieces, starts, clean.text, opening=True), line))
        at += len(text) + 1
    for edit in edits:
        if edit.in_force and edit.kind in ("strip", "withhold") and not edit.after:
            place = clean.to_clean(edit.start, edit.end)[0]
            inside = tuple(words.words_in(edit.start, edit.end, edit.id))
            kind: LineKind = "strip" if edit.kind == "strip" else "withhold"
            found.append((edit.start, PlacedLine(place, place, inside, kind, edit.rule)))
    return [line for _, line in sorted(found, key=lambda item: item[0])]


def paragraphs(lines: Sequence[PlacedLine]) -> Iterator[list[PlacedLine]]:
    """The lines between blank lines; of furniture every line is a paragraph of its own."""
    paragraph: list[PlacedLine] = []
    for line in lines:
        if paragraph and (line.kind != "text" or not line.words or paragraph[-1].kind != "text"):
            yield paragraph
            paragraph = []
        if line.words:
            paragraph.append(line)
    if paragraph:
        yield paragraph


def box_of(boxes: Sequence[Box | None]) -> Box | None:
    """The box around all boxes that there are."""
    whole = None
    for box in boxes:
        whole = whole.union(box) if whole and box else whole or box
    return whole


class _Words:
    """The words of a page by their places in its raw text."""

    def __init__(self, page: Page) -> None:
        self.raw = page.text
        self._words: list[tuple[int, int, Word]] = [
            (at + word.start, at + word.end, word) for at, line in page.located_lines() for word in line.words
        ]
        self._ends = [end for _, end, _ in self._words]
        turns = sum(step.parameters.get("degrees", 0) for view in page.views[:1] for step in view.steps)
        self._upright = abs(turns) % 180 < 45

    def between(self, start: float, end: float) -> Iterator[tuple[int, int, Word]]:
        """The words that the raw span start:end touches."""
        for low, high, word in self._words[bisect.bisect_right(self._ends, start) :]:
            if low >= end:
                return
            yield low, high, word

    def words_in(self, start: int, end: int, edit: str) -> Iterator[PlacedWord]:
        """The words read in a raw span, as they were read."""
        for low, high, word in self.between(start, end):
            yield PlacedWord(self.raw[low:high], low, high, word.box, word.confidence, "", (edit,))

    def box(self, start: float, end: float) -> Box | None:
        """The box of a raw span; a word that is only partly in it gives its share."""
        whole: Box | None = None
        for low, high, word in self.between(start, end):
            if word.box:
                part = self._share(
                    word.box, (max(start, low) - low) / (high - low), (min(end, high) - low) / (high - low)
                )
                whole = whole.union(part) if whole else part
        return whole

    def _share(self, box: Box, begin: float, end: float) -> Box:
        if not self._upright:  # letters run up or down the box
            return box
        left, right = box.left + begin * box.width, box.left + end * box.width
        return Box(round(left), box.top, max(round(right), round(left) + 1), box.bottom)


def _placed(
    start: int, end: int, text: str, pieces: Sequence[Piece], starts: Sequence[int], words: _Words
) -> PlacedWord:
    low = _to_raw(start, pieces, starts, text, opening=True)
    high = _to_raw(end, pieces, starts, text, opening=False)
    first = max(bisect.bisect_right(starts, start) - 1, 0)
    changed = [
        edit for piece in pieces[first : bisect.bisect_left(starts, end)] for edit in piece.edits
    ]  # of all pieces that the word is made of
    read = list(words.between(low, high))
    confidences = [word.confidence for _, _, word in read if word.confidence is not None]
    raw = words.raw[read[0][0] : read[-1][1]] if changed and read else ""
    if raw == text[start:end]:  # a phrase was changed, but not this word of it
        raw, changed = "", []
    return PlacedWord(
        text[start:end],
        start,
        end,
        words.box(low, high),
        min(confidences, default=None),
        raw,
        tuple(changed),
    )


def _to_raw(place: int, pieces: Sequence[Piece], starts: Sequence[int], text: str, *, opening: bool) -> float:
    """Where in raw text a place in clean text comes from; inside a changed piece, where its words come from.

    `edits.Clean.to_raw` gives the whole of a changed piece, which is right for text. On the page a phrase that was
    changed as one still has its words one by one, so where their number is the same each takes its own place.
    """
    if not pieces:
        return 0.0
    find = bisect.bisect_right if opening else bisect.bisect_left
    piece = pieces[max(find(starts, place) - 1, 0)]
    into = place - piece.clean_start
    if not piece.edits:
        return float(piece.raw_start + into)
    after = [
        bound
        for token in _TOKEN.finditer(text[piece.clean_start : piece.clean_end])
        for bound in token.span()
    ]
    before = [bound for token in _TOKEN.finditer(piece.raw) for bound in token.span()]
    if len(after) != len(before):
        after, before = [], []
    knots = sorted(
        {(0, 0), *zip(after, before, strict=True), (piece.clean_end - piece.clean_start, len(piece.raw))}
    )
    for (low, low_raw), (high, high_raw) in pairwise(knots):
        if low <= into <= high:
            share = (into - low) / (high - low) if high > low else 0.0
            return piece.raw_start + low_raw + share * (high_raw - low_raw)
    return float(piece.raw_end)


def _between_neighbours(words: Sequence[PlacedWord]) -> Iterator[PlacedWord]:
    """The words of a line; one that was inserted, and so stands nowhere, gets the gap between its neighbours."""
    for index, word in enumerate(words):
        if word.box:
            yield word
            continue
        before = next((other.box for other in reversed(words[:index]) if other.box), None)
        after = next((other.box for other in words[index + 1 :] if other.box), None)
        near = before or after
        if near is None:
            yield word
            continue
        left = before.right if before else near.left
        right = after.left if after else near.right
        yield msgspec.structs.replace(
            word, box=Box(min(left, right), near.top, max(left, right, min(left, right) + 1), near.bottom)
        )
