"""A real Dask cluster on this machine's loopback: a scheduler and workers, each a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.programs import GroupPopen
from tests.conftest import ROOT


class Cluster:
    """Processes that end with the test, at the latest; `said` is the folder with what they say."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.said, self._told, self._settings = folder, folder / "scheduler.json", settings
        self.workers: list[subprocess.Popen[bytes]] = []
        arguments = [
            "dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--scheduler-file",
            str(self._told),
        ]
        self.scheduler = self._start("scheduler", arguments)
        wait_until(self._told.exists, self.scheduler)
        self.address: str = json.loads(self._told.read_text())["address"]

    def hire(self, *more: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start one more worker."""
        name = f"worker{len(self.workers)}"
        arguments = ["dask_worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", *more]
        arguments += ["--local-directory", str(self.said / name)]
        self.workers.append(self._start(name, arguments, **settings))
        return self.workers[-1]

    def stop(self) -> None:
        """End all of it."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, name: str, arguments: list[str], **settings: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self._settings, **settings}
        with (self.said / f"{name}.log").open("wb") as log:
            module, *rest = arguments
            line = [sys.executable, "-m", f"distributed.cli.{module}", *rest, "--no-dashboard"]
            return GroupPopen(line, stdout=log, stderr=log, env=environment)


@contextmanager
def cluster(folder: Path, **settings: str) -> Iterator[Cluster]:
    """A scheduler without workers."""
    running = Cluster(folder, **settings)
    try:
        yield running
    finally:
        running.stop()


def wait_until(
    done: Callable[[], object], process: "subprocess.Popen[Any] | None" = None, seconds: float = 60
) -> None:
    """Wait for something; fails where it does not come, or the process that should bring it ends."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline and (process is None or process.poll() is None)
        time.sleep(0.05)
