"""The inputs: which files there are, what each really is, and the name its outputs take.

Paths that the user named go in. What lies below them may come from strangers: a link from there leads nowhere outside, unless
the user says so.
"""

import errno
import hashlib
import json
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
_LONGEST_PATH = 600  # bytes; the output folder's own path comes before it, and systems end at 1,024 or 4,096
_MARK = re.compile(r"~[0-9a-f]{8}$")  # ends the names that were made up here, and no others
# What a folder is never called in the output, where memo.pdf has a file memo.pdf.txt.
_TAKEN = re.compile(r"\.(txt|json|jsonl|diff|html|pages)$", re.IGNORECASE)

LEADS_OUT = (
    "it is a link that leads out of the scans folder; name what it leads to as well, "
    "or have such links followed with --follow-links."
)
_WAYS_OUT = {
    errno.EINVAL: "put a file in its place",
    errno.EIO: "its disk may be damaged, so copy it from elsewhere",
    errno.ELOOP: "it is a link that leads back to itself, so mend it or take it away",
    errno.ENAMETOOLONG: "shorten the names of its folders",
    errno.ENOENT: "it has gone, or is a link to nothing, so put it back or take the link away",
}


class Source(msgspec.Struct, frozen=True):
    """One input: where it lies (absolute, its folder without links), its path below the scans folder, and its name
    below the output folders; `refused` says why it shall not be read.
    """

    path: Path
    relative: str
    output: str
    refused: str = ""


def find_sources(paths: Sequence[Path], follow_links: bool = False) -> tuple[list[Source], list[str]]:
    """All inputs under `paths` (folders or files), sorted, and the names of files left alone as no scans.

    A file counts as an input by its content or its name; a file named on the command line always counts, and one
    reached in several ways counts once. Hidden files are passed over. A folder that cannot be read is an input, too,
    so that it fails where everybody sees it; so is a link that leads out of `paths`, which is read with `follow_links`
    alone. Raises UsageError where a path does not exist.
    """
    found: dict[Path, str] = {}
    ignored: set[str] = set()
    refused: set[Path] = set()
    roots = [Path(os.path.realpath(path)) for path in paths]

    def take(file: Path, relative: str) -> None:
        place = Path(os.path.realpath(file.parent), file.name or relative)
        # The longest way to it, so that the order of `paths` does not matter.
        found[place] = max(found.get(place, relative), relative, key=lambda told: (told.count("/"), told))

    for path in paths:
        if _is(Path.is_dir, path):
            for file, counts in _walk(path, [] if follow_links else roots):
                relative = file.relative_to(path).as_posix()
                out = not follow_links and _leads_out(file, roots)
                if counts or file.suffix.lower() in SUFFIXES or (not out and sniff(file)):
                    take(file, relative)
                    if out:
                        refused.add(Path(os.path.realpath(file.parent), file.name))
                else:
                    ignored.add(printable(relative))
        elif is_there(path) or _is(Path.is_symlink, path):
            take(path, path.name)
        else:
            raise UsageError(f"{printable(str(path))} does not exist. Name a folder of scans, or files.")
    named = _named(sorted(found.items(), key=lambda item: (item[1], str(item[0]))))
    sources = [
        msgspec.structs.replace(source, refused=LEADS_OUT if source.path in refused else "")
        for source in named
    ]
    return sources, sorted(ignored)


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


def why_unreadable(error: OSError) -> str:
    """Why a file cannot be read, and the way out, as a sentence."""
    way_out = _WAYS_OUT.get(error.errno or 0, "check its permissions")
    return f"it cannot be read ({error.strerror or error}); {way_out}."


def printable_json(line: bytes) -> str:
    """A line of JSON that says the same, with all escaped that a terminal acts upon."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line.decode())


def is_there(path: Path) -> bool:
    """Whether there is something at a path, links followed."""
    return _is(Path.exists, path)


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
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file", str(path))
    return path


def _is(what: Callable[[Path], bool], path: Path) -> bool:
    """The answer about a path; no, where the system cannot say, as of a path too long for it."""
    try:
        return what(path)
    except OSError:
        return False


def _leads_out(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a path is a link to what lies under none of `roots`."""
    if not _is(Path.is_symlink, path):
        return False
    place = Path(os.path.realpath(path))
    return not any(place.is_relative_to(root) for root in roots)


def _walk(folder: Path, roots: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """All files below a folder; and folders that are not searched, which count as inputs: those that cannot be read, and
    where there are `roots`, links that lead out of them. Other links to folders are followed, each folder once.
    """
    shut: list[Path] = []
    root = Path(os.path.realpath(folder))
    seen = {root}
    for parent, folders, files in os.walk(
        folder, followlinks=True, onerror=lambda error: shut.append(Path(error.filename))
    ):
        below = [name for name in sorted(folders) if not name.startswith(".")]
        out = [name for name in below if roots and _leads_out(Path(parent, name), roots)]
        yield from ((Path(parent, name), True) for name in out)
        folders[:] = [name for name in below if name not in out and _unseen(Path(parent, name), root, seen)]
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(parent, name), False
    if folder in shut:
        raise UsageError(f"{printable(str(folder))} cannot be read; mend its permissions.")
    yield from ((each, True) for each in shut)


def _unseen(folder: Path, root: Path, seen: set[Path]) -> bool:
    """Whether a folder met on the way is to be searched: not a link to what is searched anyway, or to what holds it."""
    place = Path(os.path.realpath(folder))
    if place in seen or (
        _is(Path.is_symlink, folder) and (place.is_relative_to(root) or root.is_relative_to(place))
    ):
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
        parts = [*(map(_free, safe.split("/")[:-1])), safe.split("/")[-1]]
        awkward = safe != unicodedata.normalize("NFC", relative) or any(
            len(part.encode()) > _LONGEST_NAME or part in (".", "..") for part in parts
        )
        deep = len(safe.encode()) > _LONGEST_PATH
        if awkward or deep or folded[_folded(relative)] > 1 or _MARK.search(safe):
            told = relative if same[relative] == 1 else str(path)
            mark = "~" + hashlib.sha256(os.fsencode(told)).hexdigest()[:8]
            parts = [_shortened(part) for part in (parts[-1:] if deep else parts)]
            parts[-1] += mark
        sources.append(Source(path, printable(relative), "/".join(parts)))
    return sources


def _free(folder: str) -> str:
    """The name of a folder in the output, which no file made for a neighbour can have."""
    if _TAKEN.search(folder) or _MARK.search(folder):
        return f"{folder}~{hashlib.sha256(folder.encode()).hexdigest()[:8]}"
    return folder


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
