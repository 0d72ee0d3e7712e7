"""Words within a few letters of a token, out of very many: an index that cost hardly grows with.

A word of which `budget` letters may be wrong is cut into `budget` + 1 pieces; one of them at least is read right, at
most `budget` places away. So a token looks up its own pieces and hands the few words that share one to rapidfuzz.
(G. Li, D. Deng, J. Wang, J. Feng, "Pass-Join", VLDB 2011.)
"""

import itertools
from collections.abc import Iterator, Mapping
from functools import cache

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

_MOST_KEPT = 500_000  # tokens whose answers are remembered


class NearWords:
    """Words with the number of letters that may be wrong in each; both sides in the same capitals."""

    def __init__(self, budgets: Mapping[str, int]) -> None:
        self._pieces: dict[tuple[int, int, int, str], list[str]] = {}
        self._shapes: set[tuple[int, int]] = set()
        self._kept: dict[str, tuple[tuple[str, int], ...]] = {}
        for word, budget in budgets.items():
            self._shapes.add((len(word), budget))
            for number, (start, end) in enumerate(_cuts(len(word), budget)):
                self._pieces.setdefault((len(word), budget, number, word[start:end]), []).append(word)

    def find(self, token: str) -> tuple[tuple[str, int], ...]:
        """The words within their budgets of `token`, with their plain distance, nearest first; asked twice, kept."""
        if token not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[token] = self._search(token)
        return self._kept[token]

    def _search(self, token: str) -> tuple[tuple[str, int], ...]:
        found: dict[str, int] = {}
        for length, budget in self._shapes:
            if abs(length - len(token)) <= budget and (
                words := dict.fromkeys(self._sharing(token, length, budget))
            ):
                near = extract(
                    token, words.keys(), scorer=Levenshtein.distance, score_cutoff=budget, limit=None
                )
                found.update((word, int(distance)) for word, distance, _ in near)
        return tuple(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))

    def _sharing(self, token: str, length: int, budget: int) -> Iterator[str]:
        """The words of `length` and `budget` that share a piece with `token` at a place where it may have come to stand.

        Of the first piece that is read right, no more letters than there are pieces before it are wrong before it, and
        no more than are left behind it: that bounds how far it is shifted.
        """
        longer = len(token) - length
        for number, (start, end) in enumerate(_cuts(length, budget)):
            left = budget - number
            for shift in range(max(-number, longer - left), min(number, longer + left) + 1):
                low = start + shift
                if low >= 0 and end + shift <= len(token):
                    yield from self._pieces.get((length, budget, number, token[low : end + shift]), ())


@cache
def _cuts(length: int, budget: int) -> list[tuple[int, int]]:
    """Where a word of `length` is cut into `budget` + 1 pieces of nearly the same length."""
    edges = [length * number // (budget + 1) for number in range(budget + 2)]
    return list(itertools.pairwise(edges))
