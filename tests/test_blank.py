"""Empty paper is told from paper with letters, whatever its tone, grain, shadows and holes."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipeline.blank import is_blank, letters
from pipeline.looks import Image as Pixels
from tests.makers import typed

SIZE = (1275, 1650)


def paper(tone: int = 235, grain: float = 6) -> Image.Image:
    noise = np.random.default_rng(1).normal(tone, grain, (SIZE[1], SIZE[0]))
    return Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))


def pixels(page: Image.Image) -> Pixels:
    return np.asarray(page, dtype=np.uint8)


def specks(page: Image.Image) -> None:
    draw = ImageDraw.Draw(page)
    for x, y in np.random.default_rng(2).integers(0, 1250, (400, 2)):
        draw.rectangle((x, y, x + 2, y + 1), fill=40)


def holes(page: Image.Image) -> None:
    draw = ImageDraw.Draw(page)
    for middle in (400, 825, 1250):
        draw.ellipse((40, middle - 22, 84, middle + 22), fill=20)


def black_edges(page: Image.Image) -> None:
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, 0, 14, SIZE[1]), fill=10)
    draw.rectangle((0, 0, SIZE[0], 9), fill=10)


def shade(page: Image.Image) -> None:
    falling = Image.linear_gradient("L").rotate(90).resize(SIZE)
    page.paste(Image.blend(page, falling, 0.4))


def show_through(page: Image.Image) -> None:
    back = typed(["What stands on the other side"] * 9, 30, SIZE).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    page.paste(Image.blend(page, back.filter(ImageFilter.GaussianBlur(3)), 0.12))


@pytest.mark.parametrize("spoil", [specks, holes, black_edges, shade, show_through])
@pytest.mark.parametrize("tone", [235, 150])
def test_empty_paper_is_blank_whatever_lies_on_it(spoil: Callable[[Image.Image], None], tone: int) -> None:
    page = paper(tone)
    spoil(page)
    assert is_blank(pixels(page))


@pytest.mark.parametrize("text", ["5", "I", "TOP SECRET", "- 2 -"])
@pytest.mark.parametrize(("height", "ink"), [(12, 0), (40, 150), (150, 60)])
def test_a_single_sign_makes_a_page(text: str, height: int, ink: int) -> None:
    assert not is_blank(pixels(typed([text], height, SIZE, ink)))


def test_white_letters_on_black_are_letters() -> None:
    page = typed(["BACKGROUND BOOK"], 60, SIZE)
    assert not is_blank(255 - pixels(page))


def test_letters_are_counted() -> None:
    assert letters(pixels(typed(["5 6 7 8"], 40, SIZE))) == 4
