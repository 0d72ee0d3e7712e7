"""jsonl: one object a line, a page or a document each, keys always in the same order (docs/export.schema.json)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from pipeline.exports import ExportOptions
from pipeline.exports.rows import (
    EXPORT_VERSION,
    PageSpan,
    document_metadata,
    number_of,
    page_rows,
)
from pipeline.recordfile import RecordFile


def write(records: Iterable[RecordFile], target: Path, options: ExportOptions) -> None:
    """Write all records to `target`, a page a line, or a document where `per` says so."""
    with target.open("wb") as file:
        for record in records:
            file.writelines(_document(record) if options.per == "document" else _pages(record))


def _pages(record: RecordFile) -> Iterator[bytes]:
    for row in page_rows(record):
        yield msgspec.json.encode(row)
        yield b"\n"


def _document(record: RecordFile) -> Iterator[bytes]:
    """A `rows.DocumentRow` in pieces, so that a thousand pages are never in memory together."""
    encode = msgspec.json.encode
    head: dict[str, object] = {
        "schema_version": EXPORT_VERSION,
        "id": record.output,
        "source": record.head.source,
        "sha256": record.head.sha256,
        "document_number": number_of("document-number", record),
        "case_number": number_of("case-number", record),
    }
    yield encode(head)[:-1] + b',"text":"'
    spans: list[PageSpan] = []
    at = 0
    for page in record.pages():
        if spans:
            yield encode("\f")[1:-1]
            at += 1
        yield encode(page.clean.text)[1:-1]
        spans.append(PageSpan(page.page.number, at, at + len(page.clean.text), page.page.status))
        at = spans[-1].end
    rest: dict[str, object] = {
        "metadata": document_metadata(record),
        "parts": record.head.parts,
        "pages": spans,
    }
    yield b'",' + encode(rest)[1:] + b"\n"
