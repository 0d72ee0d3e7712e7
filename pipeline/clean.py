"""The text stages alone, as a filter: OCR text that somebody already has goes in, clean text comes out."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.decisions import load_decisions
from pipeline.diffs import unified_diff
from pipeline.evidence import NO_EVIDENCE
from pipeline.options import TextOptions
from pipeline.pagebreaks import pages_of
from pipeline.record import SCHEMA_VERSION, Document
from pipeline.textstages import check_kinds, clean_pages, edit_document, load_corrections
from pipeline.witness import gather


class Cleaned(msgspec.Struct, frozen=True):
    """The record of a cleaned text, and its views."""

    document: Document

    def text(self, form_feeds: bool = True) -> str:
        """Clean text, pages parted by form feeds, or, where breaks were found, put together as they stood."""
        return _between(self.document, form_feeds).join(clean_pages(self.document))

    def raw(self) -> str:
        """The text as it came (NFC, newlines as \\n)."""
        return _between(self.document, form_feeds=False).join(page.text for page in self.document.pages)

    def diff(self, name: str) -> str:
        """A unified diff from the text as it came to clean text."""
        return unified_diff(self.raw(), self.text(form_feeds=False), name)


def clean_text(text: str, corrections: Path, options: TextOptions | None = None) -> Cleaned:
    """Strip and correct OCR text. Raises ConfigurationError where the corrections folder is wrong.

    >>> from pathlib import Path
    >>> page = "CONFIDENTIAL\\n\\nE.O. 1235b: DECL: OADR\\n\\nCONFIDENTIAL"
    >>> print(clean_text(page, Path("corrections")).text())
    E.O. 12356: DECL: OADR
    <BLANKLINE>
    """
    loaded = load_corrections(corrections)
    options = options or TextOptions()
    check_kinds(options, loaded)
    pages, breaks = pages_of(text, loaded.markings)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    document = Document(SCHEMA_VERSION, "text", digest, "ok", "text/plain", page_breaks=breaks, pages=pages)
    evidence = gather([document.source], lambda _: pages)[0] if options.correct else NO_EVIDENCE
    decisions = load_decisions(corrections).of(digest)
    return Cleaned(edit_document(document, loaded, options, evidence, decisions))


def edit_lines(document: Document) -> Iterator[str]:
    """Each edit as a line of JSON, with `line`, the number of the line in the text as it came."""
    first_line = 1
    for page, edits in document.edited_pages():
        for edit in edits:
            line = first_line + page.text.count("\n", 0, edit.start)
            yield msgspec.json.encode({"line": line, **msgspec.to_builtins(edit)}).decode() + "\n"
        first_line += len(page.lines) - 1


def _between(document: Document, form_feeds: bool) -> str:
    """What stands between two pages: form feeds that the text came with are always kept."""
    return "\f" if form_feeds or document.page_breaks == "form-feed" else ""
