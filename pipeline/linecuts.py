"""Pictures of lines: cut out of a page's picture, upright, small enough that hundreds fit into one HTML file."""

import base64
import math
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.geometry import Box
from pipeline.record import Line, Page

_WIDEST, _TALLEST = 900, 300  # pixels; a mail can carry it, a reader can read it
_JPEG_QUALITY = 60

Picture = NDArray[Any]


class Cut(NamedTuple):
    """A picture of a line as a data: URI, with its size in pixels."""

    uri: str
    width: int
    height: int


def read_picture(path: Path | None) -> Picture | None:
    """A page's picture in grey as it lies in the file, or None where there is none that can be read."""
    try:
        data = np.fromfile(path, np.uint8) if path else None
    except OSError:
        return None
    if data is None or not data.size:
        return None
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)


def cut_line(picture: Picture, page: Page, line: Line) -> Cut | None:
    """The picture of `line`, with half its height around it; None where its place is not known.

    `picture` shows all of `page`, at any scale; lines of a page that lay on its side are turned upright.
    """
    if line.box is None or not page.width:
        return None
    turns = quarter_turns(page)
    margin = (line.box.width if turns % 2 else line.box.height) / 2
    scale = picture.shape[1] / page.width
    box = Box(
        math.floor((line.box.left - margin) * scale),
        math.floor((line.box.top - margin) * scale),
        math.ceil((line.box.right + margin) * scale),
        math.ceil((line.box.bottom + margin) * scale),
    ).within(picture.shape[1], picture.shape[0])
    if not box.width or not box.height:
        return None
    cut = np.rot90(picture[box.top : box.bottom, box.left : box.right], turns)
    height, width = cut.shape
    shrink = min(1.0, _WIDEST / width, _TALLEST / height)
    if shrink < 1:
        size = max(round(width * shrink), 1), max(round(height * shrink), 1)
        cut = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    encoded = cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1]
    uri = "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode("ascii")
    return Cut(uri, cut.shape[1], cut.shape[0])


def quarter_turns(page: Page) -> int:
    """How often the frame must be turned left for the text to stand upright, as it did in the view that was read."""
    if not page.views:
        return 0
    to_frame = page.views[0].transform
    return round(math.degrees(math.atan2(to_frame.d, to_frame.a)) / 90) % 4
