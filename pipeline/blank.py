"""Whether a page's image holds anything to read, found in a few hundredths of a second before any engine is asked.

Engines take seconds over the grain of empty paper, shadows and dust, and find words there (docs/accuracy.md, blank pages).
"""

import cv2
import numpy as np

from pipeline.components import components
from pipeline.looks import Image
from pipeline.negative import dark_areas

_INK = 40  # grey levels darker than the paper around it
_PAPER = 32  # half pixels; the paper's tone is that of the lightest of so wide a place
# A letter in half pixels: from those of a page at 96 dpi up to headlines.
_LOW, _HIGH = 3, 200
_DISC = 12  # half pixels; a solid round thing of this size and more is a punch hole or a blot


def is_blank(page: Image) -> bool:
    """Whether no mark on the page is of a letter's size and darker than the paper around it, nor lighter than a dark area.

    Paper may be grey, shaded and grained; specks, shadows, punch holes and black edges are no letters.
    """
    return not letters(page) and not dark_areas(page)


def letters(page: Image) -> int:
    """How many marks on the page are of a letter's size, shape and darkness."""
    height, width = page.shape
    half = (max(width // 2, 1), max(height // 2, 1))
    small = cv2.resize(page, half, interpolation=cv2.INTER_AREA)
    if float(small.max()) - float(small.min()) < _INK:
        return 0
    # The paper's tone around each place: the lightest tone of its neighbourhood, letters being smaller than that.
    coarse = (max(half[0] // 8, 1), max(half[1] // 8, 1))
    tone = cv2.dilate(
        cv2.resize(small, coarse, interpolation=cv2.INTER_AREA),
        np.ones((_PAPER // 8 + 1, _PAPER // 8 + 1), np.uint8),
    )
    paper = cv2.resize(tone, half, interpolation=cv2.INTER_LINEAR)
    ink = (cv2.subtract(paper, small) > _INK).astype(np.uint8)
    _, _, wide, high, area = components(ink).T
    fit = (high >= _LOW) & (high <= _HIGH) & (wide <= 3 * _HIGH) & (np.maximum(wide, high) >= _LOW + 1)
    fit &= area > _LOW
    disc = (np.minimum(wide, high) >= _DISC) & (area >= 0.7 * wide * high)
    return int(np.count_nonzero(fit & ~disc))
