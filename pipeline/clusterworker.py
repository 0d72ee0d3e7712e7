"""What declass does on a worker of a Dask cluster: it has calls carried out by processes of its own, as on one machine.

Orders come in, results go out. So Dask's worker is never ended by a page, is not bounded and reads nothing itself, and a
worker of several threads reads as many pages at a time.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakSet

import msgspec

from pipeline import keys, pool
from pipeline.confinement import worker_bounds
from pipeline.errors import DeclassError
from pipeline.options import Limits, ReadOptions
from pipeline.textstages import load_corrections

_IDLE_SECONDS = 60.0  # after which processes go that nobody asks for anything: the run may have been killed


class Demands(msgspec.Struct, frozen=True):
    """What every worker of one run must have and see: `same` names what must be of the same version everywhere, `seen`
    a file for each folder of scans, with its size; `token` is a file of this run alone in the output folder.
    """

    same: tuple[tuple[str, str], ...]
    read: ReadOptions
    limits: Limits
    corrections: Path
    digest: str
    seen: tuple[tuple[Path, int], ...]
    token: Path

    def answer(self, worker: str) -> Path:
        """The file by which a worker shows that it writes to the same folder."""
        return self.token.with_name(f"{self.token.name}-{keys.digest_of(worker)}")


class Order(msgspec.Struct, frozen=True):
    """A call to carry out, for a run that demands so much."""

    demands: Demands
    call: pool.Call


class UnfitError(Exception):
    """This worker lacks something that the run demands; the message is the rest of a sentence that names it."""


class Hands:
    """The processes of one worker that carry out the calls of one run, each within the bounds of `pool`."""

    def __init__(self, demands: Demands, name: str, folder: Path) -> None:
        self._demands, self._name, self._folder = demands, name, folder / demands.token.name
        self._made = WeakSet[Executor]()
        self._spare: list[Executor] = []
        self._gone = False
        self._idle: threading.Timer | None = None
        self._examining = threading.Lock()
        self._lack: str | None = None

    def carry_out(self, call: pool.Call) -> Any:
        """The call's result, pool.Raised or pool.Broken. Raises UnfitError."""
        if said := self.lack():
            raise UnfitError(said)
        return self._run(call)

    def lack(self) -> str:
        """What this worker lacks, as the rest of a sentence; "" where it may work. It is looked for once."""
        with self._examining:
            if self._lack is None:
                found = self._run(pool.Call(find_lack, (self._demands, self._name)))
                self._lack = found if isinstance(found, str) else f"cannot start declass there ({found})"
            return self._lack

    def let_go(self) -> None:
        """End all processes, whatever they are doing. Nothing is carried out any more."""
        self._gone = True
        for made in list(self._made):
            pool.end(made)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, call: pool.Call) -> Any:
        idle = []
        with contextlib.suppress(IndexError):
            idle.append(self._spare.pop())
        ((_, result),) = pool.run_calls(deque([call]), self._new_pool, 1, idle)
        self._spare += idle
        self._rest()
        return result

    def _new_pool(self, jobs: int) -> Executor:
        if self._gone:
            raise CancelledError
        self._folder.mkdir(exist_ok=True)
        limits = self._demands.limits
        pixels = self._demands.read.max_pixels
        made = pool.process_pool(worker_bounds(self._folder, limits.memory, limits.page_timeout, pixels))(
            jobs
        )
        self._made.add(made)
        return made

    def _rest(self) -> None:
        if self._idle:
            self._idle.cancel()
        self._idle = threading.Timer(_IDLE_SECONDS, self._send_home)
        self._idle.daemon = True
        self._idle.start()

    def _send_home(self) -> None:
        with contextlib.suppress(IndexError):
            while True:
                self._spare.pop().shutdown()


def carry_out(order: Order) -> Any:
    """Carry out one call, in a thread of a Dask worker; returns its result, pool.Raised or pool.Broken.

    Raises UnfitError where this worker may not work for the run.
    """
    from distributed import get_worker  # noqa: PLC0415 - installed on workers, and only there needed

    return _hands(order.demands, get_worker()).carry_out(order.call)


async def examine(demands: Demands, dask_worker: Any) -> str:
    """What the worker lacks, as the rest of a sentence; "" where it may work."""
    return await asyncio.to_thread(_hands(demands, dask_worker).lack)


def let_go(demands: Demands, dask_worker: Any) -> None:
    """Have the worker end what it does for a run."""
    _hands(demands, dask_worker).let_go()


def _hands(demands: Demands, worker: Any) -> Hands:
    process = multiprocessing.current_process()
    if process.daemon:
        # Dask's nanny forbids a worker to have children, lest they outlive it; ours die with it (pool._follow_parent).
        process.daemon = False
    return _hands_at(demands, worker.address, Path(worker.local_directory))


@cache
def _hands_at(demands: Demands, name: str, folder: Path) -> Hands:
    return Hands(demands, name, folder)


def find_lack(asked: tuple[Demands, str]) -> str:
    """What this machine lacks for such demands of a worker of such a name, as the rest of a sentence, or ""."""
    return next(_complaints(*asked), "")


def _complaints(demands: Demands, name: str) -> Iterator[str]:
    """What this machine lacks, each as the rest of a sentence; the first is enough, and those after it may follow from it."""
    try:
        have = keys.fingerprint(demands.read.lang)
    except DeclassError as error:
        yield f"cannot read pages: {error}"
    for what, wanted in demands.same:
        if have.get(what) != wanted:
            yield f"has another {what} ({have.get(what)}) than this machine ({wanted}); install the same on both."
    folder = demands.token.parent.parent.parent
    try:
        told = demands.token.read_text()
    except OSError as error:
        yield f"does not see the output folder {folder} ({error.strerror}); name one with -o that all machines see."
    try:
        demands.answer(name).write_text(told)
    except OSError as error:
        yield f"cannot write to the output folder {folder} ({error.strerror}); mend its permissions."
    for path, size in demands.seen:
        try:
            with path.open("rb") as file:
                file.read(1)
                there = os.fstat(file.fileno()).st_size
        except OSError as error:
            yield f"cannot read the scan {path} ({error.strerror}); put the scans where all machines see them."
        if there != size:
            yield f"sees another file than this machine as {path}; put the scans where all machines see them."
    try:
        digest = load_corrections(demands.corrections).digest
    except DeclassError as error:
        digest = str(error)
    if digest != demands.digest:
        yield (
            f"does not see the corrections folder {demands.corrections} as it is here; name one with -c that all "
            "machines see."
        )
