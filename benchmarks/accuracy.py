"""Accuracy and time of declass beside what a user would pick instead, on the same files in the same run.

Usage: accuracy.py [--corpus FOLDER] [--set NAME ...] [--tool NAME ...] [--write]. The corpus is a folder of sets with `.gt.txt` truths; where it is
missing, the sample scans alone are measured, and the table says so.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shutil import which
from typing import NamedTuple

import click

from benchmarks.scoring import Score, score, total
from pipeline.programs import tool_versions

ROOT = Path(__file__).parent.parent
SETS = {
    "ehri DR": "ehri/*-DR-*.jpg",
    "ehri BF": "ehri/*-BF-*.jpg",
    "ehri carbon": "ehri/*-YV*.jpg",
    "ehri 96 dpi": "ehri/*-WL*.jpg",
    "nsdd": "nsdd/*.pdf",
    "cables light": "cables/*.light.pdf",
    "cables fax": "cables/*.fax.pdf",
    "cables film": "cables/*.film.pdf",
}


class Case(NamedTuple):
    """A scan and its truth."""

    scan: Path
    truth: str


class Result(NamedTuple):
    """What one tool made of one set: the score of each document, seconds, and the scores of its raw text where that
    differs.
    """

    scores: list[Score]
    seconds: float
    raws: list[Score] | None = None

    @property
    def score(self) -> Score:
        """The score of the whole set."""
        return total(self.scores)


Tool = Callable[[Sequence[Case], Path], Result]


def find_cases(corpus: Path) -> dict[str, list[Case]]:
    """The sets that are there; the sample scans always are."""
    truths = ROOT / "tests" / "data" / "samples"
    samples = [
        Case(ROOT / "scans" / name, path.read_text(encoding="utf-8"))
        for path in sorted(truths.rglob("*.clean.txt"))
        for name in (path.relative_to(truths).as_posix().removesuffix(".clean.txt"),)
    ]
    cases = {"samples": samples}
    for name, pattern in SETS.items():
        scans = sorted(corpus.glob(pattern))
        if scans:
            cases[name] = [Case(scan, _truth(scan)) for scan in scans]
    return cases


def declass(cases: Sequence[Case], folder: Path, effort: str = "balanced") -> Result:
    """The whole pipeline at one effort, two pages at a time, from nothing."""
    output = folder / "output"
    scans = [str(case.scan) for case in cases]
    line = [sys.executable, "-m", "pipeline", "transcribe", *scans, "-o", str(output), "-j", "2"]
    line += ["-c", str(ROOT / "corrections"), "--effort", effort]
    began = time.monotonic()
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)
    seconds = time.monotonic() - began
    if done.returncode not in (0, 5):
        raise SystemExit(f"declass failed:\n{done.stderr}")
    texts, raws = (
        [(output / kind / f"{case.scan.name}.txt").read_text(encoding="utf-8") for case in cases]
        for kind in ("text", "raw")
    )
    return Result(_scores(cases, texts), seconds, _scores(cases, raws))


def tesseract(cases: Sequence[Case], folder: Path) -> Result:
    """Bare Tesseract, two pages at a time, PDFs drawn at 300 dpi."""
    began = time.monotonic()
    with ThreadPoolExecutor(2) as threads:
        texts = list(threads.map(lambda case: _tesseract(case.scan, folder), cases))
    seconds = time.monotonic() - began
    return Result(_scores(cases, texts), seconds)


def ocrmypdf(cases: Sequence[Case], folder: Path) -> Result:
    """OCRmyPDF with what it has to offer for scans, two pages at a time."""
    began = time.monotonic()
    texts = []
    for case in cases:
        sidecar = folder / f"{case.scan.name}.txt"
        line = ["ocrmypdf", "--force-ocr", "--deskew", "--rotate-pages", "--clean", "--jobs", "2"]
        line += ["--image-dpi", "300"] if case.scan.suffix != ".pdf" else []
        subprocess.run(
            [*line, "--sidecar", sidecar, case.scan, folder / "out.pdf"],
            capture_output=True,
            check=False,
            env=_environment(),
        )
        texts.append(sidecar.read_text(encoding="utf-8") if sidecar.exists() else "")
    seconds = time.monotonic() - began
    return Result(_scores(cases, texts), seconds)


def _tesseract(scan: Path, folder: Path) -> str:
    pages = [scan]
    if scan.suffix == ".pdf":
        target = folder / scan.name
        subprocess.run(["pdftoppm", "-r", "300", "-gray", scan, target], check=True)
        pages = sorted(folder.glob(f"{scan.name}-*.pgm"))
    texts = [
        subprocess.run(
            ["tesseract", page, "-"], capture_output=True, text=True, check=False, env=_environment()
        )
        for page in pages
    ]
    return "\f".join(text.stdout for text in texts)


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}


def _scores(cases: Sequence[Case], texts: Sequence[str]) -> list[Score]:
    return [score(case.truth, text) for case, text in zip(cases, texts, strict=True)]


def _truth(scan: Path) -> str:
    return scan.with_name(f"{scan.stem}.gt.txt").read_text(encoding="utf-8", errors="replace")


def table(results: dict[str, dict[str, Result]]) -> str:
    """The results in Markdown, a row for each set and tool."""
    rows = [
        "| set | tool | line CER | half A | half B | CER | word recall | word precision | seconds | times Tesseract |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, by_tool in results.items():
        base = by_tool["tesseract"].seconds
        for tool, result in by_tool.items():
            ratio = f"{result.seconds / base:.2f}"
            rows.append(_row(name, tool, result.scores, f"{result.seconds:.1f}", ratio))
            if result.raws:
                rows.append(_row(name, f"{tool}, raw text", result.raws, "", ""))
    return "\n".join(rows)


def _row(name: str, tool: str, scores: Sequence[Score], seconds: str, ratio: str) -> str:
    """Half A, every second document from the first, was looked at while tuning; half B was not."""
    rates = total(scores)
    halves = [total(scores[start::2]).line_cer if scores[start::2] else 0.0 for start in (0, 1)]
    figures = (rates.line_cer, *halves, rates.cer, rates.recall, rates.precision)
    return (
        f"| {name} | {tool} | "
        + " | ".join(f"{figure:.4f}" for figure in figures)
        + f" | {seconds} | {ratio} |"
    )


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option("--set", "sets", multiple=True, help="Only these sets; Tesseract is always measured.")
@click.option("--tool", "chosen", multiple=True, help="Only these tools.")
@click.option("--write", is_flag=True, help="Write benchmarks/results.md.")
def main(corpus: Path, sets: tuple[str, ...], chosen: tuple[str, ...], write: bool) -> None:
    """Measure accuracy and time."""
    tools: dict[str, Tool] = {
        "tesseract": tesseract,
        "declass, fast": partial(declass, effort="fast"),
        "declass": declass,
        "declass, thorough": partial(declass, effort="thorough"),
    }
    if which("ocrmypdf"):
        tools["OCRmyPDF"] = ocrmypdf
    else:
        click.echo("OCRmyPDF is not installed and is left out.", err=True)
    tools = {name: tool for name, tool in tools.items() if not chosen or name in ("tesseract", *chosen)}
    cases = {name: members for name, members in find_cases(corpus).items() if not sets or name in sets}
    missing = sorted(set(sets or SETS) - set(cases))
    if missing:
        click.echo(f"Not there and left out: {', '.join(missing)} (--corpus names their folder).", err=True)
    results: dict[str, dict[str, Result]] = {}
    for name, members in cases.items():
        results[name] = {}
        for tool, measure in tools.items():
            with tempfile.TemporaryDirectory() as folder:
                results[name][tool] = measure(members, Path(folder))
            click.echo(f"{name}, {tool}: line CER {results[name][tool].score.line_cer:.4f}", err=True)
    versions = ", ".join(f"{tool} {version}" for tool, version in tool_versions().items())
    head = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), {versions}."
    )
    told = "Half A is every second document from the first, which was looked at while tuning; half B was not."
    text = f"# Accuracy and time\n\n{head}\nMade by `make bench`. {told} What strip takes is in\n[furniture.md](furniture.md), header fields and markings in [fields.md](fields.md).\n\n{table(results)}\n"
    click.echo(text)
    if write:
        (ROOT / "benchmarks" / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
