"""The queue of pages: what every source is, and every page of it that is not read yet, through one pool of workers.

Sources go in, each as an Intake, where it is noted what became of their pages; the readings are in the store.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from pipeline import keys, pool, rasterize, work
from pipeline.confinement import MEGABYTE
from pipeline.errors import DocumentError, PageError
from pipeline.options import Options
from pipeline.record import NO_JSON, PageOutcome, dump
from pipeline.room import Room
from pipeline.sources import Source, sha256, why_unreadable
from pipeline.store import Store
from pipeline.talk import Talk

NOT_ASKED_FOR = "not asked for with --pages"

_BROKE = "it ended its worker each time: it hangs in a library, crashes it or needs too much memory"
_INSPECTION_SECONDS = 60.0

RunCalls = Callable[[deque[pool.Call]], Iterator[tuple[pool.Call, Any]]]


class Intake(msgspec.Struct):
    """One source on its way: what is known of it so far. `keys` name the readings of its pages."""

    source: Source
    sha256: str = ""
    inspection: rasterize.Inspection | None = None
    message: str = ""
    outcomes: dict[int, PageOutcome] = {}
    keys: dict[int, str] = {}
    seconds: float = 0.0


class _Reader:
    """The pages that wait to be read, and those on their way."""

    def __init__(self, options: Options, store: Store, rasterize_only: bool) -> None:
        self.options, self.store, self.rasterize_only = options, store, rasterize_only
        self.calls: deque[pool.Call] = deque()
        self.asked: dict[pool.Call, tuple[Intake, int]] = {}

    def plan(self, one: Intake, number: int) -> None:
        """Queue one page, or note why it need not or shall not be read."""
        limits = self.options.limits
        if not self.options.wants(number):
            one.outcomes[number] = PageOutcome(number, "skipped", message=NOT_ASKED_FOR)
        elif number > limits.max_pages:
            said = f"beyond the limit of {limits.max_pages} pages; --max-pages raises it."
            one.outcomes[number] = PageOutcome(number, "skipped", message=said)
        else:
            self._plan_reading(one, number)

    def _plan_reading(self, one: Intake, number: int) -> None:
        assert one.inspection is not None
        store, options = self.store, self.options
        key = one.keys[number] = keys.page_key(one.sha256, number, options.read)
        keep = None
        if options.keep_images or self.rasterize_only:
            keep = store.kept_image(one.source.output, number)
        drawn = keep is None or keep.exists()
        if not self.rasterize_only and drawn and (page := store.has_page(key)):
            one.outcomes[number] = PageOutcome(number, page.status, cached=True, message=page.message)
            return
        job = work.PageJob(
            one.source.path.absolute(),
            one.inspection,
            number,
            key,
            options.read,
            options.limits.page_timeout,
            store.folder.absolute(),
            keep.absolute() if keep else None,
            self.rasterize_only,
        )
        call = pool.Call(work.read_page, job, job.smaller())
        self.asked[call] = (one, number)
        self.calls.append(call)

    def again_smaller(self, one: Intake, call: pool.Call) -> None:
        """Queue a page that took too long once more, on a smaller image."""
        again = pool.Call(work.read_page, call.smaller)
        self.asked[again] = (one, call.argument.number)
        self.calls.append(again)

    def took(self, one: Intake, seconds: float) -> None:
        """Count a document's time; what is left of one that has used up its own is not read any more."""
        limit = self.options.limits.document_timeout
        one.seconds += seconds
        if one.seconds <= limit:
            return
        said = f"its document took longer than {limit:.0f} seconds; --document-timeout gives more time."
        for call in [call for call in self.calls if self.asked[call][0] is one]:
            self.calls.remove(call)
            number = self.asked[call][1]
            one.outcomes[number] = PageOutcome(number, "timed_out", message=said)


def inspect_all(intakes: Sequence[Intake], options: Options, store: Store, run_calls: RunCalls) -> None:
    """Find what each file is; answers are kept by content, so that a second run asks nothing."""
    calls: deque[pool.Call] = deque()
    asked: dict[pool.Call, tuple[Intake, Path]] = {}
    for one in intakes:
        if one.source.refused:
            one.message = one.source.refused
            continue
        try:
            size = one.source.path.stat().st_size
            if size > options.limits.max_file_size * MEGABYTE:
                one.message = (
                    f"its {size / MEGABYTE:.0f} megabytes are more than the limit of "
                    f"{options.limits.max_file_size}; --max-file-size raises it."
                )
                continue
            one.sha256 = sha256(one.source.path)
        except OSError as error:
            one.message = why_unreadable(error)
            continue
        kept = store.work / "inspections" / f"{keys.inspection_key(one.sha256)}.json"
        try:
            one.inspection = msgspec.json.decode(kept.read_bytes(), type=rasterize.Inspection)
        except (OSError, *NO_JSON):
            job = work.InspectJob(
                one.source.path, options.passwords, _INSPECTION_SECONDS, store.temporary.absolute()
            )
            call = pool.Call(work.inspect_file, job)
            asked[call] = (one, kept)
            calls.append(call)
    for call, found in run_calls(calls) if calls else ():
        one, kept = asked[call]
        if isinstance(found, rasterize.Inspection):
            one.inspection = found
            if not found.password:  # no password is ever written down
                store.write(kept, dump(found))
        else:
            one.message = found if isinstance(found, str) else said_of(found)


def read_all(
    intakes: Sequence[Intake],
    options: Options,
    store: Store,
    run_calls: RunCalls,
    room: Room,
    talk: Talk,
    *,
    rasterize_only: bool,
) -> None:
    """Read every page that is not read yet, through one queue. Raises UsageError where there is no more room."""
    reader = _Reader(options, store, rasterize_only)
    for one in intakes:
        count = one.inspection.page_count if one.inspection else 0
        for number in range(1, count + 1):
            reader.plan(one, number)
        talk.pages(count, cached=len(one.outcomes))
    if not reader.calls:
        return
    room.take()
    for call, found in run_calls(reader.calls):
        one, number = reader.asked.pop(call)
        if isinstance(found, PageOutcome):
            outcome = found
        else:
            outcome = PageOutcome(number, "failed", message=said_of(found))
        job: work.PageJob = call.argument
        room.take([*store.page_files(job.key), *([job.keep] if job.keep else [])])
        if outcome.status == "timed_out" and call.smaller is not None:
            reader.again_smaller(one, call)
        else:
            one.outcomes[number] = outcome
            talk.page(one.source.relative, outcome)
        # Nobody knows how long a page took that ended its worker: it counts as all that a page may take.
        reader.took(one, options.limits.page_timeout if isinstance(found, pool.Broken) else outcome.seconds)


def said_of(found: object) -> str:
    """What became of a call that brought no result, as a sentence."""
    if not isinstance(found, pool.Raised):
        return f"{_BROKE}."
    error = found.error
    if isinstance(error, DocumentError):
        return str(error)
    if isinstance(error, PageError):
        return f"{error}."
    if isinstance(error, MemoryError):
        return "there was not enough memory for it; run with fewer --jobs or more --memory."
    if isinstance(error, OSError):
        return f"its results could not be written ({error.strerror})."
    return f"it failed unexpectedly ({type(error).__name__}: {error}); please report this."
