"""Single lines cut out of a view, straightened and brought to one letter height."""

import math
from collections.abc import Sequence

import cv2
import msgspec
import numpy as np

from pipeline.geometry import Affine, Box
from pipeline.looks import Image, Seen

PADDING = 0.35  # of the capitals' height around a line (docs/accuracy.md, second looks)
END = 1.2  # the same right of a line's end, where a box may leave out a hyphen or a full stop (there, too)
_LARGEST = (
    8192,
    512,
)  # pixels wide and high; no line of type is larger, and engines have limits of their own
_STEEPEST = math.tan(math.radians(3))


class Crop(msgspec.Struct, frozen=True):
    """The pixels of one line, and the transform that leads from them to the view they were cut from."""

    pixels: Image
    to_view: Affine


def cut(
    pixels: Image,
    box: Box,
    capitals: float,
    wanted: float,
    slope: float = 0.0,
    beside: tuple[float, float] = (PADDING, PADDING),
) -> Crop:
    """The line in `box`, whose capitals are `capitals` high, with capitals of `wanted` pixels.

    `slope` is how far the line falls, in pixels a pixel; it is sheared level. `beside` is the padding to its left and
    right, in capitals.
    """
    left, top = box.left - beside[0] * capitals, box.top - PADDING * capitals
    whole = (box.width + sum(beside) * capitals, box.height + 2 * PADDING * capitals)
    factor = min(wanted / capitals, *(most / side for most, side in zip(_LARGEST, whole, strict=True)))
    width, height = (math.ceil(side * factor) for side in whole)
    level = Affine(d=-slope, f=slope * (box.left + box.right) / 2)
    forward = level.then(Affine.shift(-left, -top)).then(Affine.scaling(factor, factor))
    # warpAffine maps centres of pixels; the frame's origin is the outer corner of the first one.
    centred = Affine.shift(0.5, 0.5).then(forward).then(Affine.shift(-0.5, -0.5))
    matrix = np.array([[centred.a, centred.b, centred.c], [centred.d, centred.e, centred.f]])
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_LINEAR
    warped = cv2.warpAffine(
        pixels, matrix, (max(width, 1), max(height, 1)), flags=how, borderMode=cv2.BORDER_REPLICATE
    )
    return Crop(np.asarray(warped, dtype=np.uint8), forward.inverse())


def cut_line(
    pixels: Image,
    words: Sequence[Seen],
    capitals: float,
    wanted: float,
    ends: bool = False,
    line: Sequence[Seen] = (),
) -> Crop:
    """The line of these words, or their part of the whole `line`; there is room to its right where it `ends` with them.

    A box that swallows a stamp, a punched hole or the neighbour line tells neither its height nor its slope: it would
    slant the crop into that line. Then the rest of the line tells the slope.
    """
    beside = (PADDING, END if ends else PADDING)
    own = _of_one_line(words)
    slope = _slope(words if len(own) == len(words) else _of_one_line(line or words))
    left, right = min(word.box.left for word in words), max(word.box.right for word in words)
    middle = (left + right) / 2
    level = [
        (word.box.top - shift, word.box.bottom - shift)
        for word in own
        for shift in (slope * ((word.box.left + word.box.right) / 2 - middle),)
    ]
    top, bottom = min(each[0] for each in level), max(each[1] for each in level)
    box = Box(left, math.floor(top), right, math.ceil(bottom))
    return cut(pixels, box, capitals, wanted, slope, beside)


def _of_one_line(words: Sequence[Seen]) -> list[Seen]:
    """Those whose boxes are about as high as most: one that swallows its neighbour line is far higher."""
    usual = float(np.median([word.box.height for word in words]))
    return [word for word in words if word.box.height <= 1.6 * usual]


def _slope(words: Sequence[Seen]) -> float:
    """The median fall of the words' lower edges, between words at least a third of the line apart."""
    if len(words) < 4:
        return 0.0
    span = max(word.box.right for word in words) - min(word.box.left for word in words)
    falls = [
        (two.box.bottom - one.box.bottom) / (two.box.left - one.box.left)
        for at, one in enumerate(words)
        for two in words[at + 1 :]
        if two.box.left - one.box.left > span / 3
    ]
    slope = float(np.median(falls)) if falls else 0.0
    return slope if abs(slope) <= _STEEPEST else 0.0
