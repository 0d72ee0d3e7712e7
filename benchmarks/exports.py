"""Searchable PDFs held against clean text and the image: words, places, size.

Usage: exports.py OUTPUT ... Each OUTPUT is a folder that `declass transcribe` wrote, its scans still in place. Exports
its PDFs and prints for each the share of clean words that pdftotext gives in the same order, the share of word boxes
that hold ink, and the size beside the original's.
"""

import difflib
import re
import subprocess
import tempfile
from pathlib import Path

import click
import numpy as np
from pdf2image import convert_from_path

from pipeline.export import export, readable_documents
from pipeline.exports import ExportOptions
from pipeline.recordfile import RecordFile
from pipeline.sources import path_of

_DPI = 150
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">')


def inked(pdf: Path) -> float:
    """The share of the word boxes in which the drawn page has ink in more than a fiftieth of the pixels."""
    told = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True).stdout
    hits = []
    for image, page in zip(
        convert_from_path(pdf, dpi=_DPI, grayscale=True), told.split("<page ")[1:], strict=True
    ):
        dark = np.asarray(image) < 128
        for box in _WORD.findall(page):
            left, top, right, bottom = (max(round(float(side) * _DPI / 72), 0) for side in box)
            inside = dark[top : bottom + 1, left : right + 1]
            hits.append(inside.size > 0 and inside.mean() > 0.02)
    return float(np.mean(hits)) if hits else 0.0


@click.command()
@click.argument("outputs", nargs=-1, required=True, type=click.Path(path_type=Path))
def main(outputs: tuple[Path, ...]) -> None:
    """Print one row a document."""
    click.echo("document                       words in order   boxes on ink   size")
    for output in outputs:
        with tempfile.TemporaryDirectory() as folder:
            for said in export(output, ["pdf"], Path(folder), ExportOptions()).left_out:
                click.echo(f"left out: {said}", err=True)
            for outcome, path in readable_documents(output):
                pdf = Path(folder) / f"{outcome.output}.pdf"
                if not pdf.exists():
                    continue
                wanted = [
                    word
                    for page in RecordFile(path, outcome.output).pages()
                    for word in page.clean.text.split()
                ]
                got = subprocess.run(
                    ["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True
                )
                same = difflib.SequenceMatcher(None, got.stdout.split(), wanted, autojunk=False).ratio()
                grown = pdf.stat().st_size / path_of(outcome.path).stat().st_size - 1
                click.echo(f"{outcome.output:30} {same:14.4f} {inked(pdf):14.4f} {grown:+7.1%}")


if __name__ == "__main__":
    main()
