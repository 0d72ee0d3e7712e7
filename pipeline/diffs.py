"""The unified diff of a document: raw text in, clean text in, and out a patch that `git apply` accepts on the raw file.

Lines end at newlines only, so a form feed between two pages is a character within a line, as it is for git and patch.
"""

import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

_CONTEXT = 3
# Beyond this many pairs of lines difflib takes seconds; such a stretch is shown as one replacement, still a valid diff.
_MOST_PAIRS = 250_000
_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\t": r"\t",
    "\n": r"\n",
    "\v": r"\v",
    "\f": r"\f",
    "\r": r"\r",
    '"': r"\"",
    "\\": r"\\",
}


def unified_diff(raw: str, clean: str, name: str) -> str:
    """The diff raw/`name`.txt -> text/`name`.txt, with three lines of context; empty where nothing changed.

    `raw` and `clean` are the texts as written to those files, with or without a newline at their end.
    """
    if raw == clean:
        return ""
    old, new = _lines(raw), _lines(clean)
    said = [f"--- {_file(f'raw/{name}.txt')}\n", f"+++ {_file(f'text/{name}.txt')}\n"]
    for group in _Aligned(old, new).get_grouped_opcodes(_CONTEXT):
        old_span = _span(group[0][1], group[-1][2])
        new_span = _span(group[0][3], group[-1][4])
        said.append(f"@@ -{old_span} +{new_span} @@\n")
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                said += (_body(" ", line) for line in old[old_from:old_to])
            else:
                said += (_body("-", line) for line in old[old_from:old_to])
                said += (_body("+", line) for line in new[new_from:new_to])
    return "".join(said)


class _Aligned(difflib.SequenceMatcher[str]):
    """difflib's opcodes over blocks that we match ourselves.

    difflib alone is quadratic in lines that repeat, and blank lines and banners repeat thousands of times. Most lines
    of a document stand in it once, and edits never reorder lines, so lines that are unique in both texts anchor the
    alignment (patience diff) in n log n; difflib sees only the short stretches between two anchors. Edits are not
    asked for, so that any two texts can be compared.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, "", "", autojunk=False)
        self.old, self.new = old, new

    def get_matching_blocks(self) -> list[difflib.Match]:
        """Equal stretches in order, neighbours joined, closed by an empty one at both ends, as difflib wants them."""
        blocks: list[difflib.Match] = []
        for at_old, at_new, size in _equal(self.old, self.new):
            last = blocks[-1] if blocks else difflib.Match(0, 0, 0)
            if blocks and (last.a + last.size, last.b + last.size) == (at_old, at_new):
                blocks[-1] = last._replace(size=last.size + size)
            elif size:
                blocks.append(difflib.Match(at_old, at_new, size))
        return [*blocks, difflib.Match(len(self.old), len(self.new), 0)]


def _equal(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    at_old = at_new = 0
    for anchor_old, anchor_new in [*_anchors(old, new), (len(old), len(new))]:
        yield from _between(old, new, at_old, anchor_old, at_new, anchor_new)
        if anchor_old < len(old):
            yield anchor_old, anchor_new, 1
        at_old, at_new = anchor_old + 1, anchor_new + 1


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest rising series of places of lines that stand once in each text."""
    once_old = {line for line, times in Counter(old).items() if times == 1}
    once_new = {line for line, times in Counter(new).items() if times == 1}
    places = {line: place for place, line in enumerate(new) if line in once_new}
    pairs = [(place, places[line]) for place, line in enumerate(old) if line in once_old and line in places]
    ends: list[int] = []  # ends[n]: the lowest place in `new` at which a series of n + 1 pairs can end
    last: list[int] = []  # last[n]: the pair that ends there
    before: list[int] = []  # the pair before each pair in its series, or -1
    for index, (_, place) in enumerate(pairs):
        length = bisect.bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    series: list[tuple[int, int]] = []
    index = last[-1] if last else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]


def _between(
    old: Sequence[str], new: Sequence[str], old_from: int, old_to: int, new_from: int, new_to: int
) -> Iterator[tuple[int, int, int]]:
    head = 0
    while (
        old_from + head < old_to and new_from + head < new_to and old[old_from + head] == new[new_from + head]
    ):
        head += 1
    yield old_from, new_from, head
    old_from, new_from = old_from + head, new_from + head
    tail = 0
    while (
        old_from < old_to - tail
        and new_from < new_to - tail
        and old[old_to - tail - 1] == new[new_to - tail - 1]
    ):
        tail += 1
    old_to, new_to = old_to - tail, new_to - tail
    if (old_to - old_from) * (new_to - new_from) <= _MOST_PAIRS:
        matcher = difflib.SequenceMatcher(None, old[old_from:old_to], new[new_from:new_to], autojunk=False)
        for block in matcher.get_matching_blocks():
            yield old_from + block.a, new_from + block.b, block.size
    yield old_to, new_to, tail


def _lines(text: str) -> list[str]:
    """Lines with their newlines; a last line without one stays without."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _body(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"


def _span(start: int, end: int) -> str:
    """A hunk's range: counted from 1, an empty one named by the line before it, a length of 1 left out."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + 1 if length else start},{length}"


def _file(path: str) -> str:
    """A file name as git writes it in a header: in C's quotes where it holds quotes or anything that does not print.

    A space asks for a tab behind the name, so that nobody takes the rest of the name for a time stamp.
    """
    if all(sign.isprintable() and sign not in '"\\' for sign in path):
        return f"{path}\t" if " " in path else path
    return '"' + "".join(_escape(sign) for sign in path) + '"'


def _escape(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable():
        return sign
    return "".join(f"\\{byte:03o}" for byte in sign.encode("utf-8", "surrogateescape"))
