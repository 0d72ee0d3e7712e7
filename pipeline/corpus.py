"""corpus.jsonl: one object a page for other tools, made from the records of an output folder."""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from pipeline.record import Document, RecordError, Run, read_record
from pipeline.store import Store
from pipeline.textstages import clean_pages


def records(run: Run, store: Store) -> Iterator[tuple[str, Document]]:
    """The records of all documents of a run that can be read, one at a time, each with its output name."""
    for outcome in run.documents:
        path = store.place("records", outcome.output)
        if path.exists():
            with suppress(RecordError):  # told by earlier.still_standing
                document = read_record(path)
                if document.sha256 == outcome.sha256:  # or a failed run left another file's record
                    yield outcome.output, document


def corpus_lines(run: Run, store: Store) -> Iterator[bytes]:
    """One line a page: what other tools want of it."""
    for output, document in records(run, store):
        for (page, edits), text in zip(document.edited_pages(), clean_pages(document), strict=True):
            line = {
                "id": f"{output}#{page.number}",
                "source": document.source,
                "sha256": document.sha256,
                "page": page.number,
                "text": text,
                "metadata": {
                    "status": page.status,
                    "confidence": page.confidence,
                    "media_type": document.media_type,
                    "pages": len(document.pages),
                    "stripped": sum(edit.in_force and edit.kind == "strip" for edit in edits),
                    "corrected": sum(edit.in_force and edit.kind == "correct" for edit in edits),
                    "suggested": sum(edit.status == "suggested" for edit in edits),
                },
            }
            yield msgspec.json.encode(line) + b"\n"
