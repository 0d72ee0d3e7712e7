"""The inputs: which files there are, what each really is, and the name its outputs take."""

import errno
import hashlib
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

import msgspec

from pipeline.errors import UsageError

PDF, TIFF, PNG, JPEG = "application/pdf", "image/tiff", "image/png", "image/jpeg"
SUFFIXES = {".pdf": PDF, ".tif": TIFF, ".tiff": TIFF, ".png": PNG, ".jpg": JPEG, ".jpeg": JPEG}

_SNIFFED = (
    1024  # a PDF's header may stand anywhere in the first 1,024 bytes (PDF 1.7, implementation note 13)
)
_LONGEST_NAME = 200  # bytes; outputs add up to ten more, and file systems end at 255
_MARK = re.compile(r"~[0-9a-f]{8}$")  # ends the names that were made up here, and no others


class Source(msgspec.Struct, frozen=True):
    """One input: where it lies (absolute, its folder without links), its path below the scans folder, and its name
    below the output folders.
    """

    path: Path
    relative: str
    output: str


def find_sources(paths: Sequence[Path]) -> tuple[list[Source], list[str]]:
    """All inputs under `paths` (folders or files), sorted, and the names of files left alone as no scans.

    A file counts as an input by its content or its name; a file named on the command line always counts, and one
    reached in several ways counts once. Hidden files are passed over. A folder that cannot be read is an input, too,
    so that it fails where everybody sees it. Raises UsageError where a path does not exist.
    """
    found: dict[Path, str] = {}
    ignored: set[str] = set()

    def take(file: Path, relative: str) -> None:
        place = Path(os.path.realpath(file.parent), file.name or relative)
        # The longest way to it, so that the order of `paths` does not matter.
        found[place] = max(found.get(place, relative), relative, key=lambda told: (told.count("/"), told))

    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                relative = file.relative_to(path).as_posix()
                if file.suffix.lower() in SUFFIXES or file.is_dir() or sniff(file):
                    take(file, relative)
                else:
                    ignored.add(printable(relative))
        elif path.exists() or path.is_symlink():
            take(path, path.name)
        else:
            raise UsageError(f"{printable(str(path))} does not exist. Name a folder of scans, or files.")
    return _named(sorted(found.items(), key=lambda item: (item[1], str(item[0])))), sorted(ignored)


def sniff(path: Path) -> str:
    """The media type that a file's content shows, whatever its name; "" where it is no scan or unreadable."""
    try:
        with _regular(path).open("rb") as file:
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
    with _regular(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def path_text(path: Path) -> str:
    """An absolute path as JSON can hold it: as it stands, or as a file: address where it is no UTF-8."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return str(path)


def path_of(text: str) -> Path:
    """The path that `path_text` wrote."""
    if text.startswith("file://"):
        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix("file://"))))
    return Path(text)


def printable(name: str) -> str:
    """A name that any terminal, log and JSON file can show: control and undecodable characters become escapes."""
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in shown)


def _regular(path: Path) -> Path:
    """The path, where reading it can come to an end: a pipe or a device may keep its reader waiting forever."""
    kind = path.stat().st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return path


def _walk(folder: Path) -> Iterator[Path]:
    """All files below a folder, and the folders that cannot be read.

    Links to folders elsewhere are followed, each folder once.
    """
    shut: list[Path] = []
    root = Path(os.path.realpath(folder))
    seen = {root}
    for parent, folders, files in os.walk(
        folder, followlinks=True, onerror=lambda error: shut.append(Path(error.filename))
    ):
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith(".") and _unseen(Path(parent, name), root, seen)
        ]
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name)
    if folder in shut:
        raise UsageError(f"{printable(str(folder))} cannot be read; mend its permissions.")
    yield from shut


def _unseen(folder: Path, root: Path, seen: set[Path]) -> bool:
    """Whether a folder met on the way is to be searched: not a link to what is searched anyway, or to what holds it."""
    place = Path(os.path.realpath(folder))
    if place in seen or (folder.is_symlink() and (place.is_relative_to(root) or root.is_relative_to(place))):
        return False
    seen.add(place)
    return True


def _named(found: Sequence[tuple[Path, str]]) -> list[Source]:
    """Give every input an output name of its own that any file system can hold."""
    folded = Counter(_folded(relative) for _, relative in found)
    same = Counter(relative for _, relative in found)
    sources = []
    for path, relative in found:
        safe = unicodedata.normalize("NFC", printable(relative))
        parts = safe.split("/")
        awkward = safe != unicodedata.normalize("NFC", relative) or any(
            len(part.encode()) > _LONGEST_NAME or part in (".", "..") for part in parts
        )
        if awkward or folded[_folded(relative)] > 1 or _MARK.search(safe):
            told = relative if same[relative] == 1 else str(path)
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
