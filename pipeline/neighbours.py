"""Forms that are one letter apart, found through a table: the time does not grow with the number of forms."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein


class Neighbours:
    """Forms, found by others that are one letter exchanged, missing or too many away.

    Two such forms leave the same rest when a letter is taken out of one of them or of both.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._table: dict[str, list[str]] = defaultdict(list)
        for form in forms:
            for rest in _rests(form):
                self._table[rest].append(form)

    def of(self, form: str) -> list[str]:
        """The forms just one letter away from `form`, sorted."""
        near = {other for rest in _rests(form) for other in self._table.get(rest, ())}
        return sorted(other for other in near if Levenshtein.distance(form, other, score_cutoff=1) == 1)


def _rests(form: str) -> set[str]:
    return {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))}
