"""Keys: what each kept result depends on, so that work is done again only when something of it has changed."""

import platform
from collections.abc import Sequence
from functools import cache
from hashlib import sha256 as hash_of
from importlib import metadata
from pathlib import Path

import msgspec

from pipeline.confidence import CURVES
from pipeline.decisions import Decision, digest_of_decisions
from pipeline.evidence import Evidence
from pipeline.options import ReadOptions, TextOptions
from pipeline.programs import languages, tool_versions
from pipeline.record import DocumentOutcome
from pipeline.sources import sha256
from pipeline.version import __version__

_PACKAGE = Path(__file__).parent


def digest_of(*parts: object) -> str:
    """A key for all that a result depends on: 40 hex digits."""
    return hash_of(msgspec.json.encode(parts)).hexdigest()[:40]


def inspection_key(digest: str) -> str:
    """The key of what a file is: its content, the tools and the code."""
    return digest_of(digest, tool_versions(), read_version())


def page_key(digest: str, number: int, options: ReadOptions) -> str:
    """The key of a page's reading: the file's content, the page, the options, the tools, their data and the code."""
    return digest_of(digest, number, options, tool_versions(), _language_data(options.lang), read_version())


def document_key(
    outcome: DocumentOutcome,
    readings: Sequence[str],
    corrections: str,
    options: TextOptions,
    evidence: Evidence,
    decisions: Sequence[Decision],
) -> str:
    """The key of a document's outputs: its name and content, its readings, the corrections, the options, the code, and
    what the folder says and people decided of this document and no other.
    """
    said = [(page.number, page.status, page.message) for page in outcome.pages]
    names = outcome.source, outcome.output, outcome.sha256
    decided = digest_of_decisions(decisions)
    return digest_of(*names, readings, said, corrections, text_version(), options, evidence, decided)


def fingerprint(lang: str) -> dict[str, str]:
    """What must be the same on all machines that work on one output folder, by its name."""
    code = digest_of(read_version(), witness_version(), text_version())
    return {
        "declass": __version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "processor": platform.machine(),
        **tool_versions(),
        f"Tesseract's data for {lang}": digest_of(_language_data(lang)),
        "declass's code with its libraries": code,
    }


@cache
def _language_data(lang: str) -> list[str]:
    """The hashes of the engine's data: another model reads other words."""
    return [sha256(languages()[name]) for name in lang.split("+") if languages()[name].exists()]


@cache
def read_version() -> str:
    """Changes whenever the code that reads pages does, so that no stale reading survives an update."""
    reading = (
        "blank",
        "confidence",
        "copies",
        "areas",
        "components",
        "crops",
        "engines",
        "film",
        "geometry",
        "imagefile",
        "layerproof",
        "leftmargin",
        "lexicon",
        "listmarks",
        "looks",
        "margins",
        "negative",
        "ocr",
        "options",
        "pageimage",
        "pdfinfo",
        "perforations",
        "programs",
        "rasterize",
        "record",
        "redactions",
        "secondlook",
        "secondreader",
        "sources",
        "textlayer",
        "steps",
        "uncovered",
        "views",
        "vote",
        "work",
        "zeros",
    )
    code = _digest_of_files([*(_PACKAGE / f"{module}.py" for module in reading), CURVES])
    libraries = ("numpy", "opencv-python-headless", "pdf2image", "pillow", "pytesseract", "wordfreq")
    return digest_of(code, [metadata.version(library) for library in libraries])


@cache
def witness_version() -> str:
    """Changes whenever the code that gathers the folder's evidence does."""
    gathering = (
        "collation",
        "concordance",
        "evidence",
        "lexicon",
        "neighbours",
        "passages",
        "witness",
        "wordhood",
    )
    code = _digest_of_files([_PACKAGE / f"{module}.py" for module in gathering])
    return digest_of(code, [metadata.version(library) for library in ("datasketch", "rapidfuzz", "wordfreq")])


@cache
def text_version() -> str:
    """Changes whenever the code or the templates that make outputs do."""
    code = _digest_of_files([*_PACKAGE.glob("*.py"), *_PACKAGE.glob("templates/*")])
    libraries = ("jinja2", "msgspec", "numpy", "opencv-python-headless", "rapidfuzz", "wordfreq")
    return digest_of(code, [metadata.version(library) for library in libraries])


def _digest_of_files(paths: Sequence[Path]) -> str:
    return hash_of(b"\0".join(path.read_bytes() for path in sorted(paths))).hexdigest()
