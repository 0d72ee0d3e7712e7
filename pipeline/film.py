"""Copies from film: the black frame around them, and the grain between their letters (docs/accuracy.md, film)."""

import cv2
import numpy as np

from pipeline import negative
from pipeline.components import labelled
from pipeline.geometry import Box
from pipeline.looks import Image

_FRAME_SIDES = 3  # of four that are black make a frame; the shadow of a spine is one or two
_FRAME_SIDE = 0.5  # of a side's length, at least
_BILEVEL = 0.9  # of the pixels, at least, are black or white
# What counts as a letter's body, in capitals; smaller ink stays only near two of them, within the reach.
_LETTER = 0.45
_REACH = (1.0, 0.4)


def frame(page: Image, small: Image | None = None) -> Image | None:
    """The solid black along the page's edges, as a mask of the page's size, where it makes a frame; `small` is a quarter of
    the page's size, where it is there already.
    """
    height, width = page.shape
    small = negative.quarter(page) if small is None else small
    _, ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    # Thicker than any stroke of a letter, also where it leaves the page.
    thick = max(min(small.shape) // 100, 3)
    wider = cv2.copyMakeBorder(ink, thick, thick, thick, thick, cv2.BORDER_REPLICATE)
    opened = cv2.morphologyEx(wider, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    solid = opened[thick:-thick, thick:-thick]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    mask = np.zeros_like(solid)
    for label in range(1, count):
        left, top, wide, high, _ = stats[label]
        at_edge = left == 0 or top == 0 or left + wide == small.shape[1] or top + high == small.shape[0]
        if at_edge and (wide >= _FRAME_SIDE * small.shape[1] or high >= _FRAME_SIDE * small.shape[0]):
            mask[labels == label] = 255
    sides = (mask[0], mask[-1], mask[:, 0], mask[:, -1])
    lined = sum(int(np.count_nonzero(side) >= _FRAME_SIDE * len(side)) for side in sides)
    if lined < _FRAME_SIDES:
        return None
    mask = cv2.dilate(mask, np.ones((5, 5), np.uint8)).astype(np.uint8)
    whole = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, dtype=np.uint8)


def is_bilevel(page: Image) -> bool:
    """Whether the page is black and white alone, as copies from film are."""
    counts = np.bincount(page[::4, ::4].ravel(), minlength=256)
    return bool(counts[:16].sum() + counts[-16:].sum() >= _BILEVEL * counts.sum())


def inside(black: Image) -> Box | None:
    """The box within a frame: the rows and columns that are not mostly frame; None where too little is left."""
    rows = np.flatnonzero(np.count_nonzero(black, axis=1) < 0.5 * black.shape[1])
    columns = np.flatnonzero(np.count_nonzero(black, axis=0) < 0.5 * black.shape[0])
    if len(rows) < 0.5 * black.shape[0] or len(columns) < 0.5 * black.shape[1]:
        return None
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def without_grain(page: Image, capitals: float) -> Image:
    """The page without the ink that lies apart from letters: small marks that no two letters are near to.

    Points and commas stay, for they lie beside letters; on pages that are no film this loses more than it gains.
    """
    _, ink = cv2.threshold(page, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    labels, stats = labelled(ink.astype(np.uint8))
    left, top, width, height, area = stats.T
    letters = (height >= _LETTER * capitals) & (area >= 0.1 * width * height)
    letters[0] = False
    bodies = np.where(letters[labels], 255, 0).astype(np.uint8)
    reach = tuple(2 * round(share * capitals) + 1 for share in reversed(_REACH))
    groups, near = cv2.connectedComponents(cv2.dilate(bodies, np.ones(reach, np.uint8)))
    middle_y, middle_x = (top + height // 2)[letters], (left + width // 2)[letters]
    kept = np.bincount(near[middle_y, middle_x], minlength=groups) >= 2
    kept[0] = False
    cleaned = page.copy()
    cleaned[~kept[near]] = int(np.median(page))
    return cleaned
