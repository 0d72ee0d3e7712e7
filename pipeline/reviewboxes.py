"""The inside of a review box: lines that stand among its lines and say nothing else.

A reviewer's box is stamped askew over faint type and read in pieces; the pieces are known by those around them.
"""

import statistics
from collections.abc import Iterator, Sequence

from pipeline.geometry import Box
from pipeline.noise import sure_words
from pipeline.record import Line

_APART = 3.0  # times the height of a line: lines of one box stand no further apart
_AROUND = 0.5  # times the height of a line: how far a box's print reaches beyond the lines that were known
_FEWEST = 2  # lines that must be known before a box is one; of a box on film no more may be left
_MOST_WORDS = 1  # words of English read surely; a line with more is text


def inside(lines: Sequence[Line], known: Sequence[Box]) -> Iterator[int]:
    """The lines, by number, that stand inside the boxes whose known lines are at `known`."""
    if len(known) < _FEWEST:
        return
    height = statistics.median(box.height for box in known)
    for whole in _gathered(known, height):
        for number, line in enumerate(lines):
            box = line.box
            if not box or len(sure_words(line)) > _MOST_WORDS:
                continue
            middle = (box.top + box.bottom) / 2
            if (
                whole.top - _AROUND * height <= middle <= whole.bottom + _AROUND * height
                and whole.left - height <= box.left
                and box.right <= whole.right + _APART * height
            ):
                yield number


def _gathered(known: Sequence[Box], height: float) -> Iterator[Box]:
    """The boxes around known lines that stand close to each other."""
    group: list[Box] = []
    for box in sorted(known, key=lambda box: (box.top, box.left)):
        if group and box.top - max(one.bottom for one in group) > _APART * height:
            yield from _around(group)
            group = []
        group.append(box)
    yield from _around(group)


def _around(group: Sequence[Box]) -> Iterator[Box]:
    if len(group) >= _FEWEST:
        whole = group[0]
        for box in group[1:]:
            whole = whole.union(box)
        yield whole
