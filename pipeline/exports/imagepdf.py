"""A PDF of an image file: TIFF, PNG or JPEG in, a PDF with the image of each page embedded without loss out.

The bytes of a JPEG are taken as they are. Other images keep their pixels: black and white ones as CCITT group 4, what
faxes and archives use, others as Flate.
"""

import io
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, UnidentifiedImageError

from pipeline.errors import DocumentError
from pipeline.sources import JPEG

_WITHOUT_DPI = 200.0  # of images that do not tell; only the size of the sheet depends on it
# What the EXIF orientations do to the unit square, as PDF matrices (EXIF 2.3, tag 0x0112).
_TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_ORIENTATION = 0x0112
_COLOURS = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}


def image_pdf(path: Path, media_type: str, sizes: Sequence[tuple[int, int, float]]) -> pikepdf.Pdf:
    """A PDF with a page for each of `sizes`: width and height in pixels of the page's frame, and its dpi.

    Raises DocumentError where the file cannot be read.
    """
    pdf = pikepdf.new()
    try:
        with path.open("rb") as file, Image.open(file) as image:
            for number, (width, height, dpi) in enumerate(sizes):
                if number:
                    image.seek(number)
                turn = image.getexif().get(_ORIENTATION, 1)
                if media_type == JPEG:
                    stream = _jpeg(pdf, image, path.read_bytes())
                else:
                    image.load()
                    turn = image.getexif().get(_ORIENTATION, 1)  # a TIFF turns itself as it loads
                    stream = _lossless(pdf, image)
                unit = 72 / (dpi or _WITHOUT_DPI)
                _add_page(pdf, stream, (width * unit, height * unit), turn)
    except (OSError, ValueError, SyntaxError, EOFError, UnidentifiedImageError, Image.DecompressionBombError):
        raise DocumentError(f"{path} cannot be put into a PDF: its image is damaged.") from None
    return pdf


def _add_page(pdf: pikepdf.Pdf, image: pikepdf.Stream, size: tuple[float, float], turn: int) -> None:
    a, b, c, d, e, f = _TURNS.get(turn, _TURNS[1])
    wide, high = size
    matrix = (a * wide, b * high, c * wide, d * high, e * wide, f * high)
    content = "q " + " ".join(f"{number:.4f}" for number in matrix) + " cm /Scan Do Q"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=[0, 0, round(wide, 4), round(high, 4)],
        Resources=Dictionary(XObject=Dictionary(Scan=image)),
        Contents=pdf.make_stream(content.encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _jpeg(pdf: pikepdf.Pdf, image: Image.Image, data: bytes) -> pikepdf.Stream:
    stream = _image(pdf, data, image.size, image.mode, 8, Name.DCTDecode)
    if image.mode == "CMYK" and "adobe" in image.info:  # Adobe's inks are written as their opposite
        stream.Decode = Array([1, 0] * 4)
    return stream


def _lossless(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    if image.mode == "1":
        return _group4(pdf, image)
    if image.mode.startswith("I") or image.mode == "F":
        samples = np.asarray(image.convert("I")).clip(0, 0xFFFF).astype(">u2").tobytes()
        return _image(pdf, zlib.compress(samples), image.size, "L", 16, Name.FlateDecode)
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    plain = image if image.mode in _COLOURS else image.convert("L" if image.mode == "LA" else "RGB")
    stream = _image(pdf, zlib.compress(plain.tobytes()), image.size, plain.mode, 8, Name.FlateDecode)
    if see_through:
        alpha = image.convert("RGBA").getchannel("A")
        stream.SMask = _image(pdf, zlib.compress(alpha.tobytes()), image.size, "L", 8, Name.FlateDecode)
    return stream


def _group4(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    """A black and white image as one strip of CCITT group 4, written by libtiff."""
    tiff = io.BytesIO()
    image.save(tiff, "TIFF", compression="group4", tiffinfo={278: image.height})
    with Image.open(tiff) as written:
        tags = written.tag_v2  # type: ignore[attr-defined] # a TIFF's
        (start,), (length,) = tags[273], tags[279]
        black_is_one = tags[262] == 0
    stream = _image(pdf, tiff.getvalue()[start : start + length], image.size, "1", 1, Name.CCITTFaxDecode)
    stream.DecodeParms = Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=not black_is_one)
    return stream


def _image(
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], mode: str, bits: int, filter_name: Name
) -> pikepdf.Stream:
    stream = pdf.make_stream(data)
    stream.stream_dict = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=_COLOURS[mode],
        BitsPerComponent=bits,
        Filter=filter_name,
    )
    return stream
