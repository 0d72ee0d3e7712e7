"""Rules from the desk: a place and "always" or "never" in; the rule and all it would do out; written and taken back when asked.

What it would do is reckoned from the records, with the dictionary as it would be: only the lines that hold the text are
looked at, so that the answer is there at once.
"""

import re
from collections.abc import Iterator, Sequence, Set
from typing import Literal, NamedTuple

import msgspec

from pipeline.correct import correct_pages
from pipeline.record import Edit, Line, Page
from pipeline.review import overlay
from pipeline.review.desk import Desk
from pipeline.review.index import Indexed, Item, line_item, series_of

Wanted = Literal["always", "never"]

_LINKS = 12  # places that are named; the rest is counted
_BY_PEOPLE = ("accepted", "rejected", "changed", "conflict")


class Place(NamedTuple):
    """A place that a rule would change: the name it has in pages, where it is, and whether it is only suggested for."""

    key: str
    href: str
    where: str
    suggested: bool


class Proposal(msgspec.Struct, frozen=True):
    """A rule as it is shown before it is written: its TOML, what it would do in words, and the first of its places.

    `keys` names all of them. `series` is the series that its places are in once the text is made anew, "" where they
    are in none.
    """

    toml: str
    told: str
    places: tuple[Place, ...]
    more: int
    keys: tuple[str, ...]
    series: str
    protect: str


class _Read(NamedTuple):
    """A line of a record that holds the text."""

    document: Indexed
    page: Page
    number: int
    at: int
    text: str


def propose(desk: Desk, key: str, wanted: Wanted) -> Proposal:
    """The rule that a place gives. Raises RefusedError, UsageError, ConfigurationError where it gives none."""
    with desk.lock:
        desk.known()
        item = desk.item(key)
        before, line = item.place.before, item.place.line
        if wanted == "never":
            rule = overlay.never(desk.corrections, before, line)
            places, decided = ([], 0) if rule.trouble else _left_alone(desk, before)
            series = ""
        else:
            after = desk.standing(item).said or (item.edit.after if item.edit else "")
            rule = overlay.always(desk.corrections, before, after, line, desk.reviewer)
            places, decided = _changed(desk, rule, before)
            series = _series(rule, before, after)
    return Proposal(
        rule.toml,
        _told(rule, places, decided, wanted),
        tuple(places[:_LINKS]),
        max(len(places) - _LINKS, 0),
        tuple(place.key for place in places),
        series,
        rule.protect,
    )


def write(desk: Desk, proposal: Proposal) -> None:
    """Write the rule, and have the text made anew. Raises UsageError, ConfigurationError."""
    with desk.lock:
        overlay.write(desk.corrections, "" if proposal.protect else proposal.toml, proposal.protect)
    _renew(desk, {key.partition("-")[0] for key in proposal.keys})


def take_back(desk: Desk, toml: str, protect: str) -> None:
    """Take a rule back that was written, and have the text made anew. Raises UsageError, ConfigurationError."""
    with desk.lock:
        overlay.take_back(desk.corrections, "" if protect else toml, protect)
    _renew(desk)


def _renew(desk: Desk, first: Set[str] = frozenset()) -> None:
    """Have every document made anew, as a rule is for all of them; those of these keys first."""
    documents = sorted(desk.documents.values(), key=lambda there: there.key not in first)
    desk.refresher.ask([there.output for there in documents])


def _changed(desk: Desk, rule: overlay.Rule, before: str) -> tuple[list[Place], int]:
    """The places that an entry would change or suggest for, and how many more people have decided upon."""
    lines = [read for there in desk.documents.values() for read in _holding(there, before)]
    alone = [Page(number, "ok", (Line(read.text),)) for number, read in enumerate(lines, 1)]
    places: list[Place] = []
    decided = 0
    for edit in correct_pages(alone, rule.dictionary):
        if (
            edit.rule != rule.entry or edit.group
        ):  # a group runs over the end of a line, and these lines are no neighbours
            continue
        read = lines[edit.page - 1]
        start = read.at + edit.start
        here = _edits_at(read, start, read.at + edit.end)
        if any(_does(item.edit, edit, start) for item in here if item.edit):
            continue
        item = here[0] if here else _line(read)
        if any(desk.standing(one).state in _BY_PEOPLE for one in (*here, item)):
            decided += 1
        else:
            places.append(_place(read.document, item, suggested=not edit.in_force))
    return places, decided


def _does(now: Edit, then: Edit, start: int) -> bool:
    """Whether an edit of the record leaves the entry nothing to do: it does the same, or takes the text out."""
    if (now.start, now.before, now.after) == (start, then.before, then.after):
        return now.in_force or (now.status == "suggested" and not then.in_force)
    return now.in_force and now.kind != "correct"


def _left_alone(desk: Desk, word: str) -> tuple[list[Place], int]:
    """The corrections of a word that would no longer be, and how many more people have decided upon."""
    places: list[Place] = []
    decided = 0
    for there in desk.documents.values():
        for item in there.items:
            edit = item.edit
            if edit is None or edit.kind != "correct" or edit.before.upper() != word.upper():
                continue
            if edit.after.upper() == word.upper() or edit.status not in ("applied", "suggested"):
                continue  # capitals alone are mended in protected words, too
            if desk.standing(item).state in _BY_PEOPLE:
                decided += 1
            else:
                places.append(_place(there, item, suggested=edit.status == "suggested"))
    return places, decided


def _holding(there: Indexed, text: str) -> Iterator[_Read]:
    """The lines of a document that hold a text, whatever blanks are in it."""
    words = text.split()
    spaced = re.compile(r"\s+".join(map(re.escape, words)))
    letters = re.findall(r"\w+", text)
    for page in there.holding(max(letters, key=len, default="")):
        for number, (at, line) in enumerate(page.located_lines()):
            if spaced.search(line.text):
                yield _Read(there, page, number, at, line.text)


def _edits_at(read: _Read, start: int, end: int) -> list[Item]:
    return [
        item
        for item in read.document.items
        if item.page == read.page.number and item.edit and item.edit.start < end and start < item.edit.end
    ]


def _line(read: _Read) -> Item:
    edits = tuple(
        item.edit for item in read.document.items if item.page == read.page.number and item.edit is not None
    )
    return line_item(read.document, read.page, read.number, edits)


def _place(there: Indexed, item: Item, *, suggested: bool) -> Place:
    sheet = next((n for n, one in enumerate(there.sheets, 1) if one.number == item.page), 1)
    return Place(
        item.key,
        f"/document/{there.key}?page={sheet}#{item.key}",
        f"{there.source}, page {item.page}, line {item.line + 1}",
        suggested,
    )


def _series(rule: overlay.Rule, before: str, after: str) -> str:
    return series_of(Edit("", 1, 0, len(before), before, after, "correct", rule.entry, 0, "applied", ""))


def _told(rule: overlay.Rule, places: Sequence[Place], decided: int, wanted: Wanted) -> str:
    said = []
    if places:
        at = f"{_many(len(places), 'place')} in {_many(len({one.key.partition('-')[0] for one in places}), 'document')}"
        if wanted == "never":
            said.append(f"It would leave {at} as read.")
        elif all(one.suggested for one in places):
            said.append(f"It would be suggested at {at}.")
        else:
            said.append(f"It would change {at}.")
    else:
        said.append("It would change nothing that was read so far.")
    if rule.trouble:
        said.append(rule.trouble)
    if decided:
        said.append(f"{_many(decided, 'place')} that people decided on would stay as decided.")
    return " ".join(said)


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
