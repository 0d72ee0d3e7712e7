"""What a worker leaves for the report: pictures that many pages of can be mailed."""

from pathlib import Path

import cv2
import numpy as np

from pipeline import work


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
