"""Where a page was blacked out or boxed out before its release: the pixels of a view and its words in, boxes out.

Two kinds are found by their shape: solid black boxes, also those that run over several lines, and white boxes with a
thin outline. Frames of film, punch holes, photographs, forms, rules, stamps and strokes of a marker are not
redactions; in doubt nothing is one, since a false one in the text misleads more than one that is missed.
What a box stands for in the text is decided later, when the codes beside it are known.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry import Box
from pipeline.looks import Image, SeenLine, words_of
from pipeline.record import RedactionKind

_CAPITALS = 12.0  # pixels of a capital letter at which shapes are judged: letters stay apart, grain goes
# Sizes below are in heights of capitals.
_THICK = 0.7  # the thinnest solid black that no stroke of a letter or rule reaches
_LEAST_HEIGHT, _LEAST_WIDTH = 0.9, 1.8  # of a box; a bullet is smaller
_TALLEST = 3.0  # times its width: beyond it is a rule, a bar of a bar code, the shadow of a spine
_STEADY = 0.3  # by which the ends of a box's rows may differ
_SOLID = 0.96  # of the pixels within a box are black
_STEADY_ROWS = 0.85  # of a shape's rows belong to straight-sided boxes; a marker's stroke is ragged
_OF_WHOLE = 0.5  # of the bounding box of all the ink that hangs together with a shape
_CORNER = 0.3  # the side of the square in which a corner shows
_DARK = 0.4  # of the paper's brightness: what is darker is black
_FLAT = 0.12  # of the paper's brightness: the spread within a black box; a photograph has more
_EDGE = 0.012  # of the page's side: what comes that near to its edge is the scanner's or the film's
_READ = 80.0  # confidence of words in a black box that make it a heading in white on black
_MOST_OF_PAGE = 0.9
_AROUND_TEXT = 6.0  # above, below and beside the words of the page; further out lie frames and edges
_PAPER_AROUND = 0.6  # of the pixels just around a black box are not black
# White boxes.
_LEAST_OUTLINED = (1.15, 2.0)  # height, width
_OUTLINE = 0.35  # thickness at most
_RECTANGLE = 0.93  # of a white box's bounding box is its own
_BEYOND = 0.8  # a line that runs on so far beyond a corner belongs to a table or a form
_WORDS_INSIDE = 4  # a code at most, such as "(b)(1) (b)(3)"

_Bits = npt.NDArray[np.uint8]


class Found(NamedTuple):
    """A redaction in the pixels of the view that was searched."""

    box: Box
    kind: RedactionKind


def find_redactions(page: Image, lines: Sequence[SeenLine], capitals: float) -> list[Found]:
    """The redactions of a page from top to bottom.

    `page` is an upright grey view, `lines` what was read in it, `capitals` the height of capital letters, in pixels.
    None are found on a page without words: there is nothing that they could interrupt.
    """
    if not lines or capitals <= 0:
        return []
    scale = min(_CAPITALS / capitals, 1.0)
    unit = capitals * scale
    size = max(round(page.shape[1] * scale), 1), max(round(page.shape[0] * scale), 1)
    small = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    paper = float(np.percentile(small, 75))
    ink = (small < _DARK * paper).astype(np.uint8)
    words = words_of(lines)
    places = [_scaled(word.box, scale) for word in words]
    sure = [
        box
        for box, word in zip(places, words, strict=True)
        if word.confidence >= _READ and len(word.text) > 2
    ]
    text = _around(places, _AROUND_TEXT * unit)
    black = [
        box
        for box in _filled(small, ink, unit, paper)
        if _touches(box, text) and not any(_within(word, box) for word in sure)
    ]
    white = [
        box for box in _outlined(ink, unit) if sum(_within(word, box) for word in places) <= _WORDS_INSIDE
    ]
    found = [Found(_scaled(box, 1 / scale), "filled") for box in black]
    found += [Found(_scaled(box, 1 / scale), "outlined") for box in white]
    return sorted(found, key=lambda one: (one.box.top, one.box.left))


def _filled(small: Image, ink: _Bits, unit: float, paper: float) -> Iterator[Box]:
    """Solid black shapes made of straight-sided boxes."""
    thick = (
        max(round(_THICK * unit), 3) // 2 * 2 + 1
    )  # odd, so that what is shrunk and grown comes back in its place
    dense = cv2.boxFilter(ink.astype(np.float32), -1, (thick, thick), borderType=cv2.BORDER_REPLICATE)
    core = (dense >= _SOLID).astype(np.uint8)
    if not core.any():
        return
    solid = cv2.dilate(core, np.ones((thick, thick), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    _, of_ink, ink_stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    for label in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[label])
        box = Box(left, top, left + width, top + height)
        if _too_small(box, unit) or _at_edge(box, small.shape):
            continue
        shape = labels[top : box.bottom, left : box.right] == label
        boxes = [_moved(part, left, top) for part in _straight_parts(shape, unit)]
        steady = sum(part.height for part in boxes)
        sound = all(_is_black(part, small, ink, paper) and _has_corners(part, ink, unit) for part in boxes)
        if steady < _STEADY_ROWS * height or not sound:
            continue
        # All that hangs together with it in black: of a heading in white on black the ends alone are solid.
        whole = ink_stats[of_ink[boxes[0].top + boxes[0].height // 2, boxes[0].left + boxes[0].width // 2]]
        apart = sum(part.width * part.height for part in boxes) >= _OF_WHOLE * whole[2] * whole[3]
        if apart and _on_paper(label, np.asarray(labels), box, ink, unit):
            yield from (part for part in boxes if not _too_small(part, unit))


def _straight_parts(shape: npt.NDArray[np.bool_], unit: float) -> Iterator[Box]:
    """The shape cut into boxes: runs of rows that begin and end at the same places, solid between them."""
    width = shape.shape[1]
    begins = np.argmax(shape, axis=1)
    ends = width - np.argmax(shape[:, ::-1], axis=1)
    give, least = max(_STEADY * unit, 2.0), 0.6 * unit
    start = 0
    for row in range(1, len(shape) + 1):
        if row < len(shape):
            steady = (
                abs(begins[row] - begins[row - 1]) <= give / 2 and abs(ends[row] - ends[row - 1]) <= give / 2
            )
            if steady:
                continue
        left, right = begins[start:row], ends[start:row]
        near = (np.abs(left - np.median(left)) <= give) & (np.abs(right - np.median(right)) <= give)
        if row - start >= least and near.mean() >= 1 - _STEADY:
            yield Box(int(np.median(left)), start, int(np.median(right)), row)
        start = row


def _is_black(box: Box, small: Image, ink: _Bits, paper: float) -> bool:
    """Whether a box is black throughout, and not a dark picture or white letters on black."""
    core = slice(box.top + 1, box.bottom - 1), slice(box.left + 1, box.right - 1)  # its edges are blurred
    return bool(ink[core].size and ink[core].mean() >= _SOLID and small[core].std() <= _FLAT * paper)


def _has_corners(box: Box, ink: _Bits, unit: float) -> bool:
    """Whether a box's corners are black, too; a punch hole has none."""
    size = max(round(_CORNER * unit), 2)
    rows = slice(box.top, box.top + size), slice(box.bottom - size, box.bottom)
    columns = slice(box.left, box.left + size), slice(box.right - size, box.right)
    return all(ink[row, column].mean() >= 0.5 for row in rows for column in columns)


def _on_paper(label: int, labels: npt.NDArray[Any], box: Box, ink: _Bits, unit: float) -> bool:
    """Whether paper surrounds a shape, and not a frame or a larger dark place."""
    wide = _grown(box, 4 + max(round(unit / 2), 2), ink.shape)
    window = slice(wide.top, wide.bottom), slice(wide.left, wide.right)
    shape = (labels[window] == label).astype(np.uint8)
    near, far = (
        cv2.dilate(shape, np.ones((size, size), np.uint8)) for size in (5, 5 + 2 * max(round(unit / 2), 2))
    )
    return bool(ink[window][(far == 1) & (near == 0)].mean() <= 1 - _PAPER_AROUND)


def _grown(box: Box, margin: int, shape: tuple[int, ...]) -> Box:
    wide = Box(box.left - margin, box.top - margin, box.right + margin, box.bottom + margin)
    return wide.within(shape[1], shape[0])


def _too_small(box: Box, unit: float) -> bool:
    return (
        box.height < _LEAST_HEIGHT * unit
        or box.width < _LEAST_WIDTH * unit
        or box.height > _TALLEST * box.width
    )


def _at_edge(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a box touches the edge of the page, or is as good as the page."""
    height, width = shape[0], shape[1]
    across, down = _EDGE * width, _EDGE * height
    return (
        box.left <= across
        or box.top <= down
        or box.right >= width - across
        or box.bottom >= height - down
        or (box.width >= _MOST_OF_PAGE * width and box.height >= _MOST_OF_PAGE * height)
    )


def _outlined(ink: _Bits, unit: float) -> Iterator[Box]:
    """White rectangles that a thin line of ink surrounds, and that stand alone: no cells of tables, no form's fields."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats((1 - closed).astype(np.uint8), connectivity=4)
    _, _, widths, heights, areas = stats.T
    large = (heights >= _LEAST_OUTLINED[0] * unit) & (widths >= _LEAST_OUTLINED[1] * unit)
    large &= areas >= 0.5 * widths * heights
    large[0] = False
    candidates = []
    for label in np.flatnonzero(large):
        left, top, width, height, _ = map(int, stats[label])
        box = Box(left, top, left + width, top + height)
        if _at_edge(box, ink.shape):
            continue
        hull = _without_holes(labels[top : box.bottom, left : box.right] == label)
        if hull >= _RECTANGLE * width * height:
            candidates.append(box)
    for box in candidates:
        apart = not any(other is not box and _neighbours(box, other, unit) for other in candidates)
        if apart and _thin_outline(box, ink, unit) and not _runs_on(box, ink, unit):
            yield box


def _without_holes(shape: npt.NDArray[np.bool_]) -> float:
    """The area of a shape with its holes, in pixels."""
    padded = np.pad(shape.astype(np.uint8), 1)
    contours, _ = cv2.findContours(padded, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(padded), contours, -1, 1, cv2.FILLED)
    return float(np.count_nonzero(filled))


def _thin_outline(box: Box, ink: _Bits, unit: float) -> bool:
    """Whether the ink around a white box is a line, and white again lies beyond it on every side."""
    reach = max(round(_OUTLINE * unit), 2) + 1
    sides = (
        ink[max(box.top - reach, 0) : box.top, box.left : box.right].T,
        ink[box.bottom : box.bottom + reach, box.left : box.right].T,
        ink[box.top : box.bottom, max(box.left - reach, 0) : box.left],
        ink[box.top : box.bottom, box.right : box.right + reach],
    )
    for side in sides:
        if not side.size:
            return False
        lined = (side.max(axis=1) > 0).mean()
        through = (side.min(axis=1) > 0).mean()
        if lined < 0.9 or through > 0.25:
            return False
    return True


def _runs_on(box: Box, ink: _Bits, unit: float) -> bool:
    """Whether a side's line goes on beyond its corners, as the rules of a table do."""
    far, near = max(round(_BEYOND * unit), 4), max(round(_OUTLINE * unit), 2)
    height, width = ink.shape
    for row in (slice(max(box.top - near, 0), box.top + 1), slice(box.bottom - 1, box.bottom + near)):
        for columns in (
            slice(max(box.left - near - far, 0), max(box.left - near, 0)),
            slice(min(box.right + near, width), min(box.right + near + far, width)),
        ):
            strip = ink[row, columns]
            if strip.size and strip.max(axis=0).mean() >= 0.9:
                return True
    for column in (slice(max(box.left - near, 0), box.left + 1), slice(box.right - 1, box.right + near)):
        for rows in (
            slice(max(box.top - near - far, 0), max(box.top - near, 0)),
            slice(min(box.bottom + near, height), min(box.bottom + near + far, height)),
        ):
            strip = ink[rows, column]
            if strip.size and strip.max(axis=1).mean() >= 0.9:
                return True
    return False


def _neighbours(box: Box, other: Box, unit: float) -> bool:
    """Whether two white boxes share a side, or one lies in the other."""
    gap = 2 * _OUTLINE * unit
    across = min(box.right, other.right) - max(box.left, other.left)
    down = min(box.bottom, other.bottom) - max(box.top, other.top)
    return across > -gap and down > -gap and (across > unit or down > unit)


def _around(places: Sequence[Box], margin: float) -> Box:
    whole = places[0]
    for box in places[1:]:
        whole = whole.union(box)
    wide = round(margin)
    return Box(whole.left - wide, whole.top - wide, whole.right + wide, whole.bottom + wide)


def _touches(box: Box, other: Box) -> bool:
    return (
        box.left < other.right
        and other.left < box.right
        and box.top < other.bottom
        and other.top < box.bottom
    )


def _within(word: Box, box: Box) -> bool:
    """Whether the middle of a word lies in a box."""
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box.left <= across <= box.right and box.top <= down <= box.bottom


def _scaled(box: Box, scale: float) -> Box:
    return Box(
        round(box.left * scale), round(box.top * scale), round(box.right * scale), round(box.bottom * scale)
    )


def _moved(box: Box, across: int, down: int) -> Box:
    return Box(box.left + across, box.top + down, box.right + across, box.bottom + down)
