"""Which words there are, and how often they are used: the languages of a document, the dictionary, the document itself.

Out goes a `Vocabulary` that says how often a word is used. Words of a language come from wordfreq's lists; among its
rarest entries slips are as many as words, so those below `RAREST` count as unknown.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

from pipeline.lexicon import bare

RAREST = 1.3  # on the scale of `frequency`: 20 times in a thousand million words
LISTED = 3.0  # the frequency that a word counts with which only the dictionary or the document knows
_DERIVED_FROM = 2.0  # how frequent a word is at least that others are derived from
_HALF = 3.5  # how frequent both words of a compound are at least
_STEM = 4  # letters
_ENDINGS = (
    "'s",
    "s",
    "es",
    "d",
    "ed",
    "er",
    "ers",
    "ing",
    "ings",
    "ly",
    "ness",
    "able",
    "ment",
    "ments",
    "al",
    "ally",
)
_CHANGED = (
    ("bly", "ble"),
    ("ily", "y"),
    ("ies", "y"),
    ("ied", "y"),
    ("ier", "y"),
    ("ing", "e"),
    ("or", "e"),
    ("ors", "e"),
)
_BEGINNINGS = (
    "un",
    "re",
    "non",
    "over",
    "under",
    "inter",
    "anti",
    "pre",
    "sub",
    "co",
    "mis",
    "counter",
    "semi",
    "self",
    "super",
    "ultra",
    "multi",
    "micro",
)

# The names of Tesseract's languages as wordfreq has them; a language that is not here has no list of words.
_LANGUAGES = {
    "ara": "ar", "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs", "dan": "da", "deu": "de", "ell": "el",
    "eng": "en", "fas": "fa", "fil": "fil", "fin": "fi", "fra": "fr", "heb": "he", "hin": "hi", "hrv": "sh",
    "hun": "hu", "ind": "id", "isl": "is", "ita": "it", "lav": "lv", "lit": "lt", "mkd": "mk", "msa": "ms",
    "nld": "nl", "nor": "nb", "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru", "slk": "sk", "slv": "sl",
    "spa": "es", "srp": "sh", "swe": "sv", "tam": "ta", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
}  # fmt: skip


class Vocabulary:
    """The words of some languages and those that the dictionary lists, with the words of one document beside them."""

    def __init__(
        self, languages: str = "eng", listed: frozenset[str] = frozenset(), document: Iterable[str] = ()
    ) -> None:
        """`languages` as Tesseract names them (`eng+spa`); `listed` in capitals; `document` is every word of it, as often as it stands there."""
        self._shares = _shares(languages)
        self._listed = listed
        self._known = _known(languages, listed)
        self._words = Counter(document)
        self._seen = Counter[str]()
        for word, count in self._words.items():
            self._seen[bare(word)] += count

    @property
    def empty(self) -> bool:
        """Whether no list of words is there for any of the languages."""
        return not self._shares

    def frequency(self, word: str) -> float:
        """How often a word in lower case is used: powers of ten in a thousand million words; 0.0 where it is unknown."""
        found = self._in_languages(word)
        if found < RAREST:
            return LISTED if word.upper() in self._listed else 0.0
        return found

    def in_language(self, word: str) -> bool:
        """Whether a word in lower case is one of a language, and not known to the dictionary alone."""
        return self._in_languages(word) >= RAREST

    def _in_languages(self, word: str) -> float:
        share = self._shares.get(word)
        return _frequency(share) if share else 0.0

    def among(self, words: AbstractSet[str]) -> Mapping[str, float]:
        """Those of the words, in lower case, that are known, with their frequency: asked for thousands, far quicker."""
        known = ((word, self.frequency(word)) for word in words & self._known)
        return {word: frequency for word, frequency in known if frequency}

    def knows(self, word: str) -> bool:
        """Whether a word in lower case is known."""
        return self.frequency(word) > 0

    def derives(self, word: str) -> bool:
        """Whether a word in lower case is a known one with an ending or a beginning that makes words, or two of them."""
        stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        stems += [word.removeprefix(head) for head in _BEGINNINGS if word.startswith(head)]
        stems += [word.removesuffix(end) + stem for end, stem in _CHANGED if word.endswith(end)]
        if any(len(stem) >= _STEM and self.frequency(stem) >= _DERIVED_FROM for stem in stems):
            return True
        halves = ((word[:at], word[at:]) for at in range(_STEM, len(word) - _STEM + 1))
        return any(all(self.frequency(half) >= _HALF for half in pair) for pair in halves)

    def seen(self, word: str) -> int:
        """How often the document has a word, whatever its capitals."""
        return self._seen[bare(word)]

    def seen_so(self, word: str) -> int:
        """How often the document has a word in just these capitals."""
        return self._words[word]


@cache
def frequencies(language: str) -> Mapping[str, float]:
    """Each word of a language with its frequency; nothing where wordfreq has no list of it."""
    return {word: _frequency(share) for word, share in _shares(language).items()}


def _frequency(share: float) -> float:
    return math.log10(share * 1e9)


@cache
def _known(languages: str, listed: frozenset[str]) -> frozenset[str]:
    """Every word that may be known, in lower case."""
    rarest = 10 ** (RAREST - 9.01)  # a little less than RAREST, for `frequency` decides
    return frozenset(word for word, share in _shares(languages).items() if share >= rarest) | {
        word.lower() for word in listed
    }


@cache
def _shares(languages: str) -> Mapping[str, float]:
    """Each word of any of these languages with its share of all words where it is used most."""
    import wordfreq  # noqa: PLC0415 - slow to load, and only documents with unknown words need it

    known = wordfreq.available_languages("best")
    codes = {_LANGUAGES.get(name, "") for name in languages.split("+")} & known.keys()
    lists = [wordfreq.get_frequency_dict(code, "best") for code in sorted(codes)]
    if len(lists) == 1:
        return lists[0]
    merged: dict[str, float] = {}
    for words in lists:
        for word, share in words.items():
            merged[word] = max(share, merged.get(word, 0.0))
    return merged
