"""The text stages together: a document as read goes in, the same document with its settled edits comes out."""

from collections import Counter
from pathlib import Path

import msgspec

from pipeline.correct import correct_page
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.edits import apply, settle
from pipeline.headerlists import HeaderPatterns, load_headers
from pipeline.headers import find_parts
from pipeline.markings import Markings, load_markings
from pipeline.options import TextOptions
from pipeline.record import Document, Edit
from pipeline.strip import strip_pages


class Corrections(msgspec.Struct, frozen=True):
    """All that a corrections folder says; `digest` names its content."""

    dictionary: Dictionary
    markings: Markings
    headers: HeaderPatterns

    @property
    def digest(self) -> str:
        """Changes when anything in the folder that text depends on changes."""
        return self.dictionary.digest + self.markings.digest + self.headers.digest


def load_corrections(folder: Path) -> Corrections:
    """Read and check a corrections folder. Raises ConfigurationError with file and line."""
    return Corrections(load_dictionary(folder), load_markings(folder), load_headers(folder))


def edit_document(document: Document, corrections: Corrections, options: TextOptions) -> Document:
    """The document with every edit the text stages make, settled so that those in force never overlap, and its parts."""
    edits: list[Edit] = []
    if options.strip:
        edits += strip_pages(document.pages, corrections.markings)
    if options.correct:
        for page in document.pages:
            stripped = [edit for edit in edits if edit.page == page.number and edit.kind == "strip"]
            edits += correct_page(page, corrections.dictionary, stripped)
    settled = settle(edits)
    parts = find_parts(document.pages, settled, corrections.headers)
    return msgspec.structs.replace(document, edits=settled, parts=parts)


def clean_pages(document: Document) -> list[str]:
    """The clean text of each page."""
    return [apply(page.text, document.edits_on(page.number)).text for page in document.pages]


def count_edits(document: Document) -> dict[str, int]:
    """How many edits there are of each kind and status, such as {"strip applied": 12}."""
    counts = Counter(f"{edit.kind} {edit.status}" for edit in document.edits)
    return dict(sorted(counts.items()))
