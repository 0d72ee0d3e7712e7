"""What stands in the text where words were taken out: pages and their redactions in, redactions with codes and edits out.

A white box counts only where its words are codes, a code stands beside it, or it interrupts a line of words. What the
engine made of a box gives way to the token; elsewhere the token is put in. A box that lies between lines gets a line of
its own. All in the view that was read, where lines run from left to right.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from pipeline.exemptions import Exemptions
from pipeline.geometry import Affine, Box
from pipeline.options import RedactionStyle
from pipeline.record import Edit, EditKind, Page, Redaction, edit_id

RULE = "redaction"
# In usual heights of words.
_NEAR = 3.0  # from an empty white box to the next word of the line that it interrupts
_CODE_BESIDE = 12.0  # from a box to the code in the margin beside it
_FAR = 20.0  # from a box to the nearest word of a line that it can be part of, and not another column's
_WORDS_OF_A_LINE = 3  # without the code: what a box can interrupt
_WIDEST_GAP = 60  # spaces
_SCORES = {"filled": 95.0, "outlined": 85.0}


class _Placed(NamedTuple):
    start: int
    end: int
    text: str
    box: Box


class _Row(NamedTuple):
    """A line of text that stays: where it starts and ends in the page's raw text, and its words as they stood."""

    start: int
    end: int
    words: list[_Placed]


class _Mark(NamedTuple):
    """A place in the raw text, the text that is to stand there, and the redaction that it stands for."""

    start: int
    end: int
    token: str
    redaction: Redaction


def mark_redactions(
    pages: Sequence[Page], stripped: Iterable[Edit], exemptions: Exemptions, style: RedactionStyle
) -> tuple[list[Page], list[Edit]]:
    """The pages with those redactions that are sure, codes filled in, and the edits that make clean text show them.

    `stripped` are the edits that take furniture out: no token is put into a line that goes.
    """
    gone = {(edit.page, edit.start) for edit in stripped if edit.in_force}
    marked: list[Page] = []
    edits: list[Edit] = []
    for page in pages:
        if page.redactions:
            rows = list(_rows(page))
            upright = page.views[0].transform.inverse() if page.views else Affine()
            known = [
                (_understood(one, upright.box(one.box), rows, exemptions), one) for one in page.redactions
            ]
            sure = [(found, upright.box(one.box)) for found, one in known if found]
            page = msgspec.structs.replace(page, redactions=tuple(found for found, _ in sure))  # noqa: PLW2901
            kept = [row for row in rows if (page.number, row.start) not in gone]
            marks = [
                mark
                for found, box in sure
                for mark in _marks(found, box, _of_text(kept, box, exemptions), page, gone, style)
            ]
            edits += _edits(page, marks)
        marked.append(page)
    return marked, edits


def _rows(page: Page) -> Iterator[_Row]:
    upright = page.views[0].transform.inverse() if page.views else Affine()
    for start, line in page.located_lines():
        words = [
            _Placed(
                start + word.start, start + word.end, line.text[word.start : word.end], upright.box(word.box)
            )
            for word in line.words
            if word.box
        ]
        if words:
            yield _Row(start, start + len(line.text), words)


def _understood(found: Redaction, box: Box, rows: Sequence[_Row], exemptions: Exemptions) -> Redaction | None:
    """The redaction with its code; None where it is a white box that may be anything."""
    inside = [word.text for row in rows for word in row.words if _holds(box, word.box)]
    within = exemptions.read(inside)
    beside = _code_beside(box, rows, exemptions)
    if found.kind == "outlined" and not (within if inside else beside or _interrupts(box, rows)):
        return None
    return msgspec.structs.replace(found, code=within or beside)


def _code_beside(box: Box, rows: Sequence[_Row], exemptions: Exemptions) -> str:
    """The codes that stand beside a box on its level, right of it or left; "" where there are none."""
    size = _usual_height(rows)
    codes = []
    for row in rows:
        for word in row.words:
            level = box.top - size / 2 <= (word.box.top + word.box.bottom) / 2 <= box.bottom + size / 2
            apart = _apart(word.box, box)
            if level and -size / 2 <= apart <= _CODE_BESIDE * size and not _holds(box, word.box):
                code = exemptions.read([word.text])
                if code:
                    codes.append((apart, code))
    return min(codes)[1] if codes else ""


def _of_text(rows: Iterable[_Row], box: Box, exemptions: Exemptions) -> list[_Row]:
    """The rows without those that are codes alone beside the box: they name it, and are no line that it cuts into."""
    return [
        row
        for row in rows
        if any(_holds(box, word.box) for word in row.words)
        or not exemptions.read([word.text for word in row.words])
    ]


def _interrupts(box: Box, rows: Sequence[_Row]) -> bool:
    """Whether an empty box stands in a line of words."""
    near = _NEAR * _usual_height(rows)
    for row in rows:
        level = [word for word in row.words if _level(word.box, box)]
        if len(level) >= _WORDS_OF_A_LINE and any(_apart(word.box, box) <= near for word in level):
            return True
    return False


def _marks(
    found: Redaction,
    box: Box,
    rows: Sequence[_Row],
    page: Page,
    gone: set[tuple[int, int]],
    style: RedactionStyle,
) -> Iterator[_Mark]:
    """Where a redaction shows in the text: in each line that it cuts into, else on a line of its own."""
    far = _FAR * _usual_height(rows)
    cut = [
        row
        for row in rows
        if any(_level(word.box, box) and _apart(word.box, box) <= far for word in row.words)
    ]
    for row in cut:
        yield _in_line(row, box, found, _token(found, box, row, style))
    if not cut:
        place = _between(box, rows, page, gone)
        if place is not None and style != "drop":
            start, before, after = place
            token = "" if style == "blank" else _token(found, box, None, style)
            yield _Mark(start, start, before + token + after, found)


def _in_line(row: _Row, box: Box, found: Redaction, token: str) -> _Mark:
    covered = [word for word in row.words if _holds(box, word.box)]
    if covered:  # what an engine made of the box, and the code in it
        start, end = covered[0].start, covered[-1].end
        if all(word in covered for word in row.words if start <= word.start < end):
            return _Mark(start, end, token, found)
    middle = (box.left + box.right) / 2
    left = [word for word in row.words if (word.box.left + word.box.right) / 2 < middle]
    if left:
        return _Mark(left[-1].end, left[-1].end, f" {token}" if token else "", found)
    first = row.words[0].start
    return _Mark(first, first, f"{token} " if token else "", found)


def _between(
    box: Box, rows: Sequence[_Row], page: Page, gone: set[tuple[int, int]]
) -> tuple[int, str, str] | None:
    """The place for a line of its own, with the newlines that must stand before and after it."""
    middle = (box.top + box.bottom) / 2
    column = [
        row
        for row in rows
        if any(word.box.left < box.right and box.left < word.box.right for word in row.words)
    ]
    above = [row for row in column or rows if _middle(row) < middle]
    below = [row for row in column or rows if _middle(row) >= middle]
    if above:
        end = max(above, key=_middle).end
        following = page.text[end : end + 2]
        if following == "\n\n" and below:  # between two paragraphs: a paragraph of its own
            return end + 1, "\n", "\n"
        return end, "\n", ""
    if below:
        return min(below, key=_middle).start, "", "\n"
    blank = [
        start for start, line in page.located_lines() if not line.text and (page.number, start) not in gone
    ]
    return (blank[-1] if blank else 0, "", "\n") if blank or not page.text else None


def _edits(page: Page, marks: Sequence[_Mark]) -> Iterator[Edit]:
    """One edit a place: two boxes in the same gap are told by one insertion."""
    places: dict[tuple[int, int], list[_Mark]] = {}
    for mark in marks:
        places.setdefault((mark.start, mark.end), []).append(mark)
    text = page.text
    for (start, end), here in places.items():
        after = "".join(dict.fromkeys(mark.token for mark in here)) if start == end else here[0].token
        if start == end and not after:
            continue
        before = text[start:end]
        kind: EditKind = "insert" if start == end else "withhold"
        yield Edit(
            edit_id(page.number, start, end, kind, RULE, before, after),
            page.number,
            start,
            end,
            before,
            after,
            kind,
            RULE,
            _SCORES[here[0].redaction.kind],
            "applied",
            " ".join(dict.fromkeys(_reason(mark.redaction, before) for mark in here)),
        )


def _reason(found: Redaction, before: str) -> str:
    shape = "A black box" if found.kind == "filled" else "A white box with an outline"
    code = f"; the code {found.code} stands in it or beside it" if found.code else ""
    read = f' The engine read "{before}" there.' if before else ""
    return f"{shape} covers {found.percent:g} percent of the page here{code}.{read}"


def _token(found: Redaction, box: Box, row: _Row | None, style: RedactionStyle) -> str:
    if style == "drop":
        return ""
    if style == "blank":
        letters = sum(len(word.text) for word in row.words) if row else 0
        width = sum(word.box.width for word in row.words) / letters if row and letters else box.height
        return " " * min(max(round(box.width / max(width, 1)), 1), _WIDEST_GAP)
    return f"[REDACTED {found.code}]" if found.code else "[REDACTED]"


def _usual_height(rows: Sequence[_Row]) -> float:
    heights = [word.box.height for row in rows for word in row.words]
    return float(np.median(heights)) if heights else 1.0


def _middle(row: _Row) -> float:
    return float(np.median([(word.box.top + word.box.bottom) / 2 for word in row.words]))


def _level(word: Box, box: Box) -> bool:
    """Whether a word's middle lies between a box's top and bottom."""
    return box.top <= (word.top + word.bottom) / 2 <= box.bottom


def _apart(word: Box, box: Box) -> int:
    """How far a word stands right or left of a box; negative where they overlap."""
    return max(word.left - box.right, box.left - word.right)


def _holds(box: Box, word: Box) -> bool:
    """Whether most of a word lies in a box."""
    across = min(box.right, word.right) - max(box.left, word.left)
    down = min(box.bottom, word.bottom) - max(box.top, word.top)
    return across > 0.5 * max(word.width, 1) and down > 0.5 * max(word.height, 1)
