"""What stands beside the text: stamps and specks that were read into its lines, and lines that begin where it ends.

A page goes in; for each such line comes out where its text ends, and what the rest is. Only places tell it: without
boxes nothing is cut off.
"""

import statistics
from collections.abc import Callable, Iterator, Sequence

import msgspec

from pipeline.geometry import Box
from pipeline.letters import squeeze
from pipeline.noise import (
    holds_codes,
    holds_words,
    is_poor,
    is_ring,
    is_tiny,
    known_words,
    mean_confidence,
    print_of,
)
from pipeline.record import Line, Page
from pipeline.stamps import Stamp

_WIDE = 3.0  # times the height of a line's words; no space between two words of a text is so wide
_GAP = 2.0  # the same, for a word that stands beyond the end of the page's text
_SURE = 60.0  # word confidence from which a word tells where the text ends
_WORDS_OF_TEXT = 3  # words read surely that make a line one of text
_LINES_OF_TEXT = 6  # fewer of these do not tell how far the text reaches
_MOSTLY = 0.75  # of them, at least, are those of one column
_DOUBTFUL = 60.0  # mean confidence below which what holds no word is specks
_FEW_SIGNS = 3


class Rest(msgspec.Struct, frozen=True):
    """A line, from its character `begin` on, that is not of the text.

    `stamp` is what it says; without one it is specks, or else words that only their place tells from the text.
    """

    line: int
    begin: int
    stamp: Stamp | None
    specks: bool


def rests(page: Page, stamps_of: Callable[[str], Sequence[Stamp]], in_cable: bool) -> Iterator[Rest]:
    """The lines of a page, by number, that run on into something beside the text, or stand there whole.

    `stamps_of` says what stamps a text may be. The lines of a cable are all of one width, so that in cables whatever
    stands beyond them is foreign; elsewhere only stamps and specks are.
    """
    column = _column_end(page, in_cable)
    usual, poor = print_of(page), is_poor(page)
    for number, line in enumerate(page.lines):
        for begin in openings(line, column):
            head, rest = part(line, 0, begin), part(line, begin, len(line.text))
            after_text = bool(begin) and holds_words(head)
            if begin and not after_text and len(squeeze(head.text)) > 1 and not is_ring(head.text):
                continue
            stamps = [stamp for stamp in stamps_of(rest.text) if stamp.where != "edge"] if after_text else []
            beyond = column and rest.box and rest.box.left > column
            specks = bool(beyond) and (is_tiny(rest, usual) or _specks(rest, not begin, poor))
            foreign = beyond and in_cable and not poor and not holds_codes(rest.text)
            if stamps or specks or foreign:
                yield Rest(number, begin if after_text else 0, stamps[0] if stamps else None, specks)
                break


def openings(line: Line, column: int = 0) -> Iterator[int]:
    """Where in a line's text something else may begin: at its start, and at words that stand apart from those before them."""
    heights = [word.box.height for word in line.words if word.box]
    height = statistics.median(heights) if heights else 0.0
    yield 0
    for before, word in zip(line.words, line.words[1:], strict=False):
        if word.box and before.box:
            beyond = column and word.box.left > column
            if word.box.left - before.box.right > (_GAP if beyond else _WIDE) * height:
                yield word.start


def _specks(rest: Line, alone: bool, poor: bool) -> bool:
    """Whether what stands beyond the text is no word. A sign or two alone on a line are not, however surely they were
    read; on a page that was read badly nothing else is told from its text.
    """
    signs = sum(c.isalnum() for c in rest.text)
    if alone and signs <= _FEW_SIGNS and not any(map(str.isdigit, rest.text)):
        return True
    if poor or known_words(rest.text):
        return False
    return all(map(is_ring, rest.text.split())) or (
        not holds_words(rest) and mean_confidence(rest) < _DOUBTFUL
    )


def part(line: Line, begin: int, end: int) -> Line:
    """The characters begin:end of a line as a line of their own."""
    words = tuple(
        msgspec.structs.replace(word, start=word.start - begin, end=word.end - begin)
        for word in line.words
        if begin <= word.start and word.end <= end
    )
    return Line(line.text[begin:end], words)


def _column_end(page: Page, in_cable: bool) -> int:
    """How far the page's text reaches to the right, in pixels: nine lines in ten end there; 0 where too few lines tell.

    Lines that begin right of the middle of the usual line, such as those of a stamp, do not tell; where they are many they
    are a second column of the text, which no cable has.
    """
    lines = [sure for line in page.lines if len(sure := _first_words(line)) >= _WORDS_OF_TEXT]
    if len(lines) < _LINES_OF_TEXT:
        return 0
    left = statistics.median(words[0].left for words in lines)
    width = statistics.median(words[-1].right - words[0].left for words in lines)
    body = [words for words in lines if words[0].left < left + width / 2]
    if len(body) < _LINES_OF_TEXT or (not in_cable and len(body) < _MOSTLY * len(lines)):
        body = lines
    return sorted(words[-1].right for words in body)[len(body) * 9 // 10]


def _first_words(line: Line) -> list[Box]:
    """The boxes of the words that were read surely, up to the first that stand apart."""
    apart = next((begin for begin in openings(line) if begin), len(line.text))
    return [
        word.box for word in line.words if word.box and word.start < apart and (word.sureness or 0.0) >= _SURE
    ]
