"""Nothing lost in the left margin: the number or letter of a paragraph that no word covers is read with its line.

Page segmentation takes a mark that stands alone beside a column (`3.`, `b.`, `(a)`) for no text now and then
(docs/accuracy.md, the left margin). Rows of eight letters and more are `uncovered`'s; here it is one mark beside a
line, of the letters' height and on the line's own foot, and nothing else near it: so no speck, hole, rule or tick.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import msgspec
import numpy as np

from pipeline.crops import cut
from pipeline.engines import Engine
from pipeline.geometry import Box
from pipeline.listmarks import is_list_mark
from pipeline.looks import Image, Seen, SeenLine, mean_confidence, words_of
from pipeline.record import Reading

CHOICE = "a mark in the left margin, which the first look passed over"
_REACH = 12.0  # capitals left of a line, about an inch and a half: as far as paragraphs are set in
_APART = 0.4  # capitals between a mark and its line at least; what is nearer is a piece of a word
_CLOSE = 1.2  # capitals between the letters of one mark at most
_SMALLEST, _LOWEST, _TALLEST = 0.1, 0.5, 1.3  # capitals: a full stop, a letter, a bracket
_FOOT = 0.35  # capitals: how far a bracket or a comma hangs below the foot of letters
_LEVEL = 0.7  # of a letter's height
_LINE = 3  # words of a line that may have a mark
_FAIR = 60.0  # mean confidence of such a line at least; and of the reading of its mark
_MOST = 60  # marks on a page; more are the grain of a picture


class Mark(msgspec.Struct, frozen=True):
    """Ink beside the line of that number that may be a paragraph's mark."""

    line: int
    box: Box


def recover_marks(
    pixels: Image, lines: Sequence[SeenLine], capitals: float, engines: Sequence[Engine], view: str
) -> tuple[list[SeenLine], list[Box]]:
    """The lines with the marks that stand in their left margin put before them, where an engine reads one there; and
    the ink that has the look of a mark and was not read.
    """
    marks = uncovered_marks(pixels, lines, capitals)
    if not marks:
        return list(lines), []
    crops = [cut(pixels, _with_first_words(mark, lines), capitals, _height(capitals)) for mark in marks]
    seen: list[list[tuple[Seen, Reading]]] = [[] for _ in marks]
    for engine in engines:
        read = engine.recognize([crop.pixels for crop in crops])
        for mark, crop, said, words in zip(marks, crops, seen, read, strict=True):
            first = words[0].moved(crop.to_view) if words else None
            if first and is_list_mark(first.text) and _over(first.box, mark.box):
                said.append((first, Reading(first.text, round(first.confidence, 2), engine.name, view)))
    found, unread = list(lines), []
    for mark, said in zip(marks, seen, strict=True):
        word, of = max(said, key=lambda each: each[0].confidence, default=(None, None))
        if word and of and word.confidence >= _FAIR:
            readings = tuple(reading for _, reading in said)
            word = Seen(word.text, mark.box, word.confidence, readings, f"{of.engine}: {CHOICE}")
            line = found[mark.line]
            found[mark.line] = msgspec.structs.replace(line, words=(word, *line.words))
        else:
            unread.append(mark.box)
    return found, unread


def uncovered_marks(pixels: Image, lines: Sequence[SeenLine], capitals: float) -> list[Mark]:
    """The ink in the left margin that has the place and the size of a paragraph's mark, from the top down."""
    _, dark = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink = np.asarray(dark, dtype=np.uint8)
    covered = [word.box for word in words_of(lines)]
    marks = [
        Mark(number, box)
        for number, line in enumerate(lines)
        if len(line.words) >= _LINE and mean_confidence(line.words) >= _FAIR
        for box in _beside(ink, line, covered, capitals)
    ]
    return marks if len(marks) <= _MOST else []


def _beside(ink: Image, line: SeenLine, covered: Sequence[Box], capitals: float) -> Iterator[Box]:
    """The box of what may be the mark of a line; none where something else stands there."""
    first = line.words[0].box
    left, right = round(first.left - _REACH * capitals), round(first.left - _APART * capitals)
    top, bottom = round(first.bottom - 1.7 * capitals), round(first.bottom + 0.5 * capitals)
    window = Box(max(left, 0), max(top, 0), max(right, 0), min(bottom, ink.shape[0]))
    if window.width <= 0 or window.height <= 0 or any(_meet(window, box) for box in covered):
        return
    part = np.ascontiguousarray(ink[window.top : window.bottom, window.left : window.right])
    count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    boxes = [
        Box(int(x) + window.left, int(y) + window.top, int(x + w) + window.left, int(y + h) + window.top)
        for x, y, w, h, _ in stats[1:count]
        if max(w, h) >= _SMALLEST * capitals
    ]
    boxes.sort(key=lambda box: box.left)
    if not 2 <= len(boxes) <= 5:  # a letter and its full stop at least, three letters in brackets at most
        return
    gaps = [after.left - before.right for before, after in pairwise(boxes)]
    letters = [box for box in boxes if box.height >= _LOWEST * capitals]
    feet = [box.bottom for box in boxes]
    on_foot = max(feet) - min(feet) <= _FOOT * capitals and all(_beside_word(box, first) for box in letters)
    tall = any(box.height > _TALLEST * capitals or box.width > _TALLEST * capitals for box in boxes)
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    if letters and on_foot and not tall and max(gaps) <= _CLOSE * capitals and whole.left > window.left:
        yield whole


def _beside_word(letter: Box, word: Box) -> bool:
    """Whether a letter stands level with a word: most of it, for a word's box may hold its underline."""
    return min(letter.bottom, word.bottom) - max(letter.top, word.top) >= _LEVEL * letter.height


def _with_first_words(mark: Mark, lines: Sequence[SeenLine]) -> Box:
    """The box of a mark and the two words after it: engines read a letter that stands alone badly."""
    first, second = (word.box for word in lines[mark.line].words[:2])
    return mark.box.union(first).union(second)


def _height(capitals: float) -> float:
    return min(max(capitals, 20.0), 32.0)


def _over(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right


def _meet(one: Box, other: Box) -> bool:
    return _over(one, other) and one.top < other.bottom and other.top < one.bottom
