"""A record opened page by page: the path of a record goes in, its pages with their edits and clean text come out.

`record.read_record` holds a whole document; this holds a page at a time, so that a document of a thousand pages
needs no more memory than one of ten. The file is mapped, not loaded, and of each page only its place is remembered.
"""

import mmap
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.edits import Clean, apply
from pipeline.record import (
    NO_JSON,
    DocumentStatus,
    Edit,
    Finding,
    Page,
    PageBreaks,
    Part,
    RecordError,
    check_version,
)

_NUMBERS = ("document-number", "case-number")  # what a document is cited by, as its markings name it


class Head(msgspec.Struct, frozen=True):
    """What a record says of its document as a whole; the fields are those of `record.Document`."""

    source: str
    sha256: str
    status: DocumentStatus
    media_type: str = ""
    page_breaks: PageBreaks = "file"
    message: str = ""
    metadata: dict[str, str] = {}
    parts: tuple[Part, ...] = ()


class RecordPage(msgspec.Struct, frozen=True):
    """One page of a record with its own edits and markings, and its clean text with the way back to raw text."""

    page: Page
    edits: tuple[Edit, ...]
    markings: tuple[Finding, ...]
    clean: Clean


class RecordFile:
    """An opened record. `output` is its name below the output folders, `head` what it says of the whole document.

    `numbers` holds the document and case number where the whole document states just one.
    """

    def __init__(self, path: Path, output: str) -> None:
        """Open the record at `path` and check all of it. Raises RecordError with a sentence where it is no good."""
        self.path = path
        self.output = output
        try:
            with path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            check_version(mapped, path)
            self.head = msgspec.json.decode(mapped, type=Head)
            self._places = msgspec.json.decode(mapped, type=_Places)
            self._mapped = mapped
            said = defaultdict(set)
            for one in self.pages():
                for finding in one.markings:
                    if finding.kind in _NUMBERS and finding.value:
                        said[finding.kind].add(finding.value)
        except (
            OSError,
            ValueError,
            *NO_JSON,
        ) as error:  # an empty file is a ValueError, and RecordError is one
            if isinstance(error, RecordError) and str(path) in str(error):
                raise
            raise RecordError(
                f"{path} cannot be read as a record ({error}); run `declass transcribe` again."
            ) from None
        self.numbers = {kind: min(values) for kind, values in said.items() if len(values) == 1}

    def __len__(self) -> int:
        """How many pages the document has."""
        return len(self._places.pages)

    def pages(self) -> Iterator[RecordPage]:
        """The pages in order, each decoded when it is asked for and not kept."""
        edits, markings = _by_page(self._places.edits), _by_page(self._places.markings)
        for raw in self._places.pages:
            page = msgspec.json.decode(raw, type=Page)
            own = tuple(msgspec.json.decode(one, type=Edit) for one in edits.get(page.number, ()))
            found = tuple(msgspec.json.decode(one, type=Finding) for one in markings.get(page.number, ()))
            yield RecordPage(page, own, found, apply(page.text, own))
            self._mapped.madvise(mmap.MADV_DONTNEED)  # the system need not keep what was read


class _Places(msgspec.Struct, frozen=True):
    """Where in the file the pages, edits and markings stand."""

    pages: tuple[msgspec.Raw, ...] = ()
    edits: tuple[msgspec.Raw, ...] = ()
    markings: tuple[msgspec.Raw, ...] = ()


class _OnPage(msgspec.Struct, frozen=True):
    page: int


def _by_page(raws: tuple[msgspec.Raw, ...]) -> dict[int, list[msgspec.Raw]]:
    found: dict[int, list[msgspec.Raw]] = defaultdict(list)
    for raw in raws:
        found[msgspec.json.decode(raw, type=_OnPage).page].append(raw)
    return found
