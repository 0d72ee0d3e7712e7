"""The text stages together: a document as read goes in, the same document with its settled edits comes out."""

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from pipeline.correct import correct_page
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.edits import apply, settle
from pipeline.errors import ConfigurationError
from pipeline.exemptions import Exemptions, load_exemptions
from pipeline.facts import Facts, find_facts, highest_banner, load_facts
from pipeline.headerlists import HeaderPatterns, load_headers
from pipeline.headers import find_parts
from pipeline.markings import Markings, load_markings
from pipeline.options import TextOptions
from pipeline.record import Document, Edit
from pipeline.redacted import RULE as REDACTION
from pipeline.redacted import mark_redactions
from pipeline.strip import strip_pages

_OWN_KINDS = ("banner", "page-number", "continuation-header", "repeated-line", "noise")


class Corrections(msgspec.Struct, frozen=True):
    """All that a corrections folder says; `digest` names its content."""

    dictionary: Dictionary
    markings: Markings
    facts: Facts
    facts_digest: str
    headers: HeaderPatterns
    exemptions: Exemptions

    @property
    def digest(self) -> str:
        """Changes when anything in the folder that text depends on changes."""
        parts = (self.dictionary, self.markings, self.headers, self.exemptions)
        return self.facts_digest + "".join(part.digest for part in parts)


def load_corrections(folder: Path) -> Corrections:
    """Read and check a corrections folder. Raises ConfigurationError with file and line."""
    facts = folder / "markings" / "facts.toml"
    loaded = Corrections(
        load_dictionary(folder),
        load_markings(folder),
        load_facts(facts),
        "",
        load_headers(folder),
        load_exemptions(folder),
    )
    return msgspec.structs.replace(loaded, facts_digest=hashlib.sha256(facts.read_bytes()).hexdigest())


def check_kinds(options: TextOptions, corrections: Corrections) -> None:
    """Raise ConfigurationError where --strip-only names a kind of furniture that there is not."""
    stamps = corrections.markings.stamps
    kinds = {*_OWN_KINDS, *stamps.kinds}
    for kind in options.strip_only:
        if kind not in kinds:
            raise ConfigurationError(
                f"--strip-only {kind}: there is no such kind; name one of {', '.join(sorted(kinds))}."
            )


def edit_document(document: Document, corrections: Corrections, options: TextOptions) -> Document:
    """The document with every edit the text stages make, settled so that those in force never overlap, and its parts."""
    edits: list[Edit] = []
    if options.strip:
        edits += filter(_wanted(options), strip_pages(document.pages, corrections.markings))
    if options.redactions:
        pages, made = mark_redactions(document.pages, edits, corrections.exemptions, options.redactions)
        document = msgspec.structs.replace(document, pages=tuple(pages))
        edits += made
    if options.correct:
        for page in document.pages:
            stripped = [
                edit for edit in edits if edit.page == page.number and edit.kind in ("strip", "withhold")
            ]
            edits += correct_page(page, corrections.dictionary, stripped)
    settled = settle(edits)
    furniture = [edit for edit in settled if edit.rule != REDACTION]
    found = find_facts(document.pages, furniture, corrections.markings, corrections.facts)
    highest = highest_banner(found, corrections.markings)
    metadata = document.metadata | ({"highest_banner": highest} if highest else {})
    parts = find_parts(document.pages, settled, corrections.headers)
    return msgspec.structs.replace(document, edits=settled, markings=found, metadata=metadata, parts=parts)


def _wanted(options: TextOptions) -> Callable[[Edit], bool]:
    """Whether the user wants a strip edit carried out."""

    def wanted(edit: Edit) -> bool:
        if options.keep_first and edit.rule == "banner" and edit.page == 1:
            return False
        return not options.strip_only or edit.rule in options.strip_only

    return wanted


def clean_pages(document: Document) -> list[str]:
    """The clean text of each page."""
    return [apply(page.text, document.edits_on(page.number)).text for page in document.pages]


def count_edits(document: Document) -> dict[str, int]:
    """How many edits there are of each kind and status, such as {"strip applied": 12}."""
    counts = Counter(f"{edit.kind} {edit.status}" for edit in document.edits)
    return dict(sorted(counts.items()))
