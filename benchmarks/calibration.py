"""How often words read with a given confidence are right: the curves of pipeline/confidence.toml, and their proof.

Usage: calibration.py [--corpus FOLDER] [--output FOLDER] [--write]. Pages whose text is known are read at effort fast and
balanced (readings in OUTPUT are kept for the next time); each word is held against the truth. What is shown is measured
leaving one document out: each word is judged by curves made without its document.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import click
import edlib
import numpy as np
from rapidfuzz.distance import LCSseq

from benchmarks.accuracy import ROOT, SETS, find_cases
from benchmarks.scoring import normalise
from pipeline.confidence import CURVES, Curve, evidence
from pipeline.record import Document, read_record

LEAST = 60  # words a step of a curve rests on
_INSIDE = (
    0.5  # of a line's signs that the truth must have, for the line to be of the text that the truth covers
)
_PORTION_MARK = re.compile(r"\W*\((?:TS|S|C|U)\)\W*$")  # left out of the truth


class Judged(NamedTuple):
    """A word read, and whether it is right. `confidence` is the engine's own."""

    set: str
    document: str
    evidence: str
    digits: bool
    confidence: float
    right: bool


def judged(document: Document, truth: str, name: str, again: bool) -> Iterator[Judged]:
    """The words of a document that the truth speaks of, each held against it.

    Furniture is not in the truth. Stamps and letterheads are not in that of typed pages, so that there lines count only
    where the truth has half of their signs; that of cables is whole, and what it lacks is wrong.
    """
    wanted = [normalise(word) for word in truth.split()]
    flat = normalise(truth)
    words, texts = [], []
    for page in document.pages:
        gone = [
            (edit.start, edit.end)
            for edit in document.edits_on(page.number)
            if edit.in_force and edit.kind in ("strip", "withhold")
        ]
        torn = False
        for start, line in page.located_lines():
            kept = [
                word
                for word in line.words
                if not any(a < start + word.end and start + word.start < b for a, b in gone)
            ]
            text = normalise(" ".join(line.text[word.start : word.end] for word in kept))
            distance = edlib.align(text, flat, mode="HW", task="distance")["editDistance"] if text else 0
            inside = name.startswith("cables") or distance <= _INSIDE * len(text)
            for word in kept:
                said = line.text[word.start : word.end]
                halved = (torn and word is line.words[0]) or (word is line.words[-1] and said.endswith("-"))
                words.append((said, word, inside and not halved and not _PORTION_MARK.match(said)))
                texts.append(normalise(said))
            torn = line.text.endswith("-")
    right = {
        at
        for block in LCSseq.opcodes(texts, wanted)
        if block.tag == "equal"
        for at in range(block.src_start, block.src_end)
    }
    for at, (said, word, counts) in enumerate(words):
        own = word.sureness
        if counts and own is not None:
            kind = evidence(said, word.readings, again)
            yield Judged(name, document.source, kind, any(map(str.isdigit, said)), own, at in right)


def fit(words: Sequence[Judged]) -> list[Curve]:
    """A rising curve for each kind of evidence: isotonic regression by pooling neighbours that fall.

    Source: R. E. Barlow et al., "Statistical Inference under Order Restrictions", 1972. Half a right word in one
    word more keeps small steps from certainty.
    """
    curves = []
    for kind, digits in sorted({(word.evidence, word.digits) for word in words}):
        ours = sorted((w.confidence, w.right) for w in words if (w.evidence, w.digits) == (kind, digits))
        if len(ours) < LEAST:
            continue
        steps: list[tuple[float, int, int]] = []  # from which confidence, words right, words
        for at in range(0, len(ours) - LEAST + 1, LEAST):
            part = ours[at : at + LEAST] if len(ours) - at >= 2 * LEAST else ours[at:]
            steps.append((part[0][0], sum(right for _, right in part), len(part)))
            while len(steps) > 1 and (
                steps[-2][0] == steps[-1][0] or steps[-2][1] * steps[-1][2] >= steps[-1][1] * steps[-2][2]
            ):
                _, more_right, more = steps.pop()
                start, right, count = steps.pop()
                steps.append((start, right + more_right, count + more))
        percents = np.maximum.accumulate([100 * (right + 0.5) / (count + 1) for _, right, count in steps])
        rounded = {round(step[0], 2): round(float(at), 1) for step, at in zip(steps, percents, strict=True)}
        curves.append(Curve(kind, digits, tuple(rounded), tuple(rounded.values())))
    return curves


def left_out(words: Sequence[Judged]) -> list[tuple[Judged, float]]:
    """Each word with its percentage by curves made without its document."""
    done = []
    for document in sorted({word.document for word in words}):
        curves = {(c.evidence, c.digits): c for c in fit([w for w in words if w.document != document])}
        for word in words:
            if word.document == document:
                curve = curves.get((word.evidence, word.digits)) or curves.get(
                    (word.evidence, not word.digits)
                )
                if curve:
                    done.append((word, curve.at(word.confidence)))
    return done


def bins(pairs: Sequence[tuple[bool, float]]) -> list[tuple[float, float, int]]:
    """Words gathered by what is said of them: what is said on average, what is true, how many."""
    edges = (0, 20, 40, 60, 80, 90, 95, 98, 99, 100.1)
    rows = []
    for low, high in pairwise(edges):
        inside = [(right, said) for right, said in pairs if low <= said < high]
        if inside:
            said = float(np.mean([each for _, each in inside]))
            rows.append((said, 100 * float(np.mean([right for right, _ in inside])), len(inside)))
    return rows


def gap(pairs: Sequence[tuple[bool, float]]) -> float:
    """The expected calibration error, in percent: how far what is said lies from what is true, over all words."""
    return sum(abs(said - true) * count for said, true, count in bins(pairs)) / max(len(pairs), 1)


def as_toml(curves: Sequence[Curve]) -> str:
    """The curves as the package keeps them."""
    head = "# Made by `python -m benchmarks.calibration --write`; what it means is told in confidence.py.\n"
    return head + "".join(
        f'\n[[curve]]\nevidence = "{curve.evidence}"\ndigits = {str(curve.digits).lower()}\n'
        f"starts = {list(curve.starts)}\npercents = {list(curve.percents)}\n"
        for curve in curves
    )


def report(words: Sequence[Judged]) -> str:
    """The reliability of calibrated and of the engines' own confidences, in Markdown."""
    pairs = left_out(words)
    ours = [(word.right, said) for word, said in pairs]
    theirs = [(word.right, word.confidence) for word, _ in pairs]
    lines = [
        "# Calibration of word confidence",
        "",
        f"Measured {datetime.now(UTC):%Y-%m-%d} by `python -m benchmarks.calibration --write`: {len(words)} words of "
        f"{len({word.document for word in words})} documents, read at effort fast and balanced, each judged by curves made "
        "without its document.",
        "",
        "![Reliability diagram](calibration.svg)",
        "",
        "| confidence says | right | words |",
        "|---|---|---|",
        *(f"| {said:.1f} | {true:.1f} | {count} |" for said, true, count in bins(ours)),
        "",
        "| engine's own says | right | words |",
        "|---|---|---|",
        *(f"| {said:.1f} | {true:.1f} | {count} |" for said, true, count in bins(theirs)),
        "",
        f"Expected calibration error: {gap(ours):.2f} calibrated, {gap(theirs):.2f} as the engines say.",
        "",
        "| set | words | right | confidence says | engine's own says |",
        "|---|---|---|---|---|",
    ]
    for name in SETS:
        members = [(word, said) for word, said in pairs if word.set == name]
        if members:
            right = 100 * np.mean([word.right for word, _ in members])
            said = np.mean([said for _, said in members])
            own = np.mean([word.confidence for word, _ in members])
            lines.append(f"| {name} | {len(members)} | {right:.1f} | {said:.1f} | {own:.1f} |")
    return "\n".join(lines) + "\n"


def diagram(words: Sequence[Judged]) -> str:
    """The reliability diagram as SVG: what is said from left to right, what is true upwards."""
    pairs = left_out(words)
    drawn = []
    for colour, rows in (
        ("#b0b0b0", bins([(word.right, word.confidence) for word, _ in pairs])),
        ("#1f5fa8", bins([(word.right, said) for word, said in pairs])),
    ):
        places = [(40 + 4 * said, 420 - 4 * true) for said, true, _ in rows]
        drawn.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
            + " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
            + '"/>'
            + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in places)
        )
    ticks = "".join(
        f'<text x="{40 + 4 * at}" y="438" text-anchor="middle">{at}</text>'
        f'<text x="34" y="{424 - 4 * at}" text-anchor="end">{at}</text>'
        for at in range(0, 101, 20)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 470" font-family="sans-serif" font-size="12">'
        "<title>Words right by confidence, in percent: calibrated (blue), the engines' own (grey)</title>"
        '<rect width="460" height="470" fill="white"/><rect x="40" y="20" width="400" height="400" fill="none" stroke="#888"/>'
        f'<line x1="40" y1="420" x2="440" y2="20" stroke="#ccc"/>{"".join(drawn)}{ticks}'
        '<text x="240" y="458" text-anchor="middle">confidence says, %</text>'
        '<text x="12" y="220" text-anchor="middle" transform="rotate(-90 12 220)">right, %</text></svg>\n'
    )


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option("--output", type=click.Path(path_type=Path), help="Where readings are kept for the next time.")
@click.option("--write", is_flag=True, help="Write the curves and benchmarks/calibration.md and .svg.")
def main(corpus: Path, output: Path | None, write: bool) -> None:
    """Measure how often words are right, by the confidence they were read with."""
    cases = {name: members for name, members in find_cases(corpus).items() if name in SETS}
    if not cases:
        raise click.UsageError(f"There are no scans with truths in {corpus}; --corpus names their folder.")
    words: list[Judged] = []
    with tempfile.TemporaryDirectory() as folder:
        for effort in ("fast", "balanced"):
            place = (output or Path(folder)) / effort
            scans = [str(case.scan.resolve()) for members in cases.values() for case in members]
            line = [sys.executable, "-m", "pipeline", "transcribe", *scans, "-o", str(place.resolve())]
            subprocess.run([*line, "-c", str(ROOT / "corrections"), "--effort", effort], check=True, cwd=ROOT)
            for name, members in cases.items():
                for case in members:
                    record = read_record(place / "records" / f"{case.scan.name}.json")
                    words += judged(record, case.truth, name, again=effort != "fast")
    text = report(words)
    click.echo(text)
    if write:
        CURVES.write_text(as_toml(fit(words)), encoding="utf-8")
        (ROOT / "benchmarks" / "calibration.md").write_text(text, encoding="utf-8")
        (ROOT / "benchmarks" / "calibration.svg").write_text(diagram(words), encoding="utf-8")


if __name__ == "__main__":
    main()
