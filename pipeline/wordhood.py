"""Whether a word is one in common use, or used at all."""

import re
from functools import cache

from pipeline.lexicon import english

_JOINTS = re.compile(r"[-/'’.,:;]")


def is_word(text: str) -> bool:
    """Whether `text` is a number or a word in common use."""
    return text.isdecimal() or text.casefold() in english()


def in_use(word: str) -> bool:
    """Whether a word, in lower case, is used in English at all; of a compound, whether all its parts are."""
    parts = [part for part in _JOINTS.split(word) if part]
    return word in _used() or (bool(parts) and all(part in _used() for part in parts))


@cache
def _used() -> frozenset[str]:
    """Every word that wordfreq has met in English: common slips and names are among them."""
    import wordfreq  # noqa: PLC0415 - slow to load, and only doubtful words need it

    return frozenset(wordfreq.get_frequency_dict("en", "large"))
