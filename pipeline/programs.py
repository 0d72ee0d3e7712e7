"""External programs: started in a process group of their own, with a time limit that ends the whole group.

A program also dies with the process that started it, so that a killed run leaves nothing behind.
"""

import contextlib
import ctypes
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from pipeline.confinement import MEGABYTE, Bounds
from pipeline.errors import MissingProgramError, PageTimeoutError

PROGRAMS = ("tesseract", "pdftoppm", "pdfinfo", "pdfimages", "pdftotext")
HOW_TO_INSTALL = (
    "Install it with `make setup`, or by hand: "
    "`apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd poppler-utils` (Debian, Ubuntu), "
    "`dnf install tesseract tesseract-langpack-eng tesseract-osd poppler-utils` (Fedora), "
    "`brew install tesseract poppler` (macOS)."
)

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_MOST_SAID = 16 * MEGABYTE  # by a program on one stream; the words of a page of print take less than two


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it dies (Linux; elsewhere does nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class GroupPopen(subprocess.Popen[Any]):
    """A Popen whose program leads its own process group; `kill` and `terminate` end the whole group.

    Once the process is bounded (`contain_children`), so is what it starts.
    """

    bounds: Bounds | None = None

    def __init__(self, args: Any, **kwargs: Any) -> None:
        bounds = self.bounds
        if bounds and isinstance(args, list | tuple):
            if not shutil.which(str(args[0])):
                raise FileNotFoundError(args[0])  # or bubblewrap would be the one to miss it
            args = bounds.command([os.fspath(arg) for arg in args])
            kwargs["env"] = bounds.environment(kwargs.get("env") or os.environ)
        self._said: dict[Any, bytearray] = {}  # by each stream
        kwargs.setdefault("start_new_session", True)
        kwargs.setdefault("preexec_fn", _tie_to(os.getpid(), bounds))
        super().__init__(args, **kwargs)

    def kill(self) -> None:
        """End the program and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        super().kill()

    terminate = kill

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:
        """What the program says, as a Popen gives it; one that says more than _MOST_SAID is ended there, before it
        fills the memory of this process. Raises subprocess.TimeoutExpired.
        """
        if (
            input is not None or self.universal_newlines
        ):  # no program that reads strangers' files is spoken to so
            return super().communicate(input, timeout)
        if self.stdin:
            with contextlib.suppress(OSError):
                self.stdin.close()
        end = None if timeout is None else monotonic() + timeout
        streams = [stream for stream in (self.stdout, self.stderr) if stream]
        with selectors.DefaultSelector() as speaking:
            for stream in streams:
                if not stream.closed:
                    speaking.register(stream, selectors.EVENT_READ)
            while speaking.get_map():
                left = None if end is None else end - monotonic()
                if left is not None and left <= 0:
                    raise subprocess.TimeoutExpired(self.args, timeout or 0)
                for key, _ in speaking.select(left):
                    heard = os.read(key.fd, 1 << 16)
                    said = self._said.setdefault(key.fileobj, bytearray())
                    said += heard
                    if len(said) > _MOST_SAID:
                        self.kill()
                    if not heard or len(said) > _MOST_SAID:
                        speaking.unregister(key.fileobj)
        self.wait(None if end is None else max(end - monotonic(), 0))
        out, err = (
            bytes(self._said.get(stream, b"")) if stream else None for stream in (self.stdout, self.stderr)
        )
        return out, err


def contain_children(bounds: Bounds | None = None) -> None:
    """Have the libraries that start programs in this process start them as GroupPopen does, within `bounds`.

    pytesseract and pdf2image take no Popen of ours, and their own time limits end the first process alone.
    """
    import pdf2image.pdf2image  # noqa: PLC0415 - slow to import, and needed by workers only

    GroupPopen.bounds = bounds
    subprocess.Popen = GroupPopen  # type: ignore[misc, assignment]
    pdf2image.pdf2image.Popen = GroupPopen  # type: ignore[attr-defined, assignment]


@contextlib.contextmanager
def own_folder(beside: Path) -> Iterator[Path]:
    """A folder for one piece of work, which goes with it; programs and libraries write their files there alone. It lies
    in the folder of the bounds, or in `beside` where nothing is bounded.
    """
    bounds = GroupPopen.bounds
    with tempfile.TemporaryDirectory(dir=bounds.folder if bounds else beside) as name:
        if bounds is None:
            yield Path(name)
            return
        before = tempfile.tempdir
        GroupPopen.bounds, tempfile.tempdir = msgspec.structs.replace(bounds, folder=Path(name)), name
        try:
            yield Path(name)
        finally:
            GroupPopen.bounds, tempfile.tempdir = bounds, before


def run(command: Sequence[str | Path], timeout: float) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end and return what it said.

    Raises MissingProgramError where it is not installed, PageTimeoutError after `timeout` seconds.
    """
    try:
        process = GroupPopen(
            list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError:
        raise MissingProgramError(f"The program {command[0]} is missing. {HOW_TO_INSTALL}") from None
    with process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise PageTimeoutError(f"{command[0]} took longer than {timeout:.0f} seconds") from None
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(
        list(command), process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
    )


def missing_programs() -> list[str]:
    """The programs declass calls that are not on PATH."""
    return [program for program in PROGRAMS if not shutil.which(program)]


@contextlib.contextmanager
def hidden(name: str) -> Iterator[None]:
    """Have libraries that are loaded here not find the module `name`, which they could do without, unless it is loaded."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment] # how an import is told that there is no such module
    try:
        yield
    finally:
        del sys.modules[name]


@cache
def tool_versions() -> dict[str, str]:
    """The version of each program, as it says itself, and of the second reader or that it is not there.

    Raises MissingProgramError where a program is missing.
    """
    from pipeline import secondreader  # noqa: PLC0415 - slow to import

    for program in missing_programs():
        raise MissingProgramError(f"The program {program} is missing. {HOW_TO_INSTALL}")
    tesseract = run(["tesseract", "--version"], 30)
    poppler = run(["pdftoppm", "-v"], 30)
    return {
        "tesseract": _version(tesseract.stdout + tesseract.stderr),
        "poppler": _version(poppler.stderr + poppler.stdout),
        "second reader": secondreader.version(),
    }


@cache
def languages() -> dict[str, Path]:
    """The languages Tesseract has, each with the file of its data."""
    said = run(["tesseract", "--list-langs"], 30)
    lines = (said.stdout + said.stderr).splitlines()
    named = re.search(r'"([^"]+)"', lines[0] if lines else "")
    folder = Path(named.group(1)) if named else Path()
    return {name: folder / f"{name}.traineddata" for name in lines[1:] if name}


def _version(text: str) -> str:
    found = re.search(r"\d+(?:\.\d+)+\S*", text)
    return found.group() if found else "unknown"


def _tie_to(parent: int, bounds: Bounds | None) -> Callable[[], None]:
    def tie() -> None:
        if bounds:
            bounds.set_limits()
        die_with_parent()
        if sys.platform == "linux" and os.getppid() != parent:  # the parent died before the tie held
            os._exit(1)

    return tie
