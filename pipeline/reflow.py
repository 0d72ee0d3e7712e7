"""Reflowed text: the lines of a page in, its paragraphs out, each on one line, words that were hyphenated joined.

A view of clean text for readers that want prose. It changes nothing in the record, never looks beyond a page, and
where it is in doubt a line stays a line of its own and a hyphen stays where it was typed.
"""

import re
from collections.abc import Iterator, Sequence
from statistics import median

import msgspec

from pipeline.lexicon import bare, english
from pipeline.recordfile import RecordPage
from pipeline.wordplaces import PlacedLine, placed_lines

_RAGGED = 6.0  # characters by which a full line may fall short of the margin; typists stopped at the bell
_INDENT = 2.5  # characters; less is the slant of a scan or a worn platen
_ITEM = re.compile(r"(\(?(\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]|[-–—•*]{1,2})\s")
_FIELD = re.compile(r"[A-Z][A-Z.]{1,12}:\s")  # of a header, such as REF:
_ENDS_SENTENCE = re.compile(r"[.:;!?)\"”']$")
_HYPHENATED = re.compile(r"(?P<head>[^\W\d_]{2,})-$")
_GOES_ON = re.compile(r"(?P<tail>[^\W\d_]+)")


class _Row(msgspec.Struct, frozen=True):
    """A line as it lies between the margins: its text, and where it begins and ends, in characters."""

    text: str
    left: float
    right: float


def page_text(page: RecordPage, reflowed: bool) -> str:
    """The clean text of a page, or its paragraphs, parted by blank lines."""
    if not reflowed:
        return page.clean.text
    return reflow(placed_lines(page.page, page.clean, page.edits), page.clean.text)


def reflow(lines: Sequence[PlacedLine], text: str) -> str:
    """The paragraphs of a page, parted by blank lines. `lines` are places.placed_lines of it, `text` its clean text.

    A new paragraph begins behind a blank line, where the next word would still have fitted on the line before, where
    the indentation says so, and where an item of a list begins.
    """
    seen_whole = set(re.findall(r"\w+-\w+", text.lower()))
    paragraphs: list[str] = []
    for block in _blocks(_rows(lines, text)):
        for rows in block:
            joined = rows[0].text
            for row in rows[1:]:
                joined = _join(joined, row.text, seen_whole)
            paragraphs.append(joined)
    return "\n\n".join(paragraphs) + ("\n" if paragraphs else "")


def _rows(lines: Sequence[PlacedLine], text: str) -> list[_Row | None]:
    """The lines of clean text with their bounds; None for a blank one."""
    kept = [line for line in lines if line.kind == "text"]
    widths = [
        line.box.width / (line.end - line.start) for line in kept if line.box and line.end - line.start > 8
    ]
    wide = median(widths) if widths else 0.0
    rows: list[_Row | None] = []
    for line in kept:
        said = text[line.start : line.end]
        bare_line = said.strip()
        if not bare_line:
            rows.append(None)
        elif line.box and wide:
            rows.append(_Row(bare_line, line.box.left / wide, line.box.right / wide))
        else:
            rows.append(_Row(bare_line, float(len(said) - len(said.lstrip())), float(len(said.rstrip()))))
    return rows


def _blocks(rows: Sequence[_Row | None]) -> Iterator[list[list[_Row]]]:
    """The paragraphs of each stretch of lines without a blank one."""
    margin = max((row.right for row in rows if row), default=0.0)
    block: list[list[_Row]] = []
    for row in [*rows, None]:
        if row is None:
            if block:
                yield block
            block = []
        elif block and _continues(block[-1], row, margin):
            block[-1].append(row)
        else:
            block.append([row])


def _continues(paragraph: Sequence[_Row], row: _Row, margin: float) -> bool:
    """Whether a line goes on with the paragraph above it."""
    above, alone = paragraph[-1], len(paragraph) == 1
    first_word = row.text.split(maxsplit=1)[0]
    if above.right + 1 + len(first_word) <= margin - _RAGGED:
        return False
    if _FIELD.match(row.text) or (_ITEM.match(row.text) and _ENDS_SENTENCE.search(above.text)):
        return False
    deeper = row.left - above.left
    if deeper > _INDENT:  # only behind an item's number do lines stand deeper than the one they continue
        return alone and _ITEM.match(above.text) is not None
    return deeper >= -_INDENT or alone


def _join(above: str, below: str, seen_whole: set[str]) -> str:
    """Two lines of a paragraph as one. A hyphen goes only where the word is known without it and not with it."""
    head, tail = _HYPHENATED.search(above), _GOES_ON.match(below)
    if not head or not tail:
        return f"{above} {below}"
    first, second = head["head"], tail["tail"]
    if f"{first}-{second}".lower() in seen_whole or not second.islower():
        return above + below
    return above[:-1] + below if bare(first + second) in english() else above + below
