"""What a run of declass costs: its command line goes in; seconds, processor seconds and the memory of each kind of process come out."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.accuracy import ROOT

_PULSE = 0.2  # seconds between two looks at the memory in use; each process tells its own highest


class Cost(NamedTuple):
    """Seconds on the clock, seconds of all processors, and the most bytes that the main process, any worker and any program
    of a worker held (Linux; elsewhere 0).
    """

    seconds: float
    processor: float
    main: int
    worker: int
    program: int


def transcribe(
    scans: Sequence[Path], output: Path, path: str, *options: str, corrections: Path | None = None
) -> Cost:
    """Run `declass transcribe` with the programs in `path`. Raises SystemExit where it fails."""
    line = ["transcribe", *map(str, scans), "-o", str(output), "-c", str(corrections or ROOT / "corrections")]
    return cost_of([sys.executable, "-m", "pipeline", *line, *options], path)


def cost_of(line: Sequence[str], path: str) -> Cost:
    """Run a command with the programs in `path`. Raises SystemExit where it fails."""
    began = time.monotonic()
    process = subprocess.Popen(
        line, cwd=ROOT, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    most: dict[int, int] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_PULSE):
            for depth, held in _held(process.pid):
                most[depth] = max(held, most.get(depth, 0))

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert process.stderr
    with process.stderr as said:
        told = said.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    done.set()
    watcher.join()
    if process.returncode not in (0, 5):
        raise SystemExit(f"declass failed:\n{told.decode()}")
    seconds = time.monotonic() - began
    return Cost(seconds, used.ru_utime + used.ru_stime, *(most.get(depth, 0) for depth in (0, 1, 2)))


def _held(main: int) -> Iterator[tuple[int, int]]:
    """The highest memory so far of a process (0), of its children (1) and of theirs (2)."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it ended just now
            continue
    for process in parents:
        depth, at = 0, process
        while at != main and at in parents and depth < 3:
            depth, at = depth + 1, parents[at]
        if at == main and depth < 3:
            try:
                lines = Path(f"/proc/{process}/status").read_text().splitlines()
            except OSError:
                continue
            for line in lines:
                if line.startswith("VmHWM:"):
                    yield depth, int(line.split()[1]) * 1024
