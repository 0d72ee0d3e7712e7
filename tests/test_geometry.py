"""Boxes find their way back to the page through every view."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Affine, Box

sizes = st.integers(1, 4000)
steps = st.one_of(
    st.builds(Affine.scaling, st.floats(0.2, 5), st.floats(0.2, 5)),
    st.builds(Affine.shift, st.floats(-500, 500), st.floats(-500, 500)),
    st.builds(Affine.rotation, st.floats(-15, 15)),
    st.builds(Affine.rotation, st.sampled_from((90.0, 180.0, 270.0))),
)


@given(st.lists(steps, max_size=4), sizes, sizes, sizes, sizes)
def test_a_box_comes_back_through_rotation_deskew_crop_and_scaling(
    views: list[Affine], left: int, top: int, width: int, height: int
) -> None:
    forward = Affine()
    for step in views:
        forward = forward.then(step)
    box = Box(left, top, left + width, top + height)
    back = forward.inverse().box(forward.box(box))
    # The mapped box holds the four corners, so the way back can only grow: by the tilt's overhang and rounding.
    assert back.left <= box.left and back.top <= box.top
    assert back.right >= box.right and back.bottom >= box.bottom
    corners = [(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
    for x, y in corners:
        there_and_back = forward.inverse().point(*forward.point(x, y))
        assert abs(there_and_back[0] - x) < 1e-6 and abs(there_and_back[1] - y) < 1e-6


@given(sizes, sizes, sizes, sizes, st.sampled_from((90.0, 180.0, 270.0)), st.integers(-9, 9))
def test_right_angles_and_whole_shifts_are_exact(
    left: int, top: int, width: int, height: int, turn: float, shift: int
) -> None:
    forward = Affine.rotation(turn).then(Affine.shift(shift, 3 * shift))
    box = Box(left, top, left + width, top + height)
    assert forward.inverse().box(forward.box(box)) == box


@given(st.integers(-50, 150), st.integers(-50, 150), sizes, sizes)
def test_a_box_is_kept_on_the_page(left: int, top: int, width: int, height: int) -> None:
    box = Box(left, top, left + width, top + height).within(100, 100)
    assert 0 <= box.left <= box.right <= 100 and 0 <= box.top <= box.bottom <= 100
