"""What a worker leaves: a page's outcome, whatever went wrong, and pictures that many pages of can be mailed."""

import errno
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline import rasterize, work
from pipeline.errors import PageCrashError, PageError, PageTimeoutError
from pipeline.options import ReadOptions
from pipeline.record import PageOutcome


def test_a_page_full_of_grain_is_pressed_harder_than_a_plain_one(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    grain = cv2.GaussianBlur(chance.integers(0, 256, (1650, 1275), np.uint8), (0, 0), 1.2)
    plain = np.full((1650, 1275), 240, np.uint8)
    for name, page in (("grain", grain), ("plain", plain)):
        assert cv2.imwrite(str(tmp_path / f"{name}.png"), page)
    first = cv2.imencode(".jpg", grain, [cv2.IMWRITE_JPEG_QUALITY, work._PICTURE_QUALITIES[0]])[1]
    assert len(first) > work._PICTURE_BYTES
    assert len(work._picture(tmp_path / "grain.png")) < 0.8 * len(first)
    same = cv2.imencode(".jpg", plain, [cv2.IMWRITE_JPEG_QUALITY, work._PICTURE_QUALITIES[0]])[1]
    assert work._picture(tmp_path / "plain.png") == same.tobytes()


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (
            PageTimeoutError("it took too long"),
            "timed_out",
            "it took too long; --page-timeout gives more time.",
        ),
        (PageError("it cannot be drawn"), "failed", "it cannot be drawn."),
        (
            OSError(errno.ENOSPC, "No space left"),
            "failed",
            "its result could not be written (No space left).",
        ),
    ],
    ids=str,
)
def test_what_goes_wrong_with_a_page_is_its_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: str, said: str
) -> None:
    outcome = read(tmp_path, monkeypatch, error)
    assert (outcome.number, outcome.status, outcome.message) == (1, status, said)


def test_what_a_smaller_image_may_mend_is_left_to_the_pool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PageCrashError):
        read(tmp_path, monkeypatch, PageCrashError("crashed"))
    full, odd = cv2.error("full"), cv2.error("odd")
    full.code, odd.code = cv2.Error.STS_NO_MEM, cv2.Error.STS_ASSERT  # type: ignore[misc]
    with pytest.raises(MemoryError):
        read(tmp_path, monkeypatch, full)
    with pytest.raises(cv2.error):
        read(tmp_path, monkeypatch, odd)


def read(folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> PageOutcome:
    """The outcome of a page whose drawing ends with this error."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(rasterize, "rasterize", fail)
    (folder / "work" / "tmp").mkdir(parents=True, exist_ok=True)
    inspection = rasterize.Inspection("image/png", 1)
    job = work.PageJob(folder / "a.png", inspection, 1, "key", ReadOptions(), 60, folder)
    return work.read_page(job)
