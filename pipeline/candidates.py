"""What an unknown word may have been: a token and a vocabulary go in, ranked candidates come out.

Candidates are the known words one letter or one listed slip away, and those two listed slips away. Each is weighed by
how often the word is used and what the slip costs, as a noisy channel: 10 ** (frequency - WEIGHT * cost).
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

import msgspec

from pipeline.slips import Slips

WEIGHT = 4.0  # powers of ten that a slip of cost 1 weighs against frequency
IN_USE = 2.0  # frequency; rarer words are as often slips themselves
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Vocabulary(Protocol):
    """Known words with their frequency."""

    def among(self, words: AbstractSet[str]) -> Mapping[str, float]:
        """Those of the words, in lower case, that are known, with how often they are used: powers of ten in a thousand
        million words.
        """


class Candidate(msgspec.Struct, frozen=True):
    """A known word that a token may stand for, in the token's capitals.

    `cost` is what the slips cost, `frequency` that of the word, `weight` the power of ten that ranks it, and `share` what part
    of all candidates' weight it has, 0 to 1.
    """

    word: str
    cost: float
    frequency: float
    weight: float
    share: float = 1.0


def find_candidates(token: str, vocabulary: Vocabulary, slips: Slips) -> tuple[Candidate, ...]:
    """The known words that `token` (letters, in whatever capitals) may stand for, best first.

    >>> class Two:
    ...     def among(self, words: AbstractSet[str]) -> Mapping[str, float]:
    ...         return {word: used for word, used in {"years": 5.8, "wears": 4.0}.items() if word in words}
    >>> [candidate.word for candidate in find_candidates("Vears", Two(), Slips({"v": {"y": 0.5}}))]
    ['Years', 'Wears']
    """
    found = []
    near = {text.lower() for text in _near(token, slips)} - {token.lower()}
    for word, frequency in vocabulary.among(near).items():
        if frequency >= IN_USE:
            cased = cased_like(token, word)
            cost = slips.cost(token, cased)
            found.append(Candidate(cased, cost, frequency, frequency - WEIGHT * cost))
    found.sort(key=lambda candidate: (-candidate.weight, candidate.word))
    total = sum(10**candidate.weight for candidate in found)
    return tuple(
        msgspec.structs.replace(candidate, share=10**candidate.weight / total) for candidate in found
    )


def cased_like(token: str, word: str) -> str:
    """`word` (in lower case) in the capitals of `token`."""
    letters = "".join(sign for sign in token if sign.isalpha())
    if len(letters) > 1 and letters.isupper():
        return word.upper()
    return word.capitalize() if token[:1].isupper() else word


def _near(token: str, slips: Slips) -> Iterator[str]:
    """Texts one letter away, then one or two listed slips away."""
    lower = token.lower()
    for at in range(len(lower) + 1):
        head, tail = lower[:at], lower[at:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
        if tail:
            yield head + tail[1:]
    once = {text for text, _, _ in slips.undone(token)}
    yield from once
    for text in once:
        for twice, _, _ in slips.undone(text):
            yield twice
