"""What several tests share: ways to run the command, and the samples transcribed once, with the real engine."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings
from playwright.sync_api import Browser, Page

from pipeline.cli import main
from tests.browsers import find_browser, launched, watched
from tests.makers import program
from tests.shipped import CORRECTIONS

# No test fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.register_profile("few", deadline=None, max_examples=20)  # for mutants, one by one
settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
REAL_PATH = os.environ["PATH"]
REAL_ENGINE = f"""case "$1" in --version|--list-langs) PATH='{REAL_PATH}'; exec tesseract "$1";; esac
"""

settings.register_profile("many", max_examples=3000, deadline=None)  # `make test-faults`

Quick = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


def declass(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a user does."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, env={**os.environ, **environment}, timeout=300
    )


def command(*arguments: str | Path) -> list[str]:
    """The command line that runs declass with this interpreter."""
    return [sys.executable, "-m", "pipeline", *map(str, arguments)]


def outputs(folder: Path, leaving_out: Sequence[str] = ("run.json", "work")) -> dict[str, bytes]:
    """Every file that a run must make the same way each time, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in leaving_out
    }


@pytest.fixture(scope="session")
def transcribed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of an undisturbed run over the sample scans."""
    output = tmp_path_factory.mktemp("samples") / "output"
    run = declass("transcribe", ROOT / "scans", "-o", output, "-c", CORRECTIONS, "-j", "2")
    assert run.returncode == 0, run.stderr
    return output


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of Tesseract; what is installed is still told by the real one."""

    def put(script: str) -> None:
        folder = tmp_path / "programs"
        program(folder, "tesseract", REAL_ENGINE + script)
        monkeypatch.setenv("PATH", f"{folder}:{REAL_PATH}")

    return put


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quick:
    """Runs the command in this process, in `tmp_path`: for what needs no workers."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, stdin: bytes | str = b"") -> Result:
        return CliRunner().invoke(main, list(map(str, arguments)), input=stdin)

    return run


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Runs the command in a process of its own, in `tmp_path`."""

    def run(
        *arguments: str | Path, stdin: bytes | str = b"", cwd: Path | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        told = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            command(*arguments),
            input=told,
            capture_output=True,
            cwd=cwd or tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            timeout=300,
        )
        return subprocess.CompletedProcess(
            done.args,
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; the test is skipped where this machine has none."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on this machine; `make test` installs it where it may")
    with launched(program) as running:
        yield running


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """An empty tab with cookies of its own. The test fails where its pages raise an error or ask the network."""
    with watched(browser) as page:
        yield page
