"""Garble families: the misread forms that a finished run left behind, gathered around the right form of each.

The records of a run go in, one at a time; out come families, those seen most often first. A form belongs to a right
one because the run suggested it, or because it is no word and one letter away from a word that the run has far more often.
"""

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

import msgspec

from pipeline.collation import Token, running_words
from pipeline.neighbours import Neighbours
from pipeline.record import Document, Edit
from pipeline.wordhood import in_use, is_name, is_word

_SHORTEST = 4  # letters of a form that is looked up; shorter ones have too many neighbours
_LONG = 5  # letters of a garble that may be applied without being asked
_OFTEN = 4  # times that a right form must be seen for each time of a garble
_PLACES = 3  # told of each family


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a form was seen."""

    document: str
    page: int
    line: str


class Garble(msgspec.Struct, frozen=True):
    """One misread form, how often it was seen, and the other right forms it might stand for."""

    form: str
    times: int
    rivals: tuple[str, ...] = ()


class Family(msgspec.Struct, frozen=True):
    """The garbles of one right form.

    `ordinary` says whether all of them are long enough, and the right form a word and no name. `decided` is False where
    some of the garbles may as well stand for another form.
    """

    right: str
    garbles: tuple[Garble, ...]
    places: tuple[Place, ...]
    documents: int
    ordinary: bool
    decided: bool

    @property
    def times(self) -> int:
        """How often its garbles were seen."""
        return sum(garble.times for garble in self.garbles)


class _Seen:
    def __init__(self) -> None:
        self.times = 0
        self.places: list[Place] = []
        self.documents: set[str] = set()

    def add(self, place: Place) -> None:
        self.times += 1
        self.documents.add(place.document)
        if len(self.places) < _PLACES:
            self.places.append(place)


class Miner:
    """Takes the records of a run in turn and then tells its garble families."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._doubtful: dict[str, _Seen] = defaultdict(_Seen)
        self._suggested: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, document: Document) -> None:
        """Take in a record: its words but those that were stripped or corrected, and its suggestions."""
        for page in document.pages:
            edits = document.edits_on(page.number)
            gone = [(edit.start, edit.end) for edit in edits if edit.in_force]
            lines = [(offset, line.text) for offset, line in page.located_lines()]
            for edit in edits:
                if edit.status == "suggested" and edit.kind == "correct":
                    place = Place(document.source, page.number, _line(lines, edit.start))
                    self._doubtful[edit.before].add(place)
                    self._suggested[edit.before].update(_answers(edit))
            taken = {(edit.start, edit.end) for edit in edits if edit.status == "suggested"}
            for token in _left(running_words([page]), gone):
                self._times[token.text] += 1
                if (token.start, token.end) not in taken and _may_be_garble(token.text):
                    place = Place(document.source, page.number, _line(lines, token.start))
                    self._doubtful[token.text].add(place)

    def families(self, least: int, left_out: frozenset[str] = frozenset()) -> list[Family]:
        """The families seen at least `least` times; words of `left_out` (in capitals) are no garbles, and may be names."""
        rights = Neighbours(form for form, times in self._times.items() if times >= _OFTEN and form.isalpha())
        grouped: dict[tuple[str, bool], list[Garble]] = defaultdict(list)
        for form, seen in sorted(self._doubtful.items()):
            if form.upper() in left_out:
                continue
            answers = self._ranked(form, rights)
            if answers:
                garble = Garble(form, seen.times, tuple(answers[1:]))
                grouped[answers[0], not garble.rivals].append(garble)
        families = [
            self._family(right, garbles, decided, left_out)
            for (right, decided), garbles in grouped.items()
            if sum(garble.times for garble in garbles) >= least
        ]
        return sorted(families, key=lambda family: (not family.decided, -family.times, family.right))

    def _ranked(self, form: str, rights: Neighbours) -> list[str]:
        """The right forms that `form` may stand for: those suggested most often, else those seen most often."""
        if suggested := self._suggested.get(form):
            return sorted(suggested, key=lambda answer: (-suggested[answer], answer))
        times = self._times
        near = [
            right
            for right in rights.of(form)
            if times[right] >= _OFTEN * times[form] and not _inflected(form, right)
        ]
        words = [right for right in near if is_word(right)]
        return sorted(words or near, key=lambda right: (-times[right], right))

    def _family(
        self, right: str, garbles: Sequence[Garble], decided: bool, left_out: frozenset[str]
    ) -> Family:
        seen = [self._doubtful[garble.form] for garble in garbles]
        places = sorted({place for each in seen for place in each.places})[:_PLACES]
        documents = {document for each in seen for document in each.documents}
        ordered = sorted(garbles, key=lambda garble: (-garble.times, garble.form))
        ordinary = (
            right.upper() not in left_out
            and _ordinary(right)
            and all(len(garble.form) >= _LONG for garble in garbles)
        )
        return Family(right, tuple(ordered), tuple(places), len(documents), ordinary, decided)


def _left(tokens: Iterable[Token], gone: Sequence[tuple[int, int]]) -> Iterable[Token]:
    """The words that no edit in force has touched; both in the order of their places."""
    spans = iter(sorted(gone))
    span = next(spans, None)
    for token in tokens:
        while span and span[1] <= token.start:
            span = next(spans, None)
        if not (span and span[0] < token.end):
            yield token


def _may_be_garble(text: str) -> bool:
    return len(text) >= _SHORTEST and text.isalpha() and not in_use(text.casefold())


def _ordinary(right: str) -> bool:
    """Whether a right form is a word in small letters, or one in capitals that is no name."""
    return (
        right.isalpha()
        and is_word(right)
        and (right.islower() or (right.isupper() and not is_name(right.lower())))
    )


def _inflected(form: str, right: str) -> bool:
    """Whether the one is the other with an ending of one letter."""
    return form.startswith(right) or (right.startswith(form) and right[-1:] in "sS")


def _answers(edit: Edit) -> tuple[str, ...]:
    return edit.candidates or (edit.after,)


def _line(lines: Sequence[tuple[int, str]], at: int) -> str:
    return lines[bisect.bisect_right(lines, at, key=itemgetter(0)) - 1][1]
