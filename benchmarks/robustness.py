"""What becomes of files that are broken, awkward or hostile, beside OCRmyPDF on the same files with the same time limit.

Usage: robustness.py [--corpus FOLDER] [--work FOLDER] [--seconds N] [--effort EFFORT] [--write]. Only names and counts are kept,
never what a file holds. Both tools go on where they stopped where --work names a folder that is kept. Where the corpus is missing,
nothing is measured.
"""

import contextlib
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from shutil import which
from typing import NamedTuple

import click
import msgspec

from benchmarks.accuracy import ROOT
from benchmarks.robustness_reasons import REASONS
from pipeline.programs import run, tool_versions
from pipeline.record import DocumentOutcome, Run
from pipeline.sources import printable, sniff

_WORD = re.compile(r"[A-Za-z]{2,}")
_OCRMYPDF_EXITS = {
    2: "refused",
    6: "refused",  # it holds text already
    7: "crashed",  # a program that it calls failed
    8: "refused",  # encrypted
    15: "crashed",
}
_PACKINGS = {
    "image": "flat",
    "jpx": "JPEG 2000",
    "jbig2": "JBIG2",
    "ccitt": "fax",
    "jpeg": "JPEG",
}  # of pdfimages
_FEWER = 0.8  # of the other tool's words, below which the difference needs a reason


class Told(msgspec.Struct, frozen=True):
    """What one tool made of one file: what became of it, how many pages and words came out, and what it said."""

    outcome: str
    pages: int
    words: int
    said: str


class Row(NamedTuple):
    """One file: what it is, and what either tool made of it."""

    name: str
    what: str
    declass: Told
    other: Told

    @property
    def owes_a_reason(self) -> bool:
        """Whether OCRmyPDF brought more out of it."""
        return self.other.pages > self.declass.pages or self.declass.words < _FEWER * self.other.words


def declass(folder: Path, work: Path, seconds: int, effort: str) -> tuple[dict[str, Told], str]:
    """The whole folder in one run: what became of each file, and what went wrong with the run itself ("" where nothing)."""
    output = work / "declass"
    line = [sys.executable, "-m", "pipeline", "transcribe", str(folder), "-o", str(output), "-j", "2"]
    line += ["-c", str(ROOT / "corrections"), "--effort", effort]
    line += ["--page-timeout", str(seconds), "--document-timeout", str(2 * seconds)]  # two pages at a time
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, errors="replace")
    trouble = [f"exit code {done.returncode}"] if done.returncode not in (0, 5) else []
    trouble += ["a traceback"] if "Traceback" in done.stderr else []
    if not (output / "run.json").exists():
        raise SystemExit(f"declass failed:\n{done.stderr}")
    outcomes = msgspec.json.decode((output / "run.json").read_bytes(), type=Run).documents
    return {one.source: _told(one, output) for one in outcomes}, " and ".join(trouble)


def _told(one: DocumentOutcome, output: Path) -> Told:
    read = [page for page in one.pages if page.status in ("ok", "empty", "low_confidence")]
    said = [one.message] if one.message else []
    said += [f"page {page.number}: {page.message}" for page in one.pages if page.message and not one.message]
    raw = output / "raw" / f"{one.output}.txt"
    text = raw.read_text(encoding="utf-8") if raw.exists() else ""
    status = one.status
    if status == "ok" and all(page.status == "empty" for page in read):
        said = said or ["nothing to read on it"]
    return Told(status, len(read), len(_WORD.findall(text)), "; ".join(said[:3]))


def ocrmypdf(file: Path, work: Path, seconds: int) -> Told:
    """One file; kept in `work`, so that a second run need not ask again."""
    kept = work / "ocrmypdf" / f"{file.name}.json"
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(kept.read_bytes(), type=Told)
    with tempfile.TemporaryDirectory() as folder:
        sidecar = Path(folder, "sidecar.txt")
        line = ["ocrmypdf", "--force-ocr", "--output-type", "pdf", "--jobs", "2", "--sidecar", str(sidecar)]
        line += ["--image-dpi", "300"] if file.suffix != ".pdf" else []
        process = subprocess.Popen(
            [*line, str(file), str(Path(folder, "out.pdf"))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"TMPDIR": folder, "OMP_THREAD_LIMIT": "1"},
        )
        try:
            errors = process.communicate(timeout=seconds)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            told = Told("timed out", 0, 0, f"nothing after {seconds} seconds")
        else:
            whole = process.returncode == 0 and sidecar.exists()
            text = sidecar.read_text(encoding="utf-8", errors="replace") if whole else ""
            pages = text.rstrip("\f").count("\f") + 1 if whole else 0
            outcome = "ok" if whole else _OCRMYPDF_EXITS.get(process.returncode, "failed")
            if "Traceback" in errors:
                outcome = "traceback"
            said = "" if whole else f"exit code {process.returncode}: {_last(errors)}"
            told = Told(outcome, pages, len(_WORD.findall(text)), said)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(msgspec.json.encode(told))
    return told


def _last(errors: str) -> str:
    """The last thing a tool said, without paths."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return printable(re.sub(r"/\S*/", "", (lines or [""])[-1]))[:90]


def what_it_is(file: Path) -> str:
    """The kind of a file, by its content, and how its images are packed."""
    kind = sniff(file).partition("/")[2].upper() or "neither PDF nor image"
    if kind != "PDF":
        return kind if file.stat().st_size else "empty file"
    listed = run(["pdfimages", "-list", "-l", "50", file], 60).stdout.splitlines()[2:]
    packed = Counter(row[8] for row in map(str.split, listed) if len(row) > 8)
    info = run(["pdfinfo", file], 60)
    encrypted = (
        ["encrypted"] if re.search(r"^Encrypted: +yes|password", info.stdout + info.stderr, re.M) else []
    )
    return ", ".join([kind, *encrypted, *(f"{_PACKINGS.get(name, name)} image" for name in sorted(packed))])


def table(rows: Sequence[Row]) -> str:
    """The outcomes in Markdown, a row a file."""
    lines = [
        "| file | what it is | declass | pages | words | says | OCRmyPDF | pages | words |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        ours, theirs = row.declass, row.other
        other = theirs.outcome + (f" ({theirs.said})" if theirs.said else "")
        cells = (
            row.name,
            row.what,
            ours.outcome,
            ours.pages,
            ours.words,
            ours.said,
            other,
            theirs.pages,
            theirs.words,
        )
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines)


def reasons(rows: Sequence[Row]) -> str:
    """Why OCRmyPDF brought more out of some files, a line each."""
    return "\n".join(
        f"- `{row.name}` ({row.declass.pages} pages, {row.declass.words} words beside {row.other.pages} and "
        f"{row.other.words}): {REASONS.get(row.name, 'not looked into yet.')}"
        for row in rows
        if row.owes_a_reason
    )


def totals(rows: Sequence[Row]) -> str:
    """How many files came out how, by either tool."""
    lines = []
    for name, told in (("declass", [row.declass for row in rows]), ("OCRmyPDF", [row.other for row in rows])):
        kinds = ", ".join(
            f"{count} {kind}" for kind, count in Counter(one.outcome for one in told).most_common()
        )
        lines.append(
            f"| {name} | {kinds} | {sum(one.pages > 0 for one in told)} | {sum(one.pages for one in told)} "
            f"| {sum(one.words for one in told)} |"
        )
    head = "| tool | files | files with pages read | pages | words |\n|---|---|---|---|---|\n"
    return head + "\n".join(lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option("--work", type=click.Path(path_type=Path), help="Keep what was made there, to go on from it.")
@click.option("--seconds", type=click.IntRange(1), default=120, show_default=True, help="A file may take.")
@click.option("--effort", default="balanced", show_default=True)
@click.option("--write", is_flag=True, help="Write docs/robustness.md.")
def main(corpus: Path, work: Path | None, seconds: int, effort: str, write: bool) -> None:
    """Read the files of CORPUS/robustness with both tools."""
    folder = corpus / "robustness"
    if not folder.is_dir():
        click.echo(f"{folder} is not there; nothing was measured (--corpus names its folder).", err=True)
        return
    if not which("ocrmypdf"):
        raise SystemExit("OCRmyPDF is not installed: `make .venv/.dev` installs it.")
    with contextlib.ExitStack() as stack:
        place = work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        files = sorted(path for path in folder.iterdir() if path.is_file())
        others = {}
        for file in files:
            others[file.name] = ocrmypdf(file, place, seconds)
            click.echo(f"OCRmyPDF {file.name}: {others[file.name].outcome}", err=True)
        ours, trouble = declass(folder, place, seconds, effort)
    lost = [file.name for file in files if file.name not in ours]
    rows = [
        Row(file.name, what_it_is(file), ours[file.name], others[file.name])
        for file in files
        if file.name in ours
    ]
    versions = tool_versions() | {"OCRmyPDF": run(["ocrmypdf", "--version"], 30).stdout.strip()}
    text = (
        "# Files that are broken, awkward or hostile\n\n"
        f"{len(files)} files from the test suites of pdf.js, OCRmyPDF, pikepdf, docsplit and doctor, none of them in this "
        "repository. What each tool\nmade of them with the same time limit "
        f"({seconds} seconds a file), declass at `--effort {effort}`, `ocrmypdf --force-ocr`\n"
        f"(images at 300 dpi). Made by `python -m benchmarks.robustness --write`, {datetime.now(UTC):%Y-%m-%d}, "
        f"{os.cpu_count()} cores ({platform.machine()}),\n"
        f"{', '.join(f'{tool} {version}' for tool, version in versions.items())}.\n\n"
        f"{totals(rows)}\n\n"
        f"The run of declass {'ended with ' + trouble if trouble else 'ended as it should, without a traceback'}; "
        f"files not accounted for: {', '.join(lost) or 'none'}. Words count runs of two letters and more in the text as "
        f"read, right or\nwrong. A page without a word counts as read. The machine was busy with other work, so that a time-out says little.\n\n"
        f"## Where OCRmyPDF brings out more\n\nMore pages, or a fifth more words.\n\n{reasons(rows)}\n\n"
        f"## Every file\n\n{table(rows)}\n"
    )
    click.echo(text)
    if write:
        (ROOT / "docs" / "robustness.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
