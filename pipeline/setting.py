"""Where a place of a document stands: in which header field, in a part of which date.

The parts of a document go in; correct asks this of entries that count for some fields or some years only. The date is
that of the part's own header, never that of a stamp.
"""

from collections.abc import Sequence
from datetime import date

from pipeline.record import Part

_DATES = ("dtg", "date")


class Setting:
    """The header fields and dates of a document's parts."""

    def __init__(self, parts: Sequence[Part] = ()) -> None:
        self._parts = [(part, _date(part)) for part in parts]

    def fields(self, page: int, start: int) -> frozenset[str]:
        """The names of the header fields that hold a place in the raw text of a page."""
        return frozenset(
            field.kind
            for part, _ in self._parts
            for field in part.fields
            if field.page == page and field.start <= start < field.end
        )

    def date(self, page: int, start: int) -> date | None:
        """The date of the part that holds a place; None where its header tells none."""
        for part, when in self._parts:
            if (part.first_page, part.start) <= (page, start) < (part.last_page, max(part.end, 1)):
                return when
        return None


def _date(part: Part) -> date | None:
    found = set()
    for field in part.fields:
        if field.kind in _DATES and field.value:
            try:
                found.add(date.fromisoformat(field.value[:10]))
            except ValueError:
                continue
    return found.pop() if len(found) == 1 else None
