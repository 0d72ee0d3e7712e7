"""The form on which a cable was drafted: no names of fields, but offices with initials and a list of posts."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.addressees import is_precedence
from pipeline.dates import written_date
from pipeline.headerlines import BRIDGED, CLEAN, Row, finding, near, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import capitals
from pipeline.record import Finding

OFFICE = re.compile(r"[A-Z$/][A-Z0-9$/&-]*\s?[:;]\s?[A-Z][A-Z.'-]+(?:[:/][A-Z.'-]+)*(?: \([A-Z]+\))?")
_NAMES = re.compile(r"[^\W\d_][^\s]*")


def read_draft(rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns) -> Iterator[Finding]:
    """Drafter, approval, clearances, precedences and addressees of the header rows of a drafting form."""
    posts = list(listed_addressees(rows, texts, patterns))
    first = min(((one.page, one.start) for one in posts), default=None)
    if first is not None:
        yield from _offices([row for row in rows if (row.page, row.start) < first], texts)
    yield from posts


def _offices(rows: Sequence[Row], texts: Mapping[int, str]) -> Iterator[Finding]:
    """OFFICE:NAME above a line that begins with a date drafted it; what stands below the date approved; the rest cleared."""
    drafted = next(
        (
            at
            for at, row in enumerate(rows[:-1])
            if OFFICE.fullmatch(row.text.strip())
            and (when := written_date(rows[at + 1].text))
            and not when[0]
        ),
        None,
    )
    if drafted is None:
        return
    yield finding("drafter", [piece(rows[drafted])], texts)
    following = drafted + 2
    if following < len(rows) and len(rows[following].words) <= 4:
        yield finding("approved_by", [piece(rows[following])], texts, None, BRIDGED)
        following += 1
    for row in rows[following:]:
        for found in OFFICE.finditer(row.text):
            yield finding("clearances", [piece(row, found.start(), found.end())], texts)


def listed_addressees(
    rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns
) -> Iterator[Finding]:
    """`PRIORITY PARIS, BRUSSELS PRIORITY, ...` on a draft's form: precedences and one addressee each."""
    told: set[str] = set()
    begun = False
    for row in rows:
        posts = [
            (found, [word for word in _NAMES.findall(found[0]) if is_precedence(word.strip("+.*"), patterns)])
            for found in re.finditer(r"[^,]+", row.text)
        ]
        full = [found for found, ranks in posts if ranks]
        if not full or not capitals(row.text) or any(sign in row.text for sign in ":;") or len(row.words) < 2:
            if begun:
                return
            continue
        begun = True
        for found, ranks in posts:
            if not ranks:
                continue
            for rank in ranks:
                right = next(
                    name for name in patterns.precedence.values() if near(rank.strip("+.*"), name) is not None
                )
                if right not in told:
                    told.add(right)
                    at = found.start() + found[0].index(rank)
                    yield finding("precedence", [piece(row, at, at + len(rank))], texts, right)
            end = found.start() + len(found[0].rstrip(" +*.-"))
            lead = len(found[0]) - len(found[0].lstrip(" +*.-"))
            yield finding("to", [piece(row, found.start() + lead, end)], texts, None, CLEAN)
