"""Lines that stand at the same edge of page after page: what repeats is furniture.

Edge digits are ignored and letters may differ, for each page was read on its own.
"""

from collections.abc import Sequence

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.stamps import squeeze

_ALIKE = 0.85  # of the longer line's letters, for two readings of one line
_ALIKE_SPOILT = 0.6  # the same where the line is likely a struck-through banner
_FEWEST_LETTERS = 5
_FEWEST_PAGES = 3
_SHARE_OF_PAGES = 5  # one page in so many, where the document is long


class EdgeLine(msgspec.Struct, frozen=True):
    """A line at an edge: its page, the edge, where it starts, its words; and whether it may be a spoilt banner."""

    page: int
    edge: str
    start: int
    text: str
    spoilt_banner: bool = False


def repeated(lines: Sequence[EdgeLine], page_count: int) -> dict[tuple[int, int], list[int]]:
    """The lines that repeat, by page and start, with the pages on which they do."""
    letters = {(line.page, line.start): _letters(line.text) for line in lines}
    needed = max(_FEWEST_PAGES, -(-page_count // _SHARE_OF_PAGES))
    by_edge: dict[str, list[EdgeLine]] = {}
    for line in lines:
        if len(letters[line.page, line.start]) >= _FEWEST_LETTERS:
            by_edge.setdefault(line.edge, []).append(line)
    found = {}
    for group in by_edge.values():
        for line in group:
            mine = letters[line.page, line.start]
            pages = {line.page} | {
                other.page
                for other in group
                if other.page != line.page
                and Levenshtein.normalized_similarity(mine, letters[other.page, other.start])
                >= (_ALIKE_SPOILT if line.spoilt_banner and other.spoilt_banner else _ALIKE)
            }
            if len(pages) >= needed or _in_a_row(pages):
                found[line.page, line.start] = sorted(pages)
    return found


def _letters(text: str) -> str:
    """The line without the digits at its ends: page and copy numbers change from page to page."""
    return squeeze(text).strip("0123456789")


def _in_a_row(pages: set[int]) -> bool:
    return any({page + 1, page + 2} <= pages for page in pages)
