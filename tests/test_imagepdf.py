"""Images put into a PDF: what Poppler draws of each is what stands in the file, whatever its colours and turn."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from pipeline.errors import DocumentError
from pipeline.exports.imagepdf import image_pdf

WIDE, HIGH = 60, 40
CHANCE = np.random.default_rng(3)


def coloured() -> Image.Image:
    """Four fields of different colours, so that no turn leaves it the same."""
    pixels = np.zeros((HIGH, WIDE, 3), np.uint8)
    pixels[:20, :30], pixels[:20, 30:], pixels[20:, :30] = (250, 10, 10), (10, 200, 10), (20, 30, 220)
    return Image.fromarray(pixels)


def drawn(path: Path, media_type: str, size: tuple[int, int], pages: int = 1) -> list[Image.Image]:
    """The pages of the PDF as Poppler draws them, a pixel for each of the image's."""
    made = path.with_suffix(".pdf")
    with image_pdf(path, media_type, [(*size, 72.0)] * pages) as pdf:
        pdf.save(made)
    shown = []
    for number in range(1, pages + 1):
        told = subprocess.run(
            ["pdftoppm", "-r", "72", "-f", str(number), "-l", str(number), made],
            capture_output=True,
            check=True,
        )
        shown.append(Image.open(io.BytesIO(told.stdout)).convert("RGB"))
    return shown


def far(one: Image.Image, other: Image.Image) -> float:
    """How far two images are apart in the middle of their fields, in levels of 255."""
    assert one.size == other.size
    pairs = [np.asarray(image.convert("RGB"), float)[5:-5:10, 5:-5:10] for image in (one, other)]
    return float(np.abs(pairs[0] - pairs[1]).max())


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_shown_as_it_is(tmp_path: Path, mode: str) -> None:
    image = coloured()
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L"), np.uint16) * 257)
        expected = coloured().convert("L")
    else:
        image = image.quantize() if mode == "P" else image.convert(mode, dither=Image.Dither.NONE)
        expected = image
    image.save(tmp_path / "a.tif")
    (shown,) = drawn(tmp_path / "a.tif", "image/tiff", image.size)
    assert far(shown, expected) < (100 if mode == "CMYK" else 3)  # inks are no exact colours


def test_what_is_transparent_lets_the_paper_through(tmp_path: Path) -> None:
    image = coloured().convert("RGBA")
    image.putalpha(Image.fromarray(np.full((HIGH, WIDE), 0, np.uint8)))
    image.save(tmp_path / "a.png")
    (shown,) = drawn(tmp_path / "a.png", "image/png", image.size)
    assert far(shown, Image.new("RGB", image.size, "white")) < 3


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path, turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    coloured().save(tmp_path / "a.jpg", quality=95, subsampling=0, exif=exif)
    with Image.open(tmp_path / "a.jpg") as file:
        upright = ImageOps.exif_transpose(file)
    (shown,) = drawn(tmp_path / "a.jpg", "image/jpeg", upright.size)
    assert far(shown, upright) < 12


def test_every_page_of_a_tiff_is_there(tmp_path: Path) -> None:
    pages = [coloured(), ImageOps.mirror(coloured())]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    for shown, page in zip(drawn(tmp_path / "a.tif", "image/tiff", (WIDE, HIGH), 2), pages, strict=True):
        assert far(shown, page) < 3


def test_a_damaged_image_is_told_by_a_sentence(tmp_path: Path) -> None:
    noise = Image.fromarray(CHANCE.integers(0, 256, (HIGH, WIDE, 3), np.uint8))
    noise.save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    for left in (b"rubbish", whole[: len(whole) // 2]):
        (tmp_path / "a.png").write_bytes(left)
        with pytest.raises(DocumentError, match=r"a\.png cannot be put into a PDF: its image is damaged\.$"):
            image_pdf(tmp_path / "a.png", "image/png", [(WIDE, HIGH, 72.0)])
