"""The fields of a memorandum and of a letter."""

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from pipeline.closings import letter_signature
from pipeline.dates import written_date
from pipeline.headerlines import BRIDGED, CLEAN, DOUBTFUL, Named, Piece, Row, finding, named, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import is_prose
from pipeline.record import Finding

HEADER_ROWS = 40
_SUBJECT_ROWS = 4
_INITIALS = re.compile(r"\s+(?:[^\w\s]\S*|[a-z]\w?|\S)$")  # a pen's initials beside a typed name, and specks
_STROKE = re.compile(r"\W*\w{1,2}\W+(?=[A-Z]{2})")
_OFFICE = re.compile(r"\W*([A-Z][A-Za-z0-9/&-]*\s?:\s?[A-Z]\w*\.?\s?[A-Za-z'-]+)")


def read_memorandum(
    rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns
) -> tuple[Finding, ...]:
    """TO, FROM, THROUGH, SUBJECT and DATE from its head, drafter and clearances from its end."""
    fields: list[Finding] = []
    seen: set[str] = set()
    head = rows[:HEADER_ROWS]
    for at, row in enumerate(head):
        name = heads(row, patterns)
        if name is None or name.field in seen:
            if written := _date_alone(row):
                if "date" not in seen and "drafter" not in seen:
                    seen.add("date")
                    fields.append(_date(row, *written, texts))
            elif "subject" in seen and is_prose(row.text):
                break
            continue
        if name.field in ("drafter", "clearances", "approved_by"):
            continue
        value = _without_initials(piece(row, name.value))
        if value.start == value.end:
            continue
        seen.add(name.field)
        sure = CLEAN if name.exact else BRIDGED
        if name.field == "date":
            written = written_date(value.text)
            if written:
                fields.append(_date(row, name.value + written[0], name.value + written[1], written[2], texts))
            else:
                fields.append(finding("date", [value], texts, "", DOUBTFUL))
        elif name.field == "subject":
            fields.append(finding("subject", [value, *_more(head, at, patterns)], texts, sure=sure))
        else:
            fields.append(finding(name.field, [value], texts, sure=sure))
    fields += ending(rows, texts, patterns)
    return tuple(sorted(fields, key=lambda one: (one.page, one.start)))


def heads(row: Row, patterns: HeaderPatterns) -> Named | None:
    """The field of a memorandum whose name a row begins with: with a colon, or MEMORANDUM FOR in capitals.

    A pen stroke before the name may have been read as a letter or two.
    """
    for start in (0, found.end() if (found := _STROKE.match(row.text)) else 0):
        name = named(msgspec.structs.replace(row, text=" " * start + row.text[start:]), patterns.memorandum)
        if name is None or (start and not name.exact):
            continue
        spelled = row.text[start : name.value].strip()
        if name.colon and (spelled[:1].isupper() or not spelled[:1].isalpha()):
            return name
        if not name.colon and name.exact and spelled.isupper() and " FOR" in spelled:
            return name
    return None


def _more(rows: Sequence[Row], at: int, patterns: HeaderPatterns) -> Iterator[Piece]:
    """The further lines of a subject: below it, without a blank line between, set in like its first."""
    name = heads(rows[at], patterns)
    width = (
        len(rows[at].text) - (name.value if name else 0) + 6
    )  # its lines are set in; those of the text are longer
    for row in rows[at + 1 : at + _SUBJECT_ROWS]:
        if len(row.text) > width or row.gap or heads(row, patterns) or row.text.rstrip().endswith((".", ":")):
            return
        one = _without_initials(piece(row, (m.end() if (m := re.match(r"[^\w\"“(]+", row.text)) else 0)))
        if len(one.text) > 2:
            yield one


def _without_initials(one: Piece) -> Piece:
    text = one.text
    while found := _INITIALS.search(text):
        text = text[: found.start()]
    return Piece(one.row, one.start, one.start + len(text))


def _date_alone(row: Row) -> tuple[int, int, str] | None:
    """The date that a row holds beside at most a few specks."""
    written = written_date(row.text)
    rest = row.text[: written[0]] + row.text[written[1] :] if written else row.text
    return written if written and sum(map(str.isalnum, rest)) <= 4 else None


def _date(row: Row, start: int, end: int, value: str, texts: Mapping[int, str]) -> Finding:
    return finding("date", [piece(row, start, end)], texts, value, CLEAN if value else DOUBTFUL)


def ending(rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns) -> Iterator[Finding]:
    """The drafting block at a document's end: who drafted, approved and cleared it."""
    drafted = False
    for at, row in enumerate(rows):
        name = named(row, patterns.memorandum)
        if name is None or not name.colon or name.field not in ("drafter", "approved_by", "clearances"):
            continue
        value = piece(row, name.value)
        found = _OFFICE.match(value.text)
        if found:
            value = Piece(row, value.start + found.start(1), value.start + found.end(1))
        if value.start < value.end and not (name.field == "drafter" and drafted):
            drafted = drafted or name.field == "drafter"
            yield finding(name.field, [value], texts, sure=CLEAN if name.exact else BRIDGED)
        if name.field == "clearances":
            for below in rows[at + 1 :]:
                found = _OFFICE.match(below.text)
                if not found or named(below, patterns.memorandum):
                    break
                yield finding("clearances", [piece(below, found.start(1), found.end(1))], texts)


def read_letter(
    rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns
) -> tuple[Finding, ...]:
    """Date, addressee (the block above the salutation) and signature."""
    fields: list[Finding] = []
    opening = next(
        (at for at, row in enumerate(rows) if patterns.opens_letter.fullmatch(row.text.strip())), None
    )
    if opening is not None:
        for row in rows[:opening]:
            if written := _date_alone(row):
                fields.append(_date(row, *written, texts))
                break
        block: list[Row] = []
        for at in range(opening - 1, -1, -1):
            row = rows[at]
            if _date_alone(row) or row.page != rows[opening].page or len(block) == 6:
                break
            block.insert(0, row)
            if row.gap:
                break
        if block and re.search(r"[A-Z][a-z]", block[0].text):
            fields.append(finding("to", [piece(row) for row in block], texts))
    fields += letter_signature(rows, texts, patterns)
    fields += ending(rows, texts, patterns)
    return tuple(sorted(fields, key=lambda one: (one.page, one.start)))
