"""The whole pipeline: every page of every document through one queue, then every document through the text stages.

The runner knows all stages; they do not know each other. It keeps no page in memory, only what became of it.
"""

import errno
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import FrameType

import msgspec

from pipeline import __version__, earlier, keys, pool, rasterize, work, wrapup
from pipeline.decisions import Decision, load_decisions
from pipeline.errors import DocumentError, ExitCode, NothingUsableError, UsageError
from pipeline.options import Options, check_languages
from pipeline.programs import tool_versions
from pipeline.record import (
    FAILED_PAGES,
    SCHEMA_VERSION,
    DocumentOutcome,
    DocumentStatus,
    PageOutcome,
    Run,
    dump,
)
from pipeline.sources import Source, find_sources, path_text, printable, sha256
from pipeline.store import Done, Store
from pipeline.talk import Talk
from pipeline.textstages import check_kinds, load_corrections

NOT_ASKED_FOR = "not asked for with --pages"
_BROKE = "it ended its worker twice; its image may need more memory than there is, or crash a library"
_INSPECTION_SECONDS = 60.0

NewPool = Callable[[int], Executor]


class _Work(msgspec.Struct):
    """One source on its way: what is known of it so far."""

    source: Source
    sha256: str = ""
    inspection: rasterize.Inspection | None = None
    message: str = ""
    outcomes: dict[int, PageOutcome] = {}
    keys: dict[int, str] = {}


def transcribe(
    paths: Sequence[Path],
    output: Path,
    corrections: Path,
    options: Options,
    talk: Talk,
    *,
    retry_failed: bool = False,
    rasterize_only: bool = False,
    new_pool: NewPool | None = None,
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
    found = None if retry_failed else find_sources(paths)
    if found and not found[0]:
        named = ", ".join(printable(str(path)) for path in paths)
        raise NothingUsableError(
            f"There is nothing to transcribe in {named}: put PDF, TIFF, PNG or JPEG files there."
        )
    with store.opened(), _stopped_once(), _full_disk_told(output):
        last = store.last_run()  # not before the folder is ours: another run may just be ending
        sources, ignored = found or earlier.failed_sources(last)
        sources = earlier.as_known(sources, last)
        kept = earlier.still_standing(sources, last, store)
        make_pool = new_pool or pool.process_pool(store.temporary.absolute())
        works = [_Work(source, outcomes={}, keys={}) for source in sources]
        talk.begin(len(works), ignored)
        _inspect_all(works, options, store, make_pool)
        _read_all(works, options, store, make_pool, talk, rasterize_only)
        done = [_outcome_of(one) for one in works]
        if not rasterize_only:
            people = decided.by_document()
            done = _finish_all(
                works, done, corrections, loaded.digest, people, options, store, make_pool, talk
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
        )
        if not rasterize_only:
            wrapup.write_run(run, store)
    return run


def exit_code(run: Run) -> ExitCode:
    """What the shell is told of a run."""
    if all(document.status == "failed" for document in run.documents):
        return ExitCode.NOTHING_USABLE if run.documents else ExitCode.OK
    failed = any(
        document.status == "failed"
        or any(page.status in FAILED_PAGES and page.message != NOT_ASKED_FOR for page in document.pages)
        for document in run.documents
    )
    return ExitCode.PARTLY_FAILED if failed else ExitCode.OK


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


def _inspect_all(works: Sequence[_Work], options: Options, store: Store, new_pool: NewPool) -> None:
    """Find what each file is; answers are kept by content, so that a second run asks nothing."""
    calls: deque[pool.Call] = deque()
    asked: dict[pool.Call, tuple[_Work, Path]] = {}
    for one in works:
        try:
            one.sha256 = sha256(one.source.path)
        except OSError as error:
            one.message = f"it cannot be read ({error.strerror}); check its permissions."
            continue
        kept = store.work / "inspections" / f"{keys.inspection_key(one.sha256)}.json"
        try:
            one.inspection = msgspec.json.decode(kept.read_bytes(), type=rasterize.Inspection)
        except (OSError, msgspec.MsgspecError):
            job = work.InspectJob(one.source.path, options.passwords, _INSPECTION_SECONDS)
            call = pool.Call(work.inspect_file, job)
            asked[call] = (one, kept)
            calls.append(call)
    for call, found in pool.run_calls(calls, new_pool, options.jobs) if calls else ():
        one, kept = asked[call]
        if isinstance(found, rasterize.Inspection):
            one.inspection = found
            if not found.password:  # no password is ever written down
                store.write(kept, dump(found))
        else:
            one.message = found if isinstance(found, str) else _said(found)


def _read_all(
    works: Sequence[_Work],
    options: Options,
    store: Store,
    new_pool: NewPool,
    talk: Talk,
    rasterize_only: bool,
) -> None:
    """Read every page that is not read yet, through one queue."""
    calls: deque[pool.Call] = deque()
    asked: dict[pool.Call, tuple[_Work, int, float]] = {}
    for one in works:
        count = one.inspection.page_count if one.inspection else 0
        for number in range(1, count + 1):
            _plan_page(one, number, options, store, rasterize_only, calls, asked)
        talk.pages(count, cached=len(one.outcomes))
    for call, found in pool.run_calls(calls, new_pool, options.jobs) if calls else ():
        one, number, _ = asked[call]
        if isinstance(found, PageOutcome):
            outcome = found
        else:
            outcome = PageOutcome(number, "failed", message=_said(found))
        one.outcomes[number] = outcome
        talk.page(one.source.relative, outcome)


def _plan_page(
    one: _Work,
    number: int,
    options: Options,
    store: Store,
    rasterize_only: bool,
    calls: deque[pool.Call],
    asked: dict[pool.Call, tuple[_Work, int, float]],
) -> None:
    assert one.inspection is not None
    if not options.wants(number):
        one.outcomes[number] = PageOutcome(number, "skipped", message=NOT_ASKED_FOR)
        return
    if number > options.max_pages:
        said = f"beyond the limit of {options.max_pages} pages; --max-pages raises it."
        one.outcomes[number] = PageOutcome(number, "skipped", message=said)
        return
    key = keys.page_key(one.sha256, number, options.read)
    one.keys[number] = key
    keep = store.kept_image(one.source.output, number) if options.keep_images or rasterize_only else None
    if not rasterize_only and not (keep and not keep.exists()) and (page := store.has_page(key)):
        one.outcomes[number] = PageOutcome(number, page.status, cached=True, message=page.message)
        return
    job = work.PageJob(
        one.source.path.absolute(),
        one.inspection,
        number,
        key,
        options.read,
        options.page_timeout,
        store.folder.absolute(),
        keep.absolute() if keep else None,
        rasterize_only,
    )
    call = pool.Call(work.read_page, job)
    asked[call] = (one, number, monotonic())
    calls.append(call)


def _outcome_of(one: _Work) -> DocumentOutcome:
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
    works: Sequence[_Work],
    outcomes: Sequence[DocumentOutcome],
    corrections: Path,
    digest: str,
    people: Mapping[str, tuple[Decision, ...]],
    options: Options,
    store: Store,
    new_pool: NewPool,
    talk: Talk,
) -> list[DocumentOutcome]:
    """Carry out the text stages on every document whose outputs are not up to date."""
    calls: deque[pool.Call] = deque()
    asked: dict[pool.Call, int] = {}
    done = list(outcomes)
    for index, (one, outcome) in enumerate(zip(works, outcomes, strict=True)):
        if not outcome.pages:
            if store.content_of(outcome.output) != outcome.sha256:
                store.orphan(outcome.output)  # or another file's text would be taken for this one's
            talk.document(outcome)
            continue
        readings = tuple(
            "" if page.status in FAILED_PAGES else one.keys.get(page.number, "") for page in outcome.pages
        )
        decisions = people.get(outcome.sha256, ())
        key = keys.document_key(outcome, readings, digest, options.text, decisions)
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
            decisions,
        )
        call = pool.Call(work.finish_document, job)
        asked[call] = index
        calls.append(call)
    for call, found in pool.run_calls(calls, new_pool, options.jobs) if calls else ():
        index = asked[call]
        if isinstance(found, Done):
            done[index] = msgspec.structs.replace(done[index], edits=found.edits, decisions=found.decisions)
        else:
            done[index] = msgspec.structs.replace(done[index], status="failed", message=_said(found))
        talk.document(done[index])
    return done


def _without_time(page: PageOutcome) -> PageOutcome:
    return msgspec.structs.replace(page, seconds=0.0, cached=False)


def _said(found: object) -> str:
    if isinstance(found, pool.Raised) and isinstance(found.error, OSError):
        return f"its results could not be written ({found.error.strerror})."
    if isinstance(found, pool.Raised):
        if isinstance(found.error, DocumentError):
            return str(found.error)
        return f"it failed unexpectedly ({type(found.error).__name__}: {found.error}); please report this."
    return f"{_BROKE}."


@contextmanager
def _full_disk_told(output: Path) -> Iterator[None]:
    """What cannot be written in mid-run is a sentence, too."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO):
            raise
        raise UsageError(
            f"The output folder {output} cannot be written any more ({error.strerror}); mend that and run the same "
            "command again to go on where it stopped, or name another folder with -o."
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
