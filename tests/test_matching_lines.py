"""What is found in one line, find by find: places, answers, scores and the reasons that a reader sees."""

from typing import Any

import pytest

from pipeline.dictionary import Dictionary
from pipeline.finds import Find
from pipeline.linecontext import LineContext
from pipeline.matching import find_all, find_phrases
from tests.corrected import entry, garbles, load


def found(text: str, words: Dictionary, **more: Any) -> list[Find]:
    return list(find_all(LineContext(text, words), words, **more))


def fuzzy(*words: str, **more: Any) -> Dictionary:
    return load(entry(id="f", match="fuzzy", words=list(words), action="auto", **more))


def test_a_garble_says_what_it_is_a_garble_of_and_which_entry_says_so() -> None:
    words = load(garbles("a", "tlie", "the") + 'near = ["OADR"]\nnote = "A worn type."\n')
    assert found("OADR tlie", words) == [
        Find(
            5, 9, ("the",), "a", 95.0,
            '"tlie" is a known garble of "the". OADR stands near. Entry a: A worn type.', auto=True,
        )
    ]  # fmt: skip
    assert found("tlie", load(garbles("a", "tlie", "the")))[0].reason.endswith('"the". Entry a.')


@pytest.mark.parametrize(
    ("action", "auto", "never"), [("auto", True, False), ("suggest", False, False), ("never", False, True)]
)
def test_an_entry_says_how_far_it_goes(action: str, auto: bool, never: bool) -> None:
    for words in (
        load(garbles("a", "tlie", "the", action)),
        load(entry(id="a", match="pattern", pattern="tlie", right="the", action=action)),
        load(entry(id="a", match="fuzzy", words=["TLIE"], action=action)),
    ):
        [one] = found("tl1e" if words.fuzzy else "tlie", words)
        assert (one.auto, one.never) == (auto, never)


def test_a_document_without_a_date_makes_an_entry_of_some_years_doubtful() -> None:
    for words, text in (
        (load(garbles("a", "tlie", "the") + "until = 1980-12-31\n"), "tlie"),
        (
            load(
                entry(id="a", match="number", after=["No."], shape="[0-9]{3}", action="auto")
                + "until = 1980-12-31\n"
            ),
            "No. 12b",
        ),
    ):
        [one] = found(text, words)
        assert not one.auto


def test_a_pattern_says_what_becomes_of_its_match() -> None:
    words = load(entry(id="p", match="pattern", pattern=r"<(\w+)>", right=r"(\1)", action="auto"))
    assert found("a <b>", words) == [
        Find(
            2,
            5,
            ("(b)",),
            "p",
            95.0,
            '"<b>" fits what the entry describes and becomes "(b)". Entry p.',
            auto=True,
        )
    ]


def test_patterns_are_held_against_no_very_long_line() -> None:
    words = load(entry(id="p", match="pattern", pattern="b", right="c", action="auto"))
    assert len(found("b" + 4999 * " ", words)) == 1
    assert found("b" + 5000 * " ", words) == []


def test_a_fuzzy_word_says_how_far_it_is_and_its_score_is_the_share_of_its_letters() -> None:
    [one] = found("so MOSCOV", fuzzy("MOSCOW", "LIMA"))
    assert one == Find(
        3,
        9,
        ("MOSCOW",),
        "f",
        pytest.approx(100 * 5 / 6),
        '"MOSCOV" is one letter away from "MOSCOW". Entry f.',
    )
    [one] = found("AMENBASY", fuzzy("AMEMBASSY", budget=2))
    assert (one.score, one.reason) == (
        100 * (1 - 2 / 9),
        '"AMENBASY" is 2 letters away from "AMEMBASSY". Entry f.',
    )
    [one] = found("M0SCOW", fuzzy("MOSCOW"))
    assert one.auto
    assert one.reason == '"M0SCOW" is "MOSCOW" with a digit or sign in the place of a letter. Entry f.'


def test_of_several_fuzzy_answers_the_nearest_comes_first_and_all_are_told() -> None:
    [one] = found("JUN0", fuzzy("JUNE", "JUNO", "JULY"))
    assert one.answers == ("JUNE", "JUNO")
    assert one.reason.endswith(' "JUNO" is one letter away. Entry f.')
    assert (one.score, one.auto) == (75.0 - 30.0, False)
    [one] = found("AMEMBASSX", fuzzy("AMEMBASSIES", "AMEMBASSY", budget=3))
    assert one.answers == ("AMEMBASSY", "AMEMBASSIES")
    assert (
        one.reason
        == '"AMEMBASSX" is one letter away from "AMEMBASSY". "AMEMBASSIES" is 3 letters away. Entry f.'
    )


def test_of_answers_as_far_the_likelier_slip_comes_first() -> None:
    words = load(
        entry(id="f", match="fuzzy", words=["JUNE", "JUNO"], action="auto"), head="[slips.0]\nO = 0.1\n"
    )
    assert [one.answers for one in found("JUN0", words)] == [("JUNO", "JUNE")]


def test_a_scope_counts_for_a_fuzzy_word() -> None:
    for scope, text, places in (
        ("line-start", "MOSCOV MOSCOV", [0]),
        ("line", "MOSCOV", [0]),
        ("line", "MOSCOV MOSCOV", []),
    ):
        words = load(entry(id="f", match="fuzzy", words=["MOSCOW"], scope=scope))
        assert [one.start for one in found(text, words)] == places


def test_the_letters_of_a_phrase_are_counted_without_its_spaces() -> None:
    words = fuzzy("ABCDEFG HIJKLM")  # 13 letters, of which two may be wrong
    assert len(found("ABXDEFG HIJKLX", words)) == 1
    assert found("ABXDEFG HIXKLX", words) == []


def test_five_candidates_are_enough() -> None:
    [one] = found("BAXT", fuzzy(*(f"BA{letter}T" for letter in "ABCDEFG")))
    assert one.answers == ("BAAT", "BABT", "BACT", "BADT", "BAET")
    assert one.reason == (
        '"BAXT" is one letter away from "BAAT". "BABT" is one letter away. "BACT" is one letter away. '
        '"BADT" is one letter away. "BAET" is one letter away. Entry f.'
    )


def test_phrases_count_their_letters_together_and_no_mark_stands_between() -> None:
    words = fuzzy("BUENOS AIRES", budget=2)
    [one] = found("at BUENDS  A1RES now", words)
    assert (one.start, one.end, one.answers) == (3, 16, ("BUENOS AIRES",))
    assert one.reason.startswith('"BUENDS A1RES" is 2 letters away from "BUENOS AIRES".')
    assert found("BUENDS, A1RES", words) == []
    assert found("BUENDS A1REX", words) == []
    assert found("BUENDS", words) == []
    assert found("BUENOS AIRES", words) == []
    protected = load(entry(id="f", match="fuzzy", words=["BUENOS AIRES"]), head='protect = ["aires"]\n')
    assert [one.answers for one in found("BUENDS AIRES", protected)] == [("BUENOS AIRES",)]
    protected = load(entry(id="f", match="fuzzy", words=["BUENOS AIRES"]), head='protect = ["airex"]\n')
    assert found("BUENOS AIREX", protected) == []


def test_phrases_that_end_in_different_places_are_finds_of_their_own() -> None:
    words = fuzzy("SAN JOSE", "SAN JOSE CITY", budget=2)
    assert [(one.start, one.end) for one in found("SAM JOSE CITY", words)] == [(0, 8), (0, 13)]


def test_the_first_entry_that_allows_a_word_here_answers() -> None:
    words = load(
        entry(id="a", match="fuzzy", words=["MOSCOW"], action="auto", line="^FM"),
        entry(id="b", match="fuzzy", words=["MOSCOW"], action="suggest"),
    )
    assert [one.rule for one in found("FM MOSCOV", words)] == ["a"]
    assert [one.rule for one in found("TO MOSCOV", words)] == ["b"]


def test_words_in_common_use_and_right_words_are_no_garbles() -> None:
    words = fuzzy("FORM")
    assert len(found("Farm", words)) == 1
    assert found("Farm", words, common=lambda word: word == "farm") == []
    line = LineContext("Farm", words)
    assert list(find_phrases(line, words, lambda word: word == "farm")) == []
    assert len(list(find_phrases(line, words))) == 1
    protected = load(entry(id="f", match="fuzzy", words=["FORM"]), head='protect = ["farm"]\n')
    assert found("Farm", protected) == []


def test_what_may_be_a_word() -> None:
    assert len(found("AB1", fuzzy("ABC"))) == 1
    assert found("A1", fuzzy("AB")) == []  # too short
    assert found("AB12", fuzzy("ABCD", budget=3)) == []  # half of it are digits
    assert found("A12", fuzzy("A1B")) == []
    assert found("A13B", fuzzy("A12B")) == []  # half are digits
    assert found("MOscow", fuzzy("MOSCOW")) == []  # capitals alone are no garble


def test_capitals_follow_those_that_were_read() -> None:
    for read, right in (
        ("M0SCOW", "MOSCOW"),
        ("m0scow", "moscow"),
        ("M0scow", "Moscow"),
        ("0oscow", "MoscoW"),
        ("mOSC0w", "MoscoW"),
    ):
        assert [one.answers for one in found(read, fuzzy("MoscoW"))] == [(right,)], read


def test_capitals_alone_may_be_put_right() -> None:
    words = load(garbles("a", "thiS", "this"), garbles("b", "THIS", "THAT"))
    assert [one.answers for one in found("thiS THIS", words)] == [("this",)]


def test_find_phrases_takes_garbles_and_fuzzy_words_alone() -> None:
    words = load(
        garbles("a", "tlie", "the"),
        entry(id="b", match="fuzzy", words=["MOSCOW"]),
        entry(id="c", match="pattern", pattern="<", right="("),
        entry(id="d", match="number", after=["No."], shape="[0-9]{3}"),
    )
    line = LineContext("tlie MOSCOV < No. 12b", words)
    assert [one.rule for one in find_phrases(line, words)] == ["a", "b"]
    assert [one.rule for one in find_all(line, words)] == ["a", "d", "b", "c"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("No. 12b", (4, 7)),
        ("No.12b", (3, 6)),
        ("No. \t 12b.", (6, 9)),
        ("No. 12b/3", None),
        ("No. -12b", None),
        ("No.", None),
    ],
)
def test_a_number_stands_directly_behind_its_words(text: str, place: tuple[int, int] | None) -> None:
    words = load(entry(id="n", match="number", after=["No."], shape="[0-9]{3}", action="auto"))
    assert [(one.start, one.end) for one in found(text, words)] == ([place] if place else [])


def test_a_number_counts_where_its_own_place_does() -> None:
    words = load(entry(id="n", match="number", after=["No."], shape="[0-9]{3}", action="auto", note="Why."))
    [one] = found("No. 12b", words)
    assert one.reason == '"12b" was read after "No."; b stands for 6, which leaves 126. Entry n: Why.'
    never = load(entry(id="n", match="number", after=["No."], shape="[0-9]{3}", action="never"))
    assert [one.never for one in found("No. 12b", never)] == [True]
    line = load(entry(id="n", match="number", after=["No."], shape="[0-9]{3}", line="^As"))
    assert found("No. 12b", line) == []
    dashed = load(entry(id="n", match="number", after=["No."], shape="[0-9]/[0-9]{2}", action="auto"))
    assert [one.answers for one in found("No. 1/2b", dashed)] == [("1/26",)]
