"""Letters read for digits: which numbers a token may be, how surely, and what is said of it."""

import re
from datetime import date
from typing import Any

import msgspec
import pytest

from pipeline.entries import Entry
from pipeline.finds import Find
from pipeline.numbers import read_number

CONFUSIONS = {"b": "6", "B": "86", "I": "1", "l": "1", "O": "0", "S": "5"}
ENTRY = Entry("n", match="number", after=("No.",), shape="[0-9]{3}", action="auto")
ORDERS = msgspec.structs.replace(ENTRY, values=("126", "128", "311"))


def read(
    token: str, entry: Entry = ENTRY, tail: str = "", when: date | None = None, **more: Any
) -> Find | None:
    line = f"No. {token}{tail}"
    found = re.compile(re.escape(token)).match(line, 4)
    assert found
    entry = msgspec.structs.replace(entry, **more)
    return read_number(found, "No.", entry, re.compile(entry.shape), CONFUSIONS, when)


def test_one_answer_of_the_right_shape() -> None:
    assert read("12b") == Find(
        4, 7, ("126",), "n", 75.0, '"12b" was read after "No."; b stands for 6, which leaves 126.', auto=True
    )


def test_each_letter_exchanged_costs_five_and_is_told_once() -> None:
    found = read("lIb")
    assert found is None  # no digit at all
    found = read("I1I")
    assert found and (found.score, found.answers) == (70.0, ("111",))
    assert "; I stands for 1, which leaves 111." in found.reason
    found = read("S1b")
    assert found and "; S stands for 5 and b stands for 6, which leaves 516." in found.reason


def test_several_answers_are_a_suggestion() -> None:
    found = read("12B")
    assert found == Find(
        4,
        7,
        ("128", "126"),
        "n",
        45.0,
        '"12B" was read after "No."; B stands for 8, which leaves 128 or 126.',
    )


def test_a_listed_value_is_surer_and_says_what_else_would_agree() -> None:
    found = read("31l", ORDERS)
    assert found and (found.answers, found.score, found.auto) == (("311",), 90.0, True)
    assert found.reason.endswith(
        "; l stands for 1, which leaves 311. No other number on the entry's list agrees with the digits read."
    )
    found = read("12b", ORDERS)
    assert found and (found.answers, found.score, found.auto) == (("126",), 90.0, True)
    assert found.reason.endswith(" The digits read would also agree with 128.")
    found = read("12b", values=("126", "128", "129"))
    assert found and found.reason.endswith(" The digits read would also agree with 128 or 129.")


def test_what_no_confusion_explains_is_only_suggested() -> None:
    found = read("31x", ORDERS)
    assert found == Find(
        4, 7, ("311",), "n", 75.0,
        '"31x" was read after "No."; no known confusion explains it, which leaves 311.',
    )  # fmt: skip
    found = read("12x", ORDERS)
    assert found and (found.answers, found.score) == (("126", "128"), 45.0)
    assert found.reason.endswith("no known confusion explains it, which leaves 126 or 128.")
    assert read("3xx", ORDERS) is None  # more letters than digits
    assert read("3x", shape="[0-9]{2}", values=("31",)) is None  # as many
    assert read("3x", ORDERS) is None  # another length
    assert read("41x", ORDERS) is None  # a digit that disagrees
    assert read("31x") is None  # no list to agree with


@pytest.mark.parametrize("token", ["123", "bbb", "12", "1b", "12bb", "9_x"])
def test_what_is_no_number_misread(token: str) -> None:
    assert read(token) is None


def test_a_token_that_has_the_shape_is_right() -> None:
    assert read("12b", shape="[0-9b]{3}") is None


def test_a_stroke_is_a_letter_too() -> None:
    assert read("12|") is None  # no confusion is known of it
    found = read("31|", ORDERS)
    assert found and found.answers == ("311",)


def test_noise_has_no_answer() -> None:
    assert read("1" + "B" * 5, shape="[0-9]{6}") is not None  # 3**5 spellings
    assert read("1" + "B" * 6, shape="[0-9]{7}") is None
    assert read("1" + "b" * 8, shape="[0-9]{9}") is not None  # 2**8, the most there may be
    assert read("1" + "b" * 9, shape="[0-9]{10}") is None


def test_never_more_than_five_candidates() -> None:
    found = read("1BBB", shape="[0-9]{4}")
    assert found and len(found.answers) == 5
    assert found.score == 80.0 - 15.0 - 30.0


def test_a_score_is_never_below_nothing() -> None:
    found = read("1" + "b" * 8, shape="[0-9]{9}")
    assert found and found.score == 80.0 - 40.0
    found = read("1x" * 17 + "1", shape="[0-9]{35}", values=("1" * 35,))
    assert found and found.score == 0.0


@pytest.mark.parametrize(
    ("tail", "sure"),
    [("", True), (" x", True), (":", True), (";", True), (",", True), (".", True), (")", True), ("/", True),
     ("]", True), ("%", False), ("*", False), ("°", False)],
)  # fmt: skip
def test_noise_at_its_end_makes_it_doubtful(tail: str, sure: bool) -> None:
    found = read("12b", tail=tail)
    assert found and found.auto is sure


def test_an_entry_says_how_far_it_goes() -> None:
    found = read("12b", action="suggest")
    assert found and (found.auto, found.never) == (False, False)
    found = read("12b", action="never")
    assert found and (found.auto, found.never) == (False, True)
    found = read("12b")
    assert found and (found.auto, found.never) == (True, False)


def test_nothing_is_cited_before_it_begins_and_what_is_in_force_comes_first() -> None:
    years = {"126": (1990, 2000), "128": (1970,)}
    entry = msgspec.structs.replace(ORDERS, years=years)

    def answers(year: int | None) -> tuple[str, ...]:
        found = read("12B", entry, when=date(year, 6, 1) if year else None)
        return found.answers if found else ()

    assert answers(1960) == ()
    assert answers(1970) == ("128",)
    assert answers(1989) == ("128",)
    assert answers(1990) == answers(2000) == answers(2001) == ("128", "126")
    assert answers(None) == ("128", "126")
    for year in (1990, 1995, 2000):
        found = read("12B", ORDERS, years={"126": (1990, 2000)}, when=date(year, 1, 1))
        assert found and found.answers == ("126", "128")  # the one that is known to be in force
    found = read("12B", ORDERS, years={"126": (1990, 2000)}, when=date(1995, 1, 1))
    assert found
    assert found.reason.endswith("which leaves 126 or 128. The document is of 1995.")
    found = read("12B", msgspec.structs.replace(entry, years={"126": (1990, 2000)}), when=date(2001, 1, 1))
    assert found and found.answers == ("128", "126")
    found = read("12b", ORDERS, when=date(1995, 1, 1))
    assert found and "The document is of" not in found.reason  # it did not matter
