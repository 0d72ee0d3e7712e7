"""What corrections gain and what harm they do: readings of pages with known truth, and true texts fed to them.

Usage: corrections.py [--corpus FOLDER] [--readings FOLDER] [--write]. Bare Tesseract's reading at 300 dpi and declass's own
reading are made once and kept in the readings folder. The table of slips is learned anew for each document, from all
others; the shipped table serves true texts. Strip is carried out, but its edits are left out of the texts compared.
"""

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
import edlib
import msgspec

from benchmarks.accuracy import ROOT, SETS
from benchmarks.scoring import normalise, score
from pipeline.edits import apply
from pipeline.options import TextOptions
from pipeline.record import SCHEMA_VERSION, Document, Edit, Line, Page, read_record
from pipeline.slips import Slips
from pipeline.textstages import Corrections, edit_document, load_corrections
from scripts.learn_slips import learn, slips_of

Slip = tuple[str, str]
# Words of true texts that their typists or keyers got wrong, seen by eye: changing them is no harm done by us.
TRUTHS_OWN = {
    "infomed", "themselved", "andwered", "excaped", "persection", "asures", "emigratio", "amound", "scholl", "decison", "theh",
}  # fmt: skip


class Case(NamedTuple):
    """A reading of a file and its truth; `source` names the document that its page belongs to."""

    set: str
    source: str
    name: str
    truth: str
    document: Document


class Judged(NamedTuple):
    """An edit of a case and whether it is `right`, `wrong`, or `off`: outside of what the truth holds."""

    case: Case
    edit: Edit
    verdict: str
    around: str


def text_document(text: str, name: str) -> Document:
    """A document of text alone, form feeds parting its pages."""
    pages = tuple(
        Page(number, "ok", tuple(Line(unicodedata.normalize("NFC", line)) for line in page.split("\n")))
        for number, page in enumerate(text.replace("\r", "").split("\f"), 1)
    )
    return Document(SCHEMA_VERSION, name, "0" * 64, "ok", "text/plain", pages=pages)


def scans(corpus: Path) -> Iterator[tuple[str, Path]]:
    """Each scan with a truth, and its set."""
    for name, pattern in SETS.items():
        for scan in sorted(corpus.glob(pattern)):
            yield name, scan


def bare_readings(corpus: Path, folder: Path) -> dict[str, list[Document]]:
    """Bare Tesseract's reading of every scan, PDFs drawn at 300 dpi; read once and kept."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[Document]] = {}
    for _, scan in scans(corpus):
        kept = folder / f"{scan.name}.txt"
        if not kept.exists():
            kept.write_text(_bare(scan), encoding="utf-8")
        found.setdefault(scan.name, []).append(text_document(kept.read_text("utf-8"), scan.name))
    return found


def own_readings(corpus: Path, folder: Path) -> dict[str, list[Document]]:
    """declass's own reading of every scan, with boxes and confidences; read once and kept."""
    output = folder / "out"
    missing = [scan for _, scan in scans(corpus) if not (output / "records" / f"{scan.name}.json").exists()]
    if missing:
        line = [sys.executable, "-m", "pipeline", "transcribe", *map(str, missing), "-o", str(output)]
        subprocess.run([*line, "-c", str(ROOT / "corrections")], check=True, cwd=ROOT, capture_output=True)
    found: dict[str, list[Document]] = {}
    for _, scan in scans(corpus):
        record = read_record(output / "records" / f"{scan.name}.json")
        found[scan.name] = [msgspec.structs.replace(record, edits=(), parts=(), markings=())]
    return found


def _bare(scan: Path) -> str:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    with tempfile.TemporaryDirectory() as folder:
        pages = [scan]
        extra = ["--dpi", "300"]
        if scan.suffix == ".pdf":
            subprocess.run(["pdftoppm", "-r", "300", "-gray", scan, Path(folder) / "page"], check=True)
            pages, extra = sorted(Path(folder).glob("page*.pgm")), []
        texts = [
            subprocess.run(
                ["tesseract", page, "-", *extra], capture_output=True, text=True, check=True, env=environment
            ).stdout
            for page in pages
        ]
    return "\f".join(texts)


def source_of(name: str) -> str:
    """The document that a file is a page of."""
    found = re.match(r"EHRI-(\w\w-[^_.]+)", name)
    return found[1] if found else name


def cases_of(corpus: Path, readings: Mapping[str, Sequence[Document]]) -> list[Case]:
    """Every reading with its truth."""
    return [
        Case(group, source_of(scan.name), scan.name, _truth(scan), document)
        for group, scan in scans(corpus)
        for document in readings[scan.name]
    ]


def _truth(scan: Path) -> str:
    return scan.with_name(f"{scan.stem}.gt.txt").read_text(encoding="utf-8", errors="replace")


def learned_without(cases: Sequence[Case]) -> dict[str, Slips]:
    """For each document the table of slips learned from all others."""
    counts: dict[str, Counter[Slip]] = defaultdict(Counter)
    for case in cases:
        counts[case.source].update(slips_of("\f".join(page.text for page in case.document.pages), case.truth))
    return {
        source: Slips(learn([count for other, count in counts.items() if other != source]))
        for source in counts
    }


def corrected(document: Document, corrections: Corrections) -> Document:
    """The document with its edits."""
    return edit_document(document, corrections, TextOptions())


def texts_of(document: Document) -> tuple[str, str]:
    """Raw text, and raw text with its corrections alone carried out."""
    before = "\f".join(page.text for page in document.pages)
    after = "\f".join(
        apply(page.text, [edit for edit in document.edits_on(page.number) if edit.kind == "correct"]).text
        for page in document.pages
    )
    return before, after


def judge(case: Case, edit: Edit) -> tuple[str, str]:
    """Whether an edit's answer is what the truth has there, and the text around it.

    Beside stamps and torn edges the text before the place, or behind it, is held against the truth alone.
    """
    raw = case.document.pages[edit.page - 1].text
    low, high = raw.rfind(" ", 0, max(edit.start - 40, 0)) + 1, raw.find(" ", min(edit.end + 40, len(raw)))
    before, behind = raw[low : edit.start], raw[edit.end : len(raw) if high < 0 else high]
    around = raw[max(edit.start - 25, 0) : edit.end + 20].replace("\n", "/")
    truth = f" {normalise(case.truth)} "
    verdicts = [_compare(edit, *sides, truth) for sides in ((before, behind), (before, " "), (" ", behind))]
    ranked = sorted(verdicts, key=["right", "nearer", "wrong", "off"].index)
    return (verdicts[0] if verdicts[0] == "right" else ranked[0]), around


def _compare(edit: Edit, before: str, behind: str, truth: str) -> str:
    read, meant = (f" {normalise(before + text + behind)} " for text in (edit.before, edit.after))
    was, now = (edlib.align(text, truth, mode="HW")["editDistance"] for text in (read, meant))
    if was > 0.35 * len(read):
        return "off"
    changed = edlib.align(edit.before, edit.after)["editDistance"]
    return "right" if was - now >= changed else "nearer" if now < was else "wrong"


def measure(cases: Sequence[Case], corrections: Corrections) -> tuple[list[str], list[Judged]]:
    """The table of wrong characters before and after, and every correction judged."""
    tables = learned_without(cases)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    judged = []
    for case in cases:
        dictionary = replace(corrections.dictionary, slips=tables[case.source])
        done = corrected(case.document, msgspec.structs.replace(corrections, dictionary=dictionary))
        before, after = (score(case.truth, text) for text in texts_of(done))
        row = rows[case.set]
        row.update(before=before.line_errors, after=after.line_errors, chars=before.line_chars)
        row["worse"] += after.line_errors > before.line_errors
        row["documents"] += 1
        for edit in done.edits:
            if edit.kind == "correct" and edit.status in ("applied", "suggested"):
                judged.append(Judged(case, edit, *judge(case, edit)))
    told = [
        "| set | documents | characters | wrong before | wrong after | less | documents worse |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in [*rows.items(), ("all", sum(rows.values(), Counter[str]()))]:
        share = (row["before"] - row["after"]) / max(row["before"], 1)
        told.append(
            f"| {name} | {row['documents']} | {row['chars']} | {row['before']} | {row['after']} | {share:.1%} | {row['worse']} |"
        )
    return told, judged


def judgements(judged: Sequence[Judged]) -> list[str]:
    """How many corrections were right, by rule, and every one that was not."""
    told = [
        "",
        "| status | rule | right | wrong | right of judged | outside the truth |",
        "|---|---|---|---|---|---|",
    ]
    groups: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in judged:
        for rule in (_family(one.edit.rule), "all"):
            groups[one.edit.status, rule][one.verdict] += 1
    for (status, rule), count in sorted(
        groups.items(), key=lambda item: (item[0][0], item[0][1] != "all", item[0])
    ):
        right, wrong = count["right"], count["wrong"] + count["nearer"]
        told.append(
            f"| {status} | {rule} | {right} | {wrong} | {right / max(right + wrong, 1):.1%} | {count['off']} |"
        )
    for status in ("applied", "suggested"):
        told += ["", f"Not right, {status}:", ""]
        told += [
            f"- {one.case.name}: `{one.edit.before}` -> `{one.edit.after}` ({one.edit.rule}, {one.edit.score:.0f}, {one.verdict}) in `{one.around}`"
            for one in judged
            if one.edit.status == status and one.verdict in ("wrong", "nearer")
        ]
    return told


def _family(rule: str) -> str:
    return re.sub(r"^common-word-.*", "common-word-...", rule)


def harm(texts: Sequence[tuple[str, str]], corrections: Corrections) -> list[str]:
    """What is changed in true texts."""
    words = changed = own = suggested = 0
    rows = []
    for name, text in texts:
        done = corrected(text_document(text, name), corrections)
        words += len(text.split())
        for edit in done.edits:
            if edit.kind != "correct":
                continue
            suggested += edit.status == "suggested"
            if edit.status == "applied":
                mine = edit.before in TRUTHS_OWN
                own, changed = own + mine, changed + (not mine)
                what = "the truth's own slip" if mine else "changed"
                rows.append(f"- {name}: `{edit.before}` -> `{edit.after}` ({edit.rule}): {what}")
    rate = 10_000 * changed / max(words, 1)
    return [
        f"{words} words in {len(texts)} texts: {changed} right words changed ({rate:.2f} in 10,000), {own} of the truth's own slips "
        f"mended, {suggested} suggestions.",
        "",
        *rows,
    ]


def true_texts(corpus: Path) -> list[tuple[str, str]]:
    """The truths."""
    paths = [
        path for folder in ("ehri", "nsdd", "cables") for path in sorted((corpus / folder).glob("*.gt.txt"))
    ]
    return [(path.name, path.read_text(encoding="utf-8", errors="replace")) for path in paths]


def text_layers(corpus: Path) -> list[tuple[str, str]]:
    """The exact text layers of cables."""
    return [
        (path.name, subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout)
        for path in sorted((corpus / "cables" / "born-digital").glob("*.pdf"))
    ]  # fmt: skip


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=ROOT.parent / "shared" / "corpus")
@click.option(
    "--readings", type=click.Path(path_type=Path), default=Path(tempfile.gettempdir()) / "correct-raw",
    help="Where readings are kept.",
)  # fmt: skip
@click.option("--write", is_flag=True, help="Write benchmarks/corrections.md.")
def main(corpus: Path, readings: Path, write: bool) -> None:
    """Measure what corrections gain and what harm they do."""
    corrections = load_corrections(ROOT / "corrections")
    told = [
        "# What corrections gain, and what harm they do",
        "",
        "Made by `python -m benchmarks.corrections --write`.",
    ]
    told += [
        "Wrong characters are counted line by line, as in [results.md](results.md); the table of slips is learned from all"
    ]
    told += ["documents but the one it is used on."]
    for head, make in (
        ("A fixed reading: bare Tesseract at 300 dpi", bare_readings),
        ("The reading of declass", own_readings),
    ):
        rows, judged = measure(cases_of(corpus, make(corpus, readings)), corrections)
        told += ["", f"## {head}", "", *rows, *judgements(judged)]
    for head, texts in (
        ("True texts", true_texts(corpus)),
        ("Exact text layers of cables", text_layers(corpus)),
    ):
        told += ["", f"## {head}", "", *harm(texts, corrections)]
    text = "\n".join(told) + "\n"
    click.echo(text)
    if write:
        bare = re.sub(r" in `.*`$", "", text, flags=re.M)  # no sentences of the corpus
        (ROOT / "benchmarks" / "corrections.md").write_text(bare, encoding="utf-8")


if __name__ == "__main__":
    main()
