"""Several readings of a line: cut where all have a space, one taken whole, the others kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Box
from pipeline.lexicon import Lexicon
from pipeline.looks import Seen, SeenLine, Take
from pipeline.vote import vote


def take(text: str, engine: str = "tesseract", confidence: float = 80.0, view: str = "page") -> Take:
    words, at = [], 0
    for word in text.split():
        words.append(Seen(word, Box(10 * at, 0, 10 * (at + len(word)), 20), confidence))
        at += len(word) + 1
    return Take(engine, view, tuple(words))


def said(words: tuple[Seen, ...]) -> str:
    return " ".join(word.text for word in words)


EMPTY = Lexicon()


def test_a_known_word_wins_over_a_garble_as_sure() -> None:
    words = vote([take("the Governnent was"), take("the Government was", "rapidocr")], EMPTY)
    assert said(words) == "the Government was"
    assert words[1].choice == "rapidocr: the reading of known words"
    assert [(reading.text, reading.engine) for reading in words[1].readings] == [
        ("Governnent", "tesseract"),
        ("Government", "rapidocr"),
    ]
    assert words[1].box == Box(40, 0, 140, 20)
    assert words[0].choice == ""


def test_a_word_that_was_torn_apart_is_taken_whole_and_covers_the_same_place() -> None:
    words = vote([take("he came to gether again"), take("he came together again", "rapidocr")], EMPTY)
    assert said(words) == "he came together again"
    torn = words[2]
    assert torn.box
    assert (torn.box.left, torn.box.right) == (80, 160)
    assert [reading.text for reading in torn.readings] == ["to gether", "together"]


def test_words_run_together_are_parted_in_place() -> None:
    words = vote([take("part ofhis town"), take("part of his town", "rapidocr")], EMPTY)
    assert said(words) == "part of his town"
    assert words[1].box.right <= words[2].box.right <= words[3].box.left


def test_numbers_read_differently_are_flagged() -> None:
    words = vote([take("paid 1,250 dollars", confidence=95), take("paid 1,260 dollars", "rapidocr")], EMPTY)
    assert words[1].text == "1,250"
    assert words[1].choice.startswith("a number read differently")
    assert {reading.text for reading in words[1].readings} == {"1,250", "1,260"}


def test_a_reading_of_something_else_has_no_vote() -> None:
    words = vote([take("the second of May"), take("XQZ WWW 000", "rapidocr", 99)], EMPTY)
    assert said(words) == "the second of May"
    assert all(not word.readings for word in words)


def test_a_garbled_first_look_gives_way_to_a_sure_reading_unlike_it() -> None:
    words = vote([take("He pe ohes NS", confidence=30), take("THERESIENSTADT 7", "rapidocr", 99)], EMPTY)
    assert said(words) == "THERESIENSTADT 7"
    assert {word.choice for word in words} == {
        "a number read differently; rapidocr: sure, where the first look is garbled"
    }
    assert [reading.text for reading in words[0].readings] == ["He pe ohes NS", "THERESIENSTADT 7"]
    assert all(0 <= word.box.left < word.box.right <= 130 for word in words)


@pytest.mark.parametrize(("first", "other"), [(60, 99), (30, 89)])
def test_a_reading_unlike_the_first_has_no_vote_where_either_leaves_doubt(first: float, other: float) -> None:
    takes = [take("He pe ohes", confidence=first), take("THERESIENSTADT", "rapidocr", other)]
    assert vote(takes, EMPTY) == takes[0].words


def test_two_that_agree_outvote_a_surer_one_and_gain_confidence() -> None:
    takes = [
        take("Boeker said", confidence=70),
        take("Roeker said", "rapidocr", 90),
        take("Boeker said", view="page/lines-40"),
    ]
    words = vote(takes, EMPTY)
    assert said(words) == "Boeker said"
    assert words[0].choice == "the first look: 2 of 3 readings agree"
    assert words[1].confidence == 90


texts = st.lists(st.text("abcde19.", min_size=1, max_size=6), min_size=1, max_size=8).map(" ".join)


@given(texts, st.lists(st.tuples(texts, st.sampled_from(["tesseract", "rapidocr"])), max_size=3))
def test_every_word_is_whole_a_reading_of_one_engine(first: str, others: list[tuple[str, str]]) -> None:
    takes = [take(first), *(take(text, engine) for text, engine in others)]
    words = vote(takes, EMPTY)
    read = {word.text for each in takes for word in each.words}
    assert words
    for word in words:
        assert word.text in read
        assert 0 <= word.box.left < word.box.right
        if word.readings:
            assert any(f" {word.text} " in f" {reading.text} " for reading in word.readings)
    lefts = [word.box.left for word in words]
    assert lefts == sorted(lefts)


@given(texts)
def test_readings_that_agree_change_nothing(text: str) -> None:
    assert said(vote([take(text), take(text, "rapidocr")], EMPTY)) == text


def line_below(text: str, left: int) -> SeenLine:
    words, at = [], left
    for word in text.split():
        words.append(Seen(word, Box(at, 24, at + 10 * len(word), 44), 90.0))
        at += 10 * (len(word) + 1)
    return SeenLine(0, tuple(words))


BELOW = [line_below("TRIO NEVERTHELESS HELD THE JOURNALISTS", 0)]


def test_the_words_of_a_line_below_never_stand_for_a_lines_own() -> None:
    first = take("POLISHED suet! THE FALIN/KOBYSH/ZHURKIN TROIKA", confidence=75)
    second = "TRIO NEVERTHELESS FALIN/KOBYSH/ZHURKIN TROIKA"
    assert said(vote([first, take(second, "rapidocr", 97)], EMPTY)) == second  # without the line beside it
    words = vote([first, take(second, "rapidocr", 97)], EMPTY, BELOW)
    assert said(words) == first.text
    assert words[0].choice == "the first look: the other reading is of the line beside it"
    assert [reading.text for reading in words[0].readings] == ["POLISHED suet! THE", "TRIO NEVERTHELESS"]


def test_a_garbled_first_look_does_not_give_way_to_the_line_below() -> None:
    takes = [take("POt1s ;u, THE", confidence=30), take("TRIO NEVERTHELESS", "rapidocr", 97)]
    assert said(vote(takes, EMPTY)) == "TRIO NEVERTHELESS"
    assert said(vote(takes, EMPTY, BELOW)) == "POt1s ;u, THE"


def test_what_a_line_below_has_elsewhere_may_stand_here() -> None:
    takes = [take("XQZZY hvld", confidence=40), take("JOURNALISTS held", "rapidocr", 97)]
    assert said(vote(takes, EMPTY, BELOW)) == "JOURNALISTS held"


@pytest.mark.parametrize(
    ("first", "sure", "taken"),
    [
        ("LOG-00", "LOG-OO", "LOG-00"),
        ("02080", "O208O", "02080"),
        ("10:00", "1O:OO", "10:00"),
        ("PAGE 01", "PAGE O1", "PAGE 01"),
        ("C0URSE", "COURSE", "COURSE"),
        ("0 091517Z", "O 091517Z", "O 091517Z"),  # a precedence is one letter
        ("LOG-00", "LOC-OO", "LOC-OO"),  # not the same but for zeros
    ],
)
def test_of_readings_that_differ_in_zeros_alone_the_one_with_digits_in_numbers_is_taken(
    first: str, sure: str, taken: str
) -> None:
    words = vote([take(first, confidence=30), take(sure, "rapidocr", 97)], EMPTY)
    assert said(words) == taken
    if taken == first:
        assert "the first look: O and 0 where they belong" in words[-1].choice


def test_a_known_word_does_not_beat_a_paragraphs_number_where_a_line_opens() -> None:
    takes = [take("his Strategic Communications"), take("1.Strategic Communications", "rapidocr", 97)]
    assert said(vote(takes, EMPTY)) == "his Strategic Communications"
    assert said(vote(takes, EMPTY, opens=True)) == "1.Strategic Communications"


def test_an_unsure_number_does_not_beat_a_word_where_a_line_opens() -> None:
    takes = [take("In the city", confidence=90), take("1. the city", "rapidocr", 60)]
    assert said(vote(takes, EMPTY, opens=True)) == "In the city"
