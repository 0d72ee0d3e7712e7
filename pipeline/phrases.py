"""Many phrases sought in a line at once."""

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

_T = TypeVar("_T")
_ATOM = re.compile(r"\w+|\s+|[^\w\s]")


class Phrases(Generic[_T]):
    """Phrases found as whole tokens in a line through one table; the time does not grow with their number.

    A phrase is cut into words, marks and blanks; any run of blanks counts as one space. Capitals matter.
    """

    def __init__(self, phrases: Iterable[tuple[str, _T]]) -> None:
        """Each phrase with what it stands for; the same phrase may come more than once."""
        self._payloads: dict[tuple[str, ...], list[_T]] = {}
        lengths: dict[str, set[int]] = {}
        for phrase, payload in phrases:
            atoms = tuple(text for _, text in _atoms(phrase.strip()))
            self._payloads.setdefault(atoms, []).append(payload)
            lengths.setdefault(atoms[0], set()).add(len(atoms))
        self._lengths = {first: sorted(counts, reverse=True) for first, counts in lengths.items()}

    def find(self, line: str) -> Iterator[tuple[int, int, _T]]:
        """Each phrase in `line` as (start, end, payload), from left to right, the longest first."""
        if not self._lengths:
            return
        atoms = list(_atoms(line))
        ends = [start for start, _ in atoms[1:]] + [len(line)]
        texts = tuple(text for _, text in atoms)
        for at, first in enumerate(texts):
            for count in self._lengths.get(first, ()):
                found = texts[at : at + count]
                for payload in self._payloads.get(found, ()) if len(found) == count else ():
                    yield atoms[at][0], ends[at + count - 1], payload


def _atoms(text: str) -> Iterator[tuple[int, str]]:
    for found in _ATOM.finditer(text):
        yield found.start(), " " if found[0].isspace() else found[0]
