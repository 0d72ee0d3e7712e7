"""Dates as cables and memoranda write them, understood as ISO 8601; "" where they cannot be."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from pipeline.letters import as_digits

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FIRST_YEAR, _LAST_SHORT_YEAR = 40, 29  # two digits of a year: 1940 to 2029; the time between is a misreading

# `O R 172343Z NOV 79`: precedence letters, day, hour, minute, Z, month, year; the signs are those that OCR makes of them.
_GROUP = re.compile(
    r"(?P<precedence>(?:[A-Z0©|l]\W{0,2}){0,4}?)(?<![A-Za-z0-9])"
    r"(?P<time>(?P<digits>[0-9OQIlSBGZD|]{6})\s?(?P<zone>[Zz27])[\W_]{0,3}(?P<month>[^\W_]{3})(?:[^\W\d_]{0,6})"
    r"(?:\W{0,3}(?P<year>(?:19|20)?[0-9OQIlSBGZD|]{2})(?![0-9A-Za-z]))?)"
)
_LEAD = re.compile(r"[^\w©]{0,3}")
_SHAPES = str.maketrans("01568Q", "OISGBO")
_TWINS = ("OQDCG", "IJLT", "EF", "UVY", "NMH", "BRP", "SG", "CE", "AR")
_WRITTEN = re.compile(r"\b([A-Z][a-z]{2,8}|[A-Z]{3,9})\.?\s+(\d{1,2})\s*[,.]?\s*((?:19|20)\d\d)\b")
_DAY_FIRST = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?\s+([A-Z][a-z]{2,8}|[A-Z]{3,9})\.?,?\s+((?:19|20)\d\d)\b"
)
_FIGURES = re.compile(r"\b(\d{1,2})/(\d{1,2})/((?:19|20)?\d\d)\b")


class TimeGroup(msgspec.Struct, frozen=True):
    """A date-time group in a line: its place, the span of its precedence letters, and its time where understood."""

    start: int
    end: int
    letters: tuple[int, int]
    value: str
    exact: bool


def time_group(text: str, confusions: Mapping[str, str]) -> TimeGroup | None:
    """The date-time group that a line begins with."""
    lead = _LEAD.match(text)
    found = _GROUP.match(text, lead.end() if lead else 0)
    if not found or not (found["year"] or found["precedence"].strip()):
        return None
    month, month_read = month_of(found["month"])
    if not month and found["zone"] not in "Zz":
        return None
    digits = as_digits(found["digits"], confusions)
    year = as_digits(found["year"] or "", confusions)
    value = _instant(digits, month, year)
    exact = bool(
        value and month_read and found["zone"] in "Zz" and digits == found["digits"] and year == found["year"]
    )
    end = found.end("time")
    return TimeGroup(found.start("time"), end, found.span("precedence"), value, exact)


def month_of(text: str) -> tuple[int, bool]:
    """The number of the month that a word begins like, 0 where none or several are as near; and whether exactly so."""
    word = text[:3].upper()
    if word in MONTHS:
        return MONTHS.index(word) + 1, True
    word = word.translate(_SHAPES)
    if word in MONTHS:
        return MONTHS.index(word) + 1, False
    fits = [number for number, month in enumerate(MONTHS, 1) if len(word) == 3 and _alike(word, month)]
    return (fits[0], False) if len(fits) == 1 else (0, False)


def _alike(word: str, month: str) -> bool:
    pairs = [(one, other) for one, other in zip(word, month, strict=True) if one != other]
    return len(pairs) <= 2 and all(
        any(one in twins and other in twins for twins in _TWINS) for one, other in pairs
    )


def _instant(digits: str, month: int, year: str) -> str:
    whole = _year(year)
    if not digits or not month or not whole:
        return ""
    try:
        when = datetime(whole, month, int(digits[:2]), int(digits[2:4]), int(digits[4:]), tzinfo=UTC)
    except ValueError:
        return ""
    return when.strftime("%Y-%m-%dT%H:%MZ")


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        return 0
    short = int(text)
    return 1900 + short if short >= _FIRST_YEAR else 2000 + short if short <= _LAST_SHORT_YEAR else 0


def written_date(text: str) -> tuple[int, int, str] | None:
    """Where a line holds a date, as `October 8, 1986`, `8 October 1986` or `10/8/86`, and what it means."""
    for pattern, order in ((_WRITTEN, (2, 1, 3)), (_DAY_FIRST, (1, 2, 3)), (_FIGURES, (2, 1, 3))):
        found = pattern.search(text)
        if found:
            day, month, year = (found[number] for number in order)
            return found.start(), found.end(), calendar_day(year, month, day)
    return None


def calendar_day(year: str, month: str, day: str) -> str:
    """A day as ISO 8601 from a year of two or four digits, a month's number or name, and a day; "" where there is none such."""
    number = int(month) if month.isdecimal() else month_of(month)[0]
    try:
        return datetime(_year(year), number, int(day), tzinfo=UTC).strftime("%Y-%m-%d")
    except ValueError:
        return ""
