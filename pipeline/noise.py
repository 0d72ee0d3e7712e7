"""Lines that are no words: specks, frames, perforations and handwriting that the engine took for print.

Judged by what was read and how surely, never where no confidence is known. What is withheld stays in the record.
"""

import re
import statistics
from collections.abc import Iterator

from pipeline.record import Line, Page

_SURE = 60.0  # word confidence from which a plausible word speaks for its line
_UNSURE = 40.0  # mean confidence below which a line without any plausible word is noise
_MOST_SIGNS = 10  # a longer line may be print that was read badly, and is left for the reader to judge
_MARGIN = 0.1  # of the page's height at top and bottom, where stamps and strokes are
_THIN = 0.6  # of the usual height of lines: what stands between two lines of print
_CODE = re.compile(r"[A-Z$]{1,5}[-~]{1,2}[A-Z0-9]{2,3}$")  # INR-10 in a cable's distribution
_LONG_NUMBER = re.compile(r"\d{4}")  # never withheld, however doubtful
_UPRIGHT_SIGNS = 3  # as many in a row are wider than high, if they stand upright
_RINGS = frozenset("eoc08OCQ")
_POOR_PAGE = 55.0  # mean confidence below which badly read print looks like noise

# A word as print has it: letters in one case or with a capital first, or a number of two digits and more.
_WORD = re.compile(r"[A-Z]{3,}|[A-Z]?[a-z]{2,}|[A-Z][A-Za-z]+(?:[/&.'’-][A-Za-z]+)+|\d[\d.,:/-]*\d")


def noise_lines(page: Page) -> Iterator[tuple[int, Line, str]]:
    """The lines of a page that are noise, each with its start and the reason."""
    heights = [line.box.height for line in page.lines if line.box and len(line.text) > 15]
    usual = statistics.median(heights) if len(heights) >= 3 else None
    poor = (page.sureness or 0.0) < _POOR_PAGE
    for start, line in page.located_lines():
        box = line.box
        if not box or any(word.sureness is None for word in line.words):
            continue
        signs = sum(len(line.text[word.start : word.end]) for word in line.words)
        if usual and box.height > 1.5 * usual and box.height > box.width and signs >= _UPRIGHT_SIGNS:
            yield start, line, "It stands on its side beside the text, as stamps in the margin do."
        elif _plausible(line):
            continue
        elif not any(c.isalnum() for c in line.text):
            yield start, line, "It holds no letter and no digit."
        elif _mean(line) < _SURE and all(map(_is_speck, line.text.split())):
            yield start, line, "It holds specks and dots alone, such as perforations leave."
        elif poor:
            continue
        elif usual and box.height < _THIN * usual and _mean(line) < _SURE:
            yield start, line, "It is lower than a line of print, and holds no word."
        elif _in_margin(line, page) and _mean(line) < _SURE:
            yield start, line, "It stands in the margin of the page, and no word of it was read surely."
        elif signs <= _MOST_SIGNS and _mean(line) < _UNSURE:
            yield (
                start,
                line,
                f"It holds no word, and was read with a confidence of {_mean(line):.0f} in 100.",
            )


def _plausible(line: Line) -> bool:
    """Whether the line holds an office's code, a long number, or a word or number that was read surely."""
    return any(_CODE.search(token) or _LONG_NUMBER.search(token) for token in line.text.split()) or any(
        (word.sureness or 0.0) >= _SURE
        and _WORD.fullmatch(line.text[word.start : word.end].strip(".,;:()[]\"'-_*!?"))
        for word in line.words
    )


def _is_speck(token: str) -> bool:
    """Whether a token is one or two signs, or a row of the rings that holes in the paper are read as."""
    signs = [c for c in token if c.isalnum()]
    return len(signs) <= 2 or set(signs) <= _RINGS


def _in_margin(line: Line, page: Page) -> bool:
    if not line.box or not page.height:
        return False
    middle = (line.box.top + line.box.bottom) / 2 / page.height
    return not _MARGIN < middle < 1 - _MARGIN


def _mean(line: Line) -> float:
    """The line's confidence, each word weighing by its length."""
    signs = sum(word.end - word.start for word in line.words)
    return sum((word.sureness or 0.0) * (word.end - word.start) for word in line.words) / max(signs, 1)
