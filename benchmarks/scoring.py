"""How near a text is to its truth: line CER, CER, and the share of words found and of words that belong.

Both sides are normalised alike: NFKC, straight quotes and dashes, line-end hyphens joined, rules and portion marks
left out, white space collapsed. Case and punctuation count in CER and not in words.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

import edlib
from rapidfuzz.distance import LCSseq

_STRAIGHT = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00ad": ""}
)


class Score(NamedTuple):
    """Sums over documents; add them and read the rates."""

    line_errors: int = 0
    line_chars: int = 0
    errors: int = 0
    chars: int = 0
    common: int = 0
    truth_words: int = 0
    read_words: int = 0

    @property
    def line_cer(self) -> float:
        """Wrong characters a character of truth, each line at its best place: extra text costs nothing."""
        return self.line_errors / max(self.line_chars, 1)

    @property
    def cer(self) -> float:
        """Wrong characters a character of truth over the whole, in order: extra text costs."""
        return self.errors / max(self.chars, 1)

    @property
    def recall(self) -> float:
        """Words of the truth that were found, in order."""
        return self.common / max(self.truth_words, 1)

    @property
    def precision(self) -> float:
        """Words read that belong to the truth."""
        return self.common / max(self.read_words, 1)


def score(truth: str, read: str) -> Score:
    """Hold a text against its truth."""
    whole, seen = normalise(truth), normalise(read)
    line_errors = line_chars = 0
    for line in truth.splitlines():
        wanted = normalise(line).rstrip("-= ")
        if wanted:
            distance = edlib.align(wanted, seen or " ", mode="HW", task="distance")["editDistance"]
            line_errors += min(len(wanted), distance)
            line_chars += len(wanted)
    errors = edlib.align(seen, whole, mode="NW", task="distance")["editDistance"] if seen else len(whole)
    true_words, read_words = _words(whole), _words(seen)
    common = LCSseq.similarity(true_words, read_words)
    return Score(line_errors, line_chars, errors, len(whole), int(common), len(true_words), len(read_words))


def total(scores: Iterable[Score]) -> Score:
    """The sum of several documents' scores."""
    return Score(*map(sum, zip(*scores, strict=True)))


def normalise(text: str) -> str:
    """The text with all that does not count taken out."""
    text = unicodedata.normalize("NFKC", text).translate(_STRAIGHT)
    text = re.sub(r"(\w)-[ \t]*[\n\f]+\s*(\w)", r"\1\2", text)
    text = re.sub(r"-{2,}|_{2,}|[=*]{2,}", " ", text)
    text = re.sub(r"\((?:TS|S|C|U)\)", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def _words(text: str) -> list[str]:
    return [word for word in (re.sub(r"^\W+|\W+$", "", token.lower()) for token in text.split()) if word]
