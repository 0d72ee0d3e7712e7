"""Runs that meet trouble: programs that misbehave, and what has to hold of the run afterwards."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from tests.conftest import REAL_PATH, ROOT, command, outputs
from tests.makers import program, typed
from tests.processes import assert_nobody_left, left_in
from tests.shipped import CORRECTIONS

HEADER = (
    "printf 'level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n'"
    ' > "$2.tsv"\n'
)
# A stand-in knows which page it is given by the width of the image, or by the number of the page.
_BY_WIDTH = """case $(head -c 16 "$1" 2>/dev/null | tr '\\n' ' ' | cut -d ' ' -f 2) in
{cases}
esac
PATH='{path}'; exec tesseract "$@"
"""
_BY_PAGE = """for each; do
    [ "$before" = -f ] && page=$each
    case $each in *_rasterize) image=$each;; esac
    before=$each
done
case $page in
{cases}
esac
PATH='{path}'; exec pdftoppm "$@"
"""


class Lab(msgspec.Struct, frozen=True):
    """A place for runs over `scans`, with programs of its own before those of this machine."""

    folder: Path
    scans: Path
    walls: bool = False

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def temporary(self) -> Path:
        """Where the system's temporary files lie for these runs."""
        return self.folder / "tmp"

    def engine(self, cases: Mapping[int, str]) -> None:
        """Have Tesseract do so with images of these widths."""
        self._stand_in("tesseract", _BY_WIDTH, cases)

    def drawing(self, cases: Mapping[int, str]) -> None:
        """Have pdftoppm do so with pages of these numbers."""
        self._stand_in("pdftoppm", _BY_PAGE, cases)

    def _stand_in(self, name: str, script: str, cases: Mapping[int, str]) -> None:
        listed = "\n".join(f"    {number})\n{each}\n    ;;" for number, each in cases.items())
        program(self.folder / "programs", name, script.format(cases=listed, path=REAL_PATH))

    def start(self, *more: str | Path, prefix: tuple[str, ...] = ()) -> "subprocess.Popen[str]":
        """Start a run."""
        self.temporary.mkdir(exist_ok=True)
        if not self.walls:
            program(self.folder / "programs", "bwrap", "exit 1")
        told = "-o", self.output, "-c", CORRECTIONS, "--effort", "fast"
        line = command("transcribe", self.scans, *told, *more)
        environment = os.environ | {
            "PATH": f"{self.folder}/programs:{REAL_PATH}",
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "DECLASS_TEST_MARK": str(
                self.output
            ),  # inherited by every process of the run, so that none can hide
        }
        return subprocess.Popen([*prefix, *line], stderr=subprocess.PIPE, text=True, env=environment)

    def run(self, *more: str | Path) -> tuple[int, str]:
        """A whole run: its exit code and what it said, with nothing left behind."""
        process = self.start("-j", "2", *more)
        return self.ended(process)

    def ended(self, process: "subprocess.Popen[str]") -> tuple[int, str]:
        """The exit code of a run that ends by itself, and what it said; nothing may be left behind."""
        try:
            _, said = process.communicate(timeout=600)
        finally:
            process.kill()
        assert "Traceback" not in said and "should not" not in said, said
        assert_nobody_left(self.output)
        assert not left_in(self.temporary, self.output / "work" / "tmp")
        return process.returncode, said

    def held(self, width: int) -> Callable[[], None]:
        """Have the engine wait with images of this width; returns what lets it go on."""
        go = self.folder / "go"
        self.engine({width: f"until [ -e {go} ]; do sleep 0.05; done"})
        return go.touch

    def documents(self) -> dict[str, dict[str, Any]]:
        """What became of each input."""
        told = json.loads((self.output / "run.json").read_bytes())["documents"]
        return {document["source"]: document for document in told}

    def files_of(self, name: str) -> dict[str, bytes]:
        """All outputs of one document."""
        made = outputs(self.output, ("run.json", "work", "corpus.jsonl"))
        return {path: data for path, data in made.items() if f"/{name}." in f"/{path}"}


def page(width: int, *lines: str, height: int = 400) -> Image.Image:
    """A typed page, known by its width."""
    return typed(lines or ("PLAIN WORDS HERE",), size=(width, height))


def wait_for(happened: Callable[[], bool], process: "subprocess.Popen[str]", seconds: float = 120) -> None:
    """Wait until something has happened in a run."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def pages_read(output: Path) -> int:
    return len(list((output / "work" / "ocr").rglob("*.json")))
