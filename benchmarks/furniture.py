"""What strip takes and what it leaves: held against labels made by eye, true texts and exact text layers.

Usage: furniture.py [--corpus FOLDER] [--cache FOLDER] [--write]. Scans are read once, into the cache folder. Lists every miss; says what is not there.
"""

import csv
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from benchmarks.readings import CACHE, CORRECTIONS, ROOT, edited, transcribe
from pipeline.clean import clean_text
from pipeline.geometry import Box
from pipeline.record import Document
from pipeline.textstages import load_corrections

LABELS = ROOT / "tests" / "data" / "labels" / "reykjavik-lines.tsv"
_LINE_EDITS = ("strip", "withhold")

# Lines of the telegram archive's printouts that are furniture by their form, whatever declass says of them.
_BY_FORM = re.compile(
    r"(TOP SECRET|SECRET|CONFIDENTIAL|LIMITED OFFICIAL USE|UNCLASSIFIED|Message Text|PAGE \d\d|.*EO Systematic Review.*"
    r"|Declassified/Released|US Department of State|PAGE \d\d .*|[A-Z ]+ \d{5}( \d\d OF \d\d)? +\d{6}Z"
    r"|[A-Z][a-z]+ [A-Z]\. [A-Z]\w+|\d\d (JUN|Mar|MAY|JUL) 20\d\d)"
)


def labelled_lines(corpus: Path, cache: Path) -> Iterator[tuple[str, str, bool, str]]:
    """Each line that was read on a labelled page: where, its label, whether it was stripped, its text."""
    labels: dict[tuple[str, int], list[tuple[Box, str]]] = defaultdict(list)
    with LABELS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            box = Box(*(int(row[side]) for side in ("left", "top", "right", "bottom")))
            labels[row["file"], int(row["page"])].append((box, row["class"]))
    scans = {name: corpus / "reykjavik" / name for name, _ in sorted(labels)}
    transcribe(scans.values(), cache)
    corrections = load_corrections(CORRECTIONS)
    documents = {name: edited(scan, cache, corrections) for name, scan in scans.items()}
    for (name, number), boxes in sorted(labels.items()):
        if document := documents[name]:
            for text, box, stripped in _lines(document, number):
                if label := label_of(box, boxes):
                    yield f"{name} {number}", label, stripped, text


def _lines(record: Document, number: int) -> Iterator[tuple[str, Box, bool]]:
    page = record.pages[number - 1]
    taken = {(e.start, e.end) for e in record.edits_on(number) if e.in_force and e.kind in _LINE_EDITS}
    for start, line in page.located_lines():
        if line.box:
            yield line.text, line.box, (start, start + len(line.text)) in taken


def label_of(box: Box, labels: Sequence[tuple[Box, str]]) -> str:
    """The label of a line read at `box`: of those that share half of the smaller box with it, the one nearest in size.

    A line that runs over labels of text and of furniture, each a tenth of it at least, holds both. "" where there is none.
    """
    near = [(*_overlap(box, other), other, label) for other, label in labels]
    near = [one for one in near if one[0] >= 0.5]
    within = {label for _, _, other, label in near if box.width > other.width >= 0.1 * box.width}
    if {"text", "furniture"} <= within:
        return "mixed"
    return max(near, key=lambda one: (one[0] == 1.0, one[1]))[3] if near else ""


def _overlap(one: Box, other: Box) -> tuple[float, float]:
    """What two boxes share, of the smaller one and of both together."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0, 0.0
    shared, areas = width * height, (one.width * one.height, other.width * other.height)
    return shared / min(areas), shared / (sum(areas) - shared)


def stripped_from(text: str) -> Iterator[tuple[str, bool]]:
    """Each line of a text with whether strip takes it."""
    document = clean_text(text, CORRECTIONS).document
    for page in document.pages:
        taken = {e.start for e in document.edits_on(page.number) if e.in_force and e.kind in _LINE_EDITS}
        for start, line in page.located_lines():
            if line.text.strip():
                yield " ".join(line.text.split()), start in taken


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option(
    "--cache", type=click.Path(path_type=Path), default=CACHE, help="Where readings of the scans are kept."
)
@click.option("--write", is_flag=True, help="Write benchmarks/furniture.md.")
def main(corpus: Path, cache: Path, write: bool) -> None:
    """Measure strip."""
    told = [
        "# What strip takes and what it leaves",
        "",
        "Made by `python -m benchmarks.furniture --write`.",
        "",
    ]
    if (corpus / "reykjavik").is_dir():
        told += _against_labels(corpus, cache)
    told += _against_truth(corpus) + _against_text_layers(corpus)
    text = "\n".join(told) + "\n"
    click.echo(text)
    if write:
        (ROOT / "benchmarks" / "furniture.md").write_text(text, encoding="utf-8")


def _against_labels(corpus: Path, cache: Path) -> list[str]:
    lines = list(labelled_lines(corpus, cache))
    count = Counter((label, stripped) for _, label, stripped, _ in lines)
    right, wrong, missed = count["furniture", True], count["text", True], count["furniture", False]
    wrongly = [
        f"- {where}: `{text}`" for where, label, stripped, text in lines if stripped and label == "text"
    ]
    left = [
        f"- {where}: `{text}`"
        for where, label, stripped, text in lines
        if not stripped and label == "furniture"
    ]
    return [
        "## Labels made by eye, 20 pages",
        "",
        f"Precision {right / max(right + wrong, 1):.3f} ({wrong} of {right + wrong} stripped lines are text), "
        f"recall {right / max(right + missed, 1):.3f} ({missed} of {right + missed} furniture lines are left). "
        f"Lines that hold both are not counted ({count['mixed', True]} of "
        f"{count['mixed', True] + count['mixed', False]} stripped).",
        "",
        "Text that was stripped, as read:",
        *wrongly,
        "",
        "Furniture that was left, as read:",
        *left,
        "",
    ]


def _against_truth(corpus: Path) -> list[str]:
    truths = sorted(corpus.rglob("*.gt.txt"))
    rows = []
    for path in truths:
        text = path.read_text(encoding="utf-8", errors="replace")
        rows += [f"- {path.name}: `{line}`" for line, taken in stripped_from(text) if taken]
    return [f"## True texts ({len(truths)} files)", "", f"Lines stripped, {len(rows)} in all:", *rows, ""]


def _against_text_layers(corpus: Path) -> list[str]:
    files = sorted((corpus / "cables" / "born-digital").glob("*.pdf"))
    lost, left, kept, gone = [], [], 0, 0
    for path in files:
        text = subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
        ).stdout
        for line, taken in stripped_from(text):
            furniture = _BY_FORM.fullmatch(line) is not None
            gone += furniture and taken
            kept += not furniture and not taken
            lost += [f"- {path.name}: `{line}`"] if taken and not furniture else []
            left += [f"- {path.name}: `{line}`"] if furniture and not taken else []
    return [
        f"## Exact text layers of cables ({len(files)} files)",
        "",
        f"{gone} lines of furniture gone, {len(left)} left; {kept} lines of content kept, {len(lost)} lost.",
        *(["", "Left:", *left] if left else []),
        *(["", "Lost:", *lost] if lost else []),
    ]


if __name__ == "__main__":
    main()
