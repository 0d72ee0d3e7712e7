"""The folder as witness: what its documents say of each other's doubtful words, gathered once all are read.

The pages of all documents go in, as they were read and before any edit, one document at a time; out comes the
`Evidence` for each. Text is not changed here: the text stage `testimony` decides what evidence is good for.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.collation import Token, collate, running_words
from pipeline.concordance import Concordance
from pipeline.evidence import Evidence, Reading, Variant
from pipeline.passages import Passage, PassageFinder
from pipeline.record import Page
from pipeline.wordhood import is_word

_DOUBTFUL = 60.0  # word confidence: below it a word is doubtful even where it is one
_STOPS = ".,;:"  # which copies have and lack at will
_KEPT = 4  # documents whose words are held at a time

_Place = tuple[int, int, int]  # page, start, end

ReadPages = Callable[[int], Sequence[Page]]


def gather(names: Sequence[str], read: ReadPages) -> list[Evidence]:
    """The evidence for each of the documents `names`; `read` gives the pages of the n-th as they were read."""

    @lru_cache(_KEPT)
    def words(document: int) -> list[Token]:
        return running_words(read(document))

    finder, concordance = PassageFinder(), Concordance()
    for document in range(len(names)):
        finder.add(folded(words(document)))
        concordance.add(document, words(document))
    namesakes = concordance.namesakes(names)
    collected: dict[int, dict[_Place, _Collected]] = defaultdict(dict)
    for passage in finder.passages():
        _collate(passage, words(passage.document), words(passage.other), collected)
    return [
        Evidence(
            tuple(
                variant
                for place in sorted(collected.get(document, {}))
                for variant in collected[document][place].variants(place, names)
            ),
            namesakes.get(document, ()),
        )
        for document in range(len(names))
    ]


def folded(tokens: Sequence[Token]) -> list[str]:
    """Words as they are compared: capitals do not count."""
    return [token.text.casefold() for token in tokens]


class _Collected:
    """What was found of one doubtful word so far."""

    def __init__(self, token: Token, before: str, after: str) -> None:
        self._token, self._before, self._after = token, before, after
        self._witnesses: dict[tuple[int, int, int], Token] = {}  # document, page, start -> what stands there

    def add(self, document: int, token: Token) -> None:
        self._witnesses[document, token.page, token.start] = token

    def variants(self, place: _Place, names: Sequence[str]) -> list[Variant]:
        """The variant, or none where all witnesses agree with what was read here."""
        here = self._token
        agreeing = 0
        readings: dict[str, Reading] = {}
        for (document, page, _), token in sorted(self._witnesses.items()):
            form = token.text.casefold()
            if form == here.text.casefold():
                agreeing += 1
            elif form in readings:
                first = readings[form]
                readings[form] = msgspec.structs.replace(
                    first, times=first.times + 1, confidence=max(first.confidence, token.confidence)
                )
            else:
                signs = *_signs_for_letters(here, token), _letter_for_stop(here, token)
                readings[form] = Reading(token.text, 1, names[document], page, token.confidence, *signs)
        if not readings:
            return []
        ranked = sorted(readings.values(), key=lambda reading: (-reading.times, reading.text))
        context = self._before, self._after
        return [Variant(*place, here.text, *context, tuple(ranked), agreeing, here.confidence)]


def _collate(
    passage: Passage,
    one: Sequence[Token],
    other: Sequence[Token],
    collected: dict[int, dict[_Place, _Collected]],
) -> None:
    here = one[passage.start : passage.end]
    there = other[passage.other_start : passage.other_end]
    for column in collate(folded(here), folded(there)):
        mine, theirs = here[column.one], there[column.other]
        if not _comparable(mine.text, theirs.text):
            continue
        for document, token, witness, reading in (
            (passage.document, mine, passage.other, theirs),
            (passage.other, theirs, passage.document, mine),
        ):
            if doubtful(token):
                place = token.page, token.start, token.end
                found = collected[document].get(place)
                if found is None:
                    found = _Collected(token, column.before, column.after)
                    collected[document][place] = found
                found.add(witness, reading)


def doubtful(token: Token) -> bool:
    """Whether a word may be a misreading: none of English, or read with little confidence."""
    return token.confidence < _DOUBTFUL or not is_word(token.text)


def _signs_for_letters(here: Token, there: Token) -> tuple[int, int]:
    """How many signs before and behind a word stand for letters: the other copy has no signs there, but more letters."""
    one, other = here.text.casefold(), there.text.casefold()
    longer = len(other) > len(one)
    lead = longer and one[0] != other[0] and not there.lead
    trail = longer and one[-1] != other[-1] and not there.trail and here.trail.strip(_STOPS) != ""
    return len(here.lead) * lead, len(here.trail) * trail


def _letter_for_stop(here: Token, there: Token) -> str:
    """The stop behind a word of another copy for which this one has a letter more."""
    longer = len(here.text) > len(there.text) and here.text[-1] != there.text[-1]
    return there.trail[:1] if longer and not here.trail and there.trail[:1] in _STOPS else ""


def _comparable(one: str, other: str) -> bool:
    """Whether one may be a misreading of the other: at least half of the signs are the same."""
    longer = max(len(one), len(other))
    return Levenshtein.distance(one.casefold(), other.casefold(), score_cutoff=longer // 2) <= longer // 2
