"""The record: what was read of a document, and every edit made to it. Raw text plus edits; all else is a view.

Everything here is frozen and typed, and reads and writes itself as JSON (docs/record.schema.json).
Offsets are half-open, in Unicode code points. Raw text of a page is its lines joined by newlines.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from inspect import cleandoc
from mmap import mmap
from pathlib import Path
from typing import Any, Literal

import msgspec

from pipeline.geometry import Affine, Box, around

SCHEMA_VERSION = 1

EditKind = Literal["strip", "correct", "insert", "withhold"]
EditStatus = Literal["applied", "suggested", "accepted", "rejected", "superseded"]
PageStatus = Literal["ok", "empty", "low_confidence", "failed", "timed_out", "skipped"]
DocumentStatus = Literal["ok", "partial", "failed"]
Grade = Literal["", "good", "fair", "poor", "unreadable"]
PartKind = Literal["cable", "memorandum", "letter", "other"]
DecidedState = Literal["applied", "satisfied", "not_fitting", "left_out", "conflict", "superseded"]
PageBreaks = Literal["file", "form-feed", "banners"]
RedactionKind = Literal["filled", "outlined"]

IN_FORCE: frozenset[EditStatus] = frozenset({"applied", "accepted"})
FAILED_PAGES: frozenset[PageStatus] = frozenset({"failed", "timed_out", "skipped"})


# What msgspec raises of bytes that are no JSON, no JSON of the type asked for, no UTF-8, or nested without end.
NO_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class RecordError(ValueError):
    """A record breaks its own rules."""


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one engine read of a word in one view; `confidence` runs from 0 to 100."""

    text: str
    confidence: float | None
    engine: str
    view: str


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """A word's place in its line (`start`, `end`) and on the page (`box`, in the page's frame).

    `confidence` is how many of a hundred words read like it are right, `engine_confidence` what the engine itself said.
    `readings` holds every look taken at it where there was more than one, and `choice` why this one was taken.
    """

    start: int
    end: int
    box: Box | None = None
    confidence: float | None = None
    readings: tuple[Reading, ...] = ()
    choice: str = ""
    engine_confidence: float | None = None

    @property
    def sureness(self) -> float | None:
        """How sure the engine was: what rules of thumb for specks and noise go by."""
        return self.confidence if self.engine_confidence is None else self.engine_confidence

    @property
    def is_doubtful_number(self) -> bool:
        """Whether its readings differ and one of them holds a digit: a person should look at the scan."""
        texts = {reading.text for reading in self.readings}
        return len(texts) > 1 and any(sign.isdigit() for text in texts for sign in text)


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of raw text, NFC, its spacing kept, without its newline; blank lines part paragraphs."""

    text: str = ""
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        if "\n" in self.text or not unicodedata.is_normalized("NFC", self.text):
            raise RecordError("a line's text must be NFC and hold no newline")
        at = 0
        for word in self.words:
            if not at <= word.start < word.end <= len(self.text):
                raise RecordError("words must stand in order inside their line")
            at = word.end

    @property
    def box(self) -> Box | None:
        """The box around the line's words, or None where none has a place."""
        return around(word.box for word in self.words if word.box)


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing done to a page's image before it was read, with its parameters."""

    name: str
    parameters: dict[str, float] = {}


class View(msgspec.Struct, frozen=True, omit_defaults=True):
    """An image of the page that an engine read; `transform` leads from its pixels to the page's frame."""

    name: str
    steps: tuple[Step, ...] = ()
    transform: Affine = Affine()


class Redaction(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place that was blacked out (`filled`) or boxed out in white (`outlined`) before release.

    `box` is in the page's frame, `percent` its share of the page's area, `code` the exemption named in or beside it.
    """

    box: Box
    kind: RedactionKind
    percent: float
    code: str = ""


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """One page as read. `width` and `height` are the pixels of its frame, `dpi` its resolution.

    `confidence` is the mean of its words' confidences, so that as many of a hundred are right; `confidence_low` is what
    one word in twenty stays below, and `grade` names what both say of the page.
    """

    number: int
    status: PageStatus
    lines: tuple[Line, ...] = ()
    width: int = 0
    height: int = 0
    dpi: float = 0.0
    views: tuple[View, ...] = ()
    confidence: float | None = None
    message: str = ""
    confidence_low: float | None = None
    grade: Grade = ""
    redactions: tuple[Redaction, ...] = ()

    @property
    def text(self) -> str:
        """The page's raw text."""
        return "\n".join(line.text for line in self.lines)

    @property
    def sureness(self) -> float | None:
        """The mean of what the engine itself said of the page's words."""
        own = [word.engine_confidence for line in self.lines for word in line.words]
        known = [each for each in own if each is not None]
        return sum(known) / len(known) if known else self.confidence

    def located_lines(self) -> Iterator[tuple[int, Line]]:
        """Each line with the offset of its first character in the page's raw text."""
        at = 0
        for line in self.lines:
            yield at, line
            at += len(line.text) + 1


class Edit(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change to a page's raw text: `before` stands at start:end there, and `after` replaces it.

    `score` runs from 0 to 100; `candidates` are the answers of a suggestion, best first; edits that share a
    `group` are decided as one.
    """

    id: str
    page: int
    start: int
    end: int
    before: str
    after: str
    kind: EditKind
    rule: str
    score: float
    status: EditStatus
    reason: str
    candidates: tuple[str, ...] = ()
    group: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or len(self.before) != self.end - self.start:
            raise RecordError(f"edit {self.id}: `before` must be as long as start:end")
        if "\n" in self.before:
            raise RecordError(f"edit {self.id}: an edit lies within one line")
        if (self.kind == "insert") != (self.start == self.end):
            raise RecordError(f"edit {self.id}: an insert, and nothing else, replaces no text")

    @property
    def in_force(self) -> bool:
        """Whether clean text shows this edit."""
        return self.status in IN_FORCE


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact that a document states about itself, at start:end of a page's raw text.

    `text` is what was read there, `value` what it means; `confidence` runs from 0 to 100.
    """

    kind: str
    page: int
    start: int
    end: int
    text: str
    value: str
    confidence: float


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One memorandum, cable, letter or attachment inside a file: from `start` on `first_page` to `end` on `last_page`.

    Offsets are in the raw text of those pages; `fields` are its header and signature, in the order of their places.
    """

    kind: PartKind
    first_page: int
    start: int
    last_page: int
    end: int
    fields: tuple[Finding, ...] = ()


class Decided(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a reviewer's decision `id`: `edit` is the edit that it made or decided, if any."""

    id: str
    reviewer: str
    state: DecidedState
    page: int
    edit: str = ""
    reason: str = ""


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """One source file: its pages as read and every edit to them. `source` is its path below the scans folder."""

    schema_version: int
    source: str
    sha256: str
    status: DocumentStatus
    media_type: str = ""
    page_breaks: PageBreaks = "file"
    message: str = ""
    metadata: dict[str, str] = {}
    pages: tuple[Page, ...] = ()
    edits: tuple[Edit, ...] = ()
    markings: tuple[Finding, ...] = ()
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decided, ...] = ()

    def edits_on(self, page: int) -> tuple[Edit, ...]:
        """The edits of page number `page`."""
        return tuple(edit for edit in self.edits if edit.page == page)

    def edited_pages(self) -> Iterator[tuple[Page, tuple[Edit, ...]]]:
        """Each page with its edits, all gathered in one look at them."""
        edits = by_page(self.edits)
        for page in self.pages:
            yield page, tuple(edits.get(page.number, ()))


class PageOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one page in a run; `seconds` is the time its reading took when it was read."""

    number: int
    status: PageStatus
    seconds: float = 0.0
    cached: bool = False
    message: str = ""


class DocumentOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one source file in a run; `output` is its name below the output folders.

    `path` is absolute, or a file: address where it is no UTF-8.
    """

    source: str
    path: str
    output: str
    sha256: str
    status: DocumentStatus
    media_type: str = ""
    message: str = ""
    pages: tuple[PageOutcome, ...] = ()
    edits: dict[str, int] = {}
    decisions: dict[str, int] = {}


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was done: every input, every page, its status, tool versions, options and times (run.json).

    `ignored` are files that are no scans, `orphaned` documents whose scans have gone since the run before.
    """

    schema_version: int
    version: str
    started: str
    seconds: float
    options: dict[str, Any]
    tools: dict[str, str]
    documents: tuple[DocumentOutcome, ...]
    ignored: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()


def by_page(edits: Iterable[Edit]) -> dict[int, list[Edit]]:
    """Edits by the number of their page, in the order they came in."""
    found: dict[int, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.page, []).append(edit)
    return found


def edit_id(page: int, start: int, end: int, kind: str, rule: str, before: str, after: str) -> str:
    """A name for an edit that is the same in every run that finds it: ten hex digits."""
    said = msgspec.json.encode((page, start, end, kind, rule, before, after))
    return hashlib.sha256(said).hexdigest()[:10]


def dump(record: msgspec.Struct) -> bytes:
    """A record as JSON, one line, the same bytes for the same content."""
    return msgspec.json.encode(record) + b"\n"


def read_record(path: Path) -> Document:
    """Read a document's record. Raises RecordError with a sentence where it is damaged or of another version.

    >>> read_record(Path("gone.json"))
    Traceback (most recent call last):
    pipeline.record.RecordError: gone.json cannot be read as a record (...); run `declass transcribe` again.
    """
    try:
        data = path.read_bytes()
        check_version(data, path)
        return msgspec.json.decode(data, type=Document)
    except (OSError, *NO_JSON) as error:
        raise RecordError(
            f"{path} cannot be read as a record ({error}); run `declass transcribe` again."
        ) from None


def check_version(data: bytes | mmap, path: Path) -> None:
    """Raise RecordError where the JSON of the record at `path` is of another schema version than this code reads."""
    version = msgspec.json.decode(data, type=_Versioned).schema_version
    if version != SCHEMA_VERSION:
        raise RecordError(
            f"{path} is a record of schema version {version}, and this declass reads version {SCHEMA_VERSION}; "
            "run `declass transcribe` again to renew it."
        )


class _Versioned(msgspec.Struct):
    schema_version: int = 0


def json_schema() -> dict[str, Any]:
    """The published JSON schema of a record."""
    return as_published(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"declass record, schema version {SCHEMA_VERSION}",
            **msgspec.json.schema(Document),
        }
    )


def as_published(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema the same from every Python: tuples as lists, descriptions without the code's indentation (3.13 takes it away)."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(schema))
    for definition in plain["$defs"].values():
        definition["description"] = cleandoc(definition["description"])
    return plain
