"""The connected components of a page's ink: a picture of ink in, the box and size of each component out.

OpenCV finds components in a few milliseconds, but takes five times as long to measure them, since it adds up the place of every
pixel of the page. Measured by runs of ink, of which a page has far fewer, they are the same (docs/speed.md).
"""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.looks import Image, Letters


def components(ink: Image) -> Letters:
    """The components of what is not 0 (touching corners count), in the order in which they begin: left, top, width,
    height and area of each, in pixels.
    """
    return labelled(ink)[1][1:]


def labelled(ink: Image) -> tuple[npt.NDArray[np.int32], Letters]:
    """The number of each pixel's component, 0 where there is none, and what `components` says of each, under its number;
    that of 0 means nothing.
    """
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    height, width = ink.shape
    # A column of paper ends every row, so that no run goes on in the next one.
    rows = np.zeros((height, width + 1), bool)
    rows[:, :width] = ink
    flat = rows.ravel()
    bounds = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        bounds = np.concatenate(([0], bounds))
    begins, lengths = bounds[::2], bounds[1::2] - bounds[::2]
    y, x = np.divmod(begins, width + 1)
    of = labels[y, x].astype(np.intp)
    left, top = np.full(count, width), np.full(count, height)
    right, bottom = np.zeros(count, int), np.zeros(count, int)
    np.minimum.at(left, of, x)
    np.maximum.at(right, of, x + lengths)
    np.minimum.at(top, of, y)
    np.maximum.at(bottom, of, y + 1)
    area = np.bincount(of, lengths, minlength=count)
    found = np.stack([left, top, right - left, bottom - top, area], axis=1)
    return labels.astype(np.int32, copy=False), found.astype(np.int32)
