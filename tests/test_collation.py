"""Collation of two copies."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.collation import collate, running_words
from pipeline.record import Line, Page, Word

WORDS = [
    "the",
    "committee",
    "met",
    "in",
    "the",
    "small",
    "room",
    "and",
    "read",
    "the",
    "minutes",
    "of",
    "last",
    "week",
]


def changed(**words: str) -> list[str]:
    return [words.get(word, word) for word in WORDS]


def differing(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    return [
        (one[column.one], other[column.other])
        for column in collate(one, other)
        if one[column.one] != other[column.other]
    ]


def test_a_word_in_the_same_place_stands_in_one_column_with_its_context() -> None:
    columns = list(collate(changed(small="smail"), WORDS))
    (column,) = (column for column in columns if column.one == 5)
    assert (column.other, column.before, column.after) == (5, "met in the", "room and read")
    assert differing(changed(small="smail"), WORDS) == [("smail", "small")]


def test_the_ends_of_a_stretch_have_no_context() -> None:
    assert differing(changed(committee="comnittee", week="weck"), WORDS) == []


def test_what_one_draft_has_more_yields_no_column_nor_does_the_word_beside_it() -> None:
    longer = [*WORDS[:6], "drafting", *WORDS[6:]]
    assert differing(changed(room="roorn"), WORDS) == [("roorn", "room")]
    assert differing(longer, changed(room="roorn")) == []


def test_a_place_where_much_differs_yields_no_column() -> None:
    assert differing(changed(small="smail", room="roorn"), WORDS) == [("smail", "small"), ("roorn", "room")]
    assert differing([*WORDS[:5], "smail", "roorn", "aud", "rcad", *WORDS[9:]], WORDS) == []


def test_words_know_their_places_and_confidences_without_the_signs_around_them() -> None:
    line = Line(
        '"Tbe" camps, {TUNISIA', (Word(0, 5, confidence=31.0), Word(6, 12), Word(13, 21, confidence=90.0))
    )
    page = Page(3, "ok", (Line("..."), line))
    tokens = running_words([page])
    assert [(token.text, token.page, token.confidence) for token in tokens] == [
        ("Tbe", 3, 31.0),
        ("camps", 3, 100.0),
        ("TUNISIA", 3, 90.0),
    ]
    assert all(page.text[token.start : token.end] == token.text for token in tokens)


@given(st.lists(st.sampled_from("abcd"), max_size=30), st.lists(st.sampled_from("abcd"), max_size=30))
def test_columns_keep_the_order_of_both_and_their_context_is_in_both(
    one: list[str], other: list[str]
) -> None:
    columns = list(collate(one, other))
    assert all(
        left.one < right.one and left.other < right.other for left, right in itertools.pairwise(columns)
    )
    for column in columns:
        for context, low, high in ((column.before, -3, 0), (column.after, 1, 4)):
            for words, at in ((one, column.one), (other, column.other)):
                beside = words[max(at + low, 0) : at + high]
                assert all(word in beside for word in context.split())
