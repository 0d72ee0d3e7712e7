"""What several tests need."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from makers import program

ROOT = Path(__file__).parent.parent
REAL_PATH = os.environ["PATH"]
VERSION = "if [ \"$1\" = --version ]; then echo 'tesseract 5.3.0'; exit 0; fi\n"

Declass = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of Tesseract; it still tells its version."""

    def put(script: str) -> None:
        folder = tmp_path / "programs"
        program(folder, "tesseract", VERSION + script)
        monkeypatch.setenv("PATH", f"{folder}:{REAL_PATH}")

    return put


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
