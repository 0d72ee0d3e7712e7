"""Takes the pictures of docs/images/ from the sample scans: the report and the review, in the system's Chromium."""

import shutil
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.browsers import find_browser, launched, watched
from tests.conftest import ROOT, declass
from tests.reviewing import reviewed
from tests.shipped import CORRECTIONS

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1180, "height": 760}
MOST = 300_000  # bytes of a picture: the README must load quickly


def main() -> None:
    """Transcribe the samples and take both pictures. Exits with a sentence where that cannot be."""
    program = find_browser()
    if program is None:
        sys.exit(
            "make_screenshots: there is no Chromium on this machine; `make browser` installs it where it may."
        )
    with tempfile.TemporaryDirectory() as name, launched(program) as browser:
        folder = Path(name)
        shutil.copytree(CORRECTIONS, folder / "corrections")
        done = declass("transcribe", ROOT / "scans", "-o", folder / "output", "-c", folder / "corrections")
        if done.returncode:
            sys.exit(done.stderr)
        _take_report(browser, folder)
        _take_review(browser, folder)


def _take_report(browser: Browser, folder: Path) -> None:
    with watched(browser, viewport=SIZE) as tab:
        tab.goto((folder / "output/report/documents/cables/cable-draft.pdf.html").as_uri())
        while "184627" not in tab.locator("body").evaluate(
            "() => document.querySelector('.open')?.innerText || ''"
        ):
            tab.keyboard.press("n")
        tab.evaluate("document.querySelector('.open').parentElement.scrollIntoView({block: 'center'})")
        _save(tab, "report")


def _take_review(browser: Browser, folder: Path) -> None:
    with reviewed(folder) as review, watched(browser, viewport=SIZE) as tab:
        tab.goto(review.address)
        tab.get_by_role("link", name="By series").first.click()
        tab.get_by_role("link", name="184b27").first.click()
        _save(tab, "review")


def _save(tab: Page, name: str) -> None:
    """Write what the tab shows as docs/images/<name>.png, in so few greys and colours that it stays small."""
    tab.wait_for_load_state("networkidle")
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    taken = cv2.imdecode(np.frombuffer(tab.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert taken is not None
    cv2.imwrite(str(path), taken, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if path.stat().st_size >= MOST:
        sys.exit(f"make_screenshots: {path} takes {path.stat().st_size} bytes, {MOST} at most.")


if __name__ == "__main__":
    main()
