"""Precision and recall of header fields, held against labels made by eye (tests/data/labels/fields.jsonl).

Usage: fields.py [--corpus FOLDER] [--cache FOLDER] [--write]. Scans are read once, into the cache folder; born-digital
cables come from their text layer. A value is right where it is the label's but for white space and capitals; lenient
means up to one wrong character in ten. A label is readable where the engine's text of its pages holds it letter by letter:
what is missed of those is the parser's fault. Fields that the labels call uncertain are left out.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click
from rapidfuzz.distance import Levenshtein

from benchmarks.readings import CACHE, ROOT, edited, transcribe
from pipeline.facts import highest_banner
from pipeline.markings import Markings
from pipeline.options import TextOptions
from pipeline.pagebreaks import pages_of
from pipeline.record import SCHEMA_VERSION, Document, Finding, Part
from pipeline.textstages import Corrections, edit_document, load_corrections

LABELS = ROOT / "tests" / "data" / "labels" / "fields.jsonl"
CABLE = {
    "precedence": "precedence",
    "dtg": "dtg",
    "from": "from",
    "to": "to",
    "info": "info",
    "message_number": "message_number",
    "eo_line": "eo",
    "tags": "tags",
    "subject": "subject",
    "refs": "refs",
    "drafter": "drafter",
    "signature": "signature",
}
MEMORANDUM = {
    "memo_to": "to",
    "memo_from": "from",
    "memo_through": "through",
    "memo_date": "date",
    "subject": "subject",
    "drafter": "drafter",
}
LETTER = {"to": "to", "memo_date": "date", "signature": "signature"}
BY_KIND = {"cable": CABLE, "memorandum": MEMORANDUM, "letter": LETTER, "other": {}}
MARKINGS = {
    "highest_banner": "banner",
    "release_decision": "release-decision",
    "review_authority": "review-authority",
    "release_date": "release-date",
    "case_number": "case-number",
    "document_number": "document-number",
    "exemptions": "exemption",
    "captions": "caption",
    "classified_by": "classified-by",
    "declassify_on": "declassify-on",
}
# Not words of the text, or single letters of it, or understood and not read.
WHOLE = frozenset({"kind", "pages", "precedence", "highest_banner"})
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_LETTERS = {"FLASH": "Z", "IMMEDIATE": "O", "PRIORITY": "P", "ROUTINE": "R"}


class Miss(NamedTuple):
    """A label that was not found, or a value that no label has."""

    file: str
    field: str
    label: str
    found: str


class Figures(NamedTuple):
    """Values told and found of one field, how many agree (in each letter, leniently), and those the engine read well."""

    labels: int = 0
    found: int = 0
    right: int = 0
    lenient: int = 0
    readable: int = 0
    readable_right: int = 0

    def plus(self, other: "Figures") -> "Figures":
        """Both together."""
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))


def read(file: str, corpus: Path, cache: Path, corrections: Corrections) -> Document | None:
    """The document with its parts, or None where the corpus does not have it."""
    scan = corpus / file
    if "born-digital" not in file or not scan.exists():
        return edited(scan, cache, corrections) if scan.exists() else None
    made = subprocess.run(["pdftotext", "-layout", scan, "-"], capture_output=True, check=True, text=True)
    pages, breaks = pages_of(made.stdout.removesuffix("\f"), corrections.markings)
    document = Document(SCHEMA_VERSION, file, "", "ok", page_breaks=breaks, pages=pages)
    return edit_document(document, corrections, TextOptions())


def part_of(document: Document, pages: Sequence[int]) -> Part | None:
    """The part that begins on the first of the labelled pages, else the one that holds it."""
    begins = [part for part in document.parts if part.first_page == pages[0]]
    holds = [part for part in document.parts if part.first_page <= pages[0] <= part.last_page]
    return next(iter(begins + holds), None)


def compare(
    file: str, field: str, labels: Sequence[str], found: Sequence[tuple[str, ...]], text: str
) -> tuple[Figures, list[Miss]]:
    """One field of one document; every value counts once, in any order, as read or as understood."""
    left_found = list(found)
    exact = readable = readable_right = 0
    missed = []
    lenient = 0
    for label in labels:
        stands = field in WHOLE or any(squeeze(form) in text for form in forms(field, label))
        readable += stands
        ranked = sorted((away(label, one), values, one) for values in left_found for one in values)
        if ranked and ranked[0][0] <= 0.1:
            distance, values, best = ranked[0]
            lenient += 1
            left_found.remove(values)
            if distance:
                missed.append(Miss(file, field, label, best))
            else:
                exact += 1
                readable_right += stands
        else:
            missed.append(Miss(file, field, label, ""))
    missed += [Miss(file, field, "", one[0]) for one in left_found]
    return Figures(len(labels), len(found), exact, lenient, readable, readable_right), missed


def forms(field: str, label: str) -> list[str]:
    """How a label may stand on a page; a day, which the labels give as ISO 8601, in the ways of stamps and of hands."""
    if field != "release_date":
        return [label]
    day = date.fromisoformat(label)
    month = day.strftime("%b")
    return [
        f"{day.day:02}{month}{day.year}",
        f"{day.day}{month}{day.year}",
        f"{month}{day.day}{day.year}",
        f"{day.month}/{day.day}/{day:%y}",
        f"{day:%m%d%y}",
        label.replace("-", "/"),
    ]


def squeeze(text: str) -> str:
    """Text without white space and capitals, its quotation marks straight as typewriters have them."""
    return re.sub(r"\s", "", text).casefold().translate(_STRAIGHT)


def away(label: str, found: str) -> float:
    """How many characters in one of the label's are wrong."""
    one, other = squeeze(label), squeeze(found)
    return Levenshtein.distance(one, other) / max(len(one), 1)


def values(part: Part | None, kind: str) -> list[tuple[str, ...]]:
    """What was found of a field, each as read and as understood; precedence as its letters in one."""
    fields: list[Finding] = [one for one in part.fields if one.kind == kind] if part else []
    if kind == "precedence":
        letters = " ".join(_LETTERS.get(one.value, "?") for one in fields)
        return [(letters,)] if letters else []
    if kind == "dtg":
        return [(one.text, printed_time(one.value)) for one in fields]
    return [(one.text, one.value) for one in fields]


def printed_time(value: str) -> str:
    """An ISO time as a date-time group, so that it can be held against a label."""
    return datetime.fromisoformat(value).strftime("%d%H%MZ %b %y") if value else ""


def measure(
    corpus: Path, cache: Path
) -> tuple[dict[str, Figures], dict[str, Figures], list[Miss], list[str]]:
    """Figures by field of the header and by marking, every miss, and the labelled files that the corpus does not have."""
    corrections = load_corrections(ROOT / "corrections")
    labels: list[dict[str, Any]] = [
        json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()
    ]
    transcribe((corpus / label["file"] for label in labels if "born-digital" not in label["file"]), cache)
    fields: dict[str, Figures] = {}
    marks: dict[str, Figures] = {}
    misses: list[Miss] = []
    missing = []
    for label in labels:
        document = read(label["file"], corpus, cache, corrections)
        if document is None:
            missing.append(label["file"])
            continue
        part = part_of(document, label["pages"])
        first, last = label["pages"]
        text = squeeze(" ".join(page.text for page in document.pages if first <= page.number <= last))
        facts = marked(label, document, corrections.markings)
        for figures, what in ((fields, told(label, part)), (marks, facts)):
            for field, one, found in what:
                result, missed = compare(label["file"], field, one, found, text)
                figures[field] = figures.get(field, Figures()).plus(result)
                misses += missed
    return fields, marks, misses, missing


def marked(
    label: Mapping[str, Any], document: Document, markings: Markings
) -> Iterator[tuple[str, list[str], list[tuple[str, ...]]]]:
    """Each marking that counts: what the label says and what was found on its pages, every value once."""
    first, last = label["pages"]
    facts = [fact for fact in document.markings if first <= fact.page <= last]
    highest = highest_banner(facts, markings)
    for field, kind in MARKINGS.items():
        value = label[field]
        labels = value if isinstance(value, list) else [value] if value else []
        if field in label["uncertain"] or (field == "document_number" and "reykjavik" in label["file"]):
            continue
        found = {fact.value: (fact.text, fact.value) for fact in facts if fact.kind == kind and fact.value}
        if field == "highest_banner":  # the level; its controls are in the banners themselves
            labels = [level.partition("/")[0] for level in labels]
            found = {highest: (highest, highest)} if highest else {}
        yield field, labels, list(found.values())


def told(
    label: Mapping[str, Any], part: Part | None
) -> Iterator[tuple[str, list[str], list[tuple[str, ...]]]]:
    """Each field that counts for a document of its kind: what the label says and what was found."""
    kinds: list[tuple[str, ...]] = [(part.kind,)] if part else []
    span: list[tuple[str, ...]] = [(f"{part.first_page}-{part.last_page}",)] if part else []
    yield "kind", [label["kind"]], kinds
    if label["pages"] != [1, 1] and label["kind"] != "other" and "born-digital" not in label["file"]:
        yield "pages", ["-".join(map(str, label["pages"]))], span
    for field, kind in BY_KIND[label["kind"]].items():
        if field in label["uncertain"] or (label["kind"] == "letter" and field == "from"):
            continue
        value = label[field]
        yield field, value if isinstance(value, list) else [value] if value else [], values(part, kind)


def table(figures: Mapping[str, Figures]) -> str:
    """The figures in Markdown, a row for each field and one for all."""
    rows = [
        "| field | labels | found | right | precision | recall | lenient precision | lenient recall | readable | right of these |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    both = Figures()
    for one in figures.values():
        both = both.plus(one)
    for name, one in {**figures, "all": both}.items():
        shares = [
            share(one.right, one.found),
            share(one.right, one.labels),
            share(one.lenient, one.found),
            share(one.lenient, one.labels),
            str(one.readable),
            share(one.readable_right, one.readable),
        ]
        rows.append(f"| {name} | {one.labels} | {one.found} | {one.right} | {' | '.join(shares)} |")
    return "\n".join(rows)


def share(part: int, whole: int) -> str:
    """A share with three decimals, or a dash."""
    return f"{part / whole:.3f}" if whole else "–"


def listing(misses: Sequence[Miss]) -> str:
    """Each miss on a line."""
    return "\n".join(
        f"- {Path(one.file).name}, {one.field}: "
        + (f"`{one.label}`" if one.label else "no label")
        + (f", found `{one.found}`" if one.found else ", not found")
        for one in misses
    )


@click.command()
@click.option(
    "--corpus",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT.parent / "shared" / "corpus",
    help="Folder of the labelled sets.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=CACHE,
    help="Where readings of the scans are kept.",
)
@click.option("--write", is_flag=True, help="Write benchmarks/fields.md.")
def main(corpus: Path, cache: Path, write: bool) -> None:
    """Measure header fields and list every miss."""
    fields, marks, misses, missing = measure(corpus, cache)
    text = f"{table(fields)}\n\n{MARKED}\n{table(marks)}\n\n## Misses\n\n{listing(misses)}\n"
    click.echo(text)
    for file in missing:
        click.echo(f"missing: {corpus / file}", err=True)
    if write:
        (ROOT / "benchmarks" / "fields.md").write_text(f"{HEAD}\n{text}", encoding="utf-8")


HEAD = """# Header fields

Found by `pipeline.headers` and held against labels made by eye (`tests/data/labels`), written by `benchmarks/fields.py`.
Right: as read or as understood the same but for white space, capitals and the shape of quotation marks. Lenient: at most one character in ten is wrong, so that a letter which
the engine misread does not count against the parser. Readable: labels that the engine's text holds letter by letter; what
is not right of these is the parser's fault. 20 of the 25 documents are scans of 1974 to 1986, most of them overprinted.
Every miss was looked at while the rules were written: unseen documents may do worse. Titles of documents that are neither
cable nor memorandum nor letter, and a letterhead, are not looked for and not counted. Below the tables every miss.
"""
MARKED = """## Markings

What `pipeline.facts` finds on the labelled pages, every value once; a banner's level is the highest of them. Decisions
of review boxes are ticks, and their dates and exemptions are written by hand; nothing reads these yet, and they count as missed.
What is not readable is missed for its letters, the rest of the misses is the parser's. The words of a decision are printed in
every box, ticked or not, so that a decision may count as readable that is not.
"""


if __name__ == "__main__":
    main()
