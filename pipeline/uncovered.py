"""Nothing lost: rows of letter-sized ink that no word covers are read again, each for itself.

Page segmentation loses whole lines now and then (docs/accuracy.md, uncovered ink).
"""

from collections.abc import Sequence

import cv2
import msgspec
import numpy as np

from pipeline.components import components
from pipeline.crops import cut
from pipeline.engines import Engine
from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine, mean_confidence, words_of

ROW = 8  # components at least; fewer are stray marks (docs/accuracy.md, uncovered ink)
BELIEVED = 40.0  # mean confidence at least; junk scores far below (docs/accuracy.md, uncovered ink)
_MOST_ROWS = 80  # a page of print has fewer lines; more are the grain of a picture
_MOST_LETTERS = 20_000  # beyond it the ink is noise


def recover(
    pixels: Image, lines: Sequence[SeenLine], capitals: float, engine: Engine
) -> tuple[list[SeenLine], list[Box]]:
    """The lines with those put back, each at its place, that the first look passed over; and the rows of ink that
    nothing was read of, from the top down.
    """
    rows = uncovered_rows(pixels, [word.box for word in words_of(lines)], capitals)
    if not rows:
        return list(lines), []
    crops = [cut(pixels, row, capitals, min(max(capitals, 20.0), 32.0)) for row in rows]
    found, unread = list(lines), []
    read = engine.recognize([crop.pixels for crop in crops])
    for row, crop, words in zip(rows, crops, read, strict=True):
        placed = tuple(word.moved(crop.to_view) for word in words if _is_text(word.text))
        if placed and mean_confidence(words) >= BELIEVED:
            found = put(found, placed, capitals)
        else:
            unread.append(row)
    return found, unread


def uncovered_rows(pixels: Image, covered: Sequence[Box], capitals: float) -> list[Box]:
    """The boxes of rows of letter-sized components that lie in none of the boxes `covered`, from the top down."""
    _, ink = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    margin = round(0.25 * capitals)
    for box in covered:
        ink[
            max(box.top - margin, 0) : box.bottom + margin, max(box.left - margin, 0) : box.right + margin
        ] = 0
    left, top, width, height, area = components(ink.astype(np.uint8)).T
    letters = (height >= 0.5 * capitals) & (height <= 1.6 * capitals)
    letters &= (width >= 0.1 * capitals) & (width <= 2.5 * capitals) & (area >= 0.15 * width * height)
    boxes = [
        Box(int(x), int(y), int(x + w), int(y + h))
        for x, y, w, h in zip(left[letters], top[letters], width[letters], height[letters], strict=True)
    ]
    if len(boxes) > _MOST_LETTERS:
        return []
    rows = [
        row
        for row in _chained(sorted(boxes, key=lambda box: (box.left, box.top)), capitals)
        if len(row) >= ROW
    ]
    longest = sorted(rows, key=len, reverse=True)[:_MOST_ROWS]
    return sorted((_around(row) for row in longest), key=lambda box: (box.top, box.left))


def _chained(boxes: Sequence[Box], capitals: float) -> list[list[Box]]:
    """Boxes, from left to right, gathered into rows: each within reach of the one before it."""
    rows: list[list[Box]] = []
    open_rows: list[list[Box]] = []
    for box in boxes:
        open_rows = [row for row in open_rows if row[-1].right + 3 * capitals >= box.left]
        near = [row for row in open_rows if abs(_middle(row[-1]) - _middle(box)) <= 0.5 * capitals]
        if near:
            min(near, key=lambda row: abs(_middle(row[-1]) - _middle(box))).append(box)
        else:
            rows.append([box])
            open_rows.append(rows[-1])
    return rows


def put(lines: Sequence[SeenLine], words: tuple[Seen, ...], capitals: float) -> list[SeenLine]:
    """The lines with `words` at their place: at the end of the line they continue, else below the line above them."""
    new = SeenLine(0, words).box
    for index, line in enumerate(lines):
        box = line.box
        shared = min(box.bottom, new.bottom) - max(box.top, new.top)
        gap = max(new.left - box.right, box.left - new.right)
        if shared > 0.5 * min(box.bottom - box.top, new.bottom - new.top) and 0 <= gap < 3 * capitals:
            joined = line.words + words if new.left >= box.right else words + line.words
            return [*lines[:index], msgspec.structs.replace(line, words=joined), *lines[index + 1 :]]
    beside = [(index, line.box) for index, line in enumerate(lines) if _overlap(line.box, new) > 0]
    above = [(index, box) for index, box in beside if _middle(box) < _middle(new)]
    below = [(index, box) for index, box in beside if _middle(box) >= _middle(new)]
    free = max((line.paragraph for line in lines), default=0) + 1
    if above:
        index, box = max(above, key=lambda each: each[1].bottom)
        close = new.top - box.bottom < 1.2 * capitals
        following = lines[index + 1].paragraph if index + 1 < len(lines) else None
        paragraph = lines[index].paragraph if close or following == lines[index].paragraph else free
        at = index + 1
    elif below:
        at, box = min(below, key=lambda each: each[1].top)
        paragraph = lines[at].paragraph if box.top - new.bottom < 1.2 * capitals else free
    else:
        at = sum(_middle(line.box) < _middle(new) for line in lines)
        paragraph = free
    return [*lines[:at], SeenLine(paragraph, words), *lines[at:]]


def _is_text(text: str) -> bool:
    return any(sign.isalnum() for sign in text) or len(text) == 1


def _around(boxes: Sequence[Box]) -> Box:
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _overlap(one: Box, other: Box) -> int:
    return min(one.right, other.right) - max(one.left, other.left)
