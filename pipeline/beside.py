"""What stands beside the text and was read into its lines: stamps far off to the right, and specks beyond its edge.

A page goes in; for each such line comes out where its text ends, and what the rest is. Only places tell it: without
boxes nothing is cut off.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence

import msgspec

from pipeline.noise import holds_words, mean_confidence
from pipeline.record import Line, Page
from pipeline.stamps import Stamp

_GAP = 3.0  # times the height of a line's words; no space between two words of a text is so wide
_SURE = 60.0  # word confidence from which a word tells where the text ends
_LINES_OF_A_COLUMN = 10  # fewer lines do not tell how far the text reaches
_DOUBTFUL = 60.0  # mean confidence below which what holds no word is specks


class Rest(msgspec.Struct, frozen=True):
    """The end of a line that is not its text: from which character of the line on, and the stamp that it is, or None for specks."""

    line: int
    begin: int
    stamp: Stamp | None


def rests(page: Page, stamps_of: Callable[[str], Sequence[Stamp]]) -> Iterator[Rest]:
    """The lines of a page, by number, that run on into something beside the text; `stamps_of` says what a text may be."""
    column = _column_end(page)
    for number, line in enumerate(page.lines):
        for begin in _parted(line):
            head, rest = _part(line, 0, begin), _part(line, begin, len(line.text))
            if not holds_words(head):
                continue
            stamps = [stamp for stamp in stamps_of(rest.text) if stamp.where != "edge"]
            if stamps:
                yield Rest(number, begin, stamps[0])
                break
            specks = not holds_words(rest) and mean_confidence(rest) < _DOUBTFUL
            if specks and column and rest.box and rest.box.left > column:
                yield Rest(number, begin, None)
                break


def _parted(line: Line) -> list[int]:
    """Where in a line's text a word begins that stands far from the word before it, from left to right."""
    heights = [word.box.height for word in line.words if word.box]
    widest = _GAP * statistics.median(heights) if heights else 0.0
    return [
        word.start
        for before, word in zip(line.words, line.words[1:], strict=False)
        if word.box and before.box and word.box.left - before.box.right > widest
    ]


def _part(line: Line, begin: int, end: int) -> Line:
    """The characters begin:end of a line as a line of their own."""
    words = tuple(
        msgspec.structs.replace(word, start=word.start - begin, end=word.end - begin)
        for word in line.words
        if begin <= word.start and word.end <= end
    )
    return Line(line.text[begin:end], words)


def _column_end(page: Page) -> int:
    """How far the page's text reaches to the right, in pixels: nine lines in ten end there; 0 where too few lines tell."""
    ends = sorted(
        max(sure)
        for line in page.lines
        if (sure := [word.box.right for word in line.words if word.box and _is_sure(word.confidence)])
    )
    return ends[len(ends) * 9 // 10] if len(ends) >= _LINES_OF_A_COLUMN else 0


def _is_sure(confidence: float | None) -> bool:
    return confidence is not None and confidence >= _SURE
