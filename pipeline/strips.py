"""Where a line lies on its page's picture, in shares of it: so that a page cut into lines needs one picture alone.

A page and its lines go in, places for HTML come out; the browser cuts. All is told upright, as the text was read.
"""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from pipeline.geometry import Box, around
from pipeline.linecuts import quarter_turns, read_picture
from pipeline.record import Line, Page

_MARGIN = 0.2  # of a line's height, above and below it
_QUALITY = 45  # of the JPEG of a page that had to be turned
_JPEG = b"\xff\xd8"  # how every JPEG file begins


class Strip(NamedTuple):
    """A window on a page's picture: its shape (width over height), and the picture's width and place in it, in percent.

    `left` and `width` are in percent of the window's width, `top` of its height.
    """

    ratio: float
    width: float
    left: float
    top: float


class Spot(NamedTuple):
    """A box within a window or on a page, in percent of its sides; `name` says what it marks."""

    name: str
    left: float
    top: float
    width: float
    height: float


def size(page: Page) -> tuple[int, int]:
    """Width and height of the page when it stands upright."""
    return (page.height, page.width) if quarter_turns(page) % 2 else (page.width, page.height)


def upright(box: Box, page: Page) -> Box:
    """A box of the page's frame where it lies when the page stands upright."""
    turns = quarter_turns(page)
    width, height = page.width, page.height
    for _ in range(turns):  # to the left, each time
        box = Box(box.top, width - box.right, box.bottom, width - box.left)
        width, height = height, width
    return box


def column(page: Page) -> tuple[int, int]:
    """The left and right end of all that was read on a page, with some paper around: every strip is as wide."""
    boxes = [upright(line.box, page) for line in page.lines if line.box]
    width, _ = size(page)
    margin = round(width * 0.02)
    left = min((box.left for box in boxes), default=0) - margin
    right = max((box.right for box in boxes), default=width) + margin
    return max(left, 0), min(max(right, left + 1), width)


def window(page: Page, box: Box, ends: tuple[int, int]) -> Box:
    """The part of an upright page that shows `box`: between `ends`, with some paper above and below."""
    margin = max(round(box.height * _MARGIN), 2)
    _, height = size(page)
    return Box(ends[0], max(box.top - margin, 0), ends[1], min(box.bottom + margin, height))


def strip(page: Page, view: Box) -> Strip:
    """How the page's picture lies behind the window `view`."""
    width, _ = size(page)
    across, down = max(view.width, 1), max(view.height, 1)
    return Strip(
        round(across / down, 3),
        round(100 * width / across, 2),
        round(-100 * view.left / across, 2),
        round(-100 * view.top / down, 2),
    )


def spot(name: str, box: Box, view: Box) -> Spot | None:
    """Where an upright box shows in a window; None where it does not."""
    inside = Box(
        max(box.left, view.left),
        max(box.top, view.top),
        min(box.right, view.right),
        min(box.bottom, view.bottom),
    )
    if inside.width <= 0 or inside.height <= 0:
        return None
    across, down = max(view.width, 1), max(view.height, 1)
    return Spot(
        name,
        round(100 * (inside.left - view.left) / across, 2),
        round(100 * (inside.top - view.top) / down, 2),
        round(100 * inside.width / across, 2),
        round(100 * inside.height / down, 2),
    )


def box_of(line: Line, start: int, end: int) -> Box | None:
    """The box in the page's frame around the words of `line` that start:end touches; None where they have no places."""
    return around(word.box for word in line.words if word.box and word.start < end and start < word.end)


def upright_picture(path: Path, page: Page) -> bytes | None:
    """The page's JPEG file, turned so that its text stands upright; None where there is none that can be read."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    turns = quarter_turns(page)
    if not turns:
        return data if data.startswith(_JPEG) else None
    picture = read_picture(path)
    if picture is None:
        return None
    encoded = cv2.imencode(".jpg", np.rot90(picture, turns), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return encoded.tobytes()
