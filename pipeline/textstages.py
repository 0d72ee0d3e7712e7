"""The text stages together: a document as read goes in, the same document with its settled edits comes out."""

from collections import Counter
from pathlib import Path

import msgspec

from pipeline.correct import correct_page
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.edits import apply, settle
from pipeline.markings import Markings, load_markings
from pipeline.options import TextOptions
from pipeline.record import Document, Edit
from pipeline.strip import strip_pages


class Corrections(msgspec.Struct, frozen=True):
    """All that a corrections folder says; `digest` names its content."""

    dictionary: Dictionary
    markings: Markings

    @property
    def digest(self) -> str:
        """Changes when anything in the folder that text depends on changes."""
        return self.dictionary.digest + self.markings.digest


def load_corrections(folder: Path) -> Corrections:
    """Read and check a corrections folder. Raises ConfigurationError with file and line."""
    return Corrections(load_dictionary(folder), load_markings(folder))


def edit_document(document: Document, corrections: Corrections, options: TextOptions) -> Document:
    """The document with every edit the text stages make, settled so that those in force never overlap."""
    edits: list[Edit] = []
    if options.strip:
        edits += strip_pages(document.pages, corrections.markings)
    if options.correct:
        for page in document.pages:
            stripped = [edit for edit in edits if edit.page == page.number and edit.kind == "strip"]
            edits += correct_page(page, corrections.dictionary, stripped)
    return msgspec.structs.replace(document, edits=settle(edits))


def clean_pages(document: Document) -> list[str]:
    """The clean text of each page."""
    return [apply(page.text, document.edits_on(page.number)).text for page in document.pages]


def count_edits(document: Document) -> dict[str, int]:
    """How many edits there are of each kind and status, such as {"strip applied": 12}."""
    counts = Counter(f"{edit.kind} {edit.status}" for edit in document.edits)
    return dict(sorted(counts.items()))
