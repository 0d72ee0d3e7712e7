"""The whole pipeline: every page of every document through one queue, then every document through the text stages.

The runner knows all stages; they do not know each other. It keeps no page in memory, only what became of it.
"""

import errno
import signal
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from types import FrameType

import msgspec

from pipeline import earlier, extras, keys, pool, work, wrapup
from pipeline.confinement import worker_bounds
from pipeline.decisions import Decision, load_decisions
from pipeline.errors import ExitCode, NothingUsableError, UsageError
from pipeline.evidence import NO_EVIDENCE, Evidence
from pipeline.options import Options, check_languages
from pipeline.programs import tool_versions
from pipeline.reading import NOT_ASKED_FOR, Intake, RunCalls, inspect_all, read_all, said_of
from pipeline.record import (
    FAILED_PAGES,
    SCHEMA_VERSION,
    DocumentOutcome,
    DocumentStatus,
    PageOutcome,
    Run,
)
from pipeline.room import Room
from pipeline.sources import Source, find_sources, path_text, printable
from pipeline.store import Done, Store
from pipeline.talk import Talk
from pipeline.textstages import check_kinds, load_corrections
from pipeline.version import __version__
from pipeline.witnessfile import Copy, evidence_for

_CANNOT_BE_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


def transcribe(
    paths: Sequence[Path],
    output: Path,
    corrections: Path,
    options: Options,
    talk: Talk,
    *,
    retry_failed: bool = False,
    rasterize_only: bool = False,
) -> Run:
    """Transcribe files and folders into the folder `output`, with the dictionary in `corrections`.

    Work that an earlier run did is taken over. `retry_failed` takes up the documents that did not come out whole
    in the last run, and no others. Raises DeclassError where nothing can begin.
    """
    began, started = monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    check_output(paths, output)
    loaded = load_corrections(corrections)
    check_kinds(options.text, loaded)
    decided = load_decisions(corrections)
    tools = tool_versions()
    check_languages(options.read.lang)
    store = Store(output)
    if retry_failed:
        earlier.failed_sources(store.last_run())  # says so where there is no earlier run
    found = None if retry_failed else find_sources(paths, options.follow_links)
    if found and not found[0]:
        named = ", ".join(printable(str(path)) for path in paths)
        raise NothingUsableError(
            f"There is nothing to transcribe in {named}: put PDF, TIFF, PNG or JPEG files there."
        )
    with _stopped_once(), store.opened(), _full_disk_told(store), ExitStack() as hired:
        last = store.last_run()  # not before the folder is ours: another run may just be ending
        sources, ignored = found or earlier.failed_sources(last, options.follow_links)
        sources = earlier.as_known(sources, last)
        kept, orphaned = earlier.still_standing(sources, last, store)
        room = Room(store, options.limits.max_disk)
        run_calls = hired.enter_context(_workers(options, store, corrections, loaded.digest, sources))
        intakes = [Intake(source, outcomes={}, keys={}) for source in sources]
        talk.begin(len(intakes), paths, output)
        inspect_all(intakes, options, store, run_calls)
        read_all(intakes, options, store, run_calls, room, talk, rasterize_only=rasterize_only)
        done = [_outcome_of(one) for one in intakes]
        if not rasterize_only:
            people = decided.by_document()
            done = _finish_all(
                intakes, done, corrections, loaded.digest, people, options, store, run_calls, room, talk
            )
        documents = tuple(sorted([*done, *kept], key=lambda outcome: outcome.output))
        run = Run(
            SCHEMA_VERSION,
            __version__,
            started,
            round(monotonic() - began, 3),
            options.shown(),
            tools,
            documents,
            tuple(ignored),
            tuple(orphaned),
        )
        if not rasterize_only:
            wrapup.write_run(run, store)
    return run


@contextmanager
def _workers(
    options: Options, store: Store, corrections: Path, digest: str, sources: Sequence[Source]
) -> Iterator[RunCalls]:
    """Those that read: processes on this machine, or the workers of a Dask cluster."""
    if options.scheduler:
        extras.need("cluster")
        from pipeline import cluster  # noqa: PLC0415 - slow to import, and an extra

        with cluster.workers(options, store.temporary, corrections, digest, sources) as run_calls:
            yield run_calls
        return
    limits = options.limits
    new_pool = pool.process_pool(
        worker_bounds(store.temporary, limits.memory, limits.page_timeout, options.read.max_pixels)
    )
    with pool.idle_pools() as idle:
        yield partial(pool.run_calls, new_pool=new_pool, jobs=options.jobs, idle=idle)


def exit_code(run: Run) -> ExitCode:
    """What the shell is told of a run."""
    if all(document.status == "failed" or _unasked(document) for document in run.documents):
        return ExitCode.NOTHING_USABLE if run.documents else ExitCode.OK
    failed = any(
        document.status == "failed"
        or any(page.status in FAILED_PAGES and page.message != NOT_ASKED_FOR for page in document.pages)
        for document in run.documents
    )
    return ExitCode.PARTLY_FAILED if failed else ExitCode.OK


def _unasked(document: DocumentOutcome) -> bool:
    """Whether none of its pages was asked for."""
    return bool(document.pages) and all(page.message == NOT_ASKED_FOR for page in document.pages)


def check_output(paths: Sequence[Path], output: Path) -> None:
    """Raise UsageError where the output folder is a file or lies among the scans."""
    if output.exists() and not output.is_dir():
        raise UsageError(f"The output {output} is a file; name a folder with -o.")
    for path in paths:
        if path.is_dir() and output.resolve().is_relative_to(path.resolve()):
            raise UsageError(
                f"The output folder {output} lies inside the scans folder {path}, where the next run would read it; "
                "name another with -o."
            )


def _outcome_of(one: Intake) -> DocumentOutcome:
    pages = tuple(one.outcomes[number] for number in sorted(one.outcomes))
    failed = [page for page in pages if page.status in FAILED_PAGES and page.message != NOT_ASKED_FOR]
    status: DocumentStatus = "ok"
    if one.message or (pages and len(failed) == len(pages)):
        status = "failed"
    elif failed:
        status = "partial"
    message = one.message
    if not message and status == "failed":
        message = pages[0].message
        if len(pages) > 1:
            message = f"none of its {len(pages)} pages could be read; of the first it is said: {message}"
    return DocumentOutcome(
        one.source.relative,
        path_text(one.source.path),
        one.source.output,
        one.sha256,
        status,
        one.inspection.media_type if one.inspection else "",
        message,
        pages,
    )


def _finish_all(
    intakes: Sequence[Intake],
    outcomes: Sequence[DocumentOutcome],
    corrections: Path,
    digest: str,
    people: Mapping[str, tuple[Decision, ...]],
    options: Options,
    store: Store,
    run_calls: RunCalls,
    room: Room,
    talk: Talk,
) -> list[DocumentOutcome]:
    """Carry out the text stages on every document whose outputs are not up to date."""
    calls: deque[pool.Call] = deque()
    asked: dict[pool.Call, int] = {}
    done = list(outcomes)
    heard = _evidence(intakes, outcomes, store) if options.text.correct else {}
    for index, (one, outcome) in enumerate(zip(intakes, outcomes, strict=True)):
        if not outcome.pages:
            if store.content_of(outcome.output) != outcome.sha256:
                store.orphan(outcome.output)  # or another file's text would be taken for this one's
            talk.document(outcome)
            continue
        readings, evidence = _readings(one, outcome), heard.get(outcome.source, NO_EVIDENCE)
        decisions = people.get(outcome.sha256, ())
        key = keys.document_key(outcome, readings, digest, options.text, evidence, decisions)
        made = store.done(outcome.output, key)
        if made is not None:
            done[index] = msgspec.structs.replace(outcome, edits=made.edits, decisions=made.decisions)
            talk.document(done[index])
            continue
        lasting = msgspec.structs.replace(outcome, path="", pages=tuple(map(_without_time, outcome.pages)))
        job = work.DocumentJob(
            lasting,
            readings,
            key,
            corrections.absolute(),
            digest,
            options.text,
            store.folder.absolute(),
            evidence,
            decisions,
        )
        call = pool.Call(work.finish_document, job)
        asked[call] = index
        calls.append(call)
    talk.texts(len(calls))
    if calls:
        room.take()
    for call, found in run_calls(calls) if calls else ():
        index = asked[call]
        if isinstance(found, Done):
            done[index] = msgspec.structs.replace(done[index], edits=found.edits, decisions=found.decisions)
        else:
            done[index] = msgspec.structs.replace(done[index], status="failed", message=said_of(found))
        talk.document(done[index], anew=True)
        output = done[index].output
        room.take([*store.places(output), *store.report_pictures(output)])
    return done


def _evidence(
    works: Sequence[Intake], outcomes: Sequence[DocumentOutcome], store: Store
) -> Mapping[str, Evidence]:
    """What the documents of this run say of each other's doubtful words."""
    return evidence_for(
        [
            Copy(outcome.source, outcome.sha256, _readings(one, outcome))
            for one, outcome in zip(works, outcomes, strict=True)
            if outcome.pages
        ],
        store,
    )


def _readings(one: Intake, outcome: DocumentOutcome) -> tuple[str, ...]:
    """The key of each page's reading, or "" where there is none."""
    return tuple(
        "" if page.status in FAILED_PAGES else one.keys.get(page.number, "") for page in outcome.pages
    )


def _without_time(page: PageOutcome) -> PageOutcome:
    return msgspec.structs.replace(page, seconds=0.0, cached=False)


@contextmanager
def _full_disk_told(store: Store) -> Iterator[None]:
    """What cannot be written in mid-run is a sentence, too."""
    try:
        yield
    except OSError as error:
        gone = error.errno in (errno.ENOENT, errno.ENOTDIR) and not store.temporary.is_dir()
        if not gone and error.errno not in _CANNOT_BE_WRITTEN:
            raise
        raise UsageError(
            f"The output folder {store.folder} cannot be written any more ({error.strerror}); mend that and run the "
            "same command again to go on where it stopped, or name another folder with -o."
        ) from None


@contextmanager
def _stopped_once() -> Iterator[None]:
    """Answer ctrl-C and SIGTERM alike, and once: while the workers are stopped, impatience cannot break that off."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
