"""Where an entry counts: what stands around, which field, which years."""

from datetime import date
from typing import Any

import pytest

from pipeline.entries import LONGEST_LINE, Entry
from pipeline.linecontext import LineContext, told
from tests.corrected import entry, load

TEXT = "So tlie end"


def made(
    text: str = TEXT,
    beside: tuple[str, str] = ("", ""),
    fields: str = "",
    when: date | None = None,
    **keys: Any,
) -> tuple[Entry, LineContext]:
    """An entry with these keys, and a line between two others, with a field that begins at the garble."""
    dates = "".join(f"{key} = {keys.pop(key)}\n" for key in ("since", "until") if key in keys)
    words = load(entry(id="a", match="garble", garbles=["tlie"], right="the", **keys) + dates)
    held = frozenset(fields.split())
    line = LineContext(
        text, words, beside, lambda start: held if start == 3 else frozenset(), lambda start: when
    )
    return words.entries[0], line


def counts(text: str = TEXT, at: tuple[int, int] = (3, 7), **more: Any) -> str:
    one, line = made(text, **more)
    verdict = line.verdict(one, *at)
    assert line.verdict(one, *at) == verdict  # what the line holds is asked once, and kept
    return verdict


def test_an_entry_without_a_context_counts_everywhere() -> None:
    assert counts() == counts("", (0, 0)) == counts("x" * 4 * LONGEST_LINE) == "yes"


def test_the_line_must_hold_its_pattern_and_its_neighbours_do_not_help() -> None:
    assert counts(line="^So") == "yes"
    assert counts(line="^As", beside=("As", "As")) == "no"


@pytest.mark.parametrize(
    ("pattern", "verdict"),
    [("above\\nSo tlie end\\nbelow", "yes"), ("^above", "yes"), ("below$", "yes"), ("belowabove", "no")],
)
def test_the_lines_around_are_three_in_their_order(pattern: str, verdict: str) -> None:
    assert counts(beside=("above", "below"), around=pattern) == verdict


def test_a_phrase_may_stand_near_in_any_of_the_three() -> None:
    for beside in (("x OADR", ""), ("", "OADR x")):
        assert counts(beside=beside, near=["DECL", "OADR"]) == "yes"
    assert counts("OADR tlie", near=["OADR"]) == "yes"
    assert counts(beside=("OA", "DR"), near=["OADR"]) == "no"
    assert counts(beside=("DECL  OADR", ""), near=["DECL OADR"]) == "yes"
    assert counts("OADR tlie", (5, 9), beside=("DECL", ""), near=["DECL OADR"]) == "no"  # over two lines
    assert counts(beside=("OADR", ""), near=["OADR"], line="^As") == "no"
    assert counts(beside=("x", ""), near=["OADR"], line="^So") == "no"
    assert counts(beside=("above", ""), around="above", line="^As") == "no"
    assert counts(beside=("above", ""), around="beyond", line="^So") == "no"


def test_patterns_are_held_against_no_very_long_lines() -> None:
    most = "x" * (3 * LONGEST_LINE - 2)  # with the two ends of lines
    assert counts(most, line="x") == counts(most, around="x") == "yes"
    assert counts(f"{most}x", line="x") == counts(f"{most}x", around="x") == "no"
    assert counts(f"{most} OADR", near=["OADR"]) == "yes"


def test_each_context_is_asked_for_itself() -> None:
    keys = {"match": "garble", "garbles": ["tlie"], "right": "the"}
    words = load(*(entry(id=pattern.lower(), line=f"^{pattern}", **keys) for pattern in ("As", "So")))
    line = LineContext(TEXT, words)
    assert [line.verdict(one, 3, 7) for one in words.entries] == ["no", "yes"]


def test_scopes() -> None:
    for scope, begins, alone, inside in (
        ("anywhere", "yes", "yes", "yes"),
        ("line-start", "yes", "yes", "no"),
        ("line", "no", "yes", "no"),
    ):
        assert counts("  tlie end", (2, 6), scope=scope) == begins
        assert counts(" tlie ", (1, 5), scope=scope) == alone
        assert counts("So tlie", (3, 7), scope=scope) == inside


def test_a_field_counts_at_the_place_itself() -> None:
    assert counts(field=["tags", "subject"], fields="dtg tags") == "yes"
    assert counts(field=["tags"], fields="dtg") == "no"
    assert counts(field=["tags"], fields="tags", at=(0, 2)) == "no"


def test_years_hold_their_first_and_last_day() -> None:
    first, last = date(1970, 1, 1), date(1980, 12, 31)
    keys = {"since": first, "until": last}
    assert [counts(when=day, **keys) for day in (date(1969, 12, 31), first, last, date(1981, 1, 1))] == [
        "no",
        "yes",
        "yes",
        "no",
    ]
    assert counts(since=first, when=date(2100, 1, 1)) == counts(until=last, when=date(1700, 1, 1)) == "yes"
    assert counts(since=first) == counts(until=last) == "undated"
    assert counts(since=first, line="^As") == "no"


def test_a_reader_is_told_what_of_the_context_mattered() -> None:
    def says(**more: Any) -> str:
        one, line = made(**more)
        return told(one, line, 3)

    assert says() == ""
    assert says(near=["A", "B", "C", "D"]) == " A or B or C stands near."
    assert says(field=["tags", "subject"]) == " It stands in the header field tags or subject."
    assert says(since=date(1970, 1, 1), when=date(1975, 1, 1)) == " The document is of 1975."
    assert says(since=date(1970, 1, 1)) == " The document's date is not known."
    assert says(near=["A"], field=["tags"]) == " A stands near. It stands in the header field tags."
