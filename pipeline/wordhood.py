"""Whether a word is one in common use, used at all, or a name. What is said of English comes from wordfreq's lists."""

import re
from collections.abc import Mapping
from functools import cache

from pipeline.lexicon import english

_JOINTS = re.compile(r"[-/'’.,:;]")
# Languages whose words are unlike those of English, or unlike each other.
_OTHERS = ("cs", "de", "fi", "hu", "nl", "pl", "sv", "tr")
_RARER, _IN_SO_MANY = 10, 3


def is_word(text: str) -> bool:
    """Whether `text` is a number or a word in common use."""
    return text.isdecimal() or text.casefold() in english()


def in_use(word: str) -> bool:
    """Whether a word, in lower case, is used in English at all; of a compound, whether all its parts are."""
    parts = [part for part in _JOINTS.split(word) if part]
    return word in _used() or (bool(parts) and all(part in _used() for part in parts))


def is_name(word: str) -> bool:
    """Whether a word of English, in lower case, is rather a name: capitals alone do not show it.

    Names are nearly as frequent in other languages, ordinary words are not: of 35 names of people and places 24 pass, of 69
    ordinary words of cables three, which many languages share (minister, problem, telegram).
    """
    english_share = _shares("en").get(word, 0.0)
    return sum(_shares(code).get(word, 0.0) >= english_share / _RARER for code in _OTHERS) >= _IN_SO_MANY


@cache
def _shares(code: str) -> Mapping[str, float]:
    import wordfreq  # noqa: PLC0415

    shares: Mapping[str, float] = wordfreq.get_frequency_dict(code, "small")
    return shares


@cache
def _used() -> frozenset[str]:
    """Every word that wordfreq has met in English: common slips and names are among them."""
    import wordfreq  # noqa: PLC0415 - slow to load, and only doubtful words need it

    return frozenset(wordfreq.get_frequency_dict("en", "large"))
