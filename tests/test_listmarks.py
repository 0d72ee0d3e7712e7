"""What has the form of a paragraph's number or letter."""

import pytest

from pipeline.listmarks import is_list_mark, leading_mark


@pytest.mark.parametrize("text", ["1.", "12)", "(3)", "(a)", "b.", "C.", "iv.", "(II)"])
def test_marks(text: str) -> None:
    assert is_list_mark(text)
    assert leading_mark(f"{text} The next") == text


@pytest.mark.parametrize("text", ["", "1", "1986.", "it.", "(S", "ab)", "-1.", "1.5", "p.m."])
def test_other_words_are_none(text: str) -> None:
    assert not is_list_mark(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [("1.Strategic", "1."), ("U.S. forces", ""), ("J.Smith", ""), ("1.5 million", ""), ("3.", "3.")],
)
def test_a_number_may_run_into_its_word_and_a_letter_may_not(text: str, mark: str) -> None:
    assert leading_mark(text) == mark
