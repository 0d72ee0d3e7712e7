"""What every export says of a page and of a document, as rows: an opened record in, rows out.

These structs are the published schema (docs/export.schema.json); `EXPORT_VERSION` grows when a field changes its
meaning or goes. Every row names its source, the source's SHA-256, the page and, where known, the document and case
number, so that any line of text can be cited.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from pipeline.record import Edit, Page, Part, as_published
from pipeline.recordfile import RecordFile, RecordPage
from pipeline.wordplaces import PlacedLine, placed_lines

EXPORT_VERSION = 1


class LineRow(msgspec.Struct, frozen=True):
    """Where a line of clean text stands: start:end in `text`, and its box in pixels of the page's frame."""

    start: int
    end: int
    left: int
    top: int
    right: int
    bottom: int


class EditRow(Edit, frozen=True, kw_only=True, omit_defaults=False):
    """An edit as in the record, and `clean_start`:`clean_end`, what stands for it in clean text."""

    clean_start: int
    clean_end: int


class PageMetadata(msgspec.Struct, frozen=True):
    """Flat values, as those ask who load documents with metadata; `width`, `height` and `dpi` are the page's frame."""

    status: str
    confidence: float | None
    grade: str
    media_type: str
    pages: int
    highest_banner: str
    stripped: int
    corrected: int
    suggested: int
    width: int
    height: int
    dpi: float


class PageRow(msgspec.Struct, frozen=True):
    """One page: `id` is the name of the outputs, `#`, the page; offsets count code points of `text` or `raw`."""

    schema_version: int
    id: str
    source: str
    sha256: str
    page: int
    document_number: str
    case_number: str
    text: str
    raw: str
    metadata: PageMetadata
    lines: tuple[LineRow, ...]
    edits: tuple[EditRow, ...]


class DocumentMetadata(msgspec.Struct, frozen=True):
    """Flat values of a whole document; `pages` is their number."""

    status: str
    media_type: str
    pages: int
    highest_banner: str
    message: str


class PageSpan(msgspec.Struct, frozen=True):
    """Where a page stands in the text of its document."""

    page: int
    start: int
    end: int
    status: str


class DocumentRow(msgspec.Struct, frozen=True):
    """One document: `text` is that of its pages with form feeds between, `pages` says where each of them stands."""

    schema_version: int
    id: str
    source: str
    sha256: str
    document_number: str
    case_number: str
    text: str
    metadata: DocumentMetadata
    parts: tuple[Part, ...]
    pages: tuple[PageSpan, ...]


def page_row(record: RecordFile, page: RecordPage) -> PageRow:
    """All of one page."""
    read, edits = page.page, page.edits
    metadata = PageMetadata(
        read.status,
        read.confidence,
        read.grade,
        record.head.media_type,
        len(record),
        record.head.metadata.get("highest_banner", ""),
        sum(edit.in_force and edit.kind == "strip" for edit in edits),
        sum(edit.in_force and edit.kind == "correct" for edit in edits),
        sum(edit.status == "suggested" for edit in edits),
        read.width,
        read.height,
        read.dpi,
    )
    lines = placed_lines(read, page.clean, edits)
    return PageRow(
        EXPORT_VERSION,
        page_id(record, read),
        record.head.source,
        record.head.sha256,
        read.number,
        number_of("document-number", record, page),
        number_of("case-number", record, page),
        page.clean.text,
        read.text,
        metadata,
        tuple(row for line in lines if line.kind == "text" for row in _line_row(line)),
        tuple(_edit_row(edit, page) for edit in edits),
    )


def page_rows(record: RecordFile) -> Iterator[PageRow]:
    """All pages of a document, one at a time."""
    return (page_row(record, page) for page in record.pages())


def document_metadata(record: RecordFile) -> DocumentMetadata:
    """What is known of the whole document."""
    head = record.head
    banner = head.metadata.get("highest_banner", "")
    return DocumentMetadata(head.status, head.media_type, len(record), banner, head.message)


def page_id(record: RecordFile, page: Page) -> str:
    """What a page is called in every export, as in corpus.jsonl."""
    return f"{record.output}#{page.number}"


def number_of(kind: str, record: RecordFile, page: RecordPage | None = None) -> str:
    """The document or case number that a page states, else the one that the whole document states; "" if unknown."""
    stated = {finding.value for finding in page.markings if finding.kind == kind} - {""} if page else set()
    return min(stated) if len(stated) == 1 else record.numbers.get(kind, "") if not stated else ""


def schema() -> dict[str, Any]:
    """The published JSON schema of the rows."""
    (page, document), definitions = msgspec.json.schema_components(
        [PageRow, DocumentRow], ref_template="#/$defs/{name}"
    )
    return as_published(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"a line of `declass export --to jsonl`, schema version {EXPORT_VERSION}",
            "anyOf": [page, document],
            "$defs": definitions,
        }
    )


def _line_row(line: PlacedLine) -> Iterator[LineRow]:
    if line.box and line.end > line.start:
        yield LineRow(line.start, line.end, line.box.left, line.box.top, line.box.right, line.box.bottom)


def _edit_row(edit: Edit, page: RecordPage) -> EditRow:
    start, end = page.clean.to_clean(edit.start, edit.end)
    return EditRow(**msgspec.structs.asdict(edit), clean_start=start, clean_end=end)
