"""The desk: what there is to decide and what was decided, together; every decision goes through here, one at a time.

A decision is on the disk before anybody is told of it. It names what its tab knew of the place, and is refused where
that has changed meanwhile: two tabs, or two reviewers on one machine, do not undo each other unawares.
"""

import contextlib
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.decisions import (
    Decision,
    Decisions,
    Place,
    Verdict,
    append,
    decisions_folder,
    is_one_line,
    load_decisions,
    new_id,
    now,
)
from pipeline.record import EditKind, RecordError, Run
from pipeline.review.index import Indexed, Item, document_key, index_document, inside, line_item
from pipeline.review.refresh import Refresher, Told
from pipeline.store import Store

State = Literal["open", "conflict", "applied", "accepted", "rejected", "changed", "superseded", "line"]
_LINES: tuple[EditKind, ...] = ("strip", "withhold")
_OF_LINES: tuple[Verdict, ...] = ("edit", "confirm", "strip")  # these are said of a whole line
_LONGEST_LINE = 2000  # characters that a person may write into one line


class RefusedError(Exception):
    """A decision that cannot be taken; says why."""


class Asked(msgspec.Struct, frozen=True):
    """A thing to decide upon: its name, and the decisions on it and on its line that the page knew of."""

    key: str
    seen: str = ""
    line_seen: str = ""


class Standing(msgspec.Struct, frozen=True):
    """How a thing stands: its state, what it was changed to by hand, and the decisions on it and on its line."""

    key: str
    line: str
    state: State
    said: str = ""
    seen: str = ""
    line_seen: str = ""


class Progress(msgspec.Struct, frozen=True):
    """How far the review is: edits decided, suggestions left, and edits applied that nobody looked at."""

    decided: int
    left: int
    applied: int


class Desk:
    """One review of one output folder by one reviewer. Its methods may be called from any thread."""

    def __init__(self, output: Path, corrections: Path, reviewer: str) -> None:
        self.store, self.corrections, self.reviewer = Store(output), corrections, reviewer
        self.lock = threading.RLock()
        self.documents: dict[str, Indexed] = {}
        self._decisions = Decisions()
        self._stamps: tuple[tuple[str, int, int], ...] | None = None
        self._at: dict[Place, list[Decision]] = {}
        self._by_id: dict[str, Decision] = {}
        self._standing: dict[str, Standing] = {}  # by the names of things, until anything changes
        self._shows: dict[str, bool] = {}
        self._conflicts: frozenset[str] | None = None
        self.refresher = Refresher(self.store, corrections, self._renewed)

    def open(self, told: Callable[[str], None] = lambda _: None) -> None:
        """Read all records. `told` is told each document's name. Raises ConfigurationError, UsageError."""
        run = self.store.last_run()
        for outcome in run.documents if run else ():
            told(outcome.source)
            self._index(outcome.output)
        self.known()
        self.refresher.start()
        self.refresher.ask([document.output for document in self.documents.values()])

    def close(self) -> Told:
        """Make the text that still waits."""
        return self.refresher.finish()

    @property
    def run(self) -> Run | None:
        """What the last run said of itself."""
        return self.store.last_run()

    def known(self) -> Decisions:
        """All decisions as they are in the files now, whoever wrote them. Raises ConfigurationError."""
        with self.lock:
            stamps = tuple(
                (path.name, path.stat().st_mtime_ns, path.stat().st_size)
                for path in sorted(decisions_folder(self.corrections).glob("[!.]*.jsonl"))
            )
            if stamps != self._stamps:
                self._decisions = load_decisions(self.corrections)
                self._stamps, self._at = stamps, {}
                self._forget()
                self._by_id = {decision.id: decision for decision in self._decisions.lines}
                for decision in self._decisions.lines:
                    if decision.id in self._decisions.standing and decision.place:
                        where = msgspec.structs.replace(decision.place, source="")
                        self._at.setdefault(where, []).append(decision)
            return self._decisions

    def items(self) -> Iterable[Item]:
        """Everything there is to decide, document by document, page by page."""
        for document in list(self.documents.values()):
            yield from document.items

    def item(self, key: str) -> Item:
        """The thing of that name. Raises RefusedError where there is none any more."""
        document = self.documents.get(key.partition("-")[0])
        if document:
            item = document.by_key.get(key) or self._line(document, key)
            if item:
                return item
        raise RefusedError("This place has changed meanwhile; load the page again.")

    def on(self, item: Item) -> Decision | None:
        """The standing decision on a thing: the reviewer's own before another's, the later before the earlier."""
        lines = None if item.edit is None else item.edit.kind in _LINES
        if (found := self._of(item.place, lines)) or item.edit is None:
            return found
        # The page may have been read anew since, so that its place is told otherwise now.
        decider = self.documents[item.document].deciders.get(item.edit.id, "")
        return self._by_id[decider] if decider in self._decisions.standing else None

    def on_line(self, item: Item) -> Decision | None:
        """The standing decision on the whole line of a thing, where that is not the thing itself."""
        return None if item.place == item.line_place else self._of(item.line_place, None)

    def standing(self, item: Item) -> Standing:
        """How a thing stands now."""
        if not (found := self._standing.get(item.key)):
            own, line = self.on(item), self.on_line(item)
            state, said = _state(item, own, line, current=self._current(item.document))
            if (own and own.id in self.conflicts()) or (line and line.id in self.conflicts()):
                state = "conflict"
            seen, line_seen = own.id if own else "", line.id if line else ""
            found = Standing(item.key, item.line_key, state, said, seen, line_seen)
            self._standing[item.key] = found
        return found

    def decide(
        self, asked: Sequence[Asked], verdict: Verdict, after: str = ""
    ) -> tuple[list[str], list[Standing], list[tuple[Standing | str, str]]]:
        """Decide; returns the decisions' ids, how the things stand now, and those that were refused, each with why.

        Raises RefusedError where the decision itself is none, UsageError where it cannot be written.
        """
        after = check_text(after) if verdict in ("edit", "choose") else ""
        with self.lock:
            self.known()
            items: list[Item] = []
            refused: list[tuple[Standing | str, str]] = []
            for one in asked:
                try:
                    item = self.item(one.key)
                except RefusedError as error:
                    refused.append((one.key, str(error)))
                    continue
                stands = self.standing(item)
                if (stands.seen, stands.line_seen) != (one.seen, one.line_seen):
                    refused.append((stands, "It was decided elsewhere meanwhile; this is how it stands."))
                else:
                    items.append(item)
            ids = self._write([self._decision(item, verdict, after) for item in items])
            return ids, [self.standing(item) for item in items], refused

    def decide_series(self, series: str, verdict: Verdict) -> tuple[list[str], list[Standing]]:
        """Decide all places of one error that nobody has decided yet. Raises UsageError."""
        with self.lock:
            self.known()
            left = [item for item in self.items() if item.series == series and self.undecided(item)]
            ids = self._write([self._decision(item, verdict, "") for item in left])
            return ids, [self.standing(item) for item in left]

    def some(self, keys: Iterable[str]) -> Iterator[Item]:
        """Those things of these names that there are."""
        for key in keys:
            with contextlib.suppress(RefusedError):
                yield self.item(key)

    def undecided(self, item: Item) -> bool:
        """Whether a thing is suggested or applied, and nobody has said anything of it."""
        return self.standing(item).state in ("open", "applied") and self.on(item) is None

    def undo(self, ids: Iterable[str]) -> list[str]:
        """Take decisions back; returns the ids of those that stood. Raises UsageError."""
        with self.lock:
            standing = self.known().standing
            gone = [one for one in dict.fromkeys(ids) if one in standing]
            self._write([Decision(new_id(), "undo", one, now()) for one in gone])
            return gone

    def progress(self, items: Iterable[Item] | None = None) -> Progress:
        """How far the review of these things is, or of all."""
        with self.lock:
            self.known()
            decided = left = applied = 0
            for item in self.items() if items is None else items:
                if item.edit is None:
                    continue
                state = self.standing(item).state
                decided += state in ("accepted", "rejected", "changed")
                left += state in ("open", "conflict")
                applied += state == "applied"
            return Progress(decided, left, applied)

    def conflicts(self) -> frozenset[str]:
        """The ids of decisions that do not hold because reviewers contradict each other."""
        with self.lock:
            standing = self.known().standing
            if self._conflicts is None:
                self._conflicts = frozenset(
                    one.id
                    for document in self.documents.values()
                    for one in document.decided
                    if one.state == "conflict" and one.id in standing
                )
            return self._conflicts

    def _current(self, document: str) -> bool:
        """Whether a document's record shows all that is decided of it now."""
        if document not in self._shows:
            there = self.documents[document]
            now = [one.id for one in self._decisions.of(there.sha256)]
            self._shows[document] = now == [one.id for one in there.decided]
        return self._shows[document]

    def _forget(self) -> None:
        """What was reckoned from decisions and records holds no longer."""
        self._standing, self._shows, self._conflicts = {}, {}, None

    def _of(self, place: Place, lines: bool | None) -> Decision | None:
        """The decision on a place, of strips where `lines`, of corrections where it is false, or any where it is None."""
        found = [
            one
            for one in self._at.get(place, ())
            if lines is None or (one.kind in _LINES) == lines or one.changes
        ]
        own = [one for one in found if one.reviewer == self.reviewer]
        return (own or found)[-1] if found else None

    def _decision(self, item: Item, verdict: Verdict, after: str) -> Decision:
        edit, place = item.edit, item.place
        kind: EditKind = "correct" if edit is None else edit.kind
        if verdict in _OF_LINES:
            place, kind = item.line_place, "strip" if verdict == "strip" else "correct"
        elif edit is None:
            raise RefusedError(
                "There is nothing proposed for this line; write it by hand, or say that it is right."
            )
        elif verdict in ("accept", "reject"):
            after = edit.after
            if verdict == "reject" and kind in _LINES:
                verdict = "restore"
        if verdict == "edit" and not after.strip():
            verdict, kind, after = "strip", "strip", ""
        elif verdict == "edit" and after == place.before:
            verdict = "confirm"
        before = self._of(place, kind in _LINES)
        replaces = before.id if before and before.reviewer == self.reviewer else ""
        rule = edit.rule if edit and verdict not in _OF_LINES else ""
        place = msgspec.structs.replace(place, source=self.documents[item.document].source)
        return Decision(new_id(), verdict, replaces, now(), place, after, kind, rule)

    def _write(self, decisions: Sequence[Decision]) -> list[str]:
        if not decisions:
            return []
        append(self.corrections, self.reviewer, decisions)
        self.known()
        places = [one.place or self._undone_place(one) for one in decisions]
        touched = {place.sha256 for place in places if place}
        self.refresher.ask(one.output for one in self.documents.values() if one.sha256 in touched)
        return [one.id for one in decisions]

    def _undone_place(self, undo: Decision) -> Place | None:
        """The place of what an undo, or an undo of an undo, is about."""
        seen: Decision | None = undo
        while seen and seen.place is None:
            seen = self._by_id.get(seen.replaces)
        return seen.place if seen else None

    def _line(self, document: Indexed, key: str) -> Item | None:
        page, _, line = key.partition("-p")[2].partition("l")
        if not (page.isdecimal() and line.isdecimal() and len(page) < 10 and len(line) < 10):
            return None
        sheet = document.sheet(int(page))
        try:
            read = document.read(sheet) if sheet else None
            edits = tuple(item.edit for item in document.items if item.page == int(page) and item.edit)
            return line_item(document, read, int(line), edits) if read else None
        except (IndexError, RecordError):
            return None

    def _renewed(self, output: str) -> None:
        with self.lock:
            self._index(output)
            self._forget()

    def _index(self, output: str) -> None:
        document = index_document(self.store, output)
        if document:
            self.documents[document.key] = document
        else:
            self.documents.pop(document_key(output), None)

    def inside(self, path: Path) -> bool:
        """Whether a path, links followed, lies in the output folder."""
        return inside(path, self.store.folder)


def check_text(text: str) -> str:
    """What a person wrote, as it can stand in a line. Raises RefusedError."""
    if len(text) > _LONGEST_LINE:
        raise RefusedError(f"A line may be {_LONGEST_LINE} characters long; this one has {len(text)}.")
    if not is_one_line(text):
        raise RefusedError("What you write must be one line, without control characters.")
    return unicodedata.normalize("NFC", text)


def _state(  # noqa: PLR0911 - one return a case
    item: Item, own: Decision | None, line: Decision | None, *, current: bool
) -> tuple[State, str]:
    edit = item.edit
    if own is not None and own.changes:
        same = edit is not None and own.after == edit.after
        return ("accepted", "") if same else ("changed", own.after)
    if own is not None and (edit is None or own.verdict != "reject" or own.after == edit.after):
        return "rejected", ""
    if line is not None:
        return ("changed", line.after) if line.changes else ("rejected", "")
    if edit is None:
        return "line", ""
    if edit.status in ("applied", "superseded"):
        return edit.status, ""
    if edit.status != "suggested" and current:
        return edit.status, ""
    return "open", ""  # also what the record calls decided until it shows that this was taken back
