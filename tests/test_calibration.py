"""The curves of confidence rise, say what is true, and judge words by the truth alone."""

import random

from benchmarks.calibration import Judged, as_toml, bins, fit, gap, judged, left_out
from pipeline.record import Document, Edit, Line, Page, Word


def made(count: int = 3000, document: str = "a", seed: int = 1) -> list[Judged]:
    """Words right as often as the square of what the engine says."""
    draw = random.Random(seed)
    return [
        Judged("set", document, "once", False, own, draw.random() < (own / 100) ** 2)
        for own in (draw.uniform(0, 100) for _ in range(count))
    ]


def test_a_curve_rises_and_finds_what_is_true() -> None:
    (curve,) = fit(made())
    assert list(curve.starts) == sorted(set(curve.starts))
    assert list(curve.percents) == sorted(curve.percents)
    for own in (20, 50, 80):
        assert abs(curve.at(own) - own**2 / 100) < 12


def test_what_is_left_out_is_judged_by_the_others() -> None:
    pairs = [(word.right, said) for word, said in left_out([*made(), *made(document="b", seed=2)])]
    assert len(pairs) == 6000
    assert gap(pairs) < 4 < gap([(word.right, word.confidence) for word in made()])
    assert sum(count for _, _, count in bins(pairs)) == 6000


def test_kinds_with_too_few_words_have_no_curve() -> None:
    assert fit(made(20)) == []
    assert 'evidence = "once"' in as_toml(fit(made()))


def test_words_are_held_against_the_truth_and_furniture_is_not() -> None:
    text = "The comnittee met SECRET"
    words, at = [], 0
    for token in text.split():
        at = text.index(token, at)
        words.append(Word(at, at + len(token), confidence=90.0, engine_confidence=70.0))
    stamp = Line("Xq zwv", (Word(0, 2, confidence=9.0), Word(3, 6, confidence=9.0)))
    page = Page(1, "ok", (Line(text, tuple(words)), stamp))
    gone = Edit("x", 1, 18, 24, "SECRET", "", "strip", "banner", 100, "applied", "")
    document = Document(1, "a.png", "", "ok", pages=(page,), edits=(gone,))
    found = list(judged(document, "The committee met", "ehri DR", again=True))
    assert [(word.right, word.confidence) for word in found] == [(True, 70), (False, 70), (True, 70)]
    assert len(list(judged(document, "The committee met", "cables film", again=True))) == 5
