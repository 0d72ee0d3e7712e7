"""Who is at work on an output folder, and what was left behind: for tests that end runs in mid-work."""

import os
import time
from pathlib import Path


def processes_of(output: Path) -> list[int]:
    """The processes that work on this output folder: they know it by their arguments or their temporary files."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            alive = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
        except OSError:
            continue
        if alive and os.fsencode(output) in told:
            found.append(int(folder.name))
    return found


def workers_of(parent: int) -> list[int]:
    """The worker processes that `parent` started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent
            if mine and b"spawn_main" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return sorted(found)


def assert_nobody_left(output: Path, seconds: float = 15) -> None:
    """All processes of a run end within these seconds of it."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(output)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left, [Path(f"/proc/{each}/cmdline").read_bytes() for each in left]


def left_in(*folders: Path) -> list[Path]:
    """What lies in folders for temporary files."""
    return [path for folder in folders if folder.exists() for path in folder.rglob("*")]
