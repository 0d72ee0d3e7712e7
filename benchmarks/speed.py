"""Time and memory of declass at each effort, of bare Tesseract and of OCRmyPDF, on the same files in the same run.

Usage: speed.py [--corpus FOLDER] [--set NAME ...] [--tool NAME ...] [--repeat N] [--write]. Every tool reads the files of a
set two pages at a time; with --repeat each is measured so often, in turn, and its shortest time counts. Last comes what
declass takes beyond the engine's own time. Where the corpus is missing, the sample scans alone are measured.
"""

import os
import platform
import resource
import tempfile
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import which
from typing import NamedTuple

import click

from benchmarks.accuracy import ROOT, Case, Result, Tool, declass, find_cases, ocrmypdf, tesseract
from benchmarks.costs import transcribe
from benchmarks.engines import Counted
from pipeline.errors import DocumentError
from pipeline.programs import run, tool_versions
from pipeline.rasterize import inspect

_PULSE = 0.1  # seconds between two looks at the memory in use


class Measured(NamedTuple):
    """One tool on one set: what it read in which time, the bytes at most that this took, and the seconds of all
    processors, which are the same on a busy machine.
    """

    result: Result
    memory: int
    processor: float

    @property
    def seconds(self) -> float:
        """The seconds it took, scoring not counted."""
        return self.result.seconds


class Beyond(NamedTuple):
    """Processor seconds on one set: of bare Tesseract, of declass as a whole, and of the engine as declass calls it."""

    name: str
    pages: int
    bare: float
    whole: float
    engine: float


def measure(call: Callable[[], Result]) -> Measured:
    """Call a tool and watch the memory of every process that it starts."""
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(_PULSE):
            peak.append(memory_below(os.getpid()))

    before = _processor_seconds()
    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        result = call()
    finally:
        done.set()
        watcher.join()
    return Measured(result, max(peak), _processor_seconds() - before)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def memory_below(parent: int) -> int:
    """The bytes that the descendants of a process hold now, what they share counted once (Linux; elsewhere 0)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended just now
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    held, rest = 0, list(children.get(parent, ()))
    while rest:
        process = rest.pop()
        rest += children.get(process, ())
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        held += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return held


def page_count(cases: Sequence[Case]) -> int:
    """The pages of all scans together."""
    count = 0
    for case in cases:
        try:
            count += inspect(case.scan).page_count
        except DocumentError:
            continue
    return count


def table(measured: dict[str, dict[str, Measured]], pages: dict[str, int]) -> str:
    """The measurements in Markdown, a row for each set and tool."""
    rows = [
        "| set | pages | tool | line CER | words | seconds | pages a second | times Tesseract | processor seconds "
        "| times Tesseract | most memory, MB |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, by_tool in measured.items():
        base = by_tool["tesseract"]
        for tool, one in by_tool.items():
            rows.append(
                f"| {name} | {pages[name]} | {tool} | {one.result.score.line_cer:.4f} | {one.result.score.read_words} | "
                f"{one.seconds:.1f} | {pages[name] / one.seconds:.2f} | {one.seconds / base.seconds:.2f} | "
                f"{one.processor:.1f} | {one.processor / base.processor:.2f} | {one.memory / 1e6:.0f} |"
            )
    return "\n".join(rows)


def beyond(name: str, cases: Sequence[Case]) -> Beyond:
    """The processor seconds of declass at effort fast on a set, and which of them the engine took."""
    with tempfile.TemporaryDirectory() as folder:
        bare = measure(partial(tesseract, cases, Path(folder))).processor
        engine = Counted(Path(folder))
        scans = [case.scan for case in cases]
        cost = transcribe(scans, Path(folder) / "output", engine.path, "-j", "2", "--effort", "fast")
        return Beyond(name, page_count(cases), bare, cost.processor, engine.seconds())


def beyond_table(found: Sequence[Beyond]) -> str:
    """What declass takes beyond the engine in Markdown, a row for each set and one for all."""
    if len(found) > 1:
        found = [
            *found,
            Beyond("all", *(sum(figures) for figures in zip(*(one[1:] for one in found), strict=True))),
        ]
    rows = [
        "| set | pages | engine on declass's views | beyond it | % | a page | bare Tesseract | times bare Tesseract |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        rest = one.whole - one.engine
        rows.append(
            f"| {one.name} | {one.pages} | {one.engine:.1f} | {rest:.1f} | {100 * rest / one.engine:.0f} | "
            f"{rest / one.pages:.2f} | {one.bare:.1f} | {one.whole / one.bare:.2f} |"
        )
    return "\n".join(rows)


def tools() -> dict[str, Tool]:
    """What is measured, Tesseract first."""
    known: dict[str, Tool] = {
        "tesseract": tesseract,
        "declass, fast": partial(declass, effort="fast"),
        "declass": declass,
        "declass, thorough": partial(declass, effort="thorough"),
    }
    return known | ({"OCRmyPDF": ocrmypdf} if which("ocrmypdf") else {})


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option("--set", "sets", multiple=True, help="Only these sets.")
@click.option("--tool", "chosen", multiple=True, help="Only these tools; Tesseract is always measured.")
@click.option("--files", type=click.IntRange(1), help="Only the first files of each set.")
@click.option(
    "--repeat", type=click.IntRange(1), default=1, help="Measure so often; the shortest time counts."
)
@click.option("--write", is_flag=True, help="Write benchmarks/speed.md.")
def main(
    corpus: Path, sets: tuple[str, ...], chosen: tuple[str, ...], files: int | None, repeat: int, write: bool
) -> None:
    """Measure time and memory."""
    if not which("ocrmypdf"):
        click.echo("OCRmyPDF is not installed and is left out (`apt-get install ocrmypdf`).", err=True)
    wanted = {name: tool for name, tool in tools().items() if not chosen or name in ("tesseract", *chosen)}
    cases = {name: some[:files] for name, some in find_cases(corpus).items() if not sets or name in sets}
    measured: dict[str, dict[str, Measured]] = {name: {} for name in cases}
    for _ in range(repeat):
        for name, members in cases.items():
            for tool, read in wanted.items():
                with tempfile.TemporaryDirectory() as folder:
                    one = measure(partial(read, members, Path(folder)))
                before = measured[name].get(tool, one)
                measured[name][tool] = min(one, before, key=lambda each: each.seconds)
                click.echo(f"{name}, {tool}: {one.seconds:.1f} s, {one.memory / 1e6:.0f} MB", err=True)
    found = [beyond(name, members) for name, members in cases.items()]
    if not any(name.startswith(("ehri", "cables")) for name in cases):
        click.echo(
            "The sets ehri and cables are not there (--corpus names their folder): left out.", err=True
        )
    versions = tool_versions() | (
        {"OCRmyPDF": run(["ocrmypdf", "--version"], 30).stdout.strip()} if which("ocrmypdf") else {}
    )
    pages = {name: page_count(members) for name, members in cases.items()}
    text = (
        f"# Time and memory\n\nMeasured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), "
        f"{', '.join(f'{tool} {version}' for tool, version in versions.items())}.\nMade by `make bench`: each tool from "
        "nothing, two pages at a time, Tesseract with one thread a page. Processor seconds leave out what ran behind bubblewrap, where it is installed. Memory is that of all processes of a tool, what they "
        f"share counted once.\n\n{table(measured, pages)}\n\n## Beyond the engine\n\nProcessor seconds at effort fast, start and report "
        "included: what Tesseract takes on the pages as declass prepares and cuts them, and all that declass takes beyond\nthat. Nothing "
        f"runs behind bubblewrap here, so that all is counted.\n\n{beyond_table(found)}\n"
    )
    click.echo(text)
    if write:
        (ROOT / "benchmarks" / "speed.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
