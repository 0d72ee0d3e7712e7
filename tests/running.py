"""What a run leaves in its output folder, and scans to run over."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.makers import typed

NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


def scan(path: Path, *lines: str) -> Path:
    """A typed one-page scan."""
    path.parent.mkdir(parents=True, exist_ok=True)
    typed(lines or ("PLAIN WORDS HERE",)).save(path)
    return path


def run_of(output: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((output / "run.json").read_bytes())
    return run


def documents(output: Path) -> dict[str, dict[str, Any]]:
    """What became of each input, by its path below the scans."""
    found = run_of(output)["documents"]
    assert len({document["output"] for document in found}) == len(found)
    return {document["source"]: document for document in found}


def statuses(output: Path) -> dict[str, str]:
    return {source: document["status"] for source, document in documents(output).items()}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def text(output: Path, name: str) -> str:
    return (output / "text" / f"{name}.txt").read_text()


def assert_talk(said: str) -> None:
    """No traceback, nothing a terminal acts on."""
    assert "Traceback" not in said
    assert "should not" not in said
    assert all(c.isprintable() or c == "\n" for c in said), said
