"""Near-duplicate passages: where the same text stands twice, in two documents or inside one.

Words of documents go in, one document at a time; out come pairs of stretches that are worth collating. Only
fingerprints are kept (128 bytes for every 20 words), so that a folder of any size can be gone through in order.

Every 40 words, beginning at each 20th, are one window; MinHash over its runs of three words, cut into 32 bands of
three values, puts windows that share much into the same buckets. Two copies of which each tenth word was misread
share a third of their runs, and then 8 of 10 windows meet; one that does is enough to find the passage around it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WINDOW, STRIDE = 40, 20  # words
_SHINGLE = 3  # words
_BANDS, _ROWS = 32, 3
_NEXT = 8  # members of a bucket that each is held against, so that boilerplate costs no more than other text
_PARTNERS = 4  # of a window: those that share most bands
_GAP = 4  # windows that may be missing inside a stretch
_DRIFT = 3  # windows by which two copies may run apart inside a stretch
_LONGEST = 50  # windows of a stretch: collating takes time that grows with its square


class Passage(NamedTuple):
    """The same text twice: words start:end of one document, other_start:other_end of another or the same."""

    document: int
    start: int
    end: int
    other: int
    other_start: int
    other_end: int


class PassageFinder:
    """Takes the words of documents in turn and then tells which passages stand twice."""

    def __init__(self) -> None:
        self._bands: list[NDArray[np.uint32]] = []
        self._lengths: list[int] = []

    def add(self, words: Sequence[str]) -> None:
        """Take in the next document: its words, folded for comparison."""
        self._lengths.append(len(words))
        self._bands.append(_fingerprints(words))

    def passages(self) -> Iterator[Passage]:
        """The passages found, sorted; a pair is told once, the earlier place first."""
        counts = [len(bands) for bands in self._bands]
        documents = np.repeat(np.arange(len(counts)), counts)
        firsts = np.concatenate([np.arange(count) for count in counts] or [np.arange(0)])
        places = [(int(document), int(window)) for document, window in zip(documents, firsts, strict=True)]
        pairs: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for one, other in self._met(places):
            (document, window), (partner, place) = places[one], places[other]
            pairs[document, partner].append((window, place))
        for (document, partner), met in sorted(pairs.items()):
            for stretch in _stretches(sorted(met)):
                start, end = _extent([here for here, _ in stretch], self._lengths[document])
                other_start, other_end = _extent([there for _, there in stretch], self._lengths[partner])
                if document == partner and end > other_start:  # they share no words
                    end = other_start = (end + other_start) // 2
                if start < end and other_start < other_end:
                    yield Passage(document, start, end, partner, other_start, other_end)

    def _met(self, places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs of windows that share bands: for each window its nearest partners."""
        shared: dict[tuple[int, int], int] = defaultdict(int)
        if not places:
            return []
        for band in range(_BANDS):
            column = np.concatenate([bands[:, band] for bands in self._bands])
            order = np.argsort(column, kind="stable")
            ordered = column[order]
            bounds = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))
            for start, end in pairwise(bounds.tolist()):
                if end - start > 1:
                    for pair in _neighbours(order[start:end].tolist(), places):
                        shared[pair] += 1
        partners: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (one, other), bands in shared.items():
            partners[one].append((-bands, other))
            partners[other].append((-bands, one))
        kept: set[tuple[int, int]] = set()
        for one, found in partners.items():
            kept.update((min(one, other), max(one, other)) for _, other in sorted(found)[:_PARTNERS])
        return sorted(kept)


def _fingerprints(words: Sequence[str]) -> NDArray[np.uint32]:
    """Band values of each window: shape (windows, 32)."""
    starts = range(0, max(len(words) - WINDOW // 2, 0), STRIDE)
    if not starts:
        return np.empty((0, _BANDS), np.uint32)
    from datasketch import MinHash  # noqa: PLC0415 - slow to load, and a few lines need none

    shingles = [
        [" ".join(words[at : at + _SHINGLE]).encode() for at in range(start, _last(start, len(words)))]
        for start in starts
    ]
    hashes = MinHash.bulk(shingles, num_perm=_BANDS * _ROWS, scheme="affine32")
    values = np.array([each.hashvalues for each in hashes], np.uint64).reshape(len(hashes), _BANDS, _ROWS)
    mixed = values[:, :, 0]
    for row in range(1, _ROWS):
        mixed = (mixed * np.uint64(0x9E3779B97F4A7C15)) ^ (mixed >> np.uint64(29)) ^ values[:, :, row]
    mixed = mixed * np.uint64(0x9E3779B97F4A7C15)
    folded: NDArray[np.uint32] = (mixed >> np.uint64(32)).astype(np.uint32)
    return folded


def _last(start: int, count: int) -> int:
    return min(start + WINDOW, count) - _SHINGLE + 1


def _neighbours(members: Sequence[int], places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Members of a bucket that stand near each other in it and share no words."""
    for at, one in enumerate(members):
        for other in members[at + 1 : at + 1 + _NEXT]:
            (document, window), (partner, place) = places[one], places[other]
            if document != partner or place - window >= WINDOW // STRIDE:
                yield one, other


def _stretches(met: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Pairs of windows that follow each other in both copies, `met` sorted."""
    open_: list[list[tuple[int, int]]] = []
    for here, there in met:
        for stretch in reversed(open_):
            (first, _), (last, partner) = stretch[0], stretch[-1]
            drift = abs((there - partner) - (here - last))
            if here - last <= _GAP and here - first < _LONGEST and drift <= _DRIFT:
                stretch.append((here, there))
                break
        else:
            yield from (stretch for stretch in open_ if here - stretch[-1][0] > _GAP)
            open_ = [stretch for stretch in open_ if here - stretch[-1][0] <= _GAP]
            open_.append([(here, there)])
    yield from open_


def _extent(windows: Sequence[int], count: int) -> tuple[int, int]:
    """The words that windows cover, and one window more on either side."""
    return max(min(windows) * STRIDE - WINDOW, 0), min(max(windows) * STRIDE + 2 * WINDOW, count)
