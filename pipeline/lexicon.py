"""Whether a word is one: by its frequency in English at large, or because this page has it several times."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

_SEEN_HERE = 3  # times; a garble hardly comes out the same three times
_EDGES = re.compile(r"^\W+|\W+$")

_ODD_CASE = re.compile(
    r"(?<!\bMc)(?<!\bMac)(?<=[a-z])[A-Z]"
)  # capitals within a word, which typists never made


class Lexicon:
    """The words of English and those seen often enough in `words`."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._here = Counter(bare(word) for word in words)

    def knows(self, word: str) -> bool:
        """Whether `word`, bare and in lower case, is a word."""
        return word in english() or self._here[word] >= _SEEN_HERE

    def seen(self, word: str) -> int:
        """How often the page has it."""
        return self._here[word]

    def share(self, text: str) -> float:
        """The share of words in a text that are known; numbers and signs count for one half."""
        shares = []
        for token in text.split():
            word = bare(token)
            if _ODD_CASE.search(token):
                shares.append(0.0)
            elif any(sign.isdigit() for sign in word) or not word:
                shares.append(0.5)
            else:
                parts = [part for part in re.split(r"[-/'’.,:;]", word) if part]
                shares.append(sum(map(self.knows, parts)) / len(parts))
        return sum(shares) / len(shares) if shares else 0.0


def bare(word: str) -> str:
    """A word without punctuation around it, in lower case."""
    return _EDGES.sub("", word).lower().replace("’", "'")


@cache
def english() -> frozenset[str]:
    """The words of English that are used at least once in a million words.

    Among rarer ones of the list slips are as many as words (docs/accuracy.md, the vote).
    """
    import wordfreq  # noqa: PLC0415 - slow to load, and only second looks need it

    return frozenset(wordfreq.get_frequency_dict("en", "small"))
