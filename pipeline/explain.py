"""All that was done to one page, and why: an output folder and a page's name in, lines of plain words out."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.export import readable_documents
from pipeline.record import DocumentOutcome, Edit, Page, RecordError, View, Word
from pipeline.recordfile import RecordFile, RecordPage


def explain(output: Path, place: str) -> list[str]:
    """What became of the page `FILE:PAGE` of an output folder. Raises UsageError where there is no such page."""
    name, _, number = place.rpartition(":")
    if not name or not number.isdecimal():
        raise UsageError(f"{place} names no page; write FILE:PAGE, such as memo.pdf:2.")
    for outcome, path in readable_documents(output):
        if outcome.source == name:
            return list(_explained(outcome, path, int(number)))
    raise UsageError(
        f"{output} holds no document {name}; run.json and corpus.jsonl name those that there are."
    )


def _explained(outcome: DocumentOutcome, path: Path, number: int) -> Iterator[str]:
    yield f"{outcome.source}, SHA-256 {outcome.sha256}, {outcome.media_type}"
    made = next((page for page in outcome.pages if page.number == number), None)
    if made:
        taken = "taken over from an earlier run" if made.cached else f"read in {made.seconds:.1f} seconds"
        yield f"page {number} of {len(outcome.pages)}: {made.status}, {taken}"
    try:
        found = next(
            (one for one in RecordFile(path, outcome.output).pages() if one.page.number == number), None
        )
    except RecordError as error:
        raise UsageError(str(error)) from None
    if found is None:
        raise UsageError(f"{outcome.source} has {len(outcome.pages)} pages, and none is page {number}.")
    yield from _read(found.page)
    yield from _edited(found)


def _read(page: Page) -> Iterator[str]:
    if page.message:
        yield f"  {page.message}"
    if page.width:
        yield f"  drawn as {page.width} x {page.height} pixels at {page.dpi:.0f} dpi"
    for view in page.views:
        yield f"  looked at as {_shown(view)}"
    if page.confidence is not None:
        yield (
            f"  read with a confidence of {page.confidence:.0f}, one word in twenty below "
            f"{page.confidence_low or 0:.0f}: {page.grade}"
        )
    for redaction in page.redactions:
        yield f"  a {redaction.kind} box over {redaction.percent:g} percent of it {redaction.code}".rstrip()
    for line in page.lines:
        for word in line.words:
            if word.choice:
                yield f"  {line.text[word.start : word.end]!r} taken of {_readings(word)}: {word.choice}"


def _shown(view: View) -> str:
    steps = [
        step.name + "".join(f" {name} {value:g}" for name, value in sorted(step.parameters.items()))
        for step in view.steps
    ]
    return f"{view.name}: {', '.join(steps) or 'as it is'}"


def _readings(word: Word) -> str:
    return ", ".join(f"{one.text!r} ({one.engine}, {one.view})" for one in word.readings)


def _edited(found: RecordPage) -> Iterator[str]:
    lines = list(found.page.located_lines())
    for edit in sorted(found.edits, key=lambda edit: (edit.start, edit.id)):
        number = sum(start <= edit.start for start, _ in lines)
        yield f"  line {number}: {_changed(edit)} {edit.status} by {edit.rule}, score {edit.score:g}: {edit.reason}"
    for finding in found.markings:
        yield f"  says {finding.kind} {finding.value!r}, read {finding.text!r}"


def _changed(edit: Edit) -> str:
    if edit.kind in ("strip", "withhold"):
        return f"{edit.kind} {edit.before!r},"
    return f"{edit.before!r} -> {edit.after!r},"
