"""A place of a decision is found again on the same page, on one read anew, and never where something else stands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fitting import Spot, find, place_of
from pipeline.geometry import Box
from pipeline.record import Line, Page, Word

SHA = "0" * 64


def page(*rows: str, scale: float = 1, shift: int = 0, boxes: bool = True) -> Page:
    """A page whose letters are 20 pixels wide and rows 100 apart; everything `scale` times as large, `shift` to the right."""

    def box(row: int, start: int, end: int) -> Box:
        sides = (20 * start + shift, 100 * row, 20 * end + shift, 100 * row + 40)
        return Box(*(round(side * scale) for side in sides))

    lines = [
        Line(
            text,
            tuple(
                Word(m.start(), m.end(), box(row, m.start(), m.end()) if boxes else None, 90.0)
                for m in re.finditer(r"\S+", text)
            ),
        )
        for row, text in enumerate(rows)
    ]
    return Page(1, "ok", tuple(lines), round(2000 * scale), round(3000 * scale), 300)


def refound(old: Page, text: str, after: str, new: Page, number: int = 0) -> Spot:
    starts = [m.start() for m in re.finditer(re.escape(text), old.text)]
    return find(place_of(old, starts[number], starts[number] + len(text), SHA), after, new)


ADDRESS = ("FM SECSTATE", "TO AMEMBASSY KAMPAL", "E.O. 1235b: DECL: OADR")


@given(st.data(), st.booleans())
def test_every_span_of_a_page_is_found_where_it_was(data: st.DataObject, boxes: bool) -> None:
    rows = data.draw(st.lists(st.text("ab .{", max_size=8), min_size=1, max_size=5))
    here = page(*rows, boxes=boxes)
    at, line = data.draw(st.sampled_from(list(here.located_lines())))
    start = data.draw(st.integers(0, len(line.text)))
    end = data.draw(st.integers(start + 1, max(len(line.text), start + 1)))
    if end > len(line.text):
        return
    spot = find(place_of(here, at + start, at + end, SHA), "elsewhere", here)
    assert spot == Spot("before", at + start, at + end)


@pytest.mark.parametrize("boxes", [True, False])
def test_an_insert_is_found_where_it_was(boxes: bool) -> None:
    here = page(*ADDRESS, boxes=boxes)
    assert find(place_of(here, 14, 14, SHA), "X", here) == Spot("before", 14, 14)


def test_a_word_is_found_when_its_line_was_read_otherwise() -> None:
    new = page("FM SECSTATE", "TO  AMEMBA55Y  KAMPAL .", "E.O. 12356: DECL: OADR", shift=8)
    assert refound(page(*ADDRESS), "KAMPAL", "KAMPALA", new) == Spot("before", 27, 33)


def test_a_word_is_found_at_another_resolution() -> None:
    new = page("FM SECSTATE", "T0 AMEMBASSY KAMPAL", scale=1.5)
    assert refound(page(*ADDRESS), "KAMPAL", "KAMPALA", new).fits == "before"


def test_what_is_read_rightly_now_is_satisfied() -> None:
    new = page("FM SECSTATE", "TO AMEMBASSY KAMPALA", "E.O. 12356: DECL: OADR")
    assert refound(page(*ADDRESS), "KAMPAL", "KAMPALA", new).fits == "after"
    assert refound(page(*ADDRESS), "1235b", "12356", new).fits == "after"


def test_what_is_read_as_something_else_does_not_fit() -> None:
    spot = refound(page(*ADDRESS), "KAMPAL", "KAMPALA", page("FM SECSTATE", "TO AMEMBASSY RAMPAL"))
    assert (spot.fits, spot.found) == ("not", "RAMPAL")


def test_a_word_that_moved_elsewhere_is_not_taken_for_the_same() -> None:
    new = page("KAMPAL SECSTATE", "TO AMEMBASSY", "X")
    assert refound(page(*ADDRESS), "KAMPAL", "KAMPALA", new).fits == "not"


def test_a_line_that_was_to_go_and_is_read_no_longer_is_satisfied() -> None:
    old = page("SECRET", "Text")
    new = page("", "Text")
    assert refound(old, "SECRET", "", new).fits == "after"


def test_the_second_of_two_alike_is_the_second_again() -> None:
    here = page("one same two same", "same", boxes=False)
    assert refound(here, "same", "other", here, 1).start == 13
    assert refound(here, "same", "other", here, 2).start == 18


def test_without_boxes_other_words_around_do_not_fit() -> None:
    old = page("the cat sat here", boxes=False)
    assert refound(old, "cat", "dog", page("a cat lay there", boxes=False)).fits == "not"
    assert refound(old, "cat", "dog", page("", "the cat sat here", boxes=False)).fits == "before"


def test_a_span_over_two_lines_is_no_place() -> None:
    with pytest.raises(ValueError, match="lies in no line"):
        place_of(page("one", "two"), 2, 5, SHA)
