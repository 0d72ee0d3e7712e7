"""The text as a reader meets it: pages and what was stripped go in, the lines that are left come out, in order.

Words and phrases that run over the end of a line, or over a page with its furniture, are sought here. What is found
is cut at the line's end into edits of one line each.
"""

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.record import Edit, Page, Word

Span = tuple[int, int]
_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-¬]\s*$")


class FlowLine(msgspec.Struct, frozen=True):
    """A line that is left: its page, where it starts in the page's raw text, its text and words.

    `opens` says that a paragraph begins here, as far as blank lines tell.
    """

    page: int
    start: int
    text: str
    words: tuple[Word, ...] = ()
    opens: bool = False

    @property
    def hyphenated(self) -> bool:
        """Whether the line ends in a word that is cut by a hyphen."""
        return _HYPHENATED.search(self.text) is not None


class Taken:
    """The places of a document's pages that are no longer free."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self._spans: dict[int, list[Span]] = {}
        for edit in edits:
            if edit.in_force:
                self.add(edit.page, edit.start, edit.end)

    def holds(self, page: int, start: int, end: int) -> bool:
        """Whether anything of start:end is taken."""
        spans = self._spans.get(page, [])
        before = bisect.bisect_left(spans, end, key=itemgetter(0))
        return before > 0 and spans[before - 1][1] > start

    def add(self, page: int, start: int, end: int) -> None:
        """Take start:end, where it is free."""
        if not self.holds(page, start, end):
            bisect.insort(self._spans.setdefault(page, []), (start, end))


def flow_lines(pages: Sequence[Page], taken: Taken) -> list[FlowLine]:
    """Every line with text that is not taken as a whole, in the order of reading."""
    lines = []
    opens = True
    for page in pages:
        for start, line in page.located_lines():
            text = line.text
            if not text.strip():
                opens = True
                continue
            first = start + len(text) - len(text.lstrip())
            last = start + len(text.rstrip())
            if taken.holds(page.number, first, first + 1) and taken.holds(page.number, last - 1, last):
                continue  # furniture: the sentence before it goes on below it
            lines.append(FlowLine(page.number, start, text, line.words, opens))
            opens = False
    return lines


class Seam(msgspec.Struct, frozen=True):
    """The end of one line and the beginning of the next as one text; a hyphen at the line's end is left out.

    `cut` is where the second line begins in `text`; `first` and `second` where the halves start in their lines.
    """

    text: str
    cut: int
    above: FlowLine
    below: FlowLine
    first: int
    second: int

    def places(self, start: int, end: int) -> tuple[Span, Span]:
        """The spans of start:end in the raw text of the line above and of the line below."""
        joint = len(self.above.text.rstrip()) - int(self.above.hyphenated)
        above = self.above.start + self.first
        below = self.below.start + self.second
        return (above + start, min(above + self.cut, self.above.start + joint)), (
            below,
            below + end - self.cut,
        )


def seams(lines: Sequence[FlowLine], words: int) -> Iterator[Seam]:
    """Each place where one line goes on in the next, with up to `words` words on either side.

    Where `words` is 0, only words that are cut by a hyphen are put together.
    """
    reach = max(words, 1)
    for above, below in itertools.pairwise(lines):
        if (below.opens and below.page == above.page) or not (words or above.hyphenated):
            continue
        head = above.text.rstrip()
        joined = head[:-1] if above.hyphenated else head + " "
        tail = below.text.strip()
        blanks = [found.start() for found in re.finditer(r"\s+", head)]
        first = blanks[-reach] + 1 if len(blanks) >= reach else 0
        ends = [found.start() for found in re.finditer(r"\s+", tail)]
        last = ends[reach - 1] if len(ends) >= reach else len(tail)
        second = len(below.text) - len(below.text.lstrip())
        text = joined[first:] + tail[:last]
        yield Seam(text, len(joined) - first, above, below, first, second)


def cut_answer(before: str, after: str, cut: int) -> tuple[str, str]:
    """`after` in two parts, the first standing for before[:cut]: cut at the same blank where there is one."""
    at = 0
    for step in Levenshtein.opcodes(before, after):
        if step.src_start <= cut <= step.src_end:
            at = step.dest_start + min(cut - step.src_start, step.dest_end - step.dest_start)
            break
    return after[:at], after[at:]
