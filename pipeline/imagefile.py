"""A page of an image file, TIFF, PNG or JPEG: its path and number go in, a grey image on disk comes out."""

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import DocumentError, PageError
from pipeline.options import ReadOptions
from pipeline.pageimage import PageImage


def rasterize_image(path: Path, number: int, folder: Path, options: ReadOptions) -> PageImage:
    """Write image `number` (from 1) of the file at `path` into `folder`, in grey and upright. Raises PageError."""
    with opened(path, PageError) as image:
        if number > 1:
            image.seek(number - 1)
        message = ""
        dpi = options.dpi or _plausible_dpi(image)
        whole = image.width * image.height
        if whole > options.max_pixels:
            # A JPEG's decoder can make it smaller by itself, which spares memory, but never as small as asked for.
            share = math.sqrt(options.max_pixels / whole)
            image.draft(None, (int(image.width * share), int(image.height * share)))
        grey = _grey(image)
        if grey.width * grey.height > options.max_pixels:
            share = math.sqrt(options.max_pixels / (grey.width * grey.height))
            size = (max(int(grey.width * share), 1), max(int(grey.height * share), 1))
            grey = grey.resize(size, Image.Resampling.BOX)
        if grey.width * grey.height < whole:
            share = math.sqrt(grey.width * grey.height / whole)
            message = f"made smaller by {share:.3f} to stay within {options.max_pixels} pixels"
            dpi *= share
    target = folder / f"{number:06d}_rasterize.pgm"
    grey.save(target)
    return PageImage(target, grey.width, grey.height, dpi, message)


# Sizes are limited here, page by page. Pillow refuses twice as many pixels as these: more fit into no worker's memory.
Image.MAX_IMAGE_PIXELS = 500_000_000
# Other warnings have no reader who could act upon them.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", module="PIL")


@contextmanager
def opened(path: Path, error_type: type[DocumentError] | type[PageError]) -> Iterator[Image.Image]:
    """Open an image file; whatever is wrong with it becomes a sentence."""
    try:
        # Given a path, Pillow 13 maps an uncompressed TIFF that lies on its side with its sides exchanged.
        with path.open("rb") as file, Image.open(file) as image:
            yield image
        return
    except UnidentifiedImageError:
        said = "its image is damaged or of an unknown make; save it again as TIFF or PNG"
    except Image.DecompressionBombError:
        said = "its image is too large to open; scan it at a lower resolution"
    except EOFError:
        said = "this page is missing from the file: it seems cut short"
    except (OSError, ValueError, SyntaxError, TypeError, KeyError) as error:
        told = (error.strerror if isinstance(error, OSError) else None) or error
        said = f"its image cannot be read ({told}); it may be cut short or damaged"
    raise error_type(f"{said}." if error_type is DocumentError else said)


def _grey(image: Image.Image) -> Image.Image:
    """The image in 8-bit grey, upright by its own account, as it looks on white paper."""
    image.load()  # Pillow turns a TIFF upright as it loads it, and all others on demand
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode.startswith("I") or image.mode == "F":
        # Pillow clips these to 255; the scanner meant the whole range.
        deep = np.asarray(image, dtype=np.float64)
        top = 65535.0 if image.mode.startswith("I") else float(deep.max() or 1)
        return Image.fromarray(np.clip(deep / top * 255, 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("L")
    return image.convert("L")


def _plausible_dpi(image: Image.Image) -> float:
    try:
        dpi = float(max(image.info.get("dpi", (0, 0))))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0
    return dpi if 50 <= dpi <= 2400 else 0.0
