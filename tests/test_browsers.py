"""The browser that the tests of pages use: it runs pages, and tells on those that misbehave."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browsers import barriers, watched

GOOD = '<!DOCTYPE html><html lang="en"><title>Garvo</title><main><h1>Garvo</h1></main></html>'


def put(folder: Path, page: str) -> str:
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def test_a_page_is_shown(tab: Page, tmp_path: Path) -> None:
    tab.goto(put(tmp_path, GOOD))
    assert tab.inner_text("h1") == "Garvo"
    assert barriers(tab) == []


def test_barriers_are_named(tab: Page, tmp_path: Path) -> None:
    tab.goto(put(tmp_path, GOOD.replace("<h1>", '<img src="data:,"><h1>')))
    assert [name.split()[0] for name in barriers(tab)] == ["image-alt"]


@pytest.mark.parametrize(
    "fault",
    [
        "<script>throw new Error('lost')</script>",
        "<img alt='' src='https://example.org/a.png'>",
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\"><script>1</script>",
    ],
)
def test_a_page_that_misbehaves_is_told_of(browser: Browser, tmp_path: Path, fault: str) -> None:
    with pytest.raises(AssertionError), watched(browser) as page:
        page.goto(put(tmp_path, GOOD.replace("<main>", f"{fault}<main>")))
