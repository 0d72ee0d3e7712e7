"""Phrases are found as whole tokens, each where it stands."""

from pipeline.phrases import Phrases


def found(phrases: list[str], line: str) -> list[tuple[str, str]]:
    return [
        (payload, line[start:end])
        for start, end, payload in Phrases(zip(phrases, phrases, strict=True)).find(line)
    ]


def test_a_phrase_is_found_wherever_it_stands() -> None:
    assert found(["No."], "No. 1, No. 2 no. 3 Nos. No") == [("No.", "No."), ("No.", "No.")]
    assert [start for start, _, _ in Phrases([("b c", 1)]).find("b c a b c")] == [0, 6]


def test_any_run_of_blanks_is_one_space_in_the_phrase_and_in_the_line() -> None:
    assert found([" in   tlie "], "so in \t tlie") == [(" in   tlie ", "in \t tlie")]
    assert found(["a b"], "ab a  c a") == []


def test_words_are_whole_and_marks_stand_alone() -> None:
    assert found(["tlie"], "tlie9 xtlie tlie, (tlie)") == [("tlie", "tlie")] * 2
    assert found(["E.O"], "E.O.;E.Ox") == [("E.O", "E.O")]


def test_the_longest_comes_first_and_all_that_begin_there_come() -> None:
    assert found(["a", "a b c", "a b"], "a b c") == [("a b c", "a b c"), ("a b", "a b"), ("a", "a")]
    assert found(["a b", "b"], "a b") == [("a b", "a b"), ("b", "b")]


def test_a_phrase_may_stand_for_several_things() -> None:
    assert list(Phrases([("a", 1), ("a", 2)]).find("a")) == [(0, 1, 1), (0, 1, 2)]


def test_nothing_is_found_where_nothing_is() -> None:
    assert found(["a"], "") == []
    assert found([], "a") == []
    assert found(["a b c"], "x a b") == []
    assert found(["a b c", "a b"], "a b") == [("a b", "a b")]
