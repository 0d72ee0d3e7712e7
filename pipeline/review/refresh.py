"""Clean text brought up to date behind the pages: documents that were decided upon in, their outputs made anew out.

A process of its own carries out what a run would, with the same function and the same key, so that the bytes are
those of the next run and that run finds its work done.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic

import msgspec

from pipeline import keys, pool, work
from pipeline.confinement import worker_bounds
from pipeline.decisions import Decision, load_decisions
from pipeline.errors import DeclassError
from pipeline.options import Limits, ReadOptions
from pipeline.store import Done, Store
from pipeline.textstages import load_corrections
from pipeline.wrapup import write_whole

_QUIET = 1.0  # seconds without a new decision before text is made: people decide in bursts
_AGAIN = 2.0  # seconds until the next try where a run holds the folder


class Told(msgspec.Struct, frozen=True):
    """How far it is: documents that wait, and what stands in the way, if anything does."""

    waiting: int
    trouble: str = ""


class Refresher:
    """Makes the outputs of documents anew, one after the other. `renewed` is told each name that is done."""

    def __init__(self, store: Store, corrections: Path, renewed: Callable[[str], None]) -> None:
        self._store, self._corrections, self._renewed = store, corrections.absolute(), renewed
        self._waiting: dict[str, None] = {}  # in the order in which they were asked for
        self._whole = False  # whether corpus, overview and run.json wait, too
        self._trouble = ""
        self._asked = 0.0
        self._change = threading.Condition()
        self._leaving = False
        self._busy = 0
        self._thread = threading.Thread(target=self._work, name="refresher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask(self, outputs: Iterable[str]) -> None:
        """Have these documents made anew, soon."""
        with self._change:
            self._waiting.update(dict.fromkeys(outputs))
            self._asked = monotonic()
            self._change.notify()

    def told(self) -> Told:
        """How far it is."""
        with self._change:
            return Told(len(self._waiting) + self._busy + self._whole, self._trouble)

    def finish(self) -> Told:
        """Make what still waits, and end. Returns what could not be made."""
        with self._change:
            self._leaving = True
            self._change.notify()
        self._thread.join()
        return self.told()

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._leaving and not self._ripe():
                    self._change.wait(_QUIET / 2 if self._waiting or self._whole else None)
                batch, self._waiting = list(self._waiting), {}
                if not batch and not self._whole:
                    return  # leaving, and nothing waits
                self._busy = len(batch)
            trouble = ""
            try:
                with self._store.opened():
                    trouble = self._make(batch)
            except (DeclassError, OSError) as error:
                trouble = str(error)
            with self._change:
                self._busy, self._trouble = 0, trouble
                if trouble:
                    self._waiting = dict.fromkeys(batch) | self._waiting
                    self._asked = monotonic() + _AGAIN
                    if self._leaving:
                        return

    def _ripe(self) -> bool:
        return bool(self._waiting or self._whole) and monotonic() - self._asked >= _QUIET

    def _make(self, batch: Sequence[str]) -> str:
        """Make what is not up to date; returns what went wrong, if anything did."""
        trouble = ""
        jobs = stale(self._store, self._corrections, batch)
        self._whole = self._whole or bool(jobs)
        calls = deque(pool.Call(work.finish_document, job) for job in jobs)
        left = len(jobs)
        if self._whole and not jobs:
            calls.append(pool.Call(write_whole, self._store.folder.absolute()))
        limits = Limits()
        bounds = worker_bounds(
            self._store.temporary, limits.memory, limits.page_timeout, ReadOptions().max_pixels
        )
        for _, made in pool.run_calls(calls, pool.process_pool(bounds), 1):
            if isinstance(made, Done):
                self._renewed(made.outcome.output)
            elif made is None:
                self._whole = False
            else:
                trouble = f"{made.error}" if isinstance(made, pool.Raised) else "its process ended, twice."
            left -= 1
            with self._change:
                self._busy = max(left, 0)
                more = bool(self._waiting) and not self._leaving  # then what is written once for all can wait
            if not left and not more:
                calls.append(pool.Call(write_whole, self._store.folder.absolute()))
        return trouble


def stale(store: Store, corrections: Path, outputs: Iterable[str]) -> list[work.DocumentJob]:
    """What there is to do for documents whose outputs do not show the corrections and decisions of now.

    Raises ConfigurationError where those are damaged.
    """
    digest = load_corrections(corrections).digest
    people = load_decisions(corrections).by_document()
    jobs = []
    for output in outputs:
        made = store.made(output)
        if made is None or made.outcome.output != output:
            continue
        decisions = people.get(made.outcome.sha256, ())
        key = keys.document_key(made.outcome, made.readings, digest, made.options, made.evidence, decisions)
        if made.key != key:
            jobs.append(_job(made, key, corrections, digest, store, decisions))
    return jobs


def _job(
    made: Done, key: str, corrections: Path, digest: str, store: Store, decisions: tuple[Decision, ...]
) -> work.DocumentJob:
    return work.DocumentJob(
        made.outcome,
        made.readings,
        key,
        corrections.absolute(),
        digest,
        made.options,
        store.folder.absolute(),
        made.evidence,
        decisions,
    )
