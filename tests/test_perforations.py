"""Punched words go and leave the text as it was; full stops, lists and letters are no punches."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.looks import Letters
from pipeline.perforations import dots, without
from pipeline.views import letters, prepare
from tests.makers import typed

ROWS = (
    "The committee met in the small room",
    "and read the minutes of last week.",
    "Nobody asked for more. So.",
)


def punched(
    page: Image.Image, left: int, top: int, size: int = 13, across: int = 5, down: int = 9
) -> Image.Image:
    """The outline of a punched letter or two: dots at the edges of a grid."""
    page = page.copy()
    draw = ImageDraw.Draw(page)
    for row in range(down):
        for column in range(across):
            if row in (0, down // 2, down - 1) or column in (0, across - 1):
                x, y = left + 18 * column, top + 18 * row
                draw.ellipse((x, y, x + size - 1, y + size - 1), fill=0)
    return page


def pixels(page: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.array(page, dtype=np.uint8)


def test_punched_dots_beside_the_text_are_painted_over_and_the_text_stays() -> None:
    text = typed(ROWS * 2, 32, size=(1200, 700))
    prepared = prepare(pixels(punched(text, 1000, 200)))
    (step,) = prepared.view.steps
    assert (step.name, step.parameters) == ("perforations", {"dots": 27.0})
    assert (prepared.pixels == pixels(text)).all()


def test_the_step_can_be_left_out() -> None:
    page = pixels(punched(typed(ROWS * 2, 32, size=(1200, 700)), 1000, 200))
    assert prepare(page, skip=("perforations",)).view.steps == ()


@pytest.mark.parametrize("letter", [20, 32, 60])
def test_type_and_its_full_stops_are_no_punches(letter: int) -> None:
    assert not dots(letters(pixels(typed(ROWS * 4, letter))), 0.7 * letter).any()


def test_a_list_of_bullets_and_a_leader_of_dots_are_no_punches() -> None:
    page = Image.new("L", (1200, 1600), 255)
    draw = ImageDraw.Draw(page)
    for place in [(60, 60 * row) for row in range(1, 25)] + [
        (200 + 18 * column, 100) for column in range(40)
    ]:
        draw.ellipse((*place, place[0] + 12, place[1] + 12), fill=0)
    assert not dots(letters(pixels(page)), 22).any()


def test_no_letters_no_punches() -> None:
    nothing: Letters = np.zeros((0, 5), dtype=np.int32)
    assert not dots(nothing, 24).any()
    page = pixels(typed(ROWS))
    assert (without(page, nothing) == page).all()
