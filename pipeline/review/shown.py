"""What the pages show of the desk: things and decisions in, rows ready for the templates out."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from markupsafe import Markup

from pipeline.decisions import Decision
from pipeline.lexicon import bare
from pipeline.markup import twins, visible
from pipeline.record import Edit
from pipeline.review.desk import Desk, Progress, Standing
from pipeline.review.index import Indexed, Item
from pipeline.wordhood import is_word

PER_PAGE = 25  # things on one page: each has a picture
_WORD = 3  # signs to a word that may show a line to be text; scraps are full of shorter ones
_LONGEST = 300  # characters of a line that are shown on either side of an edit

Show = Literal["open", "applied", "all"]


class Shown(NamedTuple):
    """One thing to decide: its line as read and as it would be, and how it stands."""

    item: Item
    standing: Standing
    source: str
    sheet: int
    read: Markup
    becomes: Markup
    candidates: tuple[str, ...]
    picture: bool


class Series(NamedTuple):
    """One error: an edit that stands for all of its places, and how many of them are decided."""

    key: str
    edit: Edit
    read: Markup
    becomes: Markup
    places: int
    progress: Progress


def show(desk: Desk, item: Item) -> Shown:
    """A thing as a page shows it."""
    there = desk.documents[item.document]
    sheet = next((n for n, one in enumerate(there.sheets, 1) if one.number == item.page), 1)
    line, at = item.place.line, item.place.at
    head, tail = line[:at][-_LONGEST:], line[at + len(item.place.before) :][:_LONGEST]
    edit, standing = item.edit, desk.standing(item)
    candidates: tuple[str, ...] = ()
    if edit is None:
        was, now = visible(line), visible(standing.said or item.now)
    else:
        before, after = twins(edit.before, standing.said if standing.state == "changed" else edit.after)
        was = visible(head) + before + visible(tail)
        now = visible(head) + after + visible(tail) if (head + edit.after + tail).strip() else Markup("")
        candidates = edit.candidates or ()
    reading = there.reading(item.page)
    picture = bool(reading and item.place.box and desk.store.picture(reading).exists())
    return Shown(item, standing, there.source, sheet, was, now, candidates, picture)


def series(desk: Desk, wanted: Show) -> list[Series]:
    """The errors, those with the most left to decide first."""
    found: dict[str, list[Item]] = {}
    for item in desk.items():
        if item.edit is not None and item.edit.status != "superseded":
            found.setdefault(item.series, []).append(item)
    rows = [one_series(desk, items) for items in found.values()]
    if wanted == "open":
        rows = [row for row in rows if row.progress.left]
    elif wanted == "applied":
        rows = [row for row in rows if row.progress.applied]
    return sorted(rows, key=lambda row: (-row.progress.left, -row.places, row.edit.rule, row.edit.before))


def one_series(desk: Desk, items: Sequence[Item]) -> Series:
    """One error, from its places. There is at least one."""
    edit = items[0].edit
    assert edit is not None
    was, now = twins(edit.before, edit.after)
    return Series(items[0].series, edit, was, now, len(items), desk.progress(items))


def following(desk: Desk, wanted: Show, key: str) -> Series | None:
    """The series that stands after that one in the list; after the last, or where it is in the list no more, the first."""
    rows = series(desk, wanted)
    at = next((n for n, row in enumerate(rows) if row.key == key), len(rows) - 1)
    after = rows[at + 1 :] or rows[:1]
    return after[0] if after and after[0].key != key else None


def documents(desk: Desk) -> list[tuple[Indexed, Progress]]:
    """The documents, those with the most left to decide first."""
    rows = [(there, desk.progress(there.items)) for there in list(desk.documents.values())]
    return sorted(rows, key=lambda row: (-row[1].left, row[0].source))


class Doubts(NamedTuple):
    """How many things of each kind are in doubt, in the order in which they are shown."""

    suggestions: int
    lines: int
    scraps: int


def doubt(desk: Desk) -> tuple[list[Item], Doubts]:
    """What is not decided yet: suggestions, then lines of text that were read with doubt, then scraps; of each kind the
    lowest confidence first.
    """
    kinds: tuple[list[Item], list[Item], list[Item]] = [], [], []
    for item in desk.items():
        if desk.standing(item).state in ("open", "conflict", "line"):
            kinds[_kind(item)].append(item)
    for found in kinds:
        found.sort(key=lambda item: (min(item.doubt, item.edit.score if item.edit else 100.0), item.key))
    return [item for found in kinds for item in found], Doubts(*map(len, kinds))


def _kind(item: Item) -> int:
    if item.edit is not None:
        return 2 if item.edit.kind == "withhold" else 0
    return 1 if _is_text(item) else 2


def _is_text(item: Item) -> bool:
    """Whether a line is more than a scrap: half of its signs, or more, were read surely or are of words and numbers.

    Words alone would not do, since lines of names and addresses hardly have any.
    """
    line = item.place.before
    words = [word for word in map(bare, line.split()) if len(word) >= _WORD]
    said = sum(len(word) for word in words if is_word(word))
    return bool(words) and (2 * item.sure >= 1 or 2 * said >= sum(map(str.isalnum, line)))


def decisions(desk: Desk) -> list[tuple[Decision, str, str]]:
    """Decisions with what became of each and why, contradictions and those that do not fit first, then the latest."""
    known = desk.known()
    became = {
        one.id: (one.state.replace("_", " "), one.reason)
        for there in desk.documents.values()
        for one in there.decided
    }
    rows = []
    for one in reversed(known.lines):
        if one.verdict == "undo":
            continue
        stands = one.id in known.standing
        state, reason = became.get(one.id, ("text not made yet", "")) if stands else ("taken back", "")
        rows.append((one, state, reason))
    urgent = {"conflict": 0, "not fitting": 1}
    return sorted(rows, key=lambda row: urgent.get(row[1], 2))
