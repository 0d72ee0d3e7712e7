"""Full text: an output folder and words go in, the pages that have them come out, best first, each with a snippet.

The index is the database of `declass export --to sqlite`, kept in work/ and made anew when a record has changed.
"""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from pipeline.errors import UsageError
from pipeline.export import export_corpus, readable_documents
from pipeline.exports import ExportOptions

_SNIPPET_WORDS = 16
_NO_QUERY = re.compile(r"fts5: |no such column|unterminated string|unknown special query")


class Hit(msgspec.Struct, frozen=True):
    """A page that has the words; in `snippet` they stand in brackets."""

    id: str
    source: str
    sha256: str
    page: int
    document_number: str
    case_number: str
    snippet: str


def search(output: Path, words: str, limit: int = 20, *, raw: bool = False) -> list[Hit]:
    """The pages of an output folder that have `words`, best first; with `raw` in the text as read, too.

    `words` may be a query of SQLite's FTS5 ("exact words", OR, NEAR, dredg*); what is none is taken word by word.
    Raises UsageError where nothing was transcribed there, or a quotation mark lacks its other half.
    """
    if not words.strip():
        raise UsageError('There is nothing to search for; name some words: declass search output "dredging".')
    if words.count('"') % 2:
        raise UsageError(f"One quotation mark in {words} lacks its other half; add it, or leave both out.")
    with closing(sqlite3.connect(f"{_index(output).absolute().as_uri()}?mode=ro", uri=True)) as base:
        columns = "{text raw}" if raw else "{text}"
        try:
            return list(_hits(base, f"{columns} : ({words})", limit))
        except sqlite3.OperationalError as error:
            if not _NO_QUERY.search(str(error)):
                raise
        quoted = " ".join('"' + word.replace('"', "") + '"' for word in words.split() if word.strip('"'))
        return list(_hits(base, f"{columns} : ({quoted})", limit)) if quoted else []


def _hits(base: sqlite3.Connection, query: str, limit: int) -> Iterator[Hit]:
    found = base.execute(
        "SELECT id, source, sha256, page, document_number, case_number,"
        " snippet(pages_fts, -1, '[', ']', '...', ?)"
        " FROM pages_fts JOIN pages ON pages.page_id = pages_fts.rowid"
        " WHERE pages_fts MATCH ? ORDER BY bm25(pages_fts), page_id LIMIT ?",
        (_SNIPPET_WORDS, query, limit),
    )
    for row in found:
        yield Hit(*row)


def _index(output: Path) -> Path:
    """The index of an output folder, made anew where a record is not the one it was made from."""
    index, mark = output / "work" / "search.db", output / "work" / "search.key"
    state = hashlib.sha256()
    for outcome, path in readable_documents(output):
        stat = path.stat()
        state.update(msgspec.json.encode((outcome.output, outcome.sha256, stat.st_size, stat.st_mtime_ns)))
    key = state.hexdigest()
    if not index.exists() or not mark.exists() or mark.read_text() != key:
        mark.unlink(missing_ok=True)
        export_corpus(output, "sqlite", index, ExportOptions())
        mark.write_text(key)
    return index
