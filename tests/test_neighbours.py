"""Neighbours, held against looking at every pair."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from pipeline.neighbours import Neighbours

FORMS = st.text("ABC", max_size=6)


@given(st.lists(FORMS, unique=True), FORMS)
def test_just_the_forms_one_letter_away_are_found(forms: list[str], form: str) -> None:
    slow = sorted(other for other in forms if Levenshtein.distance(form, other) == 1)
    assert Neighbours(forms).of(form) == slow
