"""Lines that stand at the same edge of page after page: what repeats is furniture.

Edge digits are ignored and letters may differ, for each page was read on its own. Lines are compared with those of
about their own length alone, each text once however often it stands there, and many at a time, so that long documents
take seconds.
"""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.letters import squeeze

_ERRORS = 15  # letters in a hundred of the longer line's that may differ in two readings of one line
_ERRORS_SPOILT = 40  # the same where both lines are likely struck-through banners
_FEWEST_LETTERS = 5
_FEWEST_PAGES = 3
_SHARE_OF_PAGES = 5  # one page in so many, where the document is long
_BLOCK = 256  # texts compared with others at a time


class EdgeLine(msgspec.Struct, frozen=True):
    """A line at an edge: its page, the edge, where it starts, its words; and whether it may be a spoilt banner."""

    page: int
    edge: str
    start: int
    text: str
    spoilt_banner: bool = False


class Repetition(msgspec.Struct, frozen=True):
    """On how many pages a line stands, and the first of them."""

    count: int
    first_pages: tuple[int, ...]


def repeated(lines: Sequence[EdgeLine], page_count: int, named: int = 6) -> dict[tuple[int, int], Repetition]:
    """The lines that repeat, by page and start, with the first `named` pages on which they do."""
    by_edge: dict[str, list[tuple[EdgeLine, str]]] = {}
    for line in lines:
        letters = _letters(line.text)
        if len(letters) >= _FEWEST_LETTERS:
            by_edge.setdefault(line.edge, []).append((line, letters))
    needed = max(_FEWEST_PAGES, -(-page_count // _SHARE_OF_PAGES))
    found = {}
    for group in by_edge.values():
        alike = _pages_of_alike(((letters, line.page) for line, letters in group), _ERRORS)
        spoilt = _pages_of_alike(
            ((letters, line.page) for line, letters in group if line.spoilt_banner), _ERRORS_SPOILT
        )
        for line, letters in group:
            pages = alike[letters] | (spoilt[letters] if line.spoilt_banner else 0)
            if pages.bit_count() >= needed or pages & pages >> 1 & pages >> 2:  # three in a row
                found[line.page, line.start] = Repetition(pages.bit_count(), _first(pages, named))
    return found


def _pages_of_alike(lines: Iterable[tuple[str, int]], errors: int) -> dict[str, int]:
    """The pages of each text and of those that differ from it in at most `errors` letters in a hundred of the longer one's,
    as the bits of a number: long documents have many of both.
    """
    places = sorted(set(lines), key=lambda place: (len(place[0]), place[0]))
    texts = list(dict.fromkeys(text for text, _ in places))
    numbers = {text: number for number, text in enumerate(texts)}
    text_of = np.array([numbers[text] for text, _ in places], np.intp)
    page_of = np.array([page for _, page in places], np.intp)
    lengths = np.array([len(text) for text in texts], np.int32)
    found = {}
    for begin in range(0, len(texts), _BLOCK):
        block = texts[begin : begin + _BLOCK]
        longest = len(block[-1]) * 100 // (100 - errors)
        low = int(np.searchsorted(lengths, -(-len(block[0]) * (100 - errors) // 100), "left"))
        high = int(np.searchsorted(lengths, longest, "right"))
        distances = process.cdist(
            block,
            texts[low:high],
            scorer=Levenshtein.distance,
            score_cutoff=longest * errors // 100,
            dtype=np.int32,
        )
        longer = np.maximum.outer(lengths[begin : begin + len(block)], lengths[low:high])
        near = distances <= longer * errors // 100
        first, last = np.searchsorted(text_of, [low, high])
        rows, others = np.nonzero(near[:, text_of[first:last] - low])
        pages = np.zeros((len(block), int(page_of.max()) + 1), bool)
        pages[rows, page_of[first:last][others]] = True
        for text, bits in zip(block, np.packbits(pages, axis=1, bitorder="little"), strict=True):
            found[text] = int.from_bytes(bits.tobytes(), "little")
    return found


def _first(pages: int, count: int) -> tuple[int, ...]:
    """The first numbers whose bits are set."""
    numbers: list[int] = []
    while pages and len(numbers) < count:
        lowest = pages & -pages
        numbers.append(lowest.bit_length() - 1)
        pages ^= lowest
    return tuple(numbers)


def _letters(text: str) -> str:
    """The line without the digits at its ends: page and copy numbers change from page to page."""
    return squeeze(text).strip("0123456789")
