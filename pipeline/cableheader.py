"""The fields of a cable: from the rows of its header, and the signature from its last ones."""

from collections.abc import Mapping, Sequence

from pipeline.cablelines import (
    PARAGRAPH,
    sends,
)
from pipeline.cablereader import CableReader
from pipeline.closings import signature
from pipeline.dates import time_group
from pipeline.drafts import read_draft
from pipeline.headerlines import (
    Row,
)
from pipeline.headerlists import HeaderPatterns
from pipeline.record import Finding

HEADER_ROWS = 90  # rows of text that a header may take, a long list of addressees included


def read_cable(
    rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns, serials: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The header fields of the cable whose rows are `rows`, furniture left out, and its signature.

    `serials` are the message's numbers as its page lines repeat them; they settle a garbled one.
    """
    reader = CableReader(rows[:HEADER_ROWS], texts, patterns, serials)
    numbers = range(len(reader.rows))
    end = next(
        (at for at in numbers if PARAGRAPH.match(reader.rows[at].text) and _begun(reader, at)), len(numbers)
    )
    times = [at for at in range(end) if time_group(reader.rows[at].text, patterns.digits)]
    senders = [at for at in range(end) if sends(reader.rows[at], patterns)]
    time = times[0] if times else None
    if time is not None:
        senders = [at for at in senders if time < at <= time + 4] or senders
        if not senders and reader.sends_unnamed(time + 1):
            senders = [time + 1]
    sender = senders[0] if senders else None
    block = next((at for at in (time, sender) if at is not None), None)
    if block is not None:
        reader.drafting(block)
    if time is not None:
        reader.time(time)
    behind = block or 0
    if sender is not None:
        behind = reader.addresses(sender)
        reader.number(max(sender + 1, behind))
    elif time is None:
        reader.fields += read_draft(reader.rows[:end], texts, patterns)
    lines = {
        "eo": reader.order,
        "tags": reader.tags,
        "subject": reader.subject,
        "refs": reader.references,
    }
    seen: set[str] = set()
    for at in range(behind, end):
        field = "eo" if reader.order_at(at) else reader.field_at(at)
        if field in lines and field not in seen:
            seen.add(field)
            lines[field](at)
    fields = [*reader.fields, *signature(rows, texts, patterns)]
    return tuple(sorted(fields, key=lambda one: (one.page, one.start)))


def _begun(reader: CableReader, number: int) -> bool:
    """Whether a header stands above a row, so that a numbered paragraph there is the first of the text."""
    return any(
        reader.field_at(at) in ("tags", "subject", "from") or reader.order_at(at) for at in range(number)
    )
