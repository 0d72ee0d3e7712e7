"""What several tests need."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from makers import program

from pipeline.cli import main

ROOT = Path(__file__).parent.parent
REAL_PATH = os.environ["PATH"]
REAL_ENGINE = f"""case "$1" in --version|--list-langs) PATH='{REAL_PATH}'; exec tesseract "$1";; esac
"""

Quick = Callable[..., Result]
Declass = Callable[..., "subprocess.CompletedProcess[str]"]


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
def declass(tmp_path: Path) -> Declass:
    """Runs the command in a process of its own, in `tmp_path`."""

    def run(
        *arguments: str | Path, stdin: bytes | str = b"", cwd: Path | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        told = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments)],
            input=told,
            capture_output=True,
            cwd=cwd or tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            timeout=60,
        )
        return subprocess.CompletedProcess(
            done.args,
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

    return run
