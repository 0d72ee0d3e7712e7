"""What a document says of its own secrecy and release: banners, portion marks, decisions, numbers, exemptions.

Pages and their strip edits go in, Findings with page, place, text as read and value as understood come out. Nothing
is changed by it: stamps that left the text still speak here.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.dates import calendar_day, month_of, written_date
from pipeline.errors import ConfigurationError
from pipeline.letters import as_digits, squeeze
from pipeline.lists import compile_patterns, read_toml
from pipeline.markings import Markings
from pipeline.places import banner_of
from pipeline.record import Edit, Finding, Line, Page, by_page

_As = Literal["text", "capitals", "name", "date", "exemption", "number"]
_YEAR_FIRST = re.compile(r"(\d{4})[/-](\d\d)[/-](\d\d)")
_STAMPED = re.compile(r"([0-9A-Za-z|]{1,2}) ?([A-Za-z0-9]{3})[ .]?([0-9A-Za-z|]{4})")  # 05 MAR 2007, garbled
_NO_STAMPS = ("banner", "page-number", "noise")  # kinds of furniture that no reviewer put on
_LONGEST_LINE = 2000  # characters
_AS_READ = 95.0
_BRIDGED = 80.0  # where letters had to be understood as digits


class _Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"understood": "as"}):
    kind: str
    pattern: str
    understood: _As = "text"
    where: Literal["stamp", "anywhere"] = "anywhere"
    means: str = ""


class _FactFile(msgspec.Struct, forbid_unknown_fields=True):
    fact: tuple[_Fact, ...]


class Facts(msgspec.Struct, frozen=True):
    """The list in corrections/markings/facts.toml as loaded."""

    patterns: tuple[tuple[re.Pattern[str], _Fact], ...]
    digits: Mapping[str, str]


def load_facts(path: Path, digits: Mapping[str, str]) -> Facts:
    """Read facts.toml; `digits` says which letters are read for which digits.

    Raises ConfigurationError with the file and the way out.
    """
    entries = read_toml(path, _FactFile).fact
    patterns = compile_patterns(path, (entry.pattern for entry in entries))
    for pattern in patterns:
        if "value" not in pattern.groupindex:
            raise ConfigurationError(
                f"{path}: {pattern.pattern!r} has no group (?P<value>...) that says what was read."
            )
    return Facts(tuple(zip(patterns, entries, strict=True)), digits)


def find_facts(
    pages: Sequence[Page], edits: Iterable[Edit], markings: Markings, facts: Facts
) -> tuple[Finding, ...]:
    """Every fact of a document in the order of places, banners as strip found them first."""
    stripped = by_page(edit for edit in edits if edit.in_force and edit.kind in ("strip", "withhold"))
    found: dict[tuple[str, int, int], Finding] = {}
    for page in pages:
        for start, line in page.located_lines():
            if len(line.text) > _LONGEST_LINE:
                continue  # prose; facts stand in headers, stamps and short paragraphs
            end = start + len(line.text)
            gone = [edit for edit in stripped.get(page.number, ()) if start <= edit.start < end]
            for finding in _in_line(page.number, start, line, gone, markings, facts):
                found.setdefault((finding.kind, finding.page, finding.start), finding)
    return tuple(sorted(found.values(), key=lambda finding: (finding.page, finding.start, finding.kind)))


def highest_banner(findings: Iterable[Finding], markings: Markings) -> str:
    """The highest level among the banners, by the order of the lexicon; "" where there is none."""
    order = {level: rank for rank, level in enumerate(markings.levels)}
    banners = [finding.value for finding in findings if finding.kind == "banner"]
    levels = [
        level for value in banners for level in order if value == level or value.startswith(level + " ")
    ]
    return min(levels, key=lambda level: order[level], default="")


def _in_line(
    page: int, start: int, line: Line, gone: Sequence[Edit], markings: Markings, facts: Facts
) -> Iterator[Finding]:
    text = line.text
    for edit in gone:
        if edit.rule == "banner":
            banner = banner_of(line, markings, at_edge=True)
            value, score = (banner.marking, banner.score) if banner else ("", edit.score)
            yield Finding("banner", page, start, start + len(text), text, value, score)
    stamps = [edit for edit in gone if edit.rule not in _NO_STAMPS]
    for pattern, fact in facts.patterns:
        if fact.where == "stamp" and not stamps:
            continue
        for found in pattern.finditer(text):
            read = found["value"].rstrip()
            if fact.where == "stamp" and not any(
                edit.start <= start + found.start("value") < edit.end for edit in stamps
            ):
                continue
            value, confidence = _understood(read, fact, facts.digits)
            low = start + found.start("value")
            yield Finding(fact.kind, page, low, low + len(read), read, value, confidence)


def _understood(read: str, fact: _Fact, digits: Mapping[str, str]) -> tuple[str, float]:
    """The value that a text stands for, and how sure that is."""
    if fact.means:
        return fact.means, _AS_READ if squeeze(read) == squeeze(fact.means) else _BRIDGED
    return _READERS[fact.understood](read, digits)


def _text(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    return " ".join(read.split()), _AS_READ


def _capitals(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    return " ".join(read.upper().split()), _AS_READ


def _name(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    """A person's name; behind an initial whatever point was read is a full stop."""
    plain = " ".join(read.split())
    value = re.sub(r"\b([A-Z])[:;,](?= )", r"\1.", plain)
    return value, _AS_READ if value == plain else _BRIDGED


def _exemption(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    plain = re.sub(r"[\s()]", "", read.upper())
    bridged = re.sub(r"^(1\.[45])0$", r"\1D", plain.replace("I.", "1.").replace("25XI", "25X1"))
    value = bridged
    if found := re.fullmatch(r"B(\d)([A-F]?)", bridged):
        value = f"(b)({found[1]})" + (f"({found[2]})" if found[2] else "")
    elif found := re.fullmatch(r"1\.([45])([A-H])", bridged):
        value = f"1.{found[1]}({found[2].lower()})"
    return value, _AS_READ if bridged == plain else _BRIDGED


def _number(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    upper = read.upper()
    head = upper[0] if upper[0].isalpha() and upper[0] not in digits else ""
    value = head + (as_digits(upper[len(head) :], digits) or upper[len(head) :])
    return value, _AS_READ if value == upper else _BRIDGED


def _date(read: str, digits: Mapping[str, str]) -> tuple[str, float]:
    """An ISO date; "" where the text is none."""
    if found := _YEAR_FIRST.fullmatch(read.strip()):
        return calendar_day(*found.groups()), _AS_READ
    if written := written_date(read):
        return written[2], _AS_READ
    if found := _STAMPED.fullmatch(read.strip()):
        day, year = (as_digits(found[group], digits) for group in (1, 3))
        month, exact = month_of(found[2])
        value = calendar_day(year, str(month), day) if day and year and month else ""
        if value:
            return value, _AS_READ if exact and found[1] == day and found[3] == year else _BRIDGED
    return "", 30.0


_READERS: dict[_As, Callable[[str, Mapping[str, str]], tuple[str, float]]] = {
    "text": _text,
    "capitals": _capitals,
    "name": _name,
    "exemption": _exemption,
    "number": _number,
    "date": _date,
}
