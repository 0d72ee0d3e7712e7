"""Light letters on dark: areas of a page, or all of it, whose ink and paper have changed places.

Dark areas are found on a quarter of the page's size, which costs a few milliseconds; their insides are looked at
only where there are any.
"""

import cv2
import msgspec
import numpy as np

from pipeline.components import components
from pipeline.geometry import Box
from pipeline.looks import Image

_SMALLEST = (64, 32)  # pixels wide and high; a smaller dark area is a word whose letters run together
_DARK = 0.5  # of an area is dark, at least: letters cover less than half of what they stand on
_WHOLE = (
    0.92  # of its convex hull, at least, lies inside its outline: a word whose letters touch has a ragged one
)
_LETTERS = 4  # of one height, at least: a word, where a photograph has spots of any size
_ALIKE = 0.25  # of the usual height, by which letters of one line may differ
_MOST = 0.5  # of the light marks in an area, at least, are such letters
_SPECK = 4  # pixels; smaller marks are the scanner's
_EDGE = 4  # pixels either way in which the edge of an area may lie: it was found on a quarter of the size


class Dark(msgspec.Struct, frozen=True):
    """A dark area with light letters: the box around it, and a mask of the page's size that covers it."""

    box: Box
    mask: Image


def quarter(page: Image) -> Image:
    """The page at a quarter of its size."""
    height, width = page.shape
    size = (max(width // 4, 1), max(height // 4, 1))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def dark_areas(page: Image, small: Image | None = None) -> list[Dark]:
    """The dark areas of a page that hold light letters, from the top down; `small` is a quarter of the page's size, where
    it is there already.
    """
    height, width = page.shape
    small = quarter(page) if small is None else small
    level, ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=4)
    _, _, widths, heights, areas = stats.T
    large = (4 * widths >= _SMALLEST[0]) & (4 * heights >= _SMALLEST[1]) & (areas >= _DARK * widths * heights)
    large[0] = False
    found = []
    for label in np.flatnonzero(large):
        left, top, wide, high, _ = map(int, stats[label])
        itself = (labels[top : top + high, left : left + wide] == label).astype(np.uint8)
        (outline, *_), _ = cv2.findContours(
            itself, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(left, top)
        )
        if cv2.contourArea(outline) < _WHOLE * cv2.contourArea(cv2.convexHull(outline)):
            continue
        box = Box(4 * left, 4 * top, 4 * (left + wide), 4 * (top + high)).within(width, height)
        if _holds_letters(page[box.top : box.bottom, box.left : box.right], level):
            filled = cv2.drawContours(np.zeros(small.shape, np.uint8), [outline], -1, 255, cv2.FILLED)
            mask = cv2.resize(filled, (width, height), interpolation=cv2.INTER_NEAREST)
            found.append(Dark(box, np.asarray(mask, dtype=np.uint8)))
    return sorted(found, key=lambda dark: (dark.box.top, dark.box.left))


def righted(page: Image, areas: list[Dark]) -> Image:
    """The page with those areas turned into dark letters on light paper; nothing moves."""
    done = page.copy()
    around = np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)
    for dark in areas:
        inside = cv2.erode(dark.mask, around) > 0
        edge = (cv2.dilate(dark.mask, around) > 0) & ~inside
        done[inside] = 255 - page[inside]
        done[edge] = int(np.median(done[inside])) if inside.any() else 255
    return done


def _holds_letters(area: Image, level: float) -> bool:
    """Whether most light marks inside a dark area are of one height, as letters are."""
    light = (area > level).astype(np.uint8)
    left, top, width, height, size = components(light).T
    marks = (left > 0) & (top > 0) & (size >= _SPECK)
    marks &= (left + width < area.shape[1]) & (top + height < area.shape[0])
    letters = marks & (height >= 8) & (size >= 0.1 * width * height) & (width <= 3 * height)
    heights = height[letters]
    if len(heights) < _LETTERS:
        return False
    usual = float(np.quantile(heights, 0.75))  # of mixed letters the capitals
    alike = heights[heights >= 0.5 * usual]  # small letters are two thirds as high
    alike = alike[alike <= (1 + _ALIKE) * usual]
    return len(alike) >= max(_LETTERS, _MOST * np.count_nonzero(marks))
