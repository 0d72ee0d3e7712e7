"""What the folder's evidence is worth: copies of the same pages, worn to different degrees, in one folder, held against their truth.

Usage: witness.py [--corpus FOLDER] [--keep FOLDER] [--write]. Real pages are drawn three times, lightly worn, as a bad fax and as a
copy from film, and read in one run. Every edit that the evidence made or changed is judged: it is right where the passage then has
just as many wrong characters less as the edit changed. True texts in one folder, the second table, must not be touched.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click
import cv2
import edlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rapidfuzz.distance import Levenshtein

from benchmarks.accuracy import ROOT
from benchmarks.scoring import normalise
from pipeline.evidence import Evidence
from pipeline.options import TextOptions
from pipeline.pagebreaks import pages_of
from pipeline.record import SCHEMA_VERSION, Document, Edit, Page, read_record
from pipeline.textstages import Corrections, edit_document, load_corrections
from pipeline.witness import gather

CORRECTIONS = ROOT / "corrections"
PAGES = 3  # of a document
WEAR = {
    "light": (0.6, 8.0, 0.0),
    "fax": (1.0, 22.0, 0.4),
    "film": (1.2, 34.0, 0.4),
}  # blur, noise, black from
CONTEXT = (
    30,
    12,
)  # characters on either side that an edit is judged with, the second where the first cannot be placed

Grey = NDArray[np.uint8]


class Judged(NamedTuple):
    """An edit of the evidence: what became of it, and whether it is right, wrong or cannot be placed in the truth."""

    document: str
    status: str
    rule: str
    verdict: str
    before: str
    after: str
    reason: str


def sources(corpus: Path) -> dict[str, list[Path]]:
    """The documents that are copied, by set; the second of each kind was not looked at while the rules were made."""
    cables = sorted((corpus / "cables" / "born-digital").glob("*.pdf"))
    despatches = sorted((corpus / "ehri").glob("*-DR-*.jpg"))
    return {
        "cables": cables[:40:4],
        "cables, unseen": cables[2:24:4],
        "despatches": despatches[:8],
        "despatches, unseen": despatches[8:14],
    }


def draw_copies(source: Path, folder: Path) -> None:
    """Three copies of a document in `folder`, each worn in its own way; all chance is seeded."""
    pages = _pages(source)[:PAGES]
    for number, name in enumerate(WEAR):
        seeds = [[number, at, sum(map(ord, source.stem))] for at in range(len(pages))]
        worn = [Image.fromarray(wear(page, name, seed)) for page, seed in zip(pages, seeds, strict=True)]
        dpi = 300 if source.suffix == ".jpg" else 200
        target = folder / f"{source.stem}.{name}.pdf"
        worn[0].save(target, "PDF", resolution=dpi, save_all=True, append_images=worn[1:])


def wear(page: Grey, name: str, seed: Sequence[int]) -> Grey:
    """A page after years: a little askew, blurred, with stains and grain, and perhaps copied in black and white."""
    blur, noise, black = WEAR[name]
    chance = np.random.default_rng(seed)
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-0.4, 0.4), 1)
    askew = cv2.warpAffine(page, turn, (width, height), borderValue=(255,))
    stains = cv2.GaussianBlur(chance.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 2.0)
    grey = cv2.GaussianBlur(askew.astype(np.float32), (0, 0), blur)
    grey = grey + stains / stains.std() * noise + chance.normal(0, noise / 3, (height, width))
    if black:
        grey = np.where(grey < 255 * (1 - black) + 20, 0.0, 255.0)
    worn: Grey = np.clip(grey, 0, 255).astype(np.uint8)
    return worn


def _pages(source: Path) -> list[Grey]:
    if source.suffix == ".jpg":
        return [np.asarray(Image.open(source).convert("L"))]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "200", "-gray", source, f"{folder}/page"], check=True)
        return [np.asarray(Image.open(path)) for path in sorted(Path(folder).glob("*.pgm"))]


def transcribe(scans: Path, output: Path) -> list[Document]:
    """The records of a folder; what was read before is taken over."""
    line = [sys.executable, "-m", "pipeline", "transcribe", str(scans), "-o", str(output)]
    subprocess.run([*line, "-c", str(CORRECTIONS), "-j", "2", "--effort", "fast"], check=True, cwd=ROOT)
    return [read_record(path) for path in sorted((output / "records").rglob("*.json"))]


def truth_of(source: Path) -> str:
    """What stands on a document's pages."""
    if source.suffix == ".jpg":
        return source.with_suffix(".gt.txt").read_text(encoding="utf-8")
    done = subprocess.run(
        ["pdftotext", "-l", str(PAGES), source, "-"], check=True, capture_output=True, text=True
    )
    return done.stdout


def judge_all(
    documents: Sequence[Document], truths: dict[str, str], corrections: Corrections
) -> Iterator[Judged]:
    """Every edit that the evidence made, or that it changed."""
    for document, evidence in zip(documents, _evidence(documents), strict=True):
        truth = normalise(truths[document.source.split(".")[0]])
        pages = {page.number: page for page in document.pages}
        for edit in evidence_edits(document, evidence, corrections):
            verdict = judge(pages[edit.page], edit, truth)
            yield Judged(
                document.source, edit.status, edit.rule, verdict, edit.before, edit.after, edit.reason
            )


def evidence_edits(document: Document, evidence: Evidence, corrections: Corrections) -> list[Edit]:
    """The corrections that are there with the evidence, and not, or not so, without it."""
    without = {
        (edit.id, edit.status, edit.candidates)
        for edit in edit_document(document, corrections, TextOptions()).edits
    }
    return [
        edit
        for edit in edit_document(document, corrections, TextOptions(), evidence).edits
        if edit.kind == "correct" and (edit.id, edit.status, edit.candidates) not in without
    ]


def judge(page: Page, edit: Edit, truth: str) -> str:
    """Whether an edit brings its passage nearer to the truth by all that it changes."""
    for length in CONTEXT:
        left, right = page.text[max(edit.start - length, 0) : edit.start], page.text[edit.end :][:length]
        before, after = (_blanks(left + word + right) for word in (edit.before, edit.after))
        wrong, then = (
            int(edlib.align(text, truth, mode="HW", task="distance")["editDistance"])
            for text in (before, after)
        )
        if wrong <= len(before) // 2:
            return "right" if wrong - then == Levenshtein.distance(edit.before, edit.after) else "wrong"
    return "not placed"


def _blanks(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _evidence(documents: Sequence[Document]) -> list[Evidence]:
    return gather([document.source for document in documents], lambda at: documents[at].pages)


def true_documents(corpus: Path, corrections: Corrections) -> Iterator[Document]:
    """True texts as documents: a cable's text layer, a despatch, a directive."""
    texts = [truth_of(path) for path in sorted((corpus / "cables" / "born-digital").glob("*.pdf"))]
    paths = [path for name in ("cables", "ehri", "nsdd") for path in sorted((corpus / name).glob("*.gt.txt"))]
    texts += [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    for number, text in enumerate(texts):
        pages, breaks = pages_of(text, corrections.markings)
        yield Document(
            SCHEMA_VERSION, f"{number:03d}", f"{number}", "ok", "text/plain", page_breaks=breaks, pages=pages
        )


def table(results: dict[str, list[Judged]]) -> str:
    """Counts and rates, and every edit that is wrong."""
    rows = [
        "| set | status | right | wrong | not placed in the truth | right of those judged |",
        "|---|---|---|---|---|---|",
    ]
    wrong = ["| document | status | read | evidence says | reason |", "|---|---|---|---|---|"]
    everything = [edit for judged in results.values() for edit in judged]
    for name, judged in {**results, "all": everything}.items():
        for status in ("applied", "suggested"):
            counts = Counter(edit.verdict for edit in judged if edit.status == status)
            sure = counts["right"] + counts["wrong"]
            rate = f"{counts['right'] / sure:.3f}" if sure else ""
            figures = " | ".join(str(counts[verdict]) for verdict in ("right", "wrong", "not placed"))
            rows.append(f"| {name} | {status} | {figures} | {rate} |")
    for edit in everything:
        if edit.verdict == "wrong":
            cells = (edit.document, edit.status, f"`{edit.before}`", f"`{edit.after}`", edit.reason)
            wrong.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*rows, "", "Every one that is wrong:", "", *wrong])


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Keep scans and readings there, and use those there."
)
@click.option("--write", is_flag=True, help="Write benchmarks/witness.md.")
def main(corpus: Path, keep: Path | None, write: bool) -> None:
    """Measure what the folder's evidence makes of copies, and of true texts."""
    corrections = load_corrections(CORRECTIONS)
    results: dict[str, list[Judged]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name, members in sources(corpus).items():
            folder = (keep or Path(temporary)) / name.replace(", ", "-")
            if members and not folder.exists():
                (folder / "scans").mkdir(parents=True)
                for source in members:
                    draw_copies(source, folder / "scans")
            documents = transcribe(folder / "scans", folder / "output") if members else []
            truths = {source.stem.split(".")[0]: truth_of(source) for source in members}
            results[name] = list(judge_all(documents, truths, corrections))
    true = list(true_documents(corpus, corrections))
    words = sum(len(page.text.split()) for document in true for page in document.pages)
    touched = [
        (document.source, edit)
        for document, evidence in zip(true, _evidence(true), strict=True)
        for edit in evidence_edits(document, evidence, corrections)
    ]
    applied = [f"`{edit.before}` → `{edit.after}`" for _, edit in touched if edit.status == "applied"]
    asked = [f"`{edit.before}` → `{edit.after}`" for _, edit in touched if edit.status == "suggested"]
    text = (
        f"# The folder as witness\n\nMeasured {datetime.now(UTC):%Y-%m-%d}, effort fast. Made by `python -m benchmarks.witness --write`.\n\n"
        f"## Worn copies in one folder\n\n{table(results)}\n\n## True texts in one folder\n\n"
        f"{len(true)} texts, {words} words: {len(applied)} changed ({', '.join(applied) or 'none'}), "
        f"{len(asked)} suggested ({', '.join(asked) or 'none'}).\n"
    )
    click.echo(text)
    if write:
        (ROOT / "benchmarks" / "witness.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
