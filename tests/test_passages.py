"""Passages that stand twice."""

import random

import pytest

from pipeline.passages import Passage, PassageFinder, _neighbours

NAMES = [
    f"{first}{second}"
    for first in "bcdfghjklmnpqrst"
    for second in ("ast", "end", "ill", "ora", "une", "yrd")
]


def prose(count: int, seed: int) -> list[str]:
    return random.Random(seed).choices([f"{one}{two}" for one in NAMES for two in ("", "ing", "ed")], k=count)


def worn(words: list[str], share: float, seed: int) -> list[str]:
    """The words with some of them misread."""
    chance = random.Random(seed)
    return [f"{word[:-1]}#" if chance.random() < share else word for word in words]


def found(*documents: list[str]) -> list[Passage]:
    finder = PassageFinder()
    for words in documents:
        finder.add(words)
    return list(finder.passages())


def covers(passages: list[Passage], document: int, start: int, end: int) -> bool:
    words = {
        word
        for passage in passages
        if passage.document == document
        for word in range(passage.start, passage.end)
    }
    return words >= set(range(start, end))


@pytest.mark.parametrize("seed", range(5))
def test_a_passage_in_two_documents_is_found_though_each_tenth_word_is_misread(seed: int) -> None:
    shared = prose(200, seed)
    one = [*prose(300, seed + 100), *worn(shared, 0.1, seed), *prose(90, seed + 200)]
    other = [*prose(50, seed + 300), *worn(shared, 0.1, seed + 1), *prose(400, seed + 400)]
    passages = found(one, prose(500, seed + 500), other)
    assert {(passage.document, passage.other) for passage in passages} == {(0, 2)}
    assert covers(passages, 0, 340, 460)


def test_a_passage_that_stands_twice_in_one_document_is_found_and_the_two_share_no_words() -> None:
    shared = prose(120, 1)
    (passage,) = found([*shared, *prose(30, 2), *worn(shared, 0.05, 3)])
    assert passage.start == 0 and passage.end <= passage.other_start and passage.other_end == 270


def test_different_texts_have_none() -> None:
    assert not found(*(prose(400, seed) for seed in range(8)))
    assert not found([], ["one"], ["one"])


def test_what_stands_in_very_many_documents_costs_no_more_than_other_text() -> None:
    places = [(document, 0) for document in range(500)]
    assert len(list(_neighbours(range(500), places))) < 10 * 500
    notice = prose(60, 1)
    passages = found(*([*notice, *prose(60, seed)] for seed in range(2, 102)))
    assert 100 < len(passages) < 100 * 3 * 4


def test_copies_that_are_very_long_are_cut_into_stretches() -> None:
    words = prose(6000, 1)
    passages = found(words, worn(words, 0.1, 2))
    assert len(passages) > 3
    assert all(passage.end - passage.start < 1500 for passage in passages)
    assert covers(passages, 0, 100, 5900)
