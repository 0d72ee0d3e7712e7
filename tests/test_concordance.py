"""Names and numbers elsewhere in the folder."""

from pipeline.collation import Token
from pipeline.concordance import Concordance, form_of


def namesakes(*texts: str) -> dict[str, list[tuple[str, int, str]]]:
    concordance = Concordance()
    for number, text in enumerate(texts):
        concordance.add(number, [Token(word, 1, 0, len(word), 100.0) for word in text.split()])
    return {
        one.text: [(reading.text, reading.times, reading.document) for reading in one.readings]
        for found in concordance.namesakes([f"{number}.pdf" for number in range(len(texts))]).values()
        for one in found
    }


def test_a_name_that_stands_once_is_held_against_one_that_stands_often() -> None:
    assert namesakes("RWANDA " * 21, "ROUTINE RWAND") == {"RWAND": [("RWANDA", 16, "0.pdf")]}


def test_two_rare_names_say_nothing_of_each_other() -> None:
    assert namesakes("KIGALI " * 7, "KIGALE") == {}


def test_endings_and_words_in_use_are_no_misreadings() -> None:
    assert namesakes("UNAMIR " * 20, "UNAMIRS", "SMITH " * 20, "SMITE", "ZORGALS " * 20, "ZORGAL") == {}


def test_a_number_is_held_against_well_formed_ones_after_the_same_word() -> None:
    assert namesakes("STATE 261936", "PARIS 261930", "STATE 26193b") == {
        "STATE 26193b": [("STATE 261936", 1, "0.pdf")]
    }


def test_a_number_of_digits_alone_is_never_doubted() -> None:
    assert namesakes("STATE 261936 " * 20, "STATE 261986") == {}


def test_what_is_counted() -> None:
    assert form_of("Rwanda", "in") == "RWANDA"
    assert form_of("26193b", "State") == "STATE 26193b"
    assert (
        form_of("the", "in") == form_of("26193b", "1.") == form_of("1994", "(") == form_of("AF/C", "") == ""
    )
    assert form_of("B6x9AA", "STATE") == ""
