"""Areas of a page that want a view of their own: type far smaller or larger than the rest, blocks upside down.

A view and the lines read in it go in; areas come out, each read in its own view, where that reading says more. Where
a page has nothing of the kind this costs a look at its ink.
"""

import math
from collections.abc import Collection, Sequence
from statistics import quantiles

import cv2
import msgspec
import numpy as np

from pipeline.crops import cut
from pipeline.engines import Tesseract
from pipeline.geometry import Affine, Box
from pipeline.looks import Image, Letters, Seen, SeenLine, mean_confidence, words_of
from pipeline.record import Step, View
from pipeline.steps import ReadStep
from pipeline.views import (
    BEST_CAPITALS,
    READABLE_CAPITALS,
    Prepared,
    is_readable,
    step_at,
    turned,
    warped,
)

_BLOCK = 6  # Tesseract's page segmentation for what is one block of lines
_SMALLEST = 7  # pixels; of lower letters no engine makes sense
_ROW = 8  # letters at least, for their height to be that of the row
_LETTERS = 20  # of an area at least; fewer are a word or two, or specks
_MOST_AREAS = 6  # a page; more are a picture
_LIKE = 1.35  # times as high, at most, are rows of one area
_UNSURE = 55.0  # mean confidence of a line that may stand on its head; of typed lines that do it is 20 to 45
_SIGNS = 8  # of such a line, at least
_PROBES = 3  # lines that are turned to see whether an area stands on its head
_BELIEVED = 70.0  # mean confidence of an area, at least; handwriting and pictures stay below (docs/accuracy.md, areas)
_SURE = 75.0  # mean confidence of a turned line, at least, that does


class Area(msgspec.Struct, frozen=True):
    """A part of a page, its lines in the pixels of its own view, and the way from there to the page's main view.

    `at` is the place of its lines among the lines that remain of the main view.
    """

    prepared: Prepared
    to_main: Affine
    lines: tuple[SeenLine, ...]
    at: int


def read_areas(
    prepared: Prepared,
    lines: Sequence[SeenLine],
    unread: Sequence[Box],
    capitals: float,
    engine: Tesseract,
    skip: Collection[ReadStep] = (),
) -> tuple[list[SeenLine], list[Area]]:
    """The lines that the main view keeps, and the areas whose own views read better.

    `unread` are rows of ink that nothing was read of, `capitals` the usual height of capitals in the view.
    """
    left = [line.words for line in lines]
    areas: list[Area] = []

    def read(box: Box, size: float, over: bool) -> bool:
        inside = [[word for word in words if _holds(box, word.box)] for words in left]
        view, to_main = _view_of(prepared, box, size, over, len(areas) + 1)
        found = engine.read_pixels(view.pixels, _BLOCK)
        if not pays([word for words in inside for word in words], words_of(found)):
            return False
        at = next((index for index, words in enumerate(inside) if words), None)
        if at is None:
            at = sum(line.box.bottom <= box.top for line in lines)
        left[:] = [
            tuple(word for word in words if word not in gone)
            for words, gone in zip(left, inside, strict=True)
        ]
        areas.append(Area(view, to_main, tuple(found), at))
        return True

    if "scale" not in skip and not prepared.film:
        # The largest come first: where they are no text, as on a page of handwriting, neither are the others.
        all(read(box, size, over=False) for box, size in odd_sizes(prepared))
    if "turn" not in skip:
        for box in upside_down(prepared.pixels, lines, unread, capitals, engine):
            read(box, capitals, over=True)
    kept = [
        msgspec.structs.replace(line, words=words) for line, words in zip(lines, left, strict=True) if words
    ]
    placed = [
        msgspec.structs.replace(area, at=sum(bool(words) for words in left[: area.at])) for area in areas
    ]
    return kept, placed


def merged(kept: Sequence[SeenLine], areas: Sequence[Area]) -> list[SeenLine]:
    """The lines of the main view and of the areas in one order; an area's paragraphs are its own."""
    lines = list(kept)
    for area in sorted(areas, key=lambda each: (each.at, each.to_main.point(0, 0)[1]), reverse=True):
        free = max((line.paragraph for line in lines), default=0) + 1
        lines[area.at : area.at] = [
            SeenLine(line.paragraph + free, tuple(word.moved(area.to_main) for word in line.words))
            for line in area.lines
        ]
    return lines


def pays(before: Sequence[Seen], after: Sequence[Seen]) -> bool:
    """Whether a second reading of a place says more than the first, and more surely."""
    sure = mean_confidence(after)
    return sure >= _BELIEVED and sure > mean_confidence(before) and _weight(after) > _weight(before)


def odd_sizes(prepared: Prepared) -> list[tuple[Box, float]]:
    """Areas of a view whose letters are of a height that is read badly, each with the height of its capitals, the
    largest first; both in the view's pixels.
    """
    if prepared.letters is None or prepared.source is None:
        return []
    found, shape, way = prepared.letters, prepared.source.shape, prepared.from_source
    scale = math.hypot(way.a, way.d)
    height = found[:, 3]
    large = height * scale > READABLE_CAPITALS[1]
    rows = _rows(found[(height >= _SMALLEST) & ~large], BEST_CAPITALS / scale, shape)
    rows += _rows(found[large], 3 * BEST_CAPITALS / scale, shape)
    rows = [Row(way.box(row.box), row.capitals * scale, row.signs) for row in rows]
    odd = [row for row in rows if not READABLE_CAPITALS[0] - 1 <= row.capitals <= READABLE_CAPITALS[1] + 1]
    areas = [group for group in _gathered(odd) if sum(row.signs for row in group) >= _LETTERS]
    largest = sorted(areas, key=lambda group: sum(row.signs for row in group), reverse=True)[:_MOST_AREAS]
    return [(_around(group), float(np.median([row.capitals for row in group]))) for group in largest]


def upside_down(
    pixels: Image, lines: Sequence[SeenLine], unread: Sequence[Box], capitals: float, engine: Tesseract
) -> list[Box]:
    """Areas that stand on their heads: two rows and more that were read badly, and are read well when turned."""
    rows = [Row(box, capitals, round(box.width / capitals)) for box in unread]
    for line in lines:
        signs = sum(len(word.text) for word in line.words)
        if signs >= _SIGNS and mean_confidence(line.words) < _UNSURE:
            rows.append(Row(line.box, capitals, signs))
    rows.sort(key=lambda row: (row.box.top, row.box.left))
    groups = [group for group in _gathered(rows) if len(group) >= 2][:_MOST_AREAS]
    probes = [sorted(group, key=lambda row: row.signs, reverse=True)[:_PROBES] for group in groups]
    crops = [
        turned(cut(pixels, row.box, capitals, BEST_CAPITALS).pixels, 2)[0] for rows in probes for row in rows
    ]
    read = iter(engine.recognize(crops))
    found = []
    for group, tried in zip(groups, probes, strict=True):
        if mean_confidence([word for _ in tried for word in next(read)]) >= _SURE:
            found.append(_around(group))
    return found


class Row(msgspec.Struct, frozen=True):
    """A row of letters: its box, the height of its capitals, and how many letters it has."""

    box: Box
    capitals: float
    signs: int


def _rows(stats: Letters, reach: float, shape: tuple[int, ...]) -> list[Row]:
    """Components within `reach` pixels of each other sideways, gathered into rows, from the top down."""
    if len(stats) < _ROW:
        return []
    mask = np.zeros(
        (shape[0] // 2 + 1, shape[1] // 2 + 1), np.uint8
    )  # half the size: rows are all it must tell
    for left, top, width, height, _ in stats // 2:
        mask[top : top + height + 1, left : left + width + 1] = 255
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, round(reach / 2) | 1), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    of = labels[(stats[:, 1] + stats[:, 3] // 2) // 2, (stats[:, 0] + stats[:, 2] // 2) // 2]
    rows = []
    for label in np.flatnonzero(np.bincount(of, minlength=count) >= _ROW):
        left, top, width, height, _ = stats[of == label].T
        box = Box(int(left.min()), int(top.min()), int((left + width).max()), int((top + height).max()))
        # Four of five letters are no higher than capitals, in small letters as in capitals.
        capitals = quantiles(height.tolist(), n=5, method="inclusive")[3]
        rows.append(Row(box, capitals, len(height)))
    return sorted(rows, key=lambda row: (row.box.top, row.box.left))


def _gathered(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of one size below each other, gathered into areas; rows come from the top down."""
    groups: list[list[Row]] = []
    for row in rows:
        near = [group for group in groups if any(_neighbours(row, each) for each in group)]
        groups = [group for group in groups if group not in near]
        groups.append([each for group in near for each in group] + [row])
    return groups


def _neighbours(one: Row, other: Row) -> bool:
    size = max(one.capitals, other.capitals)
    apart = max(one.box.top - other.box.bottom, other.box.top - one.box.bottom)
    beside = max(one.box.left - other.box.right, other.box.left - one.box.right)
    return apart <= 3 * size and beside <= 2 * size and size <= _LIKE * min(one.capitals, other.capitals)


def _view_of(
    prepared: Prepared, box: Box, size: float, turned_over: bool, number: int
) -> tuple[Prepared, Affine]:
    """An area in a view of its own, turned and scaled as it needs, and the way from there to the main view."""
    height, width = prepared.pixels.shape
    pad = round(0.7 * size)
    box = Box(box.left - pad, box.top - pad, box.right + pad, box.bottom + pad).within(width, height)
    forward, steps, factor = Affine.shift(-box.left, -box.top), [step_at("area", box)], 1.0
    if turned_over:
        forward = forward.then(Affine(-1, 0, box.width, 0, -1, box.height))
        steps.append(Step("turn", {"degrees": 180.0}))
    if not is_readable(size):
        factor = BEST_CAPITALS / size
        forward = forward.then(Affine.scaling(factor, factor))
        steps.append(Step("scale", {"factor": factor, "capitals": size}))
        size = BEST_CAPITALS
    # Straight from the scan: a page that was made smaller for its large type has lost the small.
    source = prepared.source if prepared.source is not None else prepared.pixels
    size_there = (max(round(box.width * factor), 1), max(round(box.height * factor), 1))
    pixels = warped(source, prepared.from_source.then(forward), size_there)
    to_main = forward.inverse()
    view = View(
        f"{prepared.view.name}/area-{number}",
        (*prepared.view.steps, *steps),
        to_main.then(prepared.view.transform),
    )
    return Prepared(pixels, view, size), to_main


def _around(rows: Sequence[Row]) -> Box:
    whole = rows[0].box
    for row in rows[1:]:
        whole = whole.union(row.box)
    return whole


def _holds(box: Box, word: Box) -> bool:
    """Whether a word's middle lies in the box."""
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box.left <= across <= box.right and box.top <= down <= box.bottom


def _weight(words: Sequence[Seen]) -> float:
    """How much was read, and how surely: letters and digits times confidence. Dots of a leader count for nothing."""
    return sum(sum(map(str.isalnum, word.text)) * word.confidence for word in words)
