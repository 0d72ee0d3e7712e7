"""The text stages together: a document as read goes in, the same document with its settled edits comes out."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from pipeline.correct import correct_pages
from pipeline.deciding import Deciding
from pipeline.decisions import Decision
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.edits import apply, settle
from pipeline.errors import ConfigurationError
from pipeline.evidence import NO_EVIDENCE, Evidence
from pipeline.exemptions import Exemptions, load_exemptions
from pipeline.facts import Facts, find_facts, highest_banner, load_facts
from pipeline.headerlists import HeaderPatterns, load_headers
from pipeline.headers import find_parts
from pipeline.markings import Markings, load_markings
from pipeline.options import TextOptions
from pipeline.record import Document, Edit
from pipeline.redacted import RULE as REDACTION
from pipeline.redacted import mark_redactions
from pipeline.setting import Setting
from pipeline.strip import strip_pages
from pipeline.testimony import hear

_OWN_KINDS = ("banner", "page-number", "continuation-header", "repeated-line", "marginalia", "noise")


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

    @property
    def words(self) -> frozenset[str]:
        """Words in capitals that are right as they are or were decided on: no evidence replaces them or puts them in."""
        decided = {
            garble.upper()
            for entry in self.dictionary.entries
            if entry.action == "never"
            for garble in entry.garbles
        }
        return self.dictionary.known | self.headers.tags | self.headers.captions | decided


def load_corrections(folder: Path) -> Corrections:
    """Read and check a corrections folder. Raises ConfigurationError with file and line."""
    dictionary = load_dictionary(folder)  # first: it says best what is wrong with a folder
    path = folder / "markings" / "facts.toml"
    markings = load_markings(folder)
    headers = load_headers(folder)
    facts = load_facts(path, headers.digits)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Corrections(dictionary, markings, facts, digest, headers, load_exemptions(folder))


def check_kinds(options: TextOptions, corrections: Corrections) -> None:
    """Raise ConfigurationError where --strip-only names a kind of furniture that there is not."""
    stamps = corrections.markings.stamps
    kinds = {*_OWN_KINDS, *stamps.kinds}
    for kind in options.strip_only:
        if kind not in kinds:
            raise ConfigurationError(
                f"--strip-only {kind}: there is no such kind; name one of {', '.join(sorted(kinds))}."
            )


def edit_document(
    document: Document,
    corrections: Corrections,
    options: TextOptions,
    evidence: Evidence = NO_EVIDENCE,
    decisions: Sequence[Decision] = (),
) -> Document:
    """The document with every edit the text stages make, settled so that those in force never overlap, and its parts.

    `evidence` is what the folder says of this document's doubtful words, `decisions` are those of people on this
    document; they win, and the document says what became of each.
    """
    deciding = Deciding(document.pages, decisions, _left_out(options))
    lines: list[Edit] = []
    words: list[Edit] = []
    if options.strip:
        lines += filter(_wanted(options), strip_pages(document.pages, corrections.markings))
    if options.redactions:
        pages, marks = mark_redactions(document.pages, lines, corrections.exemptions, options.redactions)
        document = msgspec.structs.replace(document, pages=tuple(pages))
        lines += (edit for edit in marks if edit.kind == "withhold")
        words += (edit for edit in marks if edit.kind == "insert")
    edits = deciding.over(lines, "lines")
    if options.correct:
        setting = Setting(find_parts(document.pages, settle(edits), corrections.headers))
        so_far = [*edits, *words]
        so_far += correct_pages(
            document.pages, corrections.dictionary, so_far, setting, options.lang, options.max_action
        )
        only = options.max_action == "suggest"
        heard = hear(document, evidence, so_far, corrections.words, suggest_only=only)
        words += (edit for edit in heard if edit.kind == "correct")
    edits += deciding.over(words, "words")
    settled = settle(edits)
    furniture = [edit for edit in settled if edit.rule != REDACTION]
    found = find_facts(document.pages, furniture, corrections.markings, corrections.facts)
    highest = highest_banner(found, corrections.markings)
    metadata = document.metadata | ({"highest_banner": highest} if highest else {})
    parts = find_parts(document.pages, settled, corrections.headers)
    return msgspec.structs.replace(
        document,
        edits=settled,
        markings=found,
        metadata=metadata,
        parts=parts,
        decisions=deciding.outcomes(),
    )


def _wanted(options: TextOptions) -> Callable[[Edit], bool]:
    """Whether the user wants a strip edit carried out."""

    def wanted(edit: Edit) -> bool:
        if options.keep_first and edit.rule == "banner" and edit.page == 1:
            return False
        return not options.strip_only or edit.rule in options.strip_only

    return wanted


def _left_out(options: TextOptions) -> Callable[[Decision], str]:
    """Why a decision that changes the text is left out, where the user asked for that; what keeps it holds anyhow."""

    def left_out(decision: Decision) -> str:
        if not decision.changes:
            return ""
        if decision.rule == REDACTION:
            return (
                "" if options.redactions else "This text was made without marks of redaction, as was asked."
            )
        if decision.kind in ("strip", "withhold"):
            return "" if options.strip else "This text was made without stripping, as was asked."
        return "" if options.correct else "This text was made without correcting, as was asked."

    return left_out


def clean_pages(document: Document) -> list[str]:
    """The clean text of each page."""
    return [apply(page.text, edits).text for page, edits in document.edited_pages()]


def count_decisions(document: Document) -> dict[str, int]:
    """What became of the decisions, such as {"applied": 3, "not_fitting": 1}."""
    return dict(sorted(Counter(decided.state for decided in document.decisions).items()))


def count_edits(document: Document) -> dict[str, int]:
    """How many edits there are of each kind and status, such as {"strip applied": 12}."""
    counts = Counter(f"{edit.kind} {edit.status}" for edit in document.edits)
    return dict(sorted(counts.items()))
