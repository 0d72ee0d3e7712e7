"""What is written once for all documents: the records of an output folder in, corpus, overview and run.json out."""

from pathlib import Path

import msgspec

from pipeline import report
from pipeline.corpus import corpus_lines, records
from pipeline.record import DocumentOutcome, Run, dump
from pipeline.store import Done, Store


def write_run(run: Run, store: Store) -> None:
    """Write corpus.jsonl, the report's overview and run.json, which says last that all is there. Raises OSError."""
    store.write_lines(store.folder / "corpus.jsonl", corpus_lines(run, store))
    store.write(store.folder / "report" / "index.html", report.overview(run, records(run, store)))
    store.write(store.folder / "run.json", dump(run))


def write_whole(output: Path) -> None:
    """The same after the last run, with the counts of what has been made since. Raises OSError."""
    store = Store(output)
    run = store.last_run()
    if run is None:
        return
    documents = tuple(_as_made(outcome, store.made(outcome.output)) for outcome in run.documents)
    write_run(msgspec.structs.replace(run, documents=documents), store)


def _as_made(outcome: DocumentOutcome, made: Done | None) -> DocumentOutcome:
    if made is None or made.outcome.sha256 != outcome.sha256 or not outcome.pages:
        return outcome
    return msgspec.structs.replace(outcome, edits=made.edits, decisions=made.decisions)
