"""The text stages as a filter."""

import doctest
import json

from pipeline import clean
from pipeline.clean import clean_text, edit_lines
from pipeline.options import TextOptions
from tests.shipped import CORRECTIONS

# Invented; the same garbles and traps as a real memorandum with two draft cables carries.
TEXT = """UNCLASSIFIED

CONFIDENTIAL

- 2 -

The lake office asks for two more lamps.

CONFIDENTIAL

UNCLASSIFIED

UNCLASSIFIED

OUTGOING TELEGRAM

CONFIDENTIAL

FM SECSTATE WASHDC
TO AMEMBASSY NAIROBI
ROUTINE RWAND

E.O. 1235b: DECL: OADR
TAGS: EWWT
SUBJECT: LAKE LAMPS
REF: STATE 18462b

1. CONFIDENTIAL - ENTIRE TEXT.

2. OF SIX LAMPS {TWO OF THEM RED} FIVE ARE LIT.

CONFIDENTIAL

UNCLASSIFIED
"""


def test_known_garbles_are_mended_or_suggested_and_nothing_else() -> None:
    done = clean_text(TEXT, CORRECTIONS)
    told = [json.loads(line) for line in edit_lines(done.document)]
    found = {
        (one["line"], one["before"], one["after"], one["status"]) for one in told if one["kind"] == "correct"
    }
    assert found == {
        (21, "RWAND", "RWANDA", "suggested"),
        (23, "1235b", "12356", "applied"),
        (26, "18462b", "184626", "suggested"),
        (30, "{TWO OF THEM RED}", "(TWO OF THEM RED)", "applied"),
    }
    assert [one["line"] for one in told if one["kind"] == "strip"] == [1, 3, 5, 9, 11, 13, 17, 32, 34]


def test_pages_are_joined_by_form_feeds_or_as_they_stood() -> None:
    done = clean_text(TEXT, CORRECTIONS)
    assert done.text().count("\f") == 1
    assert "\f" not in done.text(form_feeds=False)
    assert done.text().replace("\f", "") == done.text(form_feeds=False)


def test_without_the_stages_the_text_comes_out_as_it_came() -> None:
    nothing = TextOptions(strip=False, correct=False)
    assert clean_text(TEXT, CORRECTIONS, nothing).text(form_feeds=False) == TEXT
    with_feeds = TEXT.replace("UNCLASSIFIED\n\nUNCLASSIFIED", "UNCLASSIFIED\n\fUNCLASSIFIED")
    assert clean_text(with_feeds, CORRECTIONS, nothing).text(form_feeds=False) == with_feeds


def test_content_stays() -> None:
    text = clean_text(TEXT, CORRECTIONS).text()
    for line in (
        "1. CONFIDENTIAL - ENTIRE TEXT.",
        "OUTGOING TELEGRAM",
        "ROUTINE RWAND\n",
        "REF: STATE 18462b",
    ):
        assert line in text


def test_windows_newlines_become_newlines() -> None:
    assert clean_text("one\r\ntwo\r\n", CORRECTIONS).text() == "one\ntwo\n"


def test_the_doctest_holds() -> None:
    failed, tried = doctest.testmod(clean)
    assert tried and not failed
