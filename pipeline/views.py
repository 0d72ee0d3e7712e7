"""Views: a page's image brought to what the engine reads best, decided by measuring that page.

An image goes in; a turned, straightened, rescaled copy comes out, with the transform back to the page's frame.
Images are 8-bit grey arrays of shape (height, width), black ink on white paper.
"""

import math
from collections.abc import Collection

import cv2
import msgspec
import numpy as np

from pipeline import film, negative, perforations
from pipeline.components import components
from pipeline.geometry import Affine, Box
from pipeline.looks import Image, Letters
from pipeline.record import Step, View
from pipeline.steps import ReadStep

BEST_CAPITALS = 24.0  # pixels; accuracy is flat from 20 to 32 (docs/accuracy.md, letter height)
READABLE_CAPITALS = (18.0, 36.0)  # inside it a page is left alone

_CLEAR_PEAK = 0.2  # of all letters' weight, within one pixel of the most frequent height
_SKEW_SEARCH = 5.0  # degrees either way; beyond it pages are turned, not skewed
_SKEW_WORTH = 0.4  # degrees; Tesseract follows a smaller slope by itself (docs/accuracy.md, skew)
_MEASURED_WIDTH = 900  # pixels; enough for the slope of lines, and quick


class Prepared(msgspec.Struct, frozen=True):
    """A view's pixels, its record, the height of capital letters in it where that can be told, and whether the page
    is a copy from film: black and white alone, in a black frame.

    `source` are the pixels that were scaled and straightened, where they were, `from_source` the way from there to
    the view's, and `letters` were measured in `source`.
    """

    pixels: Image
    view: View
    capitals: float | None = None
    film: bool = False
    letters: Letters | None = None
    source: Image | None = None
    from_source: Affine = Affine()


def letters(page: Image) -> Letters:
    """The connected components of a page that may be letters, all in pixels."""
    _, ink = cv2.threshold(page, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    found = components(ink.astype(np.uint8))
    width, height, area = found[:, 2], found[:, 3], found[:, 4]
    alike = (height >= 5) & (height <= 120) & (width >= 0.15 * height) & (width <= 1.8 * height)
    return found[alike & (area >= 0.15 * width * height)]


def capital_height(found: Letters) -> float | None:
    """The height of capital letters in pixels, from the histogram of a page's components.

    None where there are too few letters to tell. Source: measured against truth in docs/accuracy.md.
    """
    heights = found[:, 3]
    if len(heights) < 60:
        return None
    counts = np.bincount(heights, minlength=125).astype(float)
    # Weighed by the square of the height, letters outweigh the speckle of a bad copy.
    weights = np.convolve(counts * np.arange(len(counts)) ** 2, [0.25, 0.5, 0.25], mode="same")
    mode = int(np.argmax(weights))
    if weights[mode - 1 : mode + 2].sum() < _CLEAR_PEAK * weights.sum():
        return None
    band = counts[math.ceil(1.2 * mode) : math.floor(1.7 * mode) + 1]
    # Many taller letters: the mode is the height of x, and the band above it holds the capitals.
    if band.sum() >= 0.15 * counts[mode - 2 : mode + 3].sum():
        return float(math.ceil(1.2 * mode) + int(np.argmax(band)))
    return float(mode)


def skew(page: Image) -> float:
    """How far lines of text climb to the right, in degrees; 0.0 where no slope stands out.

    The slope whose projection profile is sharpest, after W. Postl, "Detection of linear oblique structures and
    skew scan in digitized documents", ICPR 1986.
    """
    scale = min(_MEASURED_WIDTH / max(page.shape), 1.0)
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, ink = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    # Frames and rules would outshout the letters: keep what is of letters' size.
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    small_enough = (stats[:, 2] < 60) & (stats[:, 3] < 40)
    small_enough[0] = False
    ink = np.where(small_enough[labels], 255, 0).astype(np.uint8)
    if count < 60:
        return 0.0
    height, width = ink.shape

    def sharpness(degrees: float) -> float:
        slope = math.tan(math.radians(degrees))
        sheared = cv2.warpAffine(
            ink,
            np.array([[1, 0, 0], [slope, 1, -slope * width / 2]]),
            (width, height),
            flags=cv2.INTER_NEAREST,
        )
        profile = cv2.reduce(sheared, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0].astype(np.float64)
        return float(np.square(np.diff(profile)).sum())

    coarse = {
        step / 2: sharpness(step / 2) for step in range(int(-2 * _SKEW_SEARCH), int(2 * _SKEW_SEARCH) + 1)
    }
    best = max(coarse, key=lambda degrees: (coarse[degrees], -abs(degrees)))
    fine = {best + step / 10: sharpness(best + step / 10) for step in range(-4, 5)}
    best = max(fine, key=lambda degrees: (fine[degrees], -abs(degrees)))
    return best if fine[best] > 1.1 * coarse[0.0] else 0.0


def prepare(page: Image, quarter_turns: int = 0, skip: Collection[ReadStep] = ()) -> Prepared:
    """The view of a page that the engine shall read; `quarter_turns` clockwise come first, steps in `skip` not at all."""
    pixels, forward, steps = page, Affine(), []
    small = negative.quarter(page)
    black = film.frame(page, small) if "unframe" not in skip else None
    inside = film.inside(black) if black is not None else None
    if black is not None and inside:
        pixels = page.copy()
        pixels[black > 0] = int(np.median(page[black == 0]))
        pixels = np.ascontiguousarray(pixels[inside.top : inside.bottom, inside.left : inside.right])
        forward = Affine.shift(-inside.left, -inside.top)
        steps.append(step_at("unframe", inside))
    dark = negative.dark_areas(pixels, small if pixels is page else None) if "invert" not in skip else []
    if dark:
        pixels = negative.righted(pixels, dark)
        steps += [step_at("invert", area.box) for area in dark]
    if quarter_turns % 4:
        pixels, turn = turned(pixels, quarter_turns % 4)
        forward = forward.then(turn)
        steps.append(Step("turn", {"degrees": 90.0 * (quarter_turns % 4)}))
    found = letters(pixels)
    capitals = capital_height(found)
    if capitals and "perforations" not in skip:
        punched = perforations.dots(found, capitals)
        if punched.any():
            pixels = perforations.without(pixels, found[punched])
            found = found[~punched]
            steps.append(Step("perforations", {"dots": float(np.count_nonzero(punched))}))
    source, upright = pixels, forward
    if capitals and "scale" not in skip and not is_readable(capitals):
        pixels, scaling = scaled(pixels, BEST_CAPITALS / capitals)
        forward = forward.then(scaling)
        steps.append(Step("scale", {"factor": scaling.a, "capitals": capitals}))
        capitals = BEST_CAPITALS
    degrees = skew(pixels) if "deskew" not in skip else 0.0
    if abs(degrees) >= _SKEW_WORTH:
        pixels, rotation = _rotated(pixels, degrees)
        forward = forward.then(rotation)
        steps.append(Step("deskew", {"degrees": degrees}))
    is_film = inside is not None and capitals is not None and film.is_bilevel(page)
    if is_film and capitals and "grain" not in skip:
        pixels = film.without_grain(pixels, capitals)
        steps.append(Step("grain", {"capitals": capitals}))
    name = "+".join(dict.fromkeys(step.name for step in steps)) or "page"
    view = View(name, tuple(steps), forward.inverse())
    return Prepared(pixels, view, capitals, is_film, found, source, upright.inverse().then(forward))


def is_readable(capitals: float) -> bool:
    """Whether letters of this height are read as well as any."""
    return READABLE_CAPITALS[0] <= capitals <= READABLE_CAPITALS[1]


def step_at(name: str, box: Box) -> Step:
    """A step that concerns one place, given in the pixels that it was done on."""
    sides = zip(("left", "top", "right", "bottom"), msgspec.structs.astuple(box), strict=True)
    return Step(name, {side: float(pixel) for side, pixel in sides})


def turned(pixels: Image, quarter_turns: int) -> tuple[Image, Affine]:
    """The image turned clockwise, and where its points go."""
    height, width = pixels.shape
    shift = {1: (height, 0), 2: (width, height), 3: (0, width)}[quarter_turns]
    done = np.ascontiguousarray(np.rot90(pixels, -quarter_turns))
    exact = {1: (0.0, -1.0, 1.0, 0.0), 2: (-1.0, 0.0, 0.0, -1.0), 3: (0.0, 1.0, -1.0, 0.0)}[quarter_turns]
    a, b, d, e = exact
    return done, Affine(a, b, float(shift[0]), d, e, float(shift[1]))


def scaled(pixels: Image, factor: float) -> tuple[Image, Affine]:
    """The image `factor` times as large, and where its points go."""
    height, width = pixels.shape
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    done = np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)
    return done, Affine.scaling(size[0] / width, size[1] / height)


def warped(pixels: Image, forward: Affine, size: tuple[int, int]) -> Image:
    """The image where `forward` takes it, `size` wide and high, on paper of its own tone."""
    scale = math.hypot(forward.a, forward.d)
    if scale < 0.75:  # warpAffine would pass over strokes
        pixels, smaller = scaled(pixels, scale)
        forward = smaller.inverse().then(forward)
    # warpAffine maps centres of pixels; the frame's origin is the outer corner of the first one.
    centred = Affine.shift(0.5, 0.5).then(forward).then(Affine.shift(-0.5, -0.5))
    matrix = np.array([[centred.a, centred.b, centred.c], [centred.d, centred.e, centred.f]])
    paper = (float(np.median(pixels)),)
    done = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=paper)
    return np.asarray(done, dtype=np.uint8)


def _rotated(pixels: Image, degrees: float) -> tuple[Image, Affine]:
    """Turn the page clockwise by `degrees` on a canvas that holds all of it, on paper of its own tone."""
    height, width = pixels.shape
    rotation = Affine.rotation(degrees)
    corners = [rotation.point(x, y) for x in (0, width) for y in (0, height)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners), max(y for _, y in corners)
    forward = rotation.then(Affine.shift(-left, -top))
    matrix = np.array([[forward.a, forward.b, forward.c], [forward.d, forward.e, forward.f]])
    size = (math.ceil(right - left), math.ceil(bottom - top))
    paper = float(np.median(pixels))
    turned = cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return np.asarray(turned, dtype=np.uint8), forward
