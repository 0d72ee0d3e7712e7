"""The index of near words finds what a slow search over all of them finds."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from pipeline.nearwords import NearWords

words = st.text("ABC", min_size=1, max_size=9)


@given(st.dictionaries(words, st.integers(1, 3), max_size=30), st.lists(words, max_size=10))
def test_the_index_finds_what_a_slow_search_finds(budgets: dict[str, int], tokens: list[str]) -> None:
    near = NearWords(budgets)
    for token in tokens:
        slow = {
            (word, distance)
            for word, budget in budgets.items()
            if (distance := Levenshtein.distance(token, word)) <= budget
        }
        assert set(near.find(token)) == slow
        assert near.find(token) == near.find(token)


def test_the_nearest_come_first() -> None:
    near = NearWords({"PARIS": 2, "MARS": 2, "LIMA": 1})
    assert near.find("PARS") == (("MARS", 1), ("PARIS", 1))
    assert near.find("PARIS") == (("PARIS", 0), ("MARS", 2))
    assert near.find("X") == ()


def test_of_words_as_near_all_come_by_the_alphabet() -> None:
    words = [f"{letter}ARS" for letter in "TSRPMLJEC"]
    near = NearWords(dict.fromkeys(words, 1))
    assert near.find("XARS") == tuple((word, 1) for word in sorted(words))
