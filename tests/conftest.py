"""What several tests share: the samples transcribed once, with the real engine."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.shipped import CORRECTIONS

ROOT = Path(__file__).parent.parent


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
