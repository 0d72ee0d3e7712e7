"""Light letters on dark are found and turned; dark words, pictures and redactions are left alone."""

import numpy as np
from PIL import Image, ImageOps

from pipeline.blank import is_blank
from pipeline.geometry import Box
from pipeline.negative import dark_areas, righted
from pipeline.views import prepare
from tests.makers import pasted, typed

NOTE = ("Copies of this paper went to the members", "and to the clerk, who kept a list of them")


def pixels(page: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    return np.array(page, dtype=np.uint8)


def test_a_dark_block_of_light_type_becomes_dark_on_light_and_nothing_moves() -> None:
    note = typed(NOTE, 32)
    page = pixels(pasted((typed(letters=32), (60, 60)), (ImageOps.invert(note), (100, 600))))
    (found,) = dark_areas(page)
    assert abs(found.box.left - 100) <= 4
    assert abs(found.box.bottom - (600 + note.height)) <= 4
    done = righted(page, [found])
    inside = done[610 : 590 + note.height, 110 : 90 + note.width]
    assert (inside == pixels(note)[10:-10, 10:-10]).all()
    outside = np.ones_like(page, dtype=bool)
    outside[590 : 610 + note.height, 90 : 110 + note.width] = False
    assert (done[outside] == page[outside]).all()


def test_the_place_of_each_dark_area_is_in_the_record_and_it_can_be_left_out() -> None:
    page = pixels(pasted((ImageOps.invert(typed(NOTE, 32)), (100, 100)), (typed(letters=32), (60, 600))))
    prepared = prepare(page)
    assert prepared.view.name == "invert"
    step = prepared.view.steps[0]
    box = Box(*(int(step.parameters[side]) for side in ("left", "top", "right", "bottom")))
    assert abs(box.left - 100) + abs(box.top - 100) <= 8
    assert prepare(page, skip=("invert",)).view.steps == ()


def test_type_redactions_and_pictures_are_left_alone() -> None:
    redacted = pixels(pasted((typed(NOTE, 32), (60, 60))))
    redacted[400:450, 100:700] = 0
    speckled = np.full((600, 900), 255, dtype=np.uint8)
    noise = np.random.default_rng(7).random((300, 500)) < 0.3
    speckled[100:400, 100:600] = np.where(noise, 255, 30)
    for page in (redacted, speckled, pixels(typed(NOTE, 20)), np.zeros((400, 300), np.uint8)):
        assert dark_areas(page) == []


def test_a_negative_of_a_page_is_not_blank_and_is_turned_whole() -> None:
    page = pixels(ImageOps.invert(typed(NOTE, 32)))
    assert not is_blank(page)
    prepared = prepare(page)
    assert prepared.view.name == "invert"
    assert np.median(prepared.pixels) == 255
