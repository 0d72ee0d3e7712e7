"""Keys: what each kept result depends on, so that work is done again only when something of it has changed."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256 as hash_of
from importlib import metadata
from pathlib import Path

import msgspec

from pipeline.options import ReadOptions
from pipeline.programs import languages, tool_versions
from pipeline.sources import sha256

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


@cache
def _language_data(lang: str) -> list[str]:
    """The hashes of the engine's data: another model reads other words."""
    return [sha256(languages()[name]) for name in lang.split("+") if languages()[name].exists()]


@cache
def read_version() -> str:
    """Changes whenever the code that reads pages does, so that no stale reading survives an update."""
    reading = (
        "crops",
        "engines",
        "film",
        "geometry",
        "lexicon",
        "looks",
        "ocr",
        "options",
        "pageimage",
        "programs",
        "rasterize",
        "record",
        "redactions",
        "secondlook",
        "secondreader",
        "sources",
        "uncovered",
        "views",
        "vote",
        "work",
    )
    code = _digest_of_files([_PACKAGE / f"{module}.py" for module in reading])
    libraries = ("numpy", "opencv-python-headless", "pdf2image", "pillow", "pytesseract", "wordfreq")
    return digest_of(code, [metadata.version(library) for library in libraries])


@cache
def text_version() -> str:
    """Changes whenever the code or the templates that make outputs do."""
    code = _digest_of_files([*_PACKAGE.glob("*.py"), *_PACKAGE.glob("templates/*")])
    libraries = ("jinja2", "msgspec", "opencv-python-headless", "rapidfuzz")
    return digest_of(code, [metadata.version(library) for library in libraries])


def _digest_of_files(paths: Sequence[Path]) -> str:
    return hash_of(b"\0".join(path.read_bytes() for path in sorted(paths))).hexdigest()
