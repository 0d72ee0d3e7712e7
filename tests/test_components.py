import cv2
import numpy as np
import pytest

from pipeline.components import components


@pytest.mark.parametrize("share", [0.0, 0.001, 0.05, 0.3, 0.6, 0.97, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (37, 53), (300, 200)])
def test_components_are_those_that_opencv_measures(share: float, shape: tuple[int, int]) -> None:
    ink = (np.random.default_rng(1).random(shape) < share).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    found = components(ink)
    assert np.array_equal(found, stats[1:])
    assert found.dtype == stats.dtype


def test_components_that_end_at_one_side_do_not_go_on_at_the_other() -> None:
    ink = np.zeros((4, 6), np.uint8)
    ink[1, 4:] = ink[2, 0] = 255
    assert components(ink).tolist() == [[4, 1, 2, 1, 2], [0, 2, 1, 1, 1]]
