"""What a program that reads strangers' files may have: a bare environment, so much memory, time and file size, one folder
to write in, and no network where bubblewrap is installed.

Bounds go in; the environment, the limits and the command line to start a program with come out.
"""

import math
import os
import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

MEGABYTE = 1_000_000

# What programs need to find themselves, their data and their language; the rest of the environment may hold secrets.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "OMP_THREAD_LIMIT")
# What a program may write to one file; a page's image may take a byte a pixel more.
_BESIDE_PIXELS = 100 * MEGABYTE
_BUBBLEWRAP = "bwrap"
# Scans may lie there; nothing is written.
_SHARED_MEMORY = "/dev/shm"  # nosec B108
_WALLS = (
    "--dev",
    "/dev",
    *("--ro-bind-try", _SHARED_MEMORY, _SHARED_MEMORY),
    "--proc",
    "/proc",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-pid",
    "--die-with-parent",
    "--cap-drop",
    "ALL",
)
_AS_ROOT = (
    "--cap-add",
    "CAP_DAC_READ_SEARCH",
)  # root reads the scans of all users, and could undo walls with more


class Bounds(msgspec.Struct, frozen=True):
    """`folder` is the one place to write in, `memory` and what one file may take (`file_size`) are in bytes, `seconds` of
    processor time; `walled` has the programs run under bubblewrap.
    """

    folder: Path
    memory: int
    seconds: int
    walled: bool = False
    file_size: int = _BESIDE_PIXELS

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """The bare environment, from the one that was meant for the program."""
        kept = {name: given[name] for name in _KEPT if name in given}
        return kept | {"HOME": str(self.folder), "TMPDIR": str(self.folder)}

    def command(self, command: Sequence[str]) -> list[str]:
        """The command line, behind walls where there are any: everything can be read, `folder` alone written."""
        if not self.walled:
            return list(command)
        folder = str(self.folder)
        walls = [*_WALLS, *(_AS_ROOT if os.geteuid() == 0 else ())]
        return [_BUBBLEWRAP, "--ro-bind", "/", "/", *walls, "--bind", folder, folder, "--", *command]

    def set_limits(self) -> None:
        """Bind the process that calls this, and all that it starts."""
        _limit(resource.RLIMIT_AS, self.memory)
        _limit(resource.RLIMIT_CPU, self.seconds)
        _limit(resource.RLIMIT_FSIZE, self.file_size)
        _limit(resource.RLIMIT_CORE, 0)


def worker_bounds(folder: Path, megabytes: int, page_timeout: float, pixels: int) -> Bounds:
    """What workers and their programs may use, where a page may take `page_timeout` seconds and have so many pixels."""
    # The time limit of a page ends what waits; this ends what runs wild beyond it, on however many cores.
    seconds = math.ceil(page_timeout + 1) * (os.cpu_count() or 1)
    file_size = pixels + _BESIDE_PIXELS
    return Bounds(folder.absolute(), megabytes * MEGABYTE, seconds, walls_stand(), file_size)


def limit_memory(size: int) -> None:
    """Have this process meet a MemoryError beyond `size` bytes of data, rather than the machine run out of them."""
    _limit(resource.RLIMIT_DATA, size)


def walls_stand() -> bool:
    """Whether bubblewrap is installed and can put up walls here; inside some containers it cannot."""
    if not shutil.which(_BUBBLEWRAP):
        return False
    # Nothing is written there.
    tried = Bounds(Path("/tmp"), 0, 0, walled=True).command(["true"])  # nosec B108
    try:
        return subprocess.run(tried, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
