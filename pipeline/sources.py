"""The inputs: which files there are, what each really is, and the name its outputs take."""

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from pipeline.errors import UsageError

PDF, TIFF, PNG, JPEG = "application/pdf", "image/tiff", "image/png", "image/jpeg"
SUFFIXES = {".pdf": PDF, ".tif": TIFF, ".tiff": TIFF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG}

_SNIFFED = (
    1024  # a PDF's header may stand anywhere in the first 1,024 bytes (PDF 1.7, implementation note 13)
)
_LONGEST_NAME = 200  # bytes; outputs add up to ten more, and file systems end at 255


class Source(msgspec.Struct, frozen=True):
    """One input: where it lies, its path below the scans folder, and its name below the output folders."""

    path: Path
    relative: str
    output: str


def find_sources(paths: Sequence[Path]) -> tuple[list[Source], list[str]]:
    """All inputs under `paths` (folders or files), sorted, and the names of files left alone as no scans.

    A file counts as an input by its content or its name; a file named on the command line always counts.
    Hidden files are passed over. Raises UsageError where a path does not exist.
    """
    found: dict[Path, str] = {}
    ignored: list[str] = []
    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                relative = file.relative_to(path).as_posix()
                if file.suffix.lower() in SUFFIXES or sniff(file):
                    found.setdefault(file, relative)
                else:
                    ignored.append(printable(relative))
        elif path.exists() or path.is_symlink():
            found.setdefault(path, path.name)
        else:
            raise UsageError(f"{printable(str(path))} does not exist. Name a folder of scans, or files.")
    return _named(sorted(found.items(), key=lambda item: (item[1], str(item[0])))), sorted(ignored)


def sniff(path: Path) -> str:
    """The media type that a file's content shows, whatever its name; "" where it is no scan or unreadable."""
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
    except OSError:
        return ""
    if b"%PDF-" in head:
        return PDF
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return TIFF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    return ""


def sha256(path: Path) -> str:
    """The hash of a file's content, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def printable(name: str) -> str:
    """A name that any terminal, log and JSON file can show: control and undecodable characters become escapes."""
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def _walk(folder: Path) -> Iterable[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name)


def _named(found: Sequence[tuple[Path, str]]) -> list[Source]:
    """Give every input an output name of its own that any file system can hold."""
    folded: dict[str, list[str]] = {}
    for path, relative in found:
        folded.setdefault(_folded(relative), []).append(str(path))
    sources = []
    for path, relative in found:
        safe = unicodedata.normalize("NFC", printable(relative))
        parts = safe.split("/")
        awkward = safe != unicodedata.normalize("NFC", relative) or any(
            len(part.encode()) > _LONGEST_NAME or part in (".", "..") for part in parts
        )
        if awkward or len(folded[_folded(relative)]) > 1:
            told = (
                str(path.absolute()) if relative == path.name else relative
            )  # files named alone may share names
            mark = "~" + hashlib.sha256(os.fsencode(told)).hexdigest()[:8]
            parts = [_shortened(part) for part in parts]
            parts[-1] += mark
        sources.append(Source(path, printable(relative), "/".join(parts)))
    return sources


def _folded(relative: str) -> str:
    return unicodedata.normalize("NFC", relative).casefold()


def _shortened(part: str) -> str:
    if part in (".", ".."):
        return part.replace(".", "_")
    return (
        part.encode()[: _LONGEST_NAME - 20].decode("utf-8", "ignore")
        if len(part.encode()) > _LONGEST_NAME
        else part
    )
