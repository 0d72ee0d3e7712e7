"""Confidence is a percentage of words that are right, by what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.confidence import Curve, calibrated, evidence
from pipeline.record import Reading


def look(text: str, confidence: float = 90, engine: str = "tesseract") -> Reading:
    return Reading(text, confidence, engine, "page")


@pytest.mark.parametrize(
    ("readings", "again", "kind"),
    [
        ([], False, "once"),
        ([], True, "undoubted"),
        ([look("word"), look("word", engine="rapidocr")], True, "agreed"),
        ([look("word"), look("ward", engine="rapidocr")], True, "tesseract"),
        ([look("ward"), look("word", engine="rapidocr")], True, "rapidocr"),
        ([look("ward"), look("a word", engine="rapidocr"), look("a word")], True, "majority"),
        ([look("word", engine="text-layer"), look("ward")], True, "text-layer"),
    ],
)
def test_what_speaks_for_a_word(readings: list[Reading], again: bool, kind: str) -> None:
    assert evidence("word", readings, again) == kind


@given(
    st.lists(st.sampled_from([look("word"), look("ward"), look("ward", 95, "another")]), max_size=3),
    st.booleans(),
    st.sampled_from(["word", "1986"]),
)
def test_confidence_rises_with_the_engines_own_and_is_a_percentage(
    readings: list[Reading], again: bool, text: str
) -> None:
    said = [calibrated(text, own, readings, again) for own in range(0, 101, 5)]
    assert said == sorted(said)
    assert 0 < said[0] <= said[-1] < 100


def test_where_looks_differ_a_word_is_less_sure_than_where_they_agree() -> None:
    agreed = [look("word"), look("word", engine="rapidocr")]
    differing = [look("word"), look("ward", engine="rapidocr")]
    assert calibrated("word", 96, agreed, True) > calibrated("word", 96, differing, True)


def test_a_curve_holds_from_its_start_on() -> None:
    curve = Curve("once", False, (0.0, 50.0, 90.0), (10.0, 40.0, 98.0))
    assert [curve.at(own) for own in (-1, 0, 49.9, 50, 89, 90, 100)] == [10, 10, 10, 40, 40, 98, 98]
