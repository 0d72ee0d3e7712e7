"""The whole pipeline: every page of every document through one queue, then every document through the text stages.

The runner knows all stages; they do not know each other. It keeps no page in memory, only what became of it.
"""

import errno
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256 as hash_of
from importlib import metadata
from pathlib import Path
from time import monotonic
from types import FrameType

import cv2
import msgspec

from pipeline import __version__, pool, rasterize, report, work
from pipeline.errors import ExitCode, NothingUsableError, UsageError
from pipeline.options import Options, check_languages
from pipeline.programs import languages, tool_versions
from pipeline.record import (
    FAILED_PAGES,
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    DocumentStatus,
    PageOutcome,
    RecordError,
    Run,
    dump,
    read_record,
)
from pipeline.sources import Source, find_sources, path_of, path_text, printable, sha256
from pipeline.store import Store
from pipeline.talk import Talk
from pipeline.textstages import check_kinds, clean_pages, load_corrections

NOT_ASKED_FOR = "not asked for with --pages"
_BROKE = "it ended its worker twice; its image may need more memory than there is, or crash a library"
_INSPECTION_SECONDS = 60.0
_PACKAGE = Path(__file__).parent

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
    tools = tool_versions()
    check_languages(options.read.lang)
    store = Store(output)
    last = store.last_run()
    sources, ignored = _failed_sources(last) if retry_failed else find_sources(paths)
    sources = _as_known(sources, last)
    if not sources and not retry_failed:
        named = ", ".join(printable(str(path)) for path in paths)
        raise NothingUsableError(
            f"There is nothing to transcribe in {named}: put PDF, TIFF, PNG or JPEG files there."
        )
    with store.opened(), _stopped_once(), _full_disk_told(output):
        kept = _settle_names(sources, last, store)
        make_pool = new_pool or pool.process_pool(store.temporary.absolute())
        works = [_Work(source, outcomes={}, keys={}) for source in sources]
        talk.begin(len(works), ignored)
        _inspect_all(works, options, store, make_pool)
        _read_all(works, options, store, make_pool, talk, rasterize_only)
        done = [_outcome_of(one) for one in works]
        if not rasterize_only:
            digest = loaded.digest + _text_version()
            done = _finish_all(works, done, corrections, digest, options, store, make_pool, talk)
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
            store.write_lines(output / "corpus.jsonl", _corpus(run, store))
            store.write(output / "report" / "index.html", report.overview(run, _records(run, store)))
            store.write(output / "run.json", dump(run))
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
        kept = (
            store.work
            / "inspections"
            / f"{work.digest_of(one.sha256, tool_versions(), _read_version())}.json"
        )
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
    key = _page_key(one.sha256, number, options)
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
        keys = tuple(
            "" if page.status in FAILED_PAGES else one.keys.get(page.number, "") for page in outcome.pages
        )
        said = [(page.number, page.status, page.message) for page in outcome.pages]
        key = work.digest_of(outcome.source, outcome.output, outcome.sha256, keys, said, digest, options.text)
        counts = store.done(outcome.output, key)
        if counts is not None:
            done[index] = msgspec.structs.replace(outcome, edits=counts)
            talk.document(done[index])
            continue
        lasting = msgspec.structs.replace(outcome, path="", pages=tuple(map(_without_time, outcome.pages)))
        job = work.DocumentJob(
            lasting, keys, key, corrections.absolute(), digest, options.text, store.folder.absolute()
        )
        call = pool.Call(work.finish_document, job)
        asked[call] = index
        calls.append(call)
    for call, found in pool.run_calls(calls, new_pool, options.jobs) if calls else ():
        index = asked[call]
        if isinstance(found, dict):
            done[index] = msgspec.structs.replace(done[index], edits=found)
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
        return f"it failed unexpectedly ({type(found.error).__name__}: {found.error}); please report this."
    return f"{_BROKE}."


def _records(run: Run, store: Store) -> Iterator[Document]:
    for outcome in run.documents:
        path = store.place("records", outcome.output)
        if path.exists():
            with suppress(RecordError):  # told by _settle_names
                yield read_record(path)


def _corpus(run: Run, store: Store) -> Iterator[bytes]:
    """One line a page: what other tools want of it."""
    outputs = {(outcome.source, outcome.sha256): outcome.output for outcome in run.documents}
    for document in _records(run, store):
        output = outputs.get((document.source, document.sha256), document.source)
        for page, text in zip(document.pages, clean_pages(document), strict=True):
            edits = document.edits_on(page.number)
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


def _settle_names(sources: Sequence[Source], last: Run | None, store: Store) -> list[DocumentOutcome]:
    """The documents of earlier runs that still stand beside this run's; outputs of those that do not become orphans."""
    paths = {path_text(source.path): source.output for source in sources}
    outputs = set(paths.values())
    kept = []
    for outcome in last.documents if last else ():
        if paths.get(outcome.path) == outcome.output:
            continue
        if outcome.path not in paths and outcome.output not in outputs and path_of(outcome.path).exists():
            kept.append(_checked(outcome, store))
        else:
            store.orphan(outcome.output)
    return kept


def _checked(outcome: DocumentOutcome, store: Store) -> DocumentOutcome:
    """A document of an earlier run as it stands now: nothing of it was read anew, and its record may have come to harm."""
    pages = tuple(msgspec.structs.replace(page, cached=True) for page in outcome.pages)
    outcome = msgspec.structs.replace(outcome, pages=pages)
    try:
        if outcome.pages:
            read_record(store.place("records", outcome.output))
    except RecordError as error:
        return msgspec.structs.replace(outcome, status="failed", message=str(error))
    return outcome


def _as_known(sources: Sequence[Source], last: Run | None) -> list[Source]:
    """The sources, those reached from further down this time under the longer names that the last run knew them by.

    So a run on one file of a folder renews the outputs that this file has.
    """
    known = {outcome.path: outcome for outcome in last.documents} if last else {}
    named = []
    for source in sources:
        outcome = known.get(path_text(source.path))
        if outcome and outcome.source.endswith(f"/{source.relative}"):
            named.append(Source(source.path, outcome.source, outcome.output))
        else:
            named.append(source)
    distinct = len({source.output.casefold() for source in named}) == len(named)
    return named if distinct else list(sources)


def _failed_sources(last: Run | None) -> tuple[list[Source], list[str]]:
    if last is None:
        raise UsageError("--retry-failed takes up an earlier run, and there is none in this output folder.")
    return [
        Source(path_of(outcome.path), outcome.source, outcome.output)
        for outcome in last.documents
        if outcome.status != "ok" and path_of(outcome.path).exists()
    ], list(last.ignored)


def _page_key(digest: str, number: int, options: Options) -> str:
    return work.digest_of(
        digest, number, options.read, tool_versions(), _language_data(options.read.lang), _read_version()
    )


@cache
def _language_data(lang: str) -> list[str]:
    """The hashes of the engine's data: another model reads other words."""
    return [sha256(languages()[name]) for name in lang.split("+") if languages()[name].exists()]


@cache
def _read_version() -> str:
    """Changes whenever the code that reads pages does, so that no stale reading survives an update."""
    reading = (
        "crops",
        "engines",
        "film",
        "geometry",
        "lexicon",
        "looks",
        "ocr",
        "options",
        "pageimage",
        "programs",
        "rasterize",
        "record",
        "secondlook",
        "secondreader",
        "sources",
        "uncovered",
        "views",
        "vote",
        "work",
    )
    code = _digest_of_files([_PACKAGE / f"{module}.py" for module in reading])
    return code + cv2.__version__ + metadata.version("wordfreq")


@cache
def _text_version() -> str:
    """Changes whenever the code or the templates that make outputs do."""
    return _digest_of_files([*_PACKAGE.glob("*.py"), *_PACKAGE.glob("templates/*")])


def _digest_of_files(paths: Sequence[Path]) -> str:
    return hash_of(b"\0".join(path.read_bytes() for path in sorted(paths))).hexdigest()


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
