"""A call that breaks the pool costs itself and no other."""

import os
import signal
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipeline.confinement import MEGABYTE, Bounds
from pipeline.errors import PageCrashError
from pipeline.pool import (
    Broken,
    Call,
    Raised,
    Watchdog,
    _interrupts_held,
    _Lone,
    idle_pools,
    process_pool,
    run_calls,
)


def bounds(folder: Path, memory: int = 4000) -> Bounds:
    return Bounds(folder, memory * MEGABYTE, 60)


def double(number: int) -> int:
    return 2 * number


def die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def die_once(marker: Path) -> str:
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "second try"


def die_unless(name: str) -> str:
    if name != "small":
        os.kill(os.getpid(), signal.SIGKILL)
    return name


def hang(seconds: float) -> None:
    with Watchdog(seconds):
        time.sleep(60)


def fail(number: int) -> int:
    raise ValueError(f"bad number {number}")


def run(tmp_path: Path, *calls: Call) -> dict[Call, object]:
    return dict(run_calls(deque(calls), process_pool(bounds(tmp_path)), 2))


def test_a_call_that_kills_its_worker_costs_itself_alone(tmp_path: Path) -> None:
    good = [Call(double, number) for number in range(8)]
    killer = Call(die, 0)
    results = run(tmp_path, *good[:3], killer, *good[3:])
    assert [results[call] for call in good] == [2 * number for number in range(8)]
    assert results[killer] == Broken()


def test_a_call_whose_worker_is_killed_is_tried_again_alone(tmp_path: Path) -> None:
    good = [Call(double, number) for number in range(8)]
    unlucky = Call(die_once, tmp_path / "marker")
    results = run(tmp_path, *good[:3], unlucky, *good[3:])
    assert [results[call] for call in good] == [2 * number for number in range(8)]
    assert results[unlucky] == "second try"


def test_a_call_that_raises_costs_only_itself(tmp_path: Path) -> None:
    wrong, right = Call(fail, 3), Call(double, 3)
    results = run(tmp_path, wrong, right)
    assert results[right] == 6
    assert isinstance(results[wrong], Raised)
    assert "bad number 3" in str(results[wrong].error)


def test_a_call_that_hangs_is_ended_by_its_watchdog(tmp_path: Path) -> None:
    stuck, right = Call(hang, 0.5), Call(double, 4)
    began = time.monotonic()
    results = run(tmp_path, stuck, right)
    assert results == {stuck: Broken(), right: 8}
    assert time.monotonic() - began < 30


def test_calls_may_be_added_while_results_come_in(tmp_path: Path) -> None:
    calls = deque([Call(double, 1)])
    seen = []
    for _, result in run_calls(calls, process_pool(bounds(tmp_path)), 2):
        seen.append(result)
        if len(seen) < 3:
            calls.append(Call(double, result))
    assert seen == [2, 4, 8]


def test_an_interruption_leaves_no_worker_behind(tmp_path: Path) -> None:
    running = run_calls(deque([Call(double, 1), Call(time.sleep, 60)]), process_pool(bounds(tmp_path)), 2)
    next(running)
    with pytest.raises(KeyboardInterrupt):
        running.throw(KeyboardInterrupt)
    deadline = time.monotonic() + 10
    while _children() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _children()


def _children() -> list[str]:
    """Workers of this process that still live (zombies and the resource tracker do not count)."""
    mine = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, state, parent = (
                stat.read_text().rsplit(")", 1)[0],
                *stat.read_text().rsplit(")", 1)[1].split()[:2],
            )
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z" and b"spawn_main" in command:
            mine.append(command.decode())
    return mine


def held_back(_: object) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_ctrl_c_never_reaches_a_worker_not_even_while_it_starts(tmp_path: Path) -> None:
    call = Call(held_back, None)
    assert run(tmp_path, call)[call] is True
    assert not held_back(None)


class Forgetful(Executor):
    """Breaks at its third call, and forgets the second: what a pool does when it breaks while it is given work."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> "Future[Any]":
        self.given += 1
        future: Future[Any] = Future()
        if self.given == 1:
            future.set_result(function(*arguments))
        elif self.given > 2:
            raise BrokenExecutor
        return future


def test_a_call_that_a_breaking_pool_forgets_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.pool._PULSE", 0.1)
    pools: list[Executor] = [Forgetful()]

    def new_pool(jobs: int) -> Executor:
        return pools.pop() if pools else ThreadPoolExecutor(jobs)

    calls = [Call(double, number) for number in range(4)]
    results = dict(run_calls(deque(calls), new_pool, 1))
    assert [results[call] for call in calls] == [0, 2, 4, 6]


class Stillborn(Executor):
    """Whose workers die before they are told what to do."""

    def submit(self, function: Any, /, *arguments: Any, **_: Any) -> "Future[Any]":
        raise BrokenPipeError


def test_workers_that_never_start_cost_the_calls_and_end() -> None:
    calls = [Call(double, number) for number in range(3)]
    results = dict(run_calls(deque(calls), lambda _: Stillborn(), 2))
    assert [results[call] for call in calls] == [Broken()] * 3


def test_a_lone_worker_that_died_while_nobody_used_it_costs_nobody(tmp_path: Path) -> None:
    lone = _Lone(process_pool(bounds(tmp_path)))
    process = lone.tries(Call(own_process, 0))
    assert lone.tries(Call(own_process, 0)) == process
    os.kill(process, signal.SIGKILL)
    assert lone.tries(Call(double, 4)) == 8
    lone.end()
    assert not list(tmp_path.iterdir())


def litter_and_die(_: object) -> None:
    Path(tempfile.mkdtemp(), "page.pgm").write_bytes(b"P5")
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_worker_left_goes_with_its_pool(tmp_path: Path) -> None:
    call = Call(litter_and_die, 0)
    assert run(tmp_path, call, Call(double, 1))[call] == Broken()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_while_a_worker_starts_waits(number: signal.Signals) -> None:
    def interrupted(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupted) for each in (signal.SIGINT, signal.SIGTERM)}
    done, over = False, threading.Event()
    threading.Thread(target=over.wait).start()  # which may take a signal for this one, as a library's may
    try:
        with pytest.raises(KeyboardInterrupt), _interrupts_held():
            os.kill(os.getpid(), number)
            time.sleep(0.1)
            done = True
        assert done
        assert all(signal.getsignal(each) is interrupted for each in before)
    finally:
        over.set()
        for each, handler in before.items():
            signal.signal(each, handler)


def take_memory(megabytes: int) -> int:
    return len(bytes(megabytes * MEGABYTE))


def crash_unless(name: str) -> str:
    if name != "small":
        raise PageCrashError("Tesseract failed on this page (status -11)")
    return name


def test_a_call_that_takes_too_much_memory_costs_itself_and_is_tried_smaller(tmp_path: Path) -> None:
    greedy, modest = Call(take_memory, 2000), Call(take_memory, 2000, smaller=1)
    good = [Call(double, number) for number in range(4)]
    results = dict(
        run_calls(deque([greedy, *good[:2], modest, *good[2:]]), process_pool(bounds(tmp_path, 1000)), 2)
    )
    assert isinstance(results[greedy], Raised) and isinstance(results[greedy].error, MemoryError)
    assert results[modest] == MEGABYTE
    assert [results[call] for call in good] == [0, 2, 4, 6]


@pytest.mark.parametrize("function", [crash_unless, die_unless])
def test_a_call_that_crashes_is_tried_again_and_then_smaller(
    tmp_path: Path, function: Callable[[str], str]
) -> None:
    call, hopeless = Call(function, "large", smaller="small"), Call(function, "large", smaller="large")
    results = run(tmp_path, call, hopeless)
    assert results[call] == "small"
    assert isinstance(results[hopeless], Broken | Raised)


def test_a_pool_that_stands_idle_is_used_again_and_shut_down_at_the_end(tmp_path: Path) -> None:
    made: list[Executor] = []

    def make(jobs: int) -> Executor:
        made.append(process_pool(bounds(tmp_path))(jobs))
        return made[-1]

    def work(*calls: Call) -> set[object]:
        return {result for _, result in run_calls(deque(calls), make, 1, idle)}

    with idle_pools() as idle:
        first = work(Call(own_process, 0))
        assert work(Call(own_process, 1)) == first
        assert len(made) == 1
        assert work(Call(die, 0), Call(double, 4)) == {Broken(), 8}
        assert work(Call(double, 2)) == {4}
    for pool in made:
        with pytest.raises(RuntimeError):
            pool.submit(double, 1)


def own_process(_: int) -> int:
    return os.getpid()
