import numpy as np
import pytest

from pipeline.halving import halved


@pytest.mark.parametrize(
    ("shape", "half"), [((4, 6), (2, 3)), ((5, 7), (2, 3)), ((1, 9), (1, 9)), ((2, 2), (1, 1))]
)
def test_a_page_is_halved_and_its_last_odd_row_and_column_left_out(
    shape: tuple[int, int], half: tuple[int, int]
) -> None:
    page = np.arange(shape[0] * shape[1], dtype=np.uint8).reshape(shape)
    small = halved(page)
    assert small.shape == half
    if half != shape:
        assert abs(float(small[0, 0]) - float(page[:2, :2].mean())) <= 0.5
