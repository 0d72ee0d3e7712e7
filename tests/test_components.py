import cv2
import numpy as np
import pytest

from pipeline.components import components, labelled


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


def test_labels_name_the_component_of_each_pixel() -> None:
    ink = (np.random.default_rng(2).random((60, 80)) < 0.2).astype(np.uint8)
    labels, found = labelled(ink)
    assert np.array_equal(labels > 0, ink > 0)
    for number, (left, top, width, height, area) in enumerate(found[1:].tolist(), 1):
        inside = labels[top : top + height, left : left + width] == number
        assert inside.sum() == area == (labels == number).sum()
        assert inside.any(axis=0).all() and inside.any(axis=1).all()
