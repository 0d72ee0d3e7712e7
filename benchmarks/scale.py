"""What many pages cost: from one worker to two, a run with nothing to do, a change of the dictionary, one long document beside
many short ones, the memory of each kind of process, and `--help`.

Usage: scale.py [--part NAME ...] [--few N] [--many N] [--most N] [--write]. Documents are made from the sample scans
(benchmarks/documents.py). Where the engine is not what is measured, a recorded reading stands in for it
(benchmarks/engines.py).
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from benchmarks.accuracy import ROOT
from benchmarks.costs import Cost, cost_of, transcribe
from benchmarks.documents import sample_page, write_folder, write_pdf
from benchmarks.engines import Counted, recorded
from pipeline.programs import tool_versions
from pipeline.record import Run

_HELP_RUNS = 5
_WORKER_PAGES = 40  # read by the real engine; starting two workers takes as long as reading one

Rows = Iterator[Sequence[object]]


class Bench:
    """A folder to work in, the page that documents are made of, the stand-in for the engine, and how many pages to measure."""

    def __init__(self, folder: Path, few: int, many: int, most: int) -> None:
        self.folder, self.few, self.many, self.most = folder, few, many, most
        self.page = sample_page(folder)
        line = ["tesseract", str(self.page), str(folder / "reading"), "--dpi", "300", "tsv"]
        subprocess.run(line, check=True, capture_output=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})
        self.path = recorded(folder / "recorded", folder / "reading.tsv")

    def documents(self, pages: int, alone: bool) -> Path:
        """So many pages: each a document of its own, or all in one."""
        place = self.folder / f"{pages}-{'alone' if alone else 'together'}"
        if not place.exists():
            if alone:
                return write_folder(place, self.page, range(pages))
            place.mkdir()
            write_pdf(place / "long.pdf", self.page, range(pages))
        return place

    def read(self, pages: int, alone: bool, corrections: Path | None = None, *, anew: bool = False) -> Cost:
        """Transcribe such documents with the stand-in, into the folder that earlier calls left, or `anew`."""
        scans = self.documents(pages, alone)
        output = scans.with_name(f"{scans.name}-output")
        if anew:
            shutil.rmtree(output, ignore_errors=True)
        return transcribe([scans], output, self.path, "--effort", "fast", corrections=corrections)


def workers(bench: Bench) -> Rows:
    """Pages a second with one worker and with two, the real engine reading."""
    yield (
        "workers",
        "pages",
        "seconds",
        "pages a second",
        "times one worker",
        "processor seconds",
        "workers busy, %",
    )
    scans, base = bench.documents(_WORKER_PAGES, alone=True), 0.0
    for jobs in (1, 2):
        output = bench.folder / f"workers-{jobs}"
        engine = Counted(bench.folder / f"counted-{jobs}")
        cost = transcribe([scans], output, engine.path, "-j", str(jobs))
        run = msgspec.json.decode((output / "run.json").read_bytes(), type=Run)
        busy = sum(page.seconds for document in run.documents for page in document.pages) / jobs
        rate = _WORKER_PAGES / cost.seconds
        base = base or rate
        yield (
            jobs,
            _WORKER_PAGES,
            f"{cost.seconds:.1f}",
            f"{rate:.2f}",
            f"{rate / base:.2f}",
            f"{cost.processor:.1f}",
            f"{100 * busy / run.seconds:.0f}",
        )


def again(bench: Bench) -> Rows:
    """A second run that finds nothing to do, and one after a change of the dictionary."""
    yield "what", "documents", "pages", "seconds", "processor seconds"
    for alone in (True, False):
        documents = bench.few if alone else 1
        bench.read(bench.few, alone)
        cost = bench.read(bench.few, alone)
        yield "nothing to do", documents, bench.few, f"{cost.seconds:.1f}", f"{cost.processor:.1f}"
        changed = bench.folder / f"corrections-{documents}"
        shutil.copytree(ROOT / "corrections", changed)
        (changed / "added.toml").write_text(
            '[[entry]]\nid = "added"\nmatch = "garble"\nright = "harbor"\ngarbles = ["harhor"]\n'
        )
        cost = bench.read(bench.few, alone, changed)
        yield "the dictionary changed", documents, bench.few, f"{cost.seconds:.1f}", f"{cost.processor:.1f}"


def shapes(bench: Bench) -> Rows:
    """One long document beside as many pages in documents of one page each."""
    yield "documents", "pages", "seconds", "processor seconds", "times the long one"
    base = 0.0
    for alone in (False, True):
        cost = bench.read(bench.many, alone, anew=True)
        base = base or cost.processor
        yield (
            bench.many if alone else 1,
            bench.many,
            f"{cost.seconds:.0f}",
            f"{cost.processor:.0f}",
            f"{cost.processor / base:.2f}",
        )


def memory(bench: Bench) -> Rows:
    """The most that each kind of process held: with few pages and with many, and with the real engine at every effort."""
    yield "what", "pages", "main process, MB", "a worker, MB", "a program of a worker, MB"
    for alone in (True, False):
        for pages in (bench.few, bench.most):
            cost = bench.read(pages, alone, anew=True)
            yield f"{'one-page documents' if alone else 'one document'}, stand-in", pages, *_held(cost)
    for effort in ("fast", "balanced", "thorough"):
        engine = Counted(bench.folder / f"counted-{effort}")
        cost = transcribe([ROOT / "scans"], bench.folder / effort, engine.path, "--effort", effort)
        yield f"sample scans, {effort}", 11, *_held(cost)


def help_shown(_bench: Bench) -> Rows:
    """The time that help takes."""
    yield "command", "seconds", "processor seconds"
    for command in ([], ["transcribe"], ["export"]):
        line = [sys.executable, "-m", "pipeline", *command, "--help"]
        least = min(cost_of(line, os.environ["PATH"]) for _ in range(_HELP_RUNS))
        yield " ".join(["declass", *command, "--help"]), f"{least.seconds:.2f}", f"{least.processor:.2f}"


PARTS: dict[str, Callable[[Bench], Rows]] = {
    "workers": workers,
    "again": again,
    "shapes": shapes,
    "memory": memory,
    "help": help_shown,
}


def _held(cost: Cost) -> tuple[str, str, str]:
    main, worker, program = (f"{held / 1e6:.0f}" for held in (cost.main, cost.worker, cost.program))
    return main, worker, program


def _table(part: Callable[[Bench], Rows], bench: Bench) -> str:
    rows = []
    for row in part(bench):
        rows.append(f"| {' | '.join(map(str, row))} |")
        click.echo(rows[-1], err=True)
    rows.insert(1, "|" + "---|" * (rows[0].count("|") - 1))
    return f"{part.__doc__}\n\n" + "\n".join(rows) + "\n"


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(sorted(PARTS)), help="Only these parts.")
@click.option("--few", default=500, show_default=True, help="Pages of the runs that find little to do.")
@click.option("--many", default=2000, show_default=True, help="Pages of a long document.")
@click.option("--most", default=5000, show_default=True, help="Pages for the main process's memory.")
@click.option("--write", is_flag=True, help="Write benchmarks/scale.md.")
def main(parts: tuple[str, ...], few: int, many: int, most: int, write: bool) -> None:
    """Measure what many pages cost."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), few, many, most)
        tables = [_table(PARTS[name], bench) for name in parts or PARTS]
    versions = ", ".join(f"{tool} {version}" for tool, version in tool_versions().items())
    text = (
        f"# Many pages\n\nMeasured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), {versions}.\n"
        "Made by `make bench`. Documents are copies of a sample page with another number on each; the stand-in for the engine gives a recorded reading\n"
        "with other words on each page. Nothing runs behind bubblewrap here, so that all processor time is counted. Seconds\n"
        "hang on what else the machine does, processor seconds hardly; a worker is busy while it has a page.\n\n"
    ) + "\n".join(tables)
    click.echo(text)
    if write:
        (ROOT / "benchmarks" / "scale.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
