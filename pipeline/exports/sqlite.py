"""sqlite: everything in one database with a full-text index; the tables are in sqlite.sql beside this module.

Opens in Datasette as it is: it finds the index of `pages` by itself.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import msgspec

from pipeline.exports import ExportOptions
from pipeline.exports.rows import EXPORT_VERSION, EditRow, PageRow, document_metadata, number_of, page_row
from pipeline.record import Finding
from pipeline.recordfile import RecordFile

_TABLES = Path(__file__).with_name("sqlite.sql")
_EDIT = (
    "id",
    "start",
    "end",
    "clean_start",
    "clean_end",
    "before",
    "after",
    "kind",
    "rule",
    "score",
    "status",
)


def write(records: Iterable[RecordFile], target: Path, _options: ExportOptions) -> None:
    """Write all records to a new database at `target`."""
    with closing(sqlite3.connect(target)) as base:
        base.executescript(f"PRAGMA journal_mode = OFF; PRAGMA user_version = {EXPORT_VERSION};")
        base.executescript(_TABLES.read_text(encoding="utf-8"))
        for record in records:
            _write_document(base, record)
            base.commit()
        base.execute("INSERT INTO pages_fts(pages_fts) VALUES ('rebuild')")
        base.commit()


def _write_document(base: sqlite3.Connection, record: RecordFile) -> None:
    known = document_metadata(record)
    numbers = number_of("document-number", record), number_of("case-number", record)
    _insert(
        base,
        "documents",
        [
            (
                record.output,
                record.head.source,
                record.head.sha256,
                known.status,
                known.media_type,
                known.pages,
                *numbers,
                known.highest_banner,
                known.message,
            )
        ],
    )
    page_ids: dict[int, int | None] = {}
    for page in record.pages():
        row = page_row(record, page)
        page_ids[row.page] = page_id = _write_page(base, row, record.output)
        _insert(base, "markings", ((page_id, *_finding(finding)) for finding in page.markings))
    for part in record.head.parts:
        place = (part.first_page, part.start, part.last_page, part.end)
        part_id = _insert(base, "parts", [(None, record.output, part.kind, *place)])
        _insert(base, "headers", ((part_id, page_ids[one.page], *_finding(one)) for one in part.fields))


def _write_page(base: sqlite3.Connection, row: PageRow, document: str) -> int | None:
    told = row.metadata
    own = (row.id, document, row.source, row.sha256, row.page, row.document_number, row.case_number)
    read = (told.status, told.confidence, told.grade, told.width, told.height, told.dpi, row.text, row.raw)
    page_id = _insert(base, "pages", [(None, *own, *read)])
    _insert(base, "lines", ((page_id, *msgspec.structs.astuple(line)) for line in row.lines))
    _insert(base, "edits", ((page_id, *_edit(edit)) for edit in row.edits))
    return page_id


def _insert(base: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> int | None:
    """Insert rows whose values stand in the order of the table's columns; returns the last one's number."""
    last = None
    for row in rows:
        values = ", ".join("?" * len(row))
        # The tables are named in this module alone.
        last = base.execute(f"INSERT INTO {table} VALUES ({values})", row).lastrowid  # nosec B608
    return last


def _edit(edit: EditRow) -> tuple[object, ...]:
    told = tuple(getattr(edit, name) for name in _EDIT)
    return (*told, edit.reason, msgspec.json.encode(edit.candidates).decode(), edit.group)


def _finding(one: Finding) -> tuple[object, ...]:
    return one.kind, one.start, one.end, one.text, one.value, one.confidence
