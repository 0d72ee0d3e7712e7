"""Stage 3b: what a file is made of. The pages of a document and its edits go in, its parts with their headers come out.

A part begins where a header begins: a cable's at the top of its page, or behind the end of the message before it.
A later section of the same telegram belongs to it. Raw text is only read; every place is one of the raw text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.cableheader import read_cable
from pipeline.cablelines import PARAGRAPH, is_order, sends
from pipeline.dates import time_group
from pipeline.headerlines import Row, corrected, named, rows_of
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import as_digits, capitals, is_prose
from pipeline.memoheader import heads, read_letter, read_memorandum
from pipeline.record import Edit, Finding, Page, Part, PartKind, by_page

_HEAD_ROWS = 60  # rows of a page among which a header's signs are looked for
_ABOVE = 3  # lines of running text that may stand above a header at a page's top: stamps and review boxes
_TOP_ROWS = 30  # rows of a page within which a memorandum's or letter's head begins
_SHEET_ROWS = 4  # rows of a page within which an attachment says that it is one
_PAGE_LINE = re.compile(
    r"\W*PAGE\s*([0-9OIlQ]{1,2})\b(?P<post>\D{2,30}?)\s*(?P<number>[0-9OIlQSZ]{4,7})\b(?P<rest>.*)"
)
_SECTION = re.compile(r"\b([0-9OQIl©]{2,3})\s+[O0]F\s+[0-9OQIl©]{2,3}\b")
_CABLE_ONLY = frozenset({"time", "from", "eo", "tags"})
_SERIAL = re.compile(r"(\d{3,6})$")


class _Opening(msgspec.Struct, frozen=True):
    """Where a part begins: a row number, what it is, and the message and section that its header names."""

    row: int
    kind: PartKind
    number: str = ""
    time: str = ""
    section: int = 0


def find_parts(pages: Sequence[Page], edits: Iterable[Edit], patterns: HeaderPatterns) -> tuple[Part, ...]:
    """The parts of a document, in order; every line that says something lies in exactly one of them."""
    edits = tuple(edits)
    rows = rows_of(pages, edits)
    if not rows:
        return ()
    texts = {page.number: page.text for page in pages}
    on_page = by_page(edits)
    openings = _openings(rows, patterns)
    if not openings or openings[0].row:
        openings.insert(0, _Opening(0, "other"))
    parts = []
    for at, opening in enumerate(openings):
        end = openings[at + 1].row if at + 1 < len(openings) else len(rows)
        part = _part(opening, rows, end, texts, patterns)
        fields = tuple(corrected(field, on_page.get(field.page, ())) for field in part.fields)
        parts.append(msgspec.structs.replace(part, fields=fields))
    return tuple(parts)


def _part(
    opening: _Opening, rows: Sequence[Row], end: int, texts: Mapping[int, str], patterns: HeaderPatterns
) -> Part:
    own = rows[opening.row : end]
    first, last = own[0], own[-1]
    follows = opening.row > 0 and rows[opening.row - 1].page == first.page
    ends_here = end < len(rows) and rows[end].page == last.page
    kept = [row for row in own if not row.hidden and not _PAGE_LINE.match(row.text)]
    kind = opening.kind
    if kind == "other" and not opening.row:
        kind = _headless(own, patterns)
    return Part(
        kind,
        first.page,
        first.start if follows else 0,
        last.page,
        rows[end].start if ends_here else len(texts[last.page]),
        _fields(kind, kept, texts, patterns, _serials(own, patterns)),
    )


def _fields(
    kind: PartKind,
    rows: Sequence[Row],
    texts: Mapping[int, str],
    patterns: HeaderPatterns,
    serials: Sequence[str],
) -> tuple[Finding, ...]:
    if kind == "cable":
        return read_cable(rows, texts, patterns, serials)
    if kind == "memorandum":
        return read_memorandum(rows, texts, patterns)
    if kind == "letter":
        return read_letter(rows, texts, patterns)
    return ()


def _serials(rows: Sequence[Row], patterns: HeaderPatterns) -> list[str]:
    """The message's number as each page line gives it."""
    lines = (_PAGE_LINE.match(row.text) for row in rows)
    return [digits for line in lines if line and (digits := as_digits(line["number"], patterns.digits))]


def _headless(rows: Sequence[Row], patterns: HeaderPatterns) -> PartKind:
    """What a document is whose first page is missing: a cable repeats its page lines, a memorandum ends as such."""
    if sum(bool(_PAGE_LINE.match(row.text)) for row in rows) >= 2:
        return "cable"
    closings = {
        number
        for number, pattern in enumerate(patterns.ends_memorandum)
        if any(pattern.fullmatch(row.text.strip()) for row in rows)
    }
    return "memorandum" if len(closings) >= 2 else "other"


def _openings(rows: Sequence[Row], patterns: HeaderPatterns) -> list[_Opening]:
    found: list[_Opening] = []
    current: _Opening | None = None
    for start, end in _stretches(rows, patterns):
        opening = _opening(rows, start, end, patterns)
        if opening is None or (
            current and current.kind == "cable" == opening.kind and _same(current, opening)
        ):
            continue
        found.append(opening)
        current = opening
    return found


def _stretches(rows: Sequence[Row], patterns: HeaderPatterns) -> list[tuple[int, int]]:
    """The stretches of rows at whose head a part may begin: pages, and what follows a message's end on its page."""
    starts = [0]
    prose = 0
    for at in range(1, len(rows)):
        row, before = rows[at], rows[at - 1]
        prose = 0 if row.page != before.page else prose + is_prose(before.text)
        ended = patterns.ends_message.fullmatch(before.text.strip())
        line = _PAGE_LINE.match(row.text)
        first = line is not None and as_digits(line[1], patterns.digits) in ("1", "01")
        if row.page != before.page or ended or (first and prose > _ABOVE):
            starts.append(at)
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _opening(rows: Sequence[Row], start: int, end: int, patterns: HeaderPatterns) -> _Opening | None:
    """What begins at the head of a stretch of rows, if anything does."""
    kept = [row for row in rows[start:end] if not row.hidden]
    head = rows[start : min(end, start + _HEAD_ROWS)]
    lines = [line for row in head if (line := _PAGE_LINE.match(row.text))]
    at_top = start == 0 or rows[start].page != rows[start - 1].page
    if at_top and any(
        patterns.opens_attachment.fullmatch(row.text.strip(" \t*:.")) for row in kept[:_SHEET_ROWS]
    ):
        return _Opening(start, "other")
    signed = next((at for at, row in enumerate(kept) if _sign(row, patterns) in _CABLE_ONLY), len(kept))
    if at_top and not lines and _is_memorandum(kept[: min(signed, _TOP_ROWS)], patterns):
        return _Opening(start, "memorandum")
    above = rows[start : rows.index(kept[signed], start)] if signed < len(kept) else ()
    if not any(_later_page(row, patterns) for row in above) and _is_cable(kept[:_HEAD_ROWS], patterns):
        return _cable(start, kept[:_HEAD_ROWS], lines, patterns)
    return _written(start, kept[:_TOP_ROWS], patterns) if at_top and not lines else None


def _written(start: int, rows: Sequence[Row], patterns: HeaderPatterns) -> _Opening | None:
    """A memorandum or a letter that begins on a page's top rows."""
    if _is_memorandum(rows, patterns):
        return _Opening(start, "memorandum")
    greeted = any(
        patterns.opens_letter.fullmatch(row.text.strip()) and not capitals(row.text) for row in rows
    )
    return _Opening(start, "letter") if greeted else None


def _later_page(row: Row, patterns: HeaderPatterns) -> bool:
    """Whether a row is the line of a cable's second page or a later one."""
    line = _PAGE_LINE.match(row.text)
    number = as_digits(line[1], patterns.digits) if line else ""
    return bool(number) and int(number) > 1


def _is_cable(rows: Sequence[Row], patterns: HeaderPatterns) -> bool:
    """Whether a cable's header begins here: two of its signs or more, and no running text above them."""
    signs: set[str] = set()
    prose = 0
    for row in rows:
        sign = _sign(row, patterns)
        if sign:
            signs.add(sign)
        elif is_prose(row.text) and not signs:
            prose += 1
            if prose > _ABOVE:
                return False
        elif signs and PARAGRAPH.match(row.text) and len(signs) >= 2:
            break
    sent, about = signs & {"time", "from"}, signs & {"eo", "tags", "subject"}
    form = any(patterns.opens_cable.fullmatch(row.text.strip()) for row in rows[:_TOP_ROWS])
    return (
        len(sent) == 2
        or len(about) >= 2
        or bool(sent and (about or "to" in signs))
        or bool(form and (sent or about))
    )


def _sign(row: Row, patterns: HeaderPatterns) -> str:
    """The part of a cable's header that a row is by itself."""
    if not capitals(row.text):
        return ""
    if time_group(row.text, patterns.digits):
        return "time"
    if sends(row, patterns):
        return "from"
    if is_order(row):
        return "eo"
    name = named(row, patterns.cable)
    if name and name.field in ("tags", "subject") and name.colon:
        return name.field
    return "to" if name and name.field == "to" and not name.colon else ""


def _cable(
    start: int, rows: Sequence[Row], lines: Sequence[re.Match[str]], patterns: HeaderPatterns
) -> _Opening:
    """A cable's opening with its number, its time and its section, from its own lines and the page's."""
    fields = {one.kind: one for one in read_cable(rows, {row.page: "" for row in rows}, patterns)}
    number = fields["message_number"].value if "message_number" in fields else ""
    serial = _SERIAL.search(number)
    digits = serial[1] if serial else as_digits(lines[0]["number"], patterns.digits) if lines else ""
    time = fields["dtg"].value if "dtg" in fields else ""
    sections = [
        found
        for text in (*(line["rest"] for line in lines[:1]), *(row.text for row in rows))
        if (found := _SECTION.search(text))
        and (text in {line["rest"] for line in lines[:1]} or "SEC" in text)
    ]
    section = as_digits(sections[0][1], patterns.digits) if sections else ""
    return _Opening(start, "cable", digits.lstrip("0"), time, int(section) if section else 0)


def _same(current: _Opening, later: _Opening) -> bool:
    """Whether a header is that of a later section of the current cable: its number or its time says so."""
    if later.section == 1:
        return False
    number = bool(current.number) and current.number == later.number
    time = bool(current.time) and current.time == later.time
    if later.section > 1:
        near = Levenshtein.distance(current.number, later.number) <= 1
        return number or time or near or not current.number or not (later.number or later.time)
    return number or (time and not later.number)


def _is_memorandum(rows: Sequence[Row], patterns: HeaderPatterns) -> bool:
    """Whether a memorandum's head stands here: its title, or two of its fields, above the running text."""
    found: set[str] = set()
    prose = 0
    for row in rows:
        if patterns.opens_memorandum.fullmatch(row.text.strip(" \t.:")) and capitals(row.text):
            return True
        name = heads(row, patterns)
        if name:
            found.add(name.field)
        elif is_prose(row.text):
            prose += 1
            if prose > _ABOVE:
                break
    return len(found & {"to", "from", "through", "subject"}) >= 2
