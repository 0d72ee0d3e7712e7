"""A review running over a copy of transcribed samples, and its address."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT, command
from tests.shipped import CORRECTIONS


class Review:
    """A server process on `folder`/output with the decisions in `folder`/corrections; `address` carries the token."""

    def __init__(self, folder: Path, reviewer: str = "ann") -> None:
        line = command(
            "review", folder / "output", "-c", folder / "corrections", "--no-browser", "--reviewer", reviewer
        )
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environment, cwd=folder)
        self.address = ""
        assert self.process.stderr
        for said in self.process.stderr:
            if said.startswith("http"):
                self.address = said.strip()
                break
        assert self.address, "the server did not start"
        self.origin = self.address.partition("/?")[0]

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()

    def leave(self) -> str:
        """End it as ctrl-C does; returns what it says then."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=60)[1]


def desk_folder(transcribed: Path, folder: Path) -> Path:
    """A folder to review in: its own corrections and a copy of the output."""
    shutil.copytree(CORRECTIONS, folder / "corrections")
    shutil.copytree(transcribed, folder / "output")
    return folder


@contextmanager
def reviewed(folder: Path, reviewer: str = "ann") -> Iterator[Review]:
    """A review that is ended, however the block ends."""
    review = Review(folder, reviewer)
    try:
        yield review
    finally:
        if review.process.poll() is None:
            review.leave()
        elif review.process.stderr:
            review.process.stderr.close()


def wait_for(path: Path, text: str, there: bool = True, seconds: float = 60) -> None:
    """Wait until a file holds a text, or holds it no longer."""
    end = time.monotonic() + seconds
    while (text in path.read_text(encoding="utf-8")) != there:
        assert time.monotonic() < end, f"{path} was not made anew"
        time.sleep(0.1)
