"""How a page's lines stand: views of the record made from the boxes of its words, in columns of one letter's width.

Raw text has single spaces and no indentation, because engines see words and not spaces; the boxes tell how far apart
they stand. A typewriter's columns come back exactly, type of varying width as near as its average letter.
"""

from collections.abc import Iterator
from statistics import median

from pipeline.record import Line, Page

_WIDEST = 200  # columns; what stands further right is a fault of its box


def indents(page: Page) -> tuple[int, ...]:
    """For each line of the page how many columns it stands in from the leftmost one; 0 where its place is not known."""
    letter = letter_width(page)
    lefts = [line.box.left if line.box else None for line in page.lines]
    margin = min((left for left in lefts if left is not None), default=0)
    return tuple(0 if left is None else _columns(left - margin, letter) for left in lefts)


def laid_out(page: Page) -> str:
    """The page's raw text with its words in their columns: indentation and wide gaps as spaces.

    Every word is there, in order; a word never runs into the one before it.
    """
    letter = letter_width(page)
    rows = []
    for line, indent in zip(page.lines, indents(page), strict=True):
        rows.append(" " * indent + "".join(_spaced(line, letter)) if line.words else line.text)
    return "\n".join(rows)


def letter_width(page: Page) -> float:
    """The usual width of a letter with the space beside it, in pixels; 0.0 where no word has a place."""
    widths = [
        word.box.width / (word.end - word.start)
        for line in page.lines
        for word in line.words
        if word.box and word.end - word.start >= 3
    ]
    return median(widths) if widths else 0.0


def _spaced(line: Line, letter: float) -> Iterator[str]:
    """The words of a line with the spaces between them; text that is in no word stays."""
    at, right = line.words[0].start, None
    if at:
        yield line.text[:at]
    for word in line.words:
        between = line.text[at : word.start]
        if word.box and right is not None and between.isspace():
            between = " " * max(_columns(word.box.left - right, letter), 1)
        yield between + line.text[word.start : word.end]
        at, right = word.end, word.box.right if word.box else None
    yield line.text[at:]


def _columns(pixels: float, letter: float) -> int:
    return min(max(round(pixels / letter), 0), _WIDEST) if letter else 0
