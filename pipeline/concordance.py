"""The concordance of a folder: how often each form stands in it, and which rare one is a near miss of another.

Running words of documents go in, one document at a time; out come, for each document, the names and numbers that
stand in it once or twice and nearly so, but far more often or better formed, elsewhere.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.collation import Token
from pipeline.evidence import Namesake, Reading
from pipeline.neighbours import Neighbours
from pipeline.wordhood import in_use

_SHORTEST_WORD, _SHORTEST_NUMBER = 5, 4
_RARE = 2  # times that a misread form may stand in the folder
_OFTEN = 8  # times that a name must stand in it for each time of its near miss
_MOST = 5  # readings told of one form
_TIME = re.compile(r"\d{4,6}Z")  # 261936Z: day and time at Greenwich


class Concordance:
    """Counts the forms of documents and then tells which are near misses."""

    def __init__(self) -> None:
        self._places: dict[str, list[tuple[int, int]]] = {}  # the first places of a form: document, page
        self._times: dict[str, int] = defaultdict(int)
        self._spelled: dict[str, str] = {}  # a word as it was first seen

    def add(self, document: int, tokens: Sequence[Token]) -> None:
        """Take in the running words of the next document."""
        previous = ""
        for token in tokens:
            form = form_of(token.text, previous)
            previous = token.text
            if form:
                places = self._places.setdefault(form, [])
                if len(places) < _RARE:
                    places.append((document, token.page))
                self._times[form] += 1
                self._spelled.setdefault(form, token.text)

    def namesakes(self, names: Sequence[str]) -> Mapping[int, tuple[Namesake, ...]]:
        """For each document the near misses in it; `names` are those of the documents, for the places told."""
        rights = Neighbours(form for form in self._places if self._may_be_right(form))
        found: dict[int, dict[str, Namesake]] = defaultdict(dict)
        for form in sorted(self._places):
            if not self._may_be_wrong(form):
                continue
            near = [right for right in rights.of(form) if self._outweighs(right, form)]
            near.sort(key=lambda right: (-self._times[right], right))
            readings = tuple(self._reading(right, names) for right in near[:_MOST])
            if readings:
                for document, _ in self._places[form]:
                    found[document][form] = Namesake(form, readings)
        return {document: tuple(forms.values()) for document, forms in found.items()}

    def _may_be_right(self, form: str) -> bool:
        if _is_number(form):
            return form.rsplit(" ", 1)[1].isdecimal()
        return self._times[form] >= _OFTEN

    def _may_be_wrong(self, form: str) -> bool:
        if self._times[form] > _RARE:
            return False
        if _is_number(form):
            number = form.rsplit(" ", 1)[1]
            return not number.isdecimal() and not is_time(number)
        return not in_use(form.lower())

    def _outweighs(self, right: str, form: str) -> bool:
        if _is_number(form):
            return len(right) == len(form)
        # A letter more or less at the end may be an ending: RWANDANS, RWANDAN'S.
        inflected = (right.startswith(form) and right.endswith("S")) or form.startswith(right)
        return self._times[right] >= _OFTEN * self._times[form] and not inflected

    def _reading(self, right: str, names: Sequence[str]) -> Reading:
        document, page = self._places[right][0]
        times = 1 << (
            self._times[right].bit_length() - 1
        )  # "at least": one document more must not change all
        text = right if _is_number(right) else self._spelled[right]
        return Reading(text, times, names[document], page)


def form_of(text: str, previous: str) -> str:
    """What a word is counted as: a word in capitals, a number with the word before it, or "" for neither."""
    if any(sign.isdigit() for sign in text):
        if len(text) < _SHORTEST_NUMBER or not text.isalnum() or not previous.isalpha():
            return ""
        letters = sum(sign.isalpha() for sign in text)
        return f"{previous.upper()} {text}" if 2 * letters < len(text) else ""
    return text.upper() if len(text) >= _SHORTEST_WORD and text.isalpha() else ""


def is_time(number: str) -> bool:
    """Whether a number is a time of day, which ends in a letter by right."""
    return _TIME.fullmatch(number) is not None


def _is_number(form: str) -> bool:
    return " " in form
