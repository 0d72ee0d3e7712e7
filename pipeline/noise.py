"""Lines that are no words: specks, frames, perforations and handwriting that the engine took for print.

Judged by what was read and how surely, never where no confidence is known. What is withheld stays in the record.
"""

import re
import statistics
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import msgspec

from pipeline.geometry import Box
from pipeline.lexicon import bare, english
from pipeline.record import Line, Page

_SURE = 60.0  # word confidence from which a plausible word speaks for its line
_UNSURE = 40.0  # mean confidence below which a line without any plausible word is noise
_MARGIN = 0.1  # of the page's height at top and bottom, where stamps and strokes are
_OUTERMOST = 0.05  # the same, where even a page that was read badly has no print
_THIN = 0.6  # of the usual height of lines: what stands between two lines of print
_TINY = 0.45  # of the usual height of words: lower than any letter of theirs
_TINY_SIGNS = 4  # a longer row of so low letters is print in another size
_WIDE = 0.5  # of the usual width of lines, for what may be a line of print
_FILLED = (
    0.5  # of a line's width, by the boxes of its words; specks that were read into one line leave more open
)
_LINE_HIGH = (0.9, 1.3)  # times the usual height of lines: as high as one; higher ones are drawn by hand
_CODE = re.compile(
    r"[A-Z$]{1,5}[-~]{1,2}[A-Z0-9]{2,3}$|^/[\dO]{3}$"
)  # INR-10 in a cable's distribution, and its end, /003
_LONG_NUMBER = re.compile(r"\d{4}")  # never withheld, however doubtful
_UPRIGHT_SIGNS = 3  # as many in a row are wider than high, if they stand upright
_RINGS = frozenset("eoc08OCQ")
_DOTS = frozenset("eocsa6083")  # what rows of holes are read as, further apart
_RINGS_IN_A_ROW = 4
_MOSTLY_RINGS = 0.6  # of the words of such a row
_MOSTLY_RINGS_IF_POOR = 0.85  # the same where print is read hardly better
_POOR_PAGE = 65.0  # mean confidence below which badly read print looks like noise
_WORD_LETTERS = 3  # letters to a word, and
_MOSTLY_LETTERS = 0.8  # of the signs, where print was read badly; specks give less
_PITCH = 0.3  # how far the width of a letter may be from that of the page's print
_EDGES = ".,;:()[]\"'-_*!?"

# A word as print has it: letters in one case or with a capital first, or a number of two digits and more.
_WORD = re.compile(r"[A-Z]{3,}|[A-Z]?[a-z]{2,}|[A-Z][A-Za-z]+(?:[/&.'’-][A-Za-z]+)+|\d[\d.,:/-]*\d")
_LONG_WORD = re.compile(r"[A-Za-z]{5,}")


class Print(msgspec.Struct, frozen=True):
    """What the print of a page looks like, in pixels: height and width of its lines, height of its words, width of its
    letters; 0 where unknown.
    """

    line: float = 0.0
    width: float = 0.0
    word: float = 0.0
    letter: float = 0.0


def noise_lines(page: Page) -> Iterator[tuple[int, Line, str]]:
    """The lines of a page that are noise, each with its start and the reason."""
    usual = print_of(page)
    poor = is_poor(page)
    for start, line in page.located_lines():
        if line.box and all(word.sureness is not None for word in line.words):
            reason = _shape(line, line.box, usual, poor) or _said(line, page, usual, poor)
            if reason:
                yield start, line, reason


def is_tiny(line: Line, usual: Print) -> bool:
    """Whether a sign or a few are lower than any letter of the page's print."""
    return line.box is not None and _signs(line) <= _TINY_SIGNS and line.box.height < _TINY * usual.word


def is_poor(page: Page) -> bool:
    """Whether a page was read so badly that its print looks like noise."""
    return (page.sureness or 0.0) < _POOR_PAGE


def _shape(line: Line, box: Box, usual: Print, poor: bool) -> str:
    """Why a line's form alone makes it noise; "" where it does not."""
    if (
        usual.line
        and box.height > 1.5 * usual.line
        and box.height > box.width
        and _signs(line) >= _UPRIGHT_SIGNS
    ):
        return "It stands on its side beside the text, as stamps in the margin do."
    if is_tiny(line, usual):
        return "It is lower than any letter of the page's print."
    if _holes(line, poor):
        return "It holds specks and dots alone, such as perforations leave."
    return ""


def _said(line: Line, page: Page, usual: Print, poor: bool) -> str:
    """Why what was read in a line makes it noise; "" where it does not."""
    sure = mean_confidence(line)
    if holds_words(line):
        return ""
    if sure < _SURE and _in_margin(line, page, _OUTERMOST):
        return "It stands at the very edge of the page, and no word of it was read surely."
    if _large_as_print(line, usual, poor):
        return ""
    if not any(c.isalnum() for c in line.text):
        return "It holds no letter and no digit."
    if sure < _SURE and all(map(_is_speck, line.text.split())):
        return "It holds specks and dots alone, such as perforations leave."
    return "" if poor or _like_print(line, usual) else _doubtful(line, page, usual, sure)


def _doubtful(line: Line, page: Page, usual: Print, sure: float) -> str:
    """Why a line without words is noise on a page whose print was read well, at mean confidence `sure`."""
    if sure < _SURE and line.box and line.box.height < _THIN * usual.line:
        return "It is lower than a line of print, and holds no word."
    if sure < _SURE and _in_margin(line, page, _MARGIN):
        return "It stands in the margin of the page, and no word of it was read surely."
    if is_unreadable(line):
        return f"It holds no word, and was read with a confidence of {sure:.0f} in 100."
    return ""


def print_of(page: Page) -> Print:
    """What the print of a page looks like."""
    lines = [line for line in page.lines if line.box]
    words = [
        (word.box.height, word.box.width / (word.end - word.start))
        for line in lines
        for word in line.words
        if word.box and (word.sureness or 0.0) >= _SURE and word.end - word.start >= 3
    ]
    boxes = [line.box for line in lines if line.box and len(line.text) > 15]
    return Print(
        statistics.median(box.height for box in boxes) if len(boxes) >= 3 else 0.0,
        statistics.median(box.width for box in boxes) if len(boxes) >= 3 else 0.0,
        statistics.median(height for height, _ in words) if len(words) >= 10 else 0.0,
        statistics.median(width for _, width in words) if len(words) >= 10 else 0.0,
    )


def holds_words(line: Line) -> bool:
    """Whether the line holds an office's code, a long number, or a word or number that was read surely."""
    return holds_codes(line.text) or any(
        (word.sureness or 0.0) >= _SURE
        and _WORD.fullmatch(line.text[word.start : word.end].strip(_EDGES))
        and not is_ring(line.text[word.start : word.end])
        for word in line.words
    )


def is_unreadable(line: Line) -> bool:
    """Whether a line was read so doubtfully that no word can be told, and no long word of English came of it."""
    return mean_confidence(line) < _UNSURE and not holds_words(line) and not known_words(line.text)


def known_words(text: str) -> list[str]:
    """The long words of English in a text, however doubtfully they were read."""
    return [word for word in map(bare, _LONG_WORD.findall(text)) if word in english()]


def holds_codes(text: str) -> bool:
    """Whether a text holds an office's code or a long number: never noise, for nothing else tells what they should be."""
    return any(_CODE.search(token) or _LONG_NUMBER.search(token) for token in text.split())


def sure_words(line: Line) -> list[str]:
    """The words of English in a line that were read surely, three letters and more each."""
    words = (bare(line.text[word.start : word.end]) for word in line.words if (word.sureness or 0.0) >= _SURE)
    return [word for word in words if len(word) >= _WORD_LETTERS and word in english()]


def _large_as_print(line: Line, usual: Print, poor: bool) -> bool:
    """Whether a line takes the room of one of print: then something stands there of which only specks were read. Where
    print is read well, specks far from each other take none.
    """
    if not line.box or line.box.width < _WIDE * usual.width:
        return False
    filled = sum(word.box.width for word in line.words if word.box)
    if not poor and filled < _FILLED * line.box.width and all(map(_is_speck, line.text.split())):
        return False
    height = line.box.height / usual.line if usual.line else 0.0
    return height >= _LINE_HIGH[0] and (poor or height <= _LINE_HIGH[1])


def _like_print(line: Line, usual: Print) -> bool:
    """Whether a line is words of letters as wide as the page's print would set them: print that was read badly."""
    text = line.text.strip()
    tokens = text.split()
    letters = sum(map(str.isalpha, text))
    if not line.box or not usual.letter or is_ring(text) or letters < max(_WORD_LETTERS * len(tokens), 4):
        return False
    pitch = line.box.width / len(text)
    return letters >= _MOSTLY_LETTERS * sum(map(len, tokens)) and abs(pitch / usual.letter - 1) <= _PITCH


def _holes(line: Line, poor: bool) -> bool:
    """Whether a line is a row of holes, however surely they were read as letters: rings alone, or for the most part."""
    tokens = line.text.split()
    rings = [token for token in tokens if is_ring(token, _RINGS)]
    if len(rings) == len(tokens) and "e" in line.text:
        return True
    rings = [token for token in tokens if is_ring(token)]
    share = _MOSTLY_RINGS_IF_POOR if poor else _MOSTLY_RINGS
    return (
        len(rings) >= max(_RINGS_IN_A_ROW, share * len(tokens)) and "e" in line.text and not holds_words(line)
    )


def is_ring(token: str, rings: AbstractSet[str] = _DOTS) -> bool:
    """Whether a token holds no letters but those that holes in the paper are read as."""
    return {c for c in token if c.isalnum()} <= rings


def _is_speck(token: str) -> bool:
    """Whether a token is one or two signs, or a row of the rings that holes in the paper are read as."""
    return sum(c.isalnum() for c in token) <= 2 or is_ring(token, _RINGS)


def _signs(line: Line) -> int:
    return sum(word.end - word.start for word in line.words)


def _in_margin(line: Line, page: Page, share: float) -> bool:
    """Whether the middle of a line stands in that share of the page's height at top or bottom."""
    if not line.box or not page.height:
        return False
    middle = (line.box.top + line.box.bottom) / 2 / page.height
    return not share < middle < 1 - share


def mean_confidence(line: Line) -> float:
    """The line's confidence, each word weighing by its length."""
    weighed = sum((word.sureness or 0.0) * (word.end - word.start) for word in line.words)
    return weighed / max(_signs(line), 1)
