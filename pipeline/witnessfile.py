"""The witness file, work/witness.jsonl: the evidence for each document, kept until a reading changes.

The documents of a run go in, with the keys of their readings; out comes the evidence for each, from the file where it
was gathered from just these readings, else gathered anew. Its first line is the key of all that went in, each other the evidence
for one document, sorted by name. What is kept of a document depends on what the others say of it alone, so
that a new scan which has nothing to say of it does not make its text anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from pipeline.evidence import Evidence
from pipeline.keys import digest_of, witness_version
from pipeline.record import NO_JSON, Page
from pipeline.store import Store
from pipeline.witness import gather


class Copy(msgspec.Struct, frozen=True):
    """A document as read: its name, the hash of its file and the key of each page's reading ("" where none)."""

    document: str
    sha256: str
    readings: tuple[str, ...]


class _Line(msgspec.Struct, frozen=True):
    document: str
    evidence: Evidence


def evidence_for(copies: Sequence[Copy], store: Store) -> Mapping[str, Evidence]:
    """The evidence for each document of which something is said, by its name. Raises OSError."""
    ordered = sorted(copies, key=lambda copy: copy.document)
    key = digest_of([msgspec.to_builtins(copy) for copy in ordered], witness_version())
    with suppress(OSError, *NO_JSON, StopIteration):
        return _read(store, key)
    # The same file twice is one witness: what it says of itself is no evidence.
    distinct = list({copy.sha256: copy for copy in reversed(ordered)}.values())[::-1]

    def read(document: int) -> list[Page]:
        pages = (store.read_page(reading) for reading in distinct[document].readings if reading)
        return [page for page in pages if page]

    gathered = gather([copy.document for copy in distinct], read)
    by_content = {copy.sha256: evidence for copy, evidence in zip(distinct, gathered, strict=True)}
    lines = [
        _Line(copy.document, by_content[copy.sha256])
        for copy in ordered
        if by_content[copy.sha256] != Evidence()
    ]
    store.write_lines(store.witness_file, _written(key, lines))
    return {line.document: line.evidence for line in lines}


def _written(key: str, lines: Sequence[_Line]) -> Iterator[bytes]:
    yield msgspec.json.encode(key) + b"\n"
    for line in lines:
        yield msgspec.json.encode(line) + b"\n"


def _read(store: Store, key: str) -> Mapping[str, Evidence]:
    """What the file holds. Raises StopIteration where it is empty or stands for other readings."""
    with store.witness_file.open("rb") as file:
        if msgspec.json.decode(next(file)) != key:
            raise StopIteration
        return {line.document: line.evidence for line in map(_DECODE, file)}


_DECODE = msgspec.json.Decoder(_Line).decode
