"""A document whose capitals come out alike wrong mends its own words; codes and names stay as they are."""

from collections.abc import Iterable, Iterator

import pytest

from pipeline.correct import correct_pages
from pipeline.dictionary import load_dictionary
from pipeline.record import Edit, Line, Page
from pipeline.recurring import recurring_exchanges
from pipeline.vocabulary import Vocabulary
from tests.shipped import CORRECTIONS

DICTIONARY = load_dictionary(CORRECTIONS)

CABLE = (
    "1. FOR HER SECONO PRESS CONFERENCE THE SOVIETS ATTRACTEO AN EVEN LARGER",
    "CROWO OF TV CREWS ANO PRINT JOURNALISTS THAN FOR THEIR FIRST SESSION.",
    "THE MINISTER SAIO THAT THE MIOOLE EAST WOULO BE OISCUSSEO AT LENGTH, ANO",
    "THE TALKS SHOULO BEGIN WITH REOUCTIONS OF THE KIND THAT WAS PROPOSEO.",
)


def corrections(*lines: str) -> list[Edit]:
    page = Page(1, "ok", tuple(map(Line, lines)))
    return [edit for edit in correct_pages([page], DICTIONARY) if edit.rule == "recurring-slip"]


def applied(*lines: str) -> dict[str, str]:
    return {edit.before: edit.after for edit in corrections(*lines) if edit.status == "applied"}


def suggested(*lines: str) -> dict[str, str]:
    return {edit.before: edit.after for edit in corrections(*lines) if edit.status == "suggested"}


def test_where_an_exchange_recurs_ordinary_words_are_mended() -> None:
    assert applied(*CABLE) == {
        "SECONO": "SECOND",
        "ATTRACTEO": "ATTRACTED",
        "CROWO": "CROWD",
        "ANO": "AND",
        "SAIO": "SAID",
        "MIOOLE": "MIDDLE",
        "WOULO": "WOULD",
        "OISCUSSEO": "DISCUSSED",
        "SHOULO": "SHOULD",
        "REOUCTIONS": "REDUCTIONS",
        "PROPOSEO": "PROPOSED",
    }
    reasons = {edit.before: edit.reason for edit in corrections(*CABLE)}
    assert reasons["SECONO"] == (
        '"SECONO" is no word that a list knows; "SECOND" is, and O stands for D in 10 different words of this document.'
    )


def test_a_slip_that_stands_alone_is_left_alone() -> None:
    assert not corrections("THE SECONO CONFERENCE OF THE TWO GOVERNMENTS WAS HELD IN A LARGER HALL")


def test_three_words_are_enough_for_suggestions_alone() -> None:
    lines = ("THE SECONO PRESS CONFERENCE ATTRACTEO A CROWO OF JOURNALISTS",)
    assert not applied(*lines)
    assert suggested(*lines) == {"SECONO": "SECOND", "ATTRACTEO": "ATTRACTED", "CROWO": "CROWD"}


@pytest.mark.parametrize(
    "line",
    [
        "INFO LOG-OO COPY-O1 DOOE-OO ACOA-12",  # offices and counts
        "UNCLAS BOEKER BOHLEN GORBACHEV PRIMYAKOV",
        "THE LEO AND THE ROOM WERE TOO OLD TO BE OPENED",
        "THIRO-12",  # a piece of a code
    ],
)
def test_codes_names_and_right_words_are_not_changed(line: str) -> None:
    assert applied(*CABLE, line) == applied(*CABLE)


def test_names_are_suggested() -> None:
    line = "AMBASSADOR BERNARO LEFT ICELANO FOR REYKJAVIK"
    assert applied(*CABLE, line) == applied(*CABLE)
    assert suggested(*CABLE, line) == {"BERNARO": "BERNARD", "ICELANO": "ICELAND"}


def test_two_answers_are_a_suggestion() -> None:
    assert "OOOR" not in applied(*CABLE, "HE STOOD AT THE OOOR OF THE HOUSE")


def test_a_possessive_keeps_its_ending() -> None:
    assert applied(*CABLE, "THE WORLO'S PRESS")["WORLO"] == "WORLD"


def words(*texts: str) -> dict[str, int]:
    return dict.fromkeys(texts, 1)


def exchanges(counts: dict[str, int]) -> Iterator[tuple[str, str, bool]]:
    for exchange in recurring_exchanges(counts, Vocabulary()):
        yield exchange.read, exchange.meant, exchange.sure


SLIPS = ("SECONO", "ATTRACTEO", "CROWO", "SHOULO", "WOULO", "SAIO")
NAMES = ("BOEKER", "GROMYKO", "KOBYSH", "KVITSINSKIY", "OBUKHOV", "PETROSYAN")


@pytest.mark.parametrize(
    ("others", "found"),
    [((), [("O", "D", True)]), (NAMES, [("O", "D", True)])],
)
def test_an_exchange_is_sure_by_the_words_it_explains(
    others: Iterable[str], found: list[tuple[str, str, bool]]
) -> None:
    assert list(exchanges(words(*SLIPS, *others))) == found


def test_an_exchange_that_few_of_the_unknown_words_show_is_none() -> None:
    names = [name + ending for name in NAMES for ending in ("", "VA", "SKY", "ENKO", "OVICH")]
    assert not list(exchanges(words(*SLIPS, *names)))


def test_of_two_exchanges_that_explain_the_same_words_the_commoner_one_counts() -> None:
    # AGREEO may be AGREES as well as AGREED
    both = words(*SLIPS, "AGREEO", "STATEO", "UNITEO", "REACHEO")
    assert list(exchanges(both)) == [("O", "D", True)]
