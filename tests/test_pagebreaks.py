"""Pages in plain text: at form feeds, or between the banners that close one page and open the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.markings import Markings, load_markings
from pipeline.pagebreaks import pages_of
from tests.shipped import CORRECTIONS

MARKINGS = load_markings(CORRECTIONS)


@pytest.fixture
def markings() -> Markings:
    return MARKINGS


def first_lines(text: str, markings: Markings) -> list[str]:
    return [next((line.text for line in page.lines if line.text), "") for page in pages_of(text, markings)[0]]


MEMO = """UNCLASSIFIED
CONFIDENTIAL
one
CONFIDENTIAL
UNCLASSIFIED

UNCLASSIFIED
CONFIDENTIAL
two
CONFIDENTIAL
UNCLASSIFIED
cover form
UNCLASSIFIED
CONFIDENTIAL
three
CONFIDENTIAL
UNCLASSIFIED
UNCLASSIFIED
four
UNCLASSIFIED"""


def test_two_outermost_banners_that_meet_are_a_page_break(markings: Markings) -> None:
    pages, how = pages_of(MEMO, markings)
    assert how == "banners"
    assert len(pages) == 4
    assert first_lines(MEMO, markings) == ["UNCLASSIFIED", "UNCLASSIFIED", "cover form", "UNCLASSIFIED"]


def test_a_page_number_may_stand_between_them(markings: Markings) -> None:
    assert len(pages_of("SECRET\none\nSECRET\n\n- 2 -\nSECRET\ntwo\nSECRET", markings)[0]) == 2


def test_a_level_in_mid_page_breaks_nothing(markings: Markings) -> None:
    text = "UNCLASSIFIED\none\nCONFIDENTIAL\nmore\nUNCLASSIFIED\nUNCLASSIFIED\ntwo\nUNCLASSIFIED"
    assert len(pages_of(text, markings)[0]) == 2


def test_text_without_meeting_banners_is_one_page(markings: Markings) -> None:
    assert len(pages_of("SECRET\none\ntwo\nSECRET", markings)[0]) == 1
    assert len(pages_of("one\ntwo", markings)[0]) == 1


def test_form_feeds_win(markings: Markings) -> None:
    pages, how = pages_of("SECRET\none\nSECRET\nSECRET\ntwo\nSECRET\n\fthree\n\f", markings)
    assert (len(pages), how) == (3, "form-feed")
    assert pages[2].status == "empty"


@given(
    st.lists(
        st.sampled_from(["UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "2", "", "words here", "a\x0bb\x85c"])
    )
)
def test_pages_put_together_are_the_text_as_it_came(lines: list[str]) -> None:
    text = "\n".join(lines)
    pages, _ = pages_of(text, MARKINGS)
    assert "".join(page.text for page in pages) == text


@given(st.text(st.sampled_from("a\f\n "), max_size=20))
def test_form_feeds_part_pages_exactly(text: str) -> None:
    pages, how = pages_of(text, MARKINGS)
    assert ("\f" if how == "form-feed" else "").join(page.text for page in pages) == text
