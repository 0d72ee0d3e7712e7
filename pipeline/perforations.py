"""Marks punched through a page: words made of round dots, which lie over the text or beside it.

A page that was declassified at a counter has the word punched into it, often twice. Its dots are read as rows of
points, and part the lines that they stand between. Dots that touch a letter stay: taking them out would take of it.
"""

import numpy as np
import numpy.typing as npt

from pipeline.looks import Image, Letters

_SIZES = (0.35, 0.75)  # of the capitals' height, across; a full stop is smaller, a small o larger and hollow
_ROUND = 0.7  # of its box a disc fills pi / 4
_FEWEST = 20  # dots that stand alone: three punched letters
_MOST = 3000  # beyond it they are the screen of a picture
_NEAR = 2.0  # diameters from one dot to the next
_UPRIGHT = 0.25  # of the dots have one above or below them, at least


def dots(found: Letters, capitals: float) -> npt.NDArray[np.bool_]:
    """Which of a page's components are dots of punched words; none unless there are several letters of them."""
    left, top, width, height, area = found.T
    least, most = (share * capitals for share in _SIZES)
    alone = (
        (width >= least) & (width <= most) & (np.abs(width - height) <= 2) & (area >= _ROUND * width * height)
    )
    none = np.zeros(len(found), dtype=bool)
    if not _FEWEST <= np.count_nonzero(alone) <= _MOST:
        return none
    # Punches are all of one size; letters whose insides have run together are of many.
    size = int(np.argmax(np.convolve(np.bincount(width[alone]), [1, 1, 1], mode="same")))
    same = np.flatnonzero(alone & (np.abs(width - size) <= 1) & (np.abs(height - size) <= 2))
    places = np.stack([left + width / 2, top + height / 2], axis=1)[same]
    apart = np.abs(places[:, None] - places[None])
    near = np.linalg.norm(apart, axis=2) <= _NEAR * size
    np.fill_diagonal(near, False)
    # Dots stand above each other as close as side by side; letters, however much like dots, do not.
    above = (near & (apart[:, :, 1] > apart[:, :, 0])).any(axis=1)
    near = near.any(axis=1)
    if np.count_nonzero(near) < _FEWEST or np.count_nonzero(above) < _UPRIGHT * len(same):
        return none
    none[same[near]] = True
    return none


def without(page: Image, found: Letters) -> Image:
    """The page with these components painted over."""
    done, paper = page.copy(), int(np.median(page))
    for left, top, width, height, _ in found:
        done[max(top - 1, 0) : top + height + 1, max(left - 1, 0) : left + width + 1] = paper
    return done
