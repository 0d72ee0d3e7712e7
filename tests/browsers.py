"""A real browser for the tests of pages: found, started, watched, and asked whether everybody can use what it shows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

# Without the last ones Chromium calls home at every start.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_HERE = {"127.0.0.1", "localhost"}
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """The path of this machine's Chromium, or None."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def launched(program: str) -> Iterator[Browser]:
    """The browser, running without a window until the block ends."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        yield running
        running.close()


@contextmanager
def watched(browser: Browser, **settings: Any) -> Iterator[Page]:
    """A tab in a context of its own (`settings` as for `new_context`).

    Asserts at the end that no page raised an error, broke its content policy or asked for anything but files and this machine.
    """
    context = browser.new_context(**settings)
    faults: list[str] = []

    def route(asked: Route) -> None:
        url = urlsplit(asked.request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.hostname not in _HERE:
            faults.append(f"the network was asked for {asked.request.url}")
            asked.abort()
        else:
            asked.continue_()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    context.route("**/*", route)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", listen)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()
    assert not faults


def barriers(page: Page) -> list[str]:
    """What axe finds serious or critical in the page as it stands: its rules, and the first element of each."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}, {len(one['nodes'])} times): {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
