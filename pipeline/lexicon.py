"""Whether a word is one: by its frequency in the languages of the text, or because this page has it several times."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

_SEEN_HERE = 3  # times; a garble hardly comes out the same three times
_EDGES = re.compile(r"^\W+|\W+$")

_ODD_CASE = re.compile(
    r"(?<!\bMc)(?<!\bMac)(?<=[a-z])[A-Z]"
)  # capitals within a word, which typists never made
_ZEROS = re.compile(r"[o0]{2,}")  # LOG-OO: a number, whatever lists of words may hold


class Lexicon:
    """The words of the languages `lang`, as Tesseract names them, and those seen often enough in `words`."""

    def __init__(self, words: Iterable[str] = (), lang: str = "eng") -> None:
        self._here = Counter(bare(word) for word in words)
        self._lists = [known for name in lang.split("+") if (known := words_of_language(name))]

    @property
    def can_tell(self) -> bool:
        """Whether it has a list of words for any of the languages: without one, every word is unknown."""
        return bool(self._lists)

    def knows(self, word: str) -> bool:
        """Whether `word`, bare and in lower case, is a word."""
        return any(word in known for known in self._lists) or self._here[word] >= _SEEN_HERE

    def forget(self, words: Iterable[str]) -> None:
        """Count these places no more: another reader reads something else there, so that they prove nothing."""
        self._here.subtract(bare(word) for word in words)

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
                known = (0.5 if _ZEROS.fullmatch(part) else float(self.knows(part)) for part in parts)
                shares.append(sum(known) / len(parts))
        return sum(shares) / len(shares) if shares else 0.0


def bare(word: str) -> str:
    """A word without punctuation around it, in lower case."""
    return _EDGES.sub("", word).lower().replace("’", "'")


def english() -> frozenset[str]:
    """The words of English that are used at least once in a million words."""
    return words_of_language("eng")


@cache
def words_of_language(name: str) -> frozenset[str]:
    """The words of a language, as Tesseract names it, that are used at least once in a million words; none of a
    language for which there is no list.

    Among rarer ones of the list slips are as many as words (docs/accuracy.md, the vote).
    """
    import wordfreq  # noqa: PLC0415 - slow to load, and only second looks need it
    from langcodes import standardize_tag  # noqa: PLC0415
    from langcodes.tag_parser import LanguageTagError  # noqa: PLC0415

    try:
        tag = standardize_tag(name.partition("_")[0])
    except LanguageTagError:  # such as the data of a script
        return frozenset()
    # Asked for a list it lacks, wordfreq would give one of a neighbour: Italian for Latin.
    listed = wordfreq.available_languages("small")
    return frozenset(wordfreq.get_frequency_dict(tag, "small")) if tag in listed else frozenset()
