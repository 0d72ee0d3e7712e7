"""O stands in words, 0 in numbers."""

import pytest

from pipeline.zeros import misplaced_zeros, same_but_for_zeros


@pytest.mark.parametrize(
    ("text", "misplaced"),
    [
        ("02080", 0), ("O208O", 2), ("LOG-OO", 2), ("EUR-O", 1), ("EUR-0", 0), ("EUR-C0", 1), ("COURSE", 0),
        ("C0URSE", 1), ("O", 0), ("091517Z", 0), ("B-52", 0), ("F0RT IN 1O DAYS", 2), ("MIG-21", 0), ("", 0),
    ],
)  # fmt: skip
def test_misplaced_zeros(text: str, misplaced: int) -> None:
    assert misplaced_zeros(text) == misplaced


def test_texts_that_differ_in_zeros_alone_are_the_same() -> None:
    assert same_but_for_zeros("LOG-OO") == same_but_for_zeros("L0G-00") != same_but_for_zeros("LOG-01")
