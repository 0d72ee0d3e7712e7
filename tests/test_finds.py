"""Which find wins, and what becomes of several at one place."""

import itertools

import msgspec

from pipeline.finds import Find, merged

PLAIN = Find(3, 6, ("the",), "b", 80.0, "Because.", auto=True)


def but(**more: object) -> Find:
    return msgspec.structs.replace(PLAIN, **more)


def test_the_order_of_claim() -> None:
    ordered = [
        but(never=True, score=10.0, auto=False),
        but(score=90.0),
        but(end=7),
        but(rule="a"),
        but(start=2, end=5),
        PLAIN,
        but(start=4, end=7),
        but(auto=False, score=95.0),
        but(auto=False),
    ]
    for one, other in itertools.pairwise(ordered):
        assert one.claim < other.claim


def test_the_same_answer_is_one_find() -> None:
    assert merged([but(score=70.0, rule="a"), PLAIN]) == PLAIN


def test_other_answers_make_a_suggestion_of_candidates() -> None:
    other = but(answers=("tho", "the", "thy"), rule="c", score=70.0)
    assert merged([other, PLAIN]) == but(
        answers=("the", "tho", "thy"), score=50.0, auto=False, reason="Because. Entry c says tho or thy."
    )


def test_a_score_is_never_below_nothing_and_five_candidates_are_enough() -> None:
    low = but(score=20.0)
    made = merged([low, but(answers=tuple("uvwxyz"), score=10.0)])
    assert (made.score, made.answers) == (0.0, ("the", "u", "v", "w", "x"))
    assert made.reason.endswith(" Entry b says u or v or w or x or y or z.")


def test_a_place_to_be_left_alone_takes_no_other_answer() -> None:
    alone = but(never=True, score=5.0)
    assert merged([but(answers=("tho",)), alone]) == alone
