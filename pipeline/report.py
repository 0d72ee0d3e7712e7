"""The report: records in, HTML out, one overview and one page a document, to be read, checked, mailed and kept.

The folder stands alone: no network, styles inside, the pictures of a document's pages beside its HTML. The one script
walks the edits; without it all can still be read. It shows the record and adds nothing to it; times, durations and absolute paths stay in run.json, so that the same record gives the same bytes.
"""

import base64
import bisect
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import PurePath
from typing import NamedTuple, get_args
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from pipeline.geometry import Box
from pipeline.markup import UNSURE, html_templates, marked_lines, told, twins, visible
from pipeline.record import (
    FAILED_PAGES,
    Document,
    DocumentOutcome,
    DocumentStatus,
    Edit,
    EditKind,
    EditStatus,
    Grade,
    Line,
    Page,
    PageOutcome,
    PageStatus,
    Redaction,
    Run,
)
from pipeline.store import PICTURES
from pipeline.strips import Spot, Strip, box_of, column, size, spot, strip, upright, window

# So much of the line is shown on either side of an edit: enough for a sentence's sense.
_CONTEXT = 70
# So many of the edits that are decided as one are named; a banner may stand on a thousand pages.
_TOGETHER = 6

_KINDS: tuple[EditKind, ...] = get_args(EditKind)
_STATUSES: tuple[EditStatus, ...] = get_args(EditStatus)
_PAGE_STATUSES: tuple[PageStatus, ...] = get_args(PageStatus)
_DOCUMENT_STATUSES: tuple[DocumentStatus, ...] = get_args(DocumentStatus)

_GRADES: tuple[Grade, ...] = get_args(Grade)
_POOR: tuple[Grade, ...] = ("poor", "unreadable")  # pages that a reader is asked to look at
_MOST_POOR = 20  # of them that the overview names before it folds the rest away
_BAR = 5  # points of confidence that one bar of the chart stands for
_FIRST_BAR = 50  # where the chart begins, or further down where a page was read worse

_Tally = Counter[tuple[EditKind, EditStatus]]


class _Confidence(NamedTuple):
    mean: float
    lowest: float
    page: int


class _Poor(NamedTuple):
    confidence: float
    source: str
    page: int
    href: str
    grade: Grade


class _Bar(NamedTuple):
    """Pages whose mean confidence lies from `low` to `high`; `height` in percent of the highest bar."""

    low: int
    high: int
    pages: int
    height: float


class _Entry(NamedTuple):
    outcome: DocumentOutcome
    href: str
    text_href: str
    message: str
    pages: list[tuple[str, int]]
    troubles: list[PageOutcome]
    confidence: _Confidence | None
    tally: _Tally | None


class _Change(NamedTuple):
    edit: Edit
    read: Markup
    now: Markup
    label: str
    together: list[Edit]
    more: int


class _Row(NamedTuple):
    """A line of a page: its text as marked HTML, its window of the page's picture, its edits."""

    line: int
    text: Markup
    strip: Strip | None
    spots: list[Spot]
    changes: list[_Change]


class _Figure(NamedTuple):
    """A number that was read more than once, and differently."""

    line: int
    text: str
    told: str


class _Sheet(NamedTuple):
    number: int
    status: PageStatus
    message: str
    confidence: float | None
    rows: list[_Row]
    figures: list[_Figure]
    picture: str
    size: tuple[int, int]
    redactions: list[tuple[Redaction, Spot | None]]


def page_path(outcome: DocumentOutcome) -> str:
    """Where a document's page lies below the report folder, beside index.html; no document can take that name."""
    return f"documents/{outcome.output}.html"


def overview(run: Run, documents: Iterable[tuple[str, Document]]) -> str:
    """The report's index.html: every document, the pages to look at, totals, and what was ignored.

    `documents` are the records of the run with their output names, in any order; each is looked at once and let
    go. A document without a record is listed without a link.
    """
    seen: dict[str, tuple[_Confidence | None, _Tally]] = {}
    href_of = {outcome.output: _url(page_path(outcome)) for outcome in run.documents}
    read: list[_Poor] = []
    redactions = 0
    for output, document in documents:
        redactions += sum(len(page.redactions) for page in document.pages)
        read += (
            _Poor(page.confidence, document.source, page.number, href_of.get(output, ""), page.grade)
            for page in document.pages
            if page.confidence is not None
        )
        seen[output] = _confidence(document), _tally(document.edits)
    rows = [_entry(outcome, seen.get(outcome.output)) for outcome in run.documents]
    total: _Tally = Counter()
    pages: Counter[str] = Counter()
    for row in rows:
        total.update(row.tally or {})
        pages.update(dict(row.pages))
    return _render(
        "overview.html",
        version=run.version,
        rows=rows,
        documents=_ordered(Counter(row.outcome.status for row in rows), _DOCUMENT_STATUSES),
        pages=_ordered(pages, _PAGE_STATUSES),
        total=total,
        redactions=redactions,
        grades=_ordered(Counter(page.grade for page in read if page.grade), _GRADES),
        poor=sorted(page for page in read if page.grade in _POOR),
        most=_MOST_POOR,
        bars=_bars(read),
        columns=_columns(total),
        troubled=[row for row in rows if row.outcome.status != "ok" or row.message or row.troubles],
        ignored=[PurePath(path).name if PurePath(path).is_absolute() else path for path in run.ignored],
    )


def document_page(document: Document, outcome: DocumentOutcome, pictures: Collection[int]) -> str:
    """One document's page: a summary, and the clean text line by line beside the scan, each edit with its card.

    `pictures` are the numbers of the pages whose upright picture lies beside the HTML; the others are shown in words alone.
    Raises RecordError where an edit in force does not fit the text.
    """
    page_of = {page.number: page for page in document.pages}
    outcome_of = {page.number: page for page in outcome.pages}
    edits_of: dict[int, list[Edit]] = {}
    groups: dict[str, list[Edit]] = {}
    for edit in sorted(document.edits, key=lambda edit: (edit.page, edit.start, edit.end, edit.id)):
        edits_of.setdefault(edit.page, []).append(edit)
        if edit.group:
            groups.setdefault(edit.group, []).append(edit)
    sheets = []
    for number in sorted({*page_of, *outcome_of, *edits_of}):
        became = outcome_of.get(number)
        page = page_of.get(number) or Page(number, became.status if became else "failed")
        picture = (
            f"{_url(PurePath(outcome.output).name + PICTURES)}/{number:06d}.jpg" if number in pictures else ""
        )
        sheets.append(_sheet(page, became, edits_of.get(number, []), groups, picture, outcome))
    tally = _tally(document.edits)
    script = resources.files("pipeline").joinpath("templates/document.js").read_text("utf-8")
    folder, _, name = document.source.rpartition("/")
    depth = page_path(outcome).count("/")
    files = [("clean text", "text", "txt"), ("raw text", "raw", "txt"), ("record", "records", "json")]
    if any(edit.in_force for edit in document.edits):
        files.append(("differences", "diffs", "diff"))
    return _render(
        "document.html",
        document=document,
        outcome=outcome,
        name=name,
        folder=folder,
        message=_said(outcome, outcome.message or document.message),
        overview="../" * depth + "index.html",
        files=[
            (label, f"{'../' * (depth + 1)}{kind}/{_url(outcome.output)}.{suffix}")
            for label, kind, suffix in files
            if document.pages
        ],
        sheets=sheets,
        pages=_ordered(Counter(sheet.status for sheet in sheets), _PAGE_STATUSES),
        confidence=_confidence(document),
        tally=tally,
        columns=_columns(tally),
        unsure=UNSURE,
        redactions=sum(len(page.redactions) for page in document.pages),
        script=script,
        script_hash=f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'",
    )


@cache
def _templates() -> Environment:
    return html_templates("pipeline")


def _render(template: str, **values: object) -> str:
    return _templates().get_template(template).render(values)


def _entry(outcome: DocumentOutcome, seen: tuple[_Confidence | None, _Tally] | None) -> _Entry:
    confidence, tally = seen or (None, None)
    return _Entry(
        outcome=outcome,
        href=_url(page_path(outcome)) if seen else "",
        text_href=f"../text/{_url(outcome.output)}.txt" if seen and outcome.status != "failed" else "",
        message=_said(outcome, outcome.message),
        pages=_ordered(Counter(page.status for page in outcome.pages), _PAGE_STATUSES),
        troubles=[page for page in outcome.pages if page.status in FAILED_PAGES],
        confidence=confidence,
        tally=tally,
    )


def _sheet(
    page: Page,
    became: PageOutcome | None,
    edits: Sequence[Edit],
    groups: Mapping[str, list[Edit]],
    picture: str,
    outcome: DocumentOutcome,
) -> _Sheet:
    located = list(page.located_lines()) or ([(0, Line())] if edits else [])
    starts = [at for at, _ in located]
    by_line: dict[int, list[Edit]] = {}
    for edit in edits:
        by_line.setdefault(max(bisect.bisect_right(starts, edit.start) - 1, 0), []).append(edit)
    texts = marked_lines(page, by_line) or [Markup("")] * len(located)
    ends = column(page)
    rows = []
    for index, ((at, line), text) in enumerate(zip(located, texts, strict=True)):
        here = by_line.get(index, [])
        view = window(page, upright(line.box, page), ends) if picture and line.box and page.width else None
        rows.append(
            _Row(
                index + 1,
                text,
                strip(page, view) if view else None,
                _spots(page, line, at, here, view) if view else [],
                [_change(edit, at, line, groups) for edit in here],
            )
        )
    across, down = size(page)
    whole = Box(0, 0, across, down)
    return _Sheet(
        number=page.number,
        status=became.status if became else page.status,
        message=_said(outcome, (became.message if became else "") or page.message),
        confidence=page.confidence,
        rows=rows,
        figures=[
            _Figure(index + 1, line.text[word.start : word.end], told(word))
            for index, line in enumerate(page.lines)
            for word in line.words
            if word.is_doubtful_number
        ],
        picture=picture,
        size=(across, down),
        redactions=[(one, spot("redaction", upright(one.box, page), whole)) for one in page.redactions],
    )


def _spots(page: Page, line: Line, at: int, edits: Sequence[Edit], view: Box) -> list[Spot]:
    """What is marked on a line's window of the scan: its edits and what was blacked out there."""
    places = [("redaction", one.box) for one in page.redactions]
    for edit in edits:
        if edit.status != "superseded" and (box := box_of(line, edit.start - at, edit.end - at)):
            places.append((f"{edit.kind} {edit.status}", box))
    found = (spot(name, upright(box, page), view) for name, box in places)
    return [one for one in found if one]


def _change(edit: Edit, at: int, line: Line, groups: Mapping[str, list[Edit]]) -> _Change:
    start, end = edit.start - at, edit.end - at
    head, tail = line.text[:start], line.text[end:]
    head = f"…{head[-_CONTEXT:]}" if len(head) > _CONTEXT else head
    tail = f"{tail[:_CONTEXT]}…" if len(tail) > _CONTEXT else tail
    was, now = twins(edit.before, edit.after)
    group = groups.get(edit.group, [])
    together = [other for other in group[: _TOGETHER + 1] if other.id != edit.id]
    return _Change(
        edit=edit,
        read=visible(head) + was + visible(tail),
        now=visible(head) + now + visible(tail) if head.strip() or now or tail.strip() else Markup(""),
        label="Now" if edit.in_force else "Would be",
        together=together[:_TOGETHER],
        more=max(len(group) - 1 - len(together[:_TOGETHER]), 0),
    )


def _confidence(document: Document) -> _Confidence | None:
    """Mean and lowest over the pages that have one: a mean alone hides the worst page."""
    known = [(page.confidence, page.number) for page in document.pages if page.confidence is not None]
    if not known:
        return None
    return _Confidence(sum(value for value, _ in known) / len(known), *min(known))


def _bars(read: Sequence[_Poor]) -> list[_Bar]:
    """How many pages were read with which confidence, up to 100; every chart shows the upper half, to be compared."""
    counts = Counter(min(int(page.confidence), 99) // _BAR for page in read)
    most = max(counts.values(), default=1)
    return [
        _Bar(_BAR * step, _BAR * step + _BAR, counts[step], round(100 * counts[step] / most, 1))
        for step in range(min([*counts, _FIRST_BAR // _BAR]), 100 // _BAR)
        if counts
    ]


def _tally(edits: Iterable[Edit]) -> _Tally:
    return Counter((edit.kind, edit.status) for edit in edits)


def _columns(tally: _Tally) -> list[tuple[EditKind, list[EditStatus]]]:
    """The kinds and statuses that occur, in the order in which the record names them."""
    found = [(kind, [status for status in _STATUSES if tally[kind, status]]) for kind in _KINDS]
    return [(kind, statuses) for kind, statuses in found if statuses]


def _ordered(counts: Mapping[str, int], order: Iterable[str]) -> list[tuple[str, int]]:
    return [(status, counts[status]) for status in order if counts[status]]


def _said(outcome: DocumentOutcome, message: str) -> str:
    """A message without the place of the scans on this machine."""
    return message.replace(outcome.path, outcome.source) if PurePath(outcome.path).is_absolute() else message


def _url(path: str) -> str:
    return quote(path, errors="surrogateescape")
