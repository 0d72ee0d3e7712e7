"""md: Markdown with the document's metadata in front, as YAML, and a comment at the head of each page.

Lines are kept as typed, inside a fence, where nothing needs escaping; reflowed, paragraphs are Markdown's own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.exports import ExportOptions
from pipeline.exports.rows import document_metadata, number_of
from pipeline.recordfile import RecordFile, RecordPage
from pipeline.reflow import page_text

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#&|~$])")  # to Markdown, wherever it stands
_BEGINS_SOMETHING = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])", re.MULTILINE)


def write(record: RecordFile, target: Path, options: ExportOptions) -> None:
    """Write one document to `target`."""
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_front_matter(record))
        for page in record.pages():
            file.write(f"\n<!-- page {page.page.number} -->\n")
            file.write(_body(page, options.reflow))


def _front_matter(record: RecordFile) -> Iterator[str]:
    """The metadata as YAML; every value is written as JSON, which YAML reads as it is."""
    known: dict[str, object] = {
        "id": record.output,
        "source": record.head.source,
        "sha256": record.head.sha256,
        "document_number": number_of("document-number", record),
        "case_number": number_of("case-number", record),
        **msgspec.structs.asdict(document_metadata(record)),
    }
    yield "---\n"
    for name, value in known.items():
        if value not in ("", None):
            yield f"{name}: {msgspec.json.encode(value).decode()}\n"
    yield "---\n"


def _body(page: RecordPage, reflowed: bool) -> str:
    text = page_text(page, reflowed)
    if not text.strip():
        return ""
    if reflowed:
        return f"\n{_escaped(text)}"
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(longest + 1, 3)
    end = "" if text.endswith("\n") else "\n"
    return f"\n{fence}text\n{text}{end}{fence}\n"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands."""
    text = _MEANS_SOMETHING.sub(r"\\\1", text)
    return _BEGINS_SOMETHING.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text
    )
