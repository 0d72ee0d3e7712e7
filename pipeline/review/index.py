"""What there is to decide: the records of an output folder in, one `Item` an edit or doubtful line out, in little memory.

A record may have a thousand pages. Of its text only the lines that are decided upon are kept; a page is read back
from its place in the file when it is shown.
"""

import heapq
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from pipeline.decisions import Place
from pipeline.edits import apply
from pipeline.fitting import place_of
from pipeline.markup import UNSURE
from pipeline.record import NO_JSON, SCHEMA_VERSION, Decided, Edit, Line, Page, RecordError
from pipeline.store import Done, Store

_MOST_DOUBTFUL = 2000  # lines of doubtful reading that are listed, the most doubtful first


class Item(msgspec.Struct, frozen=True):
    """Something to decide: an edit, or a line that was read with doubt (`edit` is None).

    `line` is the number of its line on the page, from 0, `line_start` where that begins in the page's raw text; `doubt`
    the lowest confidence of a word there, or 100; `now` what clean text has for the line; `sure` the share of the signs
    of the whole line's words that were read without doubt.
    """

    key: str
    document: str
    page: int
    line: int
    line_start: int
    place: Place
    line_place: Place
    now: str
    doubt: float
    sure: float
    edit: Edit | None = None

    @property
    def line_key(self) -> str:
        """The name of its line, which the edits of the line share."""
        return line_key(self.document, self.page, self.line)

    @property
    def series(self) -> str:
        """The name that all places of one error share: the same rule, text before and text after."""
        return "" if self.edit is None else series_of(self.edit)


class Sheet(msgspec.Struct, frozen=True):
    """A page of a record: its number, and where it lies in the record's file."""

    number: int
    offset: int
    length: int


class Indexed(msgspec.Struct, frozen=True):
    """One document: its record's file as it was when it was read, its pages, and what there is to decide."""

    key: str
    output: str
    source: str
    sha256: str
    status: str
    record: Path
    stamp: tuple[int, int]
    sheets: tuple[Sheet, ...]
    items: tuple[Item, ...]
    decided: tuple[Decided, ...]
    made: Done | None
    by_key: dict[str, Item]
    deciders: dict[str, str]  # edit id -> the last decision that made or decided it

    def sheet(self, number: int) -> Sheet | None:
        """The page of that number, or None."""
        return next((sheet for sheet in self.sheets if sheet.number == number), None)

    def read(self, sheet: Sheet) -> Page:
        """A page as read. Raises RecordError where the record has changed since."""
        try:
            with self.record.open("rb") as file:
                file.seek(sheet.offset)
                return msgspec.json.decode(file.read(sheet.length), type=Page)
        except (OSError, *NO_JSON):
            raise RecordError(f"{self.record} has changed meanwhile; load the page again.") from None

    def holding(self, word: str) -> Iterator[Page]:
        """The pages in whose part of the record a word of letters and digits stands. Raises RecordError as `read` does."""
        sought = word.encode()
        try:
            with self.record.open("rb") as file:
                for sheet in self.sheets:
                    file.seek(sheet.offset)
                    raw = file.read(sheet.length)
                    if sought in raw:  # most pages need not be decoded
                        yield msgspec.json.decode(raw, type=Page)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            raise RecordError(f"{self.record} has changed meanwhile; load the page again.") from None

    def reading(self, number: int) -> str:
        """The key under which the reading and the picture of a page are kept, or ""."""
        if self.made is None:
            return ""
        pairs = zip(self.made.outcome.pages, self.made.readings, strict=False)
        return next((key for page, key in pairs if page.number == number), "")


class _Head(msgspec.Struct):
    schema_version: int
    source: str
    sha256: str
    status: str
    pages: tuple[msgspec.Raw, ...] = ()
    edits: tuple[Edit, ...] = ()
    decisions: tuple[Decided, ...] = ()


def document_key(output: str) -> str:
    """A document's name in addresses: no path, whatever the file is called."""
    return sha256(output.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def line_key(document: str, page: int, line: int) -> str:
    """A line's name in addresses; `line` counts from 0."""
    return f"{document}-p{page}l{line}"


def series_of(edit: Edit) -> str:
    """The name of an edit's series. What is stripped differs in its numbers alone: PAGE 01, PAGE 02."""
    before = edit.before
    if edit.kind in ("strip", "withhold"):
        before = " ".join(re.sub(r"\d+", "0", before).split())
    said = msgspec.json.encode((edit.kind, edit.rule, before, edit.after))
    return sha256(said).hexdigest()[:12]


def inside(path: Path, folder: Path) -> bool:
    """Whether a path, links followed, lies below a folder."""
    return path.resolve().is_relative_to(folder.resolve())


def index_document(store: Store, output: str) -> Indexed | None:
    """What there is to decide in a document, or None where it has no record of ours."""
    path = store.place("records", output)
    if not inside(path, store.folder):
        return None
    try:
        stat = path.stat()
        data = path.read_bytes()
        head = msgspec.json.decode(data, type=_Head)
    except (OSError, *NO_JSON):
        return None
    if head.schema_version != SCHEMA_VERSION:
        return None
    key = document_key(output)
    by_page: dict[int, list[Edit]] = {}
    for edit in head.edits:
        by_page.setdefault(edit.page, []).append(edit)
    sheets: list[Sheet] = []
    items: list[Item] = []
    at = 0
    doubtful: list[tuple[float, int, int, Item]] = []
    try:
        for raw in head.pages:
            content = bytes(raw)
            at = data.index(content, at)
            page = msgspec.json.decode(content, type=Page)
            sheets.append(Sheet(page.number, at, len(content)))
            at += len(content)
            edits = by_page.get(page.number, [])
            items += _items(key, page, edits, head)
            for item in _doubtful(key, page, edits, head):
                heapq.heappush(doubtful, (-item.doubt, -item.page, -item.line, item))
                if len(doubtful) > _MOST_DOUBTFUL:
                    heapq.heappop(doubtful)
    except (*NO_JSON, RecordError, ValueError):
        return None
    items += [entry[-1] for entry in sorted(doubtful, key=lambda entry: entry[:3], reverse=True)]
    return Indexed(
        key,
        output,
        head.source,
        head.sha256,
        head.status,
        path,
        (stat.st_mtime_ns, stat.st_size),
        tuple(sheets),
        tuple(items),
        head.decisions,
        store.made(output),
        {item.key: item for item in items},
        {one.edit: one.id for one in head.decisions if one.edit and one.state != "superseded"},
    )


def line_item(document: Indexed, page: Page, line: int, edits: tuple[Edit, ...]) -> Item:
    """A line of a page as something to decide. Raises IndexError where there is no such line."""
    return _line_item(document.key, page, line, list(edits), document.sha256)


def _items(key: str, page: Page, edits: list[Edit], head: _Head) -> Iterator[Item]:
    if not edits:
        return
    lines = list(page.located_lines())
    line_items: dict[int, Item] = {}
    number = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        while number + 1 < len(lines) and lines[number + 1][0] <= edit.start:
            number += 1
        if number not in line_items:
            line_items[number] = _line_item(key, page, number, edits, head.sha256)
        whole = line_items[number]
        at, line = lines[number]
        yield msgspec.structs.replace(
            whole,
            key=f"{key}-{edit.id}",
            place=place_of(page, edit.start, edit.end, head.sha256),
            doubt=_doubt(line, edit.start - at, edit.end - at),
            edit=edit,
        )


def _doubtful(key: str, page: Page, edits: list[Edit], head: _Head) -> Iterator[Item]:
    """Lines with a word of low confidence on which no edit says anything yet."""
    spoken_of = sorted((edit.start, edit.end) for edit in edits if edit.status != "superseded")
    for number, (at, line) in enumerate(page.located_lines()):
        doubt = _doubt(line, 0, len(line.text))
        end = at + len(line.text)
        if doubt < UNSURE and not any(start <= end and at <= stop for start, stop in spoken_of):
            yield _line_item(key, page, number, edits, head.sha256)


def _line_item(key: str, page: Page, number: int, edits: list[Edit], digest: str) -> Item:
    at, line = list(page.located_lines())[number]
    end = at + len(line.text)
    here = [edit for edit in edits if at <= edit.start and edit.end <= end and edit.in_force]
    here = [edit for edit in here if edit.kind not in ("strip", "withhold")]
    now = line.text
    if here:
        clean = apply(page.text, here)
        now = clean.text[slice(*clean.to_clean(at, end))]
    place = place_of(page, at, end, digest)
    return Item(
        line_key(key, page.number, number),
        key,
        page.number,
        number,
        at,
        place,
        place,
        now,
        _doubt(line, 0, len(line.text)),
        _sure(line),
    )


def _doubt(line: Line, start: int, end: int) -> float:
    words = (
        word.confidence
        for word in line.words
        if word.confidence is not None and word.start < max(end, start + 1) and start < word.end
    )
    return min(words, default=100.0)


def _sure(line: Line) -> float:
    signs = sum(word.end - word.start for word in line.words)
    sure = sum(
        word.end - word.start for word in line.words if word.confidence is None or word.confidence >= UNSURE
    )
    return sure / signs if signs else 0.0
