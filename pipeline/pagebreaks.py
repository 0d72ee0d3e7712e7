"""Pages in plain OCR text: at form feeds, or found from the runs of banners that end one page and begin the next.

Found breaks are structure and not edits: each page keeps the newline it ended with, and the pages, put together
again, are the text as it came.
"""

import itertools
import unicodedata

from pipeline.markings import Markings, page_number
from pipeline.record import Line, Page, PageBreaks


def pages_of(text: str, markings: Markings) -> tuple[tuple[Page, ...], PageBreaks]:
    """The pages of `text` (NFC, newlines as \\n) and where their breaks came from."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if "\f" in text:
        return tuple(
            _page(number, piece.split("\n")) for number, piece in enumerate(text.split("\f"), 1)
        ), "form-feed"
    lines = text.split("\n")
    starts = [0, *_page_starts(lines, markings)]
    pieces = [[*lines[start:end], ""] for start, end in itertools.pairwise(starts)] + [lines[starts[-1] :]]
    pages = tuple(_page(number, piece) for number, piece in enumerate(pieces, 1))
    return pages, "banners" if len(pages) > 1 else "file"


def _page(number: int, lines: list[str]) -> Page:
    return Page(number, "ok" if any(map(str.strip, lines)) else "empty", tuple(Line(line) for line in lines))


def _page_starts(lines: list[str], markings: Markings) -> list[int]:
    """The line numbers at which a new page begins.

    Every page stands between two outermost banners of one kind. Two of them with nothing but blank lines and page
    numbers between are the end of one page and the head of the next; from there on they open and close in turn.
    """
    banners = [(at, banner.marking) for at, line in enumerate(lines) if (banner := markings.banner(line))]
    outermost = _outermost(lines, banners)
    if outermost is None:
        return []
    places = [at for at, marking in banners if marking == outermost]
    ends: list[int] = []
    is_open = False
    for index, at in enumerate(places):
        following = places[index + 1] if index + 1 < len(places) else None
        meets_next = following is not None and _only_furniture(lines[at + 1 : following])
        if is_open or meets_next:
            ends.append(at + 1)
            is_open = False
        else:
            is_open = True
    return [end for end in ends if any(line.strip() for line in lines[end:])]


def _outermost(lines: list[str], banners: list[tuple[int, str]]) -> str | None:
    """The marking that most often meets itself: foot of one page, head of the next. None where none does."""
    meetings: dict[str, int] = {}
    for (at, marking), (following, other) in itertools.pairwise(banners):
        if marking == other and _only_furniture(lines[at + 1 : following]):
            meetings[marking] = meetings.get(marking, 0) + 1
    return max(meetings, key=lambda marking: meetings[marking], default=None)


def _only_furniture(lines: list[str]) -> bool:
    return all(not line.strip() or page_number(line) for line in lines)
