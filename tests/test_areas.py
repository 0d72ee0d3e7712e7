"""Parts of a page whose type is of another size, or stands on its head, are read in views of their own."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.areas import Area, merged, odd_sizes, pays
from pipeline.geometry import Affine, Box
from pipeline.looks import Seen, SeenLine
from pipeline.ocr import read_page
from pipeline.pageimage import PageImage
from pipeline.record import Page, View
from pipeline.views import Prepared, prepare
from tests.makers import pasted, typed

BODY = (
    "The committee met in the small room on the second floor",
    "and read the minutes of last week before the vote",
    "was taken by hand. Nobody asked for the older papers",
)
NOTE = (
    "Copies of this paper went to the members of the board",
    "and to the clerk, who kept a list of all who had seen",
    "them. The list was burnt with the rest in the winter",
)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def read(folder: Path, page: Image.Image, skip: Sequence[str] = ()) -> Page:
    path = folder / "page.pgm"
    page.save(path)
    image = PageImage(path, page.width, page.height, 300)
    return read_page(image, 1, effort="fast", skip=skip)  # type: ignore[arg-type]


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines if line.text]


def assert_placed(page: Page, image: Image.Image, texts: Sequence[str]) -> None:
    """Each word of these lines lies on ink in the page's own frame."""
    ink = np.asarray(image) < 128
    words = [word for line in page.lines if line.text in texts for word in line.words]
    assert words
    for word in words:
        assert word.box
        assert ink[word.box.top : word.box.bottom, word.box.left : word.box.right].mean() > 0.05


def test_a_block_that_stands_on_its_head_is_read_at_its_place(tmp_path: Path) -> None:
    image = pasted(
        (typed(BODY, 32), (60, 60)), (typed(NOTE, 32).rotate(180), (60, 500)), (typed(BODY, 32), (60, 950))
    )
    page = read(tmp_path, image)
    assert lines(page) == [*BODY, *NOTE, *BODY]
    (area,) = page.views[1:]
    assert [step.name for step in area.steps] == ["area", "turn"]
    assert area.steps[1].parameters == {"degrees": 180.0}
    assert_placed(page, image, NOTE)
    left_alone = read(tmp_path, image, ["areas"])
    assert len(left_alone.views) == 1
    assert not set(NOTE) & set(lines(left_alone))


def test_small_type_below_large_type_is_read_at_its_own_scale(tmp_path: Path) -> None:
    large = tuple(half for line in BODY for half in (line[:24].strip(), line[24:].strip()))
    image = pasted((typed(large, 90), (60, 60)), (typed(NOTE, 26), (100, 1400)))
    page = read(tmp_path, image)
    assert lines(page) == [*large, *NOTE]
    assert_placed(page, image, NOTE)


def test_a_page_of_one_size_has_no_areas() -> None:
    page = np.asarray(typed((*BODY, *NOTE), 32))
    assert odd_sizes(prepare(page)) == []


def test_areas_of_another_size_are_found_with_the_height_of_their_capitals() -> None:
    page = np.asarray(pasted((typed(BODY, 32), (60, 60)), (typed(NOTE, 14), (100, 600))))
    ((box, capitals),) = odd_sizes(prepare(page))
    assert 600 < box.top < box.bottom < 600 + typed(NOTE, 14).height
    assert 9 <= capitals <= 11


def seen(text: str, confidence: float) -> Seen:
    return Seen(text, Box(0, 0, 10, 10), confidence)


def test_a_second_reading_pays_where_it_says_more_and_more_surely() -> None:
    first = [seen("garble", 40)]
    assert pays(first, [seen("letters", 80)])
    assert pays([], [seen("letters", 80)])
    assert not pays(first, [seen("a", 99)])
    assert not pays([], [seen("scribbling", 60)])
    assert not pays(first, [seen("much longer text", 39)])
    assert not pays(first, [seen("." * 80, 90)])


def test_the_lines_of_an_area_stand_where_its_place_was() -> None:
    def line(text: str, paragraph: int) -> SeenLine:
        return SeenLine(paragraph, (seen(text, 90),))

    nothing = Prepared(np.zeros((1, 1), np.uint8), View("page"))
    area = Area(nothing, Affine.shift(5, 7), (line("in", 0), line("side", 0)), 1)
    done = merged([line("above", 0), line("below", 1)], [area])
    assert [each.text for each in done] == ["above", "in", "side", "below"]
    assert done[1].words[0].box == Box(5, 7, 15, 17)
    assert done[1].paragraph == done[2].paragraph
    assert done[1].paragraph not in (0, 1)
