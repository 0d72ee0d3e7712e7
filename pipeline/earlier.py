"""What earlier runs left in the output folder: which of their documents still stand, under which names."""

from collections.abc import Sequence

import msgspec

from pipeline.errors import UsageError
from pipeline.record import DocumentOutcome, RecordError, Run, read_record
from pipeline.sources import LEADS_OUT, Source, is_there, path_of, path_text
from pipeline.store import Store
from pipeline.textstages import clean_pages


def still_standing(
    sources: Sequence[Source], last: Run | None, store: Store
) -> tuple[list[DocumentOutcome], list[str]]:
    """The documents of earlier runs that still stand beside this run's, and the names of those that do not: their outputs
    became orphans.
    """
    paths = {path_text(source.path): source.output for source in sources}
    outputs = set(paths.values())
    kept, orphaned = [], []
    for outcome in last.documents if last else ():
        if paths.get(outcome.path) == outcome.output:
            continue
        if outcome.path not in paths and outcome.output not in outputs and is_there(path_of(outcome.path)):
            kept.append(_checked(outcome, store))
        else:
            orphaned += [outcome.source] if store.orphan(outcome.output) else []
    return kept, orphaned


def _checked(outcome: DocumentOutcome, store: Store) -> DocumentOutcome:
    """A document of an earlier run as it stands now: nothing of it was read anew, and its record may have come to harm."""
    pages = tuple(msgspec.structs.replace(page, cached=True) for page in outcome.pages)
    outcome = msgspec.structs.replace(outcome, pages=pages)
    try:
        if outcome.pages:
            clean_pages(read_record(store.place("records", outcome.output)))
    except RecordError as error:
        return msgspec.structs.replace(outcome, status="failed", message=str(error))
    return outcome


def as_known(sources: Sequence[Source], last: Run | None) -> list[Source]:
    """The sources, those reached from further down this time under the longer names that the last run knew them by.

    So a run on one file of a folder renews the outputs that this file has.
    """
    known = {outcome.path: outcome for outcome in last.documents} if last else {}
    named = []
    for source in sources:
        outcome = known.get(path_text(source.path))
        if outcome and outcome.source.endswith(f"/{source.relative}"):
            named.append(msgspec.structs.replace(source, relative=outcome.source, output=outcome.output))
        else:
            named.append(source)
    distinct = len({source.output.casefold() for source in named}) == len(named)
    return named if distinct else list(sources)


def failed_sources(last: Run | None, follow_links: bool = False) -> tuple[list[Source], list[str]]:
    """The documents of the last run that did not come out whole, and the files it left alone.

    A link that was not followed is followed now with `follow_links` alone. Raises UsageError where there was no run.
    """
    if last is None:
        raise UsageError("--retry-failed takes up an earlier run, and there is none in this output folder.")
    return [
        Source(
            path_of(outcome.path),
            outcome.source,
            outcome.output,
            LEADS_OUT if outcome.message == LEADS_OUT and not follow_links else "",
        )
        for outcome in last.documents
        if outcome.status != "ok" and is_there(path_of(outcome.path))
    ], list(last.ignored)
