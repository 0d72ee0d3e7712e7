"""The report for a terminal: a document's record in, plain lines out, no colours, a line an edit with its page and line."""

import bisect
from collections.abc import Iterator

from pipeline.record import Document, Edit, EditKind, Page
from pipeline.sources import printable

_DONE: dict[EditKind, str] = {
    "strip": "stripped",
    "withhold": "withheld",
    "insert": "inserted",
    "correct": "corrected",
}
_HEADS = (*_DONE.values(), "suggested", "rejected")


def listing(document: Document) -> Iterator[str]:
    """What was stripped, withheld, inserted, corrected, suggested and rejected, each under its own head.

    Edits that lost their place to another are in the record alone.
    """
    count = len(document.pages)
    yield f"{printable(document.source)}: {document.status}, {count} page{'' if count == 1 else 's'}"
    if document.message:
        yield f"  {printable(document.message)}"
    found: dict[str, list[str]] = {}
    for page, edits in document.edited_pages():
        starts = [at for at, _ in page.located_lines()]
        for edit in edits:
            head = _DONE[edit.kind] if edit.in_force else edit.status
            found.setdefault(head, []).append(_told(edit, page, starts))
    for head in _HEADS:
        if head in found:
            yield f"  {head} ({len(found[head])})"
            yield from found[head]


def _told(edit: Edit, page: Page, starts: list[int]) -> str:
    line = max(bisect.bisect_right(starts, edit.start), 1)
    words = [printable(edit.before)] if edit.before else []
    if edit.after or edit.kind == "correct":
        answers = edit.candidates if edit.status == "suggested" and edit.candidates else (edit.after,)
        words += ["->", " | ".join(map(printable, answers))]
    place = f"page {page.number}, line {line}"
    return f"    {place}: {' '.join(words)} ({printable(edit.rule)}, {edit.score:.0f})"
