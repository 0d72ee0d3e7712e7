"""Many calls on all cores, each alone in its fate: a call that breaks the pool costs itself and no other.

Works on any `concurrent.futures.Executor`: processes on this machine, or a cluster's.
"""

import faulthandler
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec

from pipeline.confinement import Bounds, limit_memory
from pipeline.errors import PageCrashError
from pipeline.programs import contain_children, die_with_parent

_PULSE = 5.0  # seconds without a result after which a pool is asked whether it lives


class Call(msgspec.Struct, frozen=True, eq=False):
    """A function with its one argument; both travel to another process. `smaller` is an argument that asks for less: the
    last try of a call that crashes or runs out of memory.
    """

    function: Callable[[Any], Any]
    argument: Any
    smaller: Any = None


class Broken(msgspec.Struct, frozen=True):
    """A call that ended its worker, twice."""


class Raised(msgspec.Struct, frozen=True):
    """A call that raised what nobody expected."""

    error: BaseException


def run_calls(
    calls: deque[Call],
    new_pool: Callable[[int], Executor],
    jobs: int,
    idle: list[Executor] | None = None,
) -> Iterator[tuple[Call, Any]]:
    """Run calls to their end, in any order, and yield each with its result, Broken or Raised.

    The receiver may change `calls` while it receives. At most twice `jobs` calls are in flight. When a pool
    breaks, each call in flight is tried once more, alone; only one that breaks its pool again, and with its smaller
    argument, too, is Broken. One that crashed or ran out of memory is tried again likewise. A pool
    that stands in `idle` (see `idle_pools`) is used before a new one is made, and is put back there.
    """
    pool = idle.pop() if idle else new_pool(jobs)
    lone = _Lone(new_pool)
    in_flight: dict[Future[Any], Call] = {}
    pulse: Future[Any] | None = None
    try:
        while calls or in_flight:
            broken, suspects = False, list[Call]()
            while calls and len(in_flight) < 2 * jobs and not broken:
                call = calls.popleft()
                try:
                    with _interrupts_held():
                        in_flight[pool.submit(call.function, call.argument)] = call
                except (BrokenExecutor, OSError):  # the latter where no worker can be started
                    suspects.append(call)
                    broken = True
            finished = wait(in_flight, _PULSE, FIRST_COMPLETED).done if in_flight else set()
            if not finished and in_flight and not broken:
                # Python 3.11 loses a call that is handed over just as its pool breaks: it would be waited for in vain.
                broken, pulse = _feel(pool, pulse)
            broken = broken or any(isinstance(_result(future), Broken) for future in finished)
            if broken and in_flight:
                finished = wait(in_flight, _PULSE).done
            for future in finished:
                call, result = in_flight.pop(future), _result(future)
                if _worth_a_smaller_try(result):
                    suspects.append(call)
                else:
                    yield call, result
            if broken:
                # One of those in flight broke the pool, and nobody knows which.
                suspects += in_flight.values()
                in_flight.clear()
                end(pool)
            for call in suspects:
                yield call, lone.tries(call)
            if broken:
                pool, pulse = new_pool(jobs), None
    except BaseException:
        end(pool)
        lone.end()
        raise
    lone.end()
    _lay_down(pool, idle)


def _lay_down(pool: Executor, idle: list[Executor] | None) -> None:
    if idle is None:
        pool.shutdown(wait=True)
    else:
        idle.append(pool)


@contextmanager
def idle_pools() -> Iterator[list[Executor]]:
    """A place for pools between two times of work, for starting workers takes longer than many a page; at the end
    they are shut down.
    """
    idle: list[Executor] = []
    try:
        yield idle
    except BaseException:
        for pool in idle:
            end(pool)
        raise
    for pool in idle:
        pool.shutdown(wait=True)


def process_pool(bounds: Bounds) -> Callable[[int], Executor]:
    """Pools of processes on this machine. Each starts fresh, keeps its temporary files in a folder of its own in that of
    `bounds`, reads with one thread, and dies with this process; it and its programs stay within `bounds`.
    """

    def new_pool(jobs: int) -> Executor:
        return _Processes(jobs, bounds)

    return new_pool


class _Processes(ProcessPoolExecutor):
    """Worker processes with one folder for their temporary files, which goes with them: what killed ones left there, too."""

    def __init__(self, jobs: int, bounds: Bounds) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=bounds.folder))
        bounds = msgspec.structs.replace(bounds, folder=self._folder)
        spawn = multiprocessing.get_context("spawn")
        super().__init__(jobs, spawn, initializer=_start_worker, initargs=(bounds,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            shutil.rmtree(self._folder, ignore_errors=True)


class Watchdog:
    """Ends this process when a piece of work takes far too long, in whatever library it hangs."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __enter__(self) -> None:
        faulthandler.dump_traceback_later(self.seconds, exit=True, file=_devnull())

    def __exit__(self, *_: object) -> None:
        faulthandler.cancel_dump_traceback_later()


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except BrokenExecutor:
        return Broken()
    except Exception as error:
        return Raised(error)


class _Lone:
    """One worker for calls that are tried alone: each that ends it, or may have spoilt it, leaves a fresh one to the next."""

    def __init__(self, new_pool: Callable[[int], Executor]) -> None:
        self._new_pool = new_pool
        self._pool: Executor | None = None

    def tries(self, call: Call) -> Any:
        """What becomes of a call, and of its smaller one where it fails again."""
        result = self._try(call.function, call.argument)
        if call.smaller is not None and _worth_a_smaller_try(result):
            result = self._try(call.function, call.smaller)
        return result

    def end(self) -> None:
        """Stop the worker at once."""
        if self._pool:
            end(self._pool)
        self._pool = None

    def _try(self, function: Callable[[Any], Any], argument: Any) -> Any:
        fresh = self._pool is None
        self._pool = self._pool or self._new_pool(1)
        result = self._outcome(self._pool, function, argument)
        if isinstance(result, Broken) or (
            isinstance(result, Raised) and isinstance(result.error, MemoryError)
        ):
            self.end()
        if isinstance(result, Broken) and not fresh:  # it may have been ended while nobody used it
            return self._try(function, argument)
        return result

    @staticmethod
    def _outcome(pool: Executor, function: Callable[[Any], Any], argument: Any) -> Any:
        pulse: Future[Any] | None = None
        try:
            with _interrupts_held():
                future = pool.submit(function, argument)
        except (BrokenExecutor, OSError):
            return Broken()
        while not wait([future], _PULSE).done:
            broken, pulse = _feel(pool, pulse)
            if broken and not wait([future], _PULSE).done:
                return Broken()
        return _result(future)


def _worth_a_smaller_try(result: Any) -> bool:
    crashed = isinstance(result, Raised) and isinstance(result.error, MemoryError | PageCrashError)
    return crashed or isinstance(result, Broken)


def _feel(pool: Executor, pulse: Future[Any] | None) -> tuple[bool, Future[Any] | None]:
    """Whether a pool that says nothing is broken: it would refuse one more call. At most one such call is under way."""
    if pulse and not pulse.done():
        return False, pulse
    try:
        with _interrupts_held():
            return False, pool.submit(os.getpid)
    except (BrokenExecutor, OSError):
        return True, None


def end(pool: Executor) -> None:
    """Stop a pool at once, whatever its workers are doing; other pools of this process go on."""
    # Python has a method for it from 3.14 on.
    for process in list((pool._processes or {}).values()) if isinstance(pool, ProcessPoolExecutor) else ():
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """What is started here never sees ctrl-C: before it can ignore it, it would end with a traceback. Nor is it left
    half started: a signal that comes meanwhile waits.
    """
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    main = threading.current_thread() is threading.main_thread()
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM) if main}
    for each in handlers:
        signal.signal(each, note)
    # Not enough by itself: any thread that does not block the signal may take it for this one.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def _start_worker(bounds: Bounds) -> None:
    """Runs once in each new worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is the main process's to answer
    _follow_parent()
    contain_children(bounds)
    os.environ.setdefault(
        "OMP_THREAD_LIMIT", "1"
    )  # six times faster than Tesseract's default (docs/accuracy.md)
    tempfile.tempdir = str(bounds.folder)
    limit_memory(bounds.memory)
    import cv2  # noqa: PLC0415 - only workers need it

    cv2.setNumThreads(1)


def _follow_parent() -> None:
    """Die when the main process dies, however it does."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if sys.platform == "linux":
        die_with_parent()
        if os.getppid() != parent.pid:  # it died before the tie held
            os._exit(1)
        return

    def watch() -> None:
        wait_for([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _devnull() -> Any:
    global _sink  # noqa: PLW0603 - faulthandler needs a file that stays open
    if _sink is None:
        _sink = open(os.devnull, "w")  # noqa: PTH123, SIM115
    return _sink


_sink: Any = None
