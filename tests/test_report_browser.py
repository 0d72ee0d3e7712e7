"""The report in a real browser: no barriers, walked by key, each window on its line of the scan."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from pipeline.report import document_page, overview
from tests.browsers import barriers, watched
from tests.reported import DOCUMENT, EDITS, OUTCOME, RUN, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The report as it lies on a disk."""
    (tmp_path / "memo.pdf.pages").mkdir()
    picture(tmp_path / "memo.pdf.pages" / "000001.jpg")
    (tmp_path / "memo.pdf.html").write_text(document_page(DOCUMENT, OUTCOME, {1}), encoding="utf-8")
    made = overview(RUN, [(RUN.documents[0].output, DOCUMENT)])
    (tmp_path / "index.html").write_text(made, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_barriers(browser: Browser, folder: Path, scheme: str) -> None:
    for name in ("index", "memo.pdf"):
        with watched(browser, color_scheme=scheme) as tab:
            tab.goto((folder / f"{name}.html").as_uri())
            assert barriers(tab) == []
            tab.keyboard.press("n")
            assert barriers(tab) == []
            if name != "index":
                tab.get_by_label("correct, applied").check()
                assert barriers(tab) == []


def test_the_edits_are_walked_by_key_and_the_card_follows_the_focus(tab: Tab, folder: Path) -> None:
    tab.goto((folder / "memo.pdf.html").as_uri())
    cards = tab.locator(".edit:visible")
    assert cards.count() == 0
    walked = []
    for _ in [*EDITS, "the last one stays"]:
        tab.keyboard.press("n")
        assert cards.count() == 1
        assert tab.evaluate(
            "document.activeElement.closest('.row') === document.querySelector('.open').parentElement"
        )
        walked.append((cards.get_attribute("id") or "").removeprefix("e-"))
    assert walked == [*(made.id for made in EDITS), EDITS[-1].id]
    tab.keyboard.press("p")
    assert cards.get_attribute("id") == f"e-{EDITS[-2].id}"
    assert "Since ofice." in cards.inner_text()
    tab.keyboard.press("Escape")
    assert cards.count() == 0


def test_pointing_shows_a_card_and_stripped_lines_can_go(tab: Tab, folder: Path) -> None:
    tab.goto((folder / "memo.pdf.html").as_uri())
    mark = tab.locator(f'.mark[href="#e-{EDITS[2].id}"]')
    mark.hover()
    assert "Since adiourned." in tab.locator(".edit:visible").inner_text()
    tab.locator("h1").hover()
    assert tab.locator(".edit:visible").count() == 0
    assert tab.locator("#p1l1").is_visible()
    tab.get_by_label("stripped lines").uncheck()
    assert not tab.locator("#p1l1").is_visible()
    assert tab.locator("#p1l2").is_visible()


def test_each_window_shows_its_line_of_the_scan(tab: Tab, folder: Path) -> None:
    """The picture's rows are bands of their own grey; the middle of each window must be of that grey."""
    tab.goto((folder / "memo.pdf.html").as_uri())
    tab.add_style_tag(content=".spot { display: none }")
    for row in (1, 2, 4):
        strip = tab.locator(f'#page-1 + .rows .row[data-line="{row}"] .window')
        strip.scroll_into_view_if_needed()
        tab.wait_for_function("[...document.images].filter((i) => i.alt === '').every((i) => i.complete)")
        seen = cv2.imdecode(np.frombuffer(strip.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert seen is not None
        height, width = seen.shape
        assert abs(int(seen[height // 2, width // 2]) - 40 * row) < 15
        assert seen[1, width // 2] > 230
        assert seen[height - 2, width // 2] > 230


def test_a_table_that_is_cut_says_so(browser: Browser, folder: Path) -> None:
    for width, said in ((380, True), (1200, False)):
        with watched(browser, viewport={"width": width, "height": 800}) as tab:
            tab.goto((folder / "index.html").as_uri())
            cut = tab.locator(".wide").evaluate("(one) => one.scrollWidth > one.clientWidth")
            assert (cut, tab.get_by_text("The table goes on to the right.").is_visible()) == (said, said)


def test_on_paper_the_table_is_whole(browser: Browser, folder: Path) -> None:
    with watched(browser, viewport={"width": 680, "height": 960}) as tab:  # A4 between its margins
        tab.goto((folder / "index.html").as_uri())
        tab.emulate_media(media="print")
        assert tab.locator(".wide").evaluate("(one) => one.scrollWidth <= one.clientWidth")
        assert tab.locator(".wide").evaluate("(one) => getComputedStyle(one).overflowX") == "visible"
