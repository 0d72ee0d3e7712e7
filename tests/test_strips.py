"""Windows on a page's picture: where they lie, upright, and which picture they look through."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.geometry import Affine, Box
from pipeline.record import Line, Page, View, Word
from pipeline.store import Store
from pipeline.strips import column, size, spot, strip, upright, upright_picture, window

UPRIGHT = Box(100, 100, 300, 140)


def turned(degrees: int) -> Page:
    """An upright page of 1600 by 1000 that lay on its side when it was scanned, with one word at UPRIGHT."""
    shift = {0: (0, 0), 90: (1000, 0), 180: (1600, 1000), 270: (0, 1600)}[degrees]
    transform = Affine.rotation(degrees).then(Affine.shift(*shift))
    width, height = (1000, 1600) if degrees % 180 else (1600, 1000)
    words = (Word(0, 5, transform.box(UPRIGHT)),)
    return Page(1, "ok", (Line("garvo", words),), width, height, 300, (View("page", (), transform),))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_boxes_and_pictures_are_turned_alike(tmp_path: Path, degrees: int) -> None:
    page = turned(degrees)
    box = page.lines[0].box
    assert box
    assert upright(box, page) == UPRIGHT
    assert size(page) == (1600, 1000)
    image = np.full((page.height, page.width), 255, np.uint8)
    image[box.top : box.bottom, box.left : box.right] = 0
    cv2.imwrite(str(tmp_path / "page.jpg"), image)
    data = upright_picture(tmp_path / "page.jpg", page)
    assert data
    seen = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert seen is not None
    assert seen.shape == (1000, 1600)
    assert seen[105:135, 105:295].max() < 20
    assert seen[200:, :].min() > 240


@pytest.mark.parametrize("degrees", [0, 90])
@pytest.mark.parametrize("content", [None, b"", b"no picture at all"])
def test_a_picture_that_is_missing_or_damaged_is_none(
    tmp_path: Path, content: bytes | None, degrees: int
) -> None:
    if content is not None:
        (tmp_path / "1.jpg").write_bytes(content)
    assert upright_picture(tmp_path / "1.jpg", turned(degrees)) is None


def test_a_window_is_as_wide_as_all_text_and_holds_its_line() -> None:
    page = turned(0)
    view = window(page, UPRIGHT, column(page))
    assert (view.left, view.right) == (68, 332)
    assert view.top < UPRIGHT.top < UPRIGHT.bottom < view.bottom
    behind = strip(page, view)
    scale = behind.width / 100 / 1600  # of the window's width, a pixel of the page
    assert -behind.left / 100 / scale == pytest.approx(view.left, abs=0.1)
    assert -behind.top / 100 * view.height == pytest.approx(view.top, abs=0.1)


def test_a_spot_is_cut_at_the_window_and_none_outside() -> None:
    view = Box(0, 100, 200, 200)
    found = spot("x", Box(100, 50, 300, 150), view)
    assert found
    assert found[1:] == (50, 0, 50, 50)
    assert spot("x", Box(300, 100, 400, 200), view) is None


def test_pictures_go_to_the_orphans_with_their_page(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.temporary.mkdir(parents=True)
    store.write(store.place("report/documents", "box/a.pdf"), "page")
    store.write(store.report_picture("box/a.pdf", 12), b"picture")
    store.orphan("box/a.pdf")
    assert not list((tmp_path / "report").rglob("*.*"))
    assert (tmp_path / "orphans/report/documents/box/a.pdf.pages/000012.jpg").read_bytes() == b"picture"
