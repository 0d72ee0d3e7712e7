"""What an output folder may take: a store and its limit go in, and each file that was written; a UsageError comes out where
nothing more may be written, or can be.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.store import Store

_KEPT_FREE = 100_000_000  # bytes of a disk that are left to others


class Room:
    """How much more an output folder may take, in bytes, and whether it is still there to be written in."""

    def __init__(self, store: Store, gigabytes: float) -> None:
        self._store, self._folder, self._most = store, store.folder, gigabytes
        self._lock = _identity(store.work / "lock")
        self._used: int | None = None

    def take(self, written: Iterable[Path] = ()) -> None:
        """Count files that were written; what stood there before is measured at the first time. Raises UsageError where
        nothing more may or can be written.
        """
        if self._lock != _identity(self._store.work / "lock") or not self._store.temporary.is_dir():
            raise UsageError(
                f"The output folder {self._folder} was removed or replaced in mid-run; run the same command again to "
                "make it anew, or name another with -o."
            )
        if not os.access(self._store.temporary, os.W_OK | os.X_OK):
            raise UsageError(
                f"The output folder {self._folder} cannot be written any more; mend its permissions and run the same "
                "command again to go on where it stopped, or name another with -o."
            )
        if self._used is not None:
            self._used += sum(map(_size, written))
        # What took the place of other files was counted twice: none is refused before all is measured.
        if self._used is None or self._used > self._most * 1e9:
            self._used = sum(map(_size, self._folder.rglob("*")))
        if self._used > self._most * 1e9:
            raise UsageError(
                f"The output folder {self._folder} takes more than {self._most:g} gigabytes; give it more with "
                "--max-disk and run the same command again to go on where it stopped."
            )
        if shutil.disk_usage(self._folder).free < _KEPT_FREE:
            raise UsageError(
                f"The disk of {self._folder} is nearly full; make room and run the same command again to go on "
                "where it stopped, or name another folder with -o."
            )


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one that took its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
