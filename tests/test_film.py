"""Copies from film: frames are cut off, grain goes, letters and points stay."""

import numpy as np
import pytest

from pipeline import film
from pipeline.geometry import Box
from pipeline.views import prepare
from tests.makers import typed


def framed(sides: str = "tblr") -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    page = np.array(typed(), dtype=np.uint8)
    page = np.where(page < 128, 0, 255).astype(np.uint8)
    strips = {"t": np.s_[:60, :], "b": np.s_[-60:, :], "l": np.s_[:, :60], "r": np.s_[:, -60:]}
    page = np.pad(page, 80, constant_values=255)
    for side in sides:
        page[strips[side]] = 0
    return page


def test_a_frame_is_cut_off_and_places_lead_back() -> None:
    page = framed()
    prepared = prepare(page)
    assert prepared.view.steps[0].name == "unframe"
    height, width = prepared.pixels.shape
    inside = prepared.view.transform.box(Box(0, 0, width, height))
    assert 55 <= inside.left <= 75
    assert 55 <= page.shape[1] - inside.right <= 75
    assert (prepared.pixels[:3] > 128).all()


@pytest.mark.parametrize("sides", ["", "l", "tr"])
def test_a_shadow_along_a_side_or_two_is_no_frame(sides: str) -> None:
    assert film.frame(framed(sides)) is None


def test_a_black_page_is_left_alone() -> None:
    black = np.zeros((300, 200), dtype=np.uint8)
    mask = film.frame(black)
    assert mask is None or film.inside(mask) is None


def test_black_and_white_is_told_from_grey() -> None:
    assert film.is_bilevel(framed())
    assert not film.is_bilevel(np.full((100, 100), 200, dtype=np.uint8))


def test_grain_goes_and_the_points_beside_letters_stay() -> None:
    page = np.full((200, 400), 255, dtype=np.uint8)
    page[100:124, 100:115] = page[100:124, 120:135] = 0  # two letters
    page[120:124, 140:144] = 0  # their full stop
    page[40:44, 300:304] = 0  # grain
    page[20:40, 30:40] = 0  # a mark as large as a letter, alone
    cleaned = film.without_grain(page, 24)
    assert (cleaned[95:130, 95:150] == page[95:130, 95:150]).all()
    assert (cleaned[:60] == 255).all()
