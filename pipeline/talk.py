"""What a run says on stderr while it works, and the summary at its end. Data never goes this way."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import msgspec

from pipeline.record import FAILED_PAGES, DocumentOutcome, PageOutcome, Run
from pipeline.sources import path_text, printable, printable_json

_MOST_NAMED = 5  # of things that one line of the summary lists


class Talk:
    """Says nothing; the base for talk that does."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def begin(self, documents: int, scans: Sequence[Path], output: Path) -> None:
        """So many documents were found in `scans`."""

    def pages(self, count: int, cached: int) -> None:
        """A document has `count` pages, of which `cached` need no reading."""

    def page(self, source: str, outcome: PageOutcome) -> None:
        """A page was read, or could not be."""

    def texts(self, count: int) -> None:
        """So many documents go through the text stages; the others are as they were."""

    def document(self, outcome: DocumentOutcome, anew: bool = False) -> None:
        """A document is done; its text was made `anew`, or stands."""

    def end(self, run: Run, output: Path, images_only: bool = False) -> None:
        """The run is over."""


class JsonTalk(Talk):
    """One JSON object a line, for programs: each names its `event`."""

    def begin(self, documents: int, scans: Sequence[Path], output: Path) -> None:
        self._say("begin", documents=documents, scans=[*map(path_text, scans)], output=path_text(output))

    def pages(self, count: int, cached: int) -> None:
        self._say("pages", count=count, cached=cached)

    def page(self, source: str, outcome: PageOutcome) -> None:
        self._say("page", source=source, **msgspec.to_builtins(outcome))

    def texts(self, count: int) -> None:
        self._say("texts", count=count)

    def document(self, outcome: DocumentOutcome, anew: bool = False) -> None:
        told = msgspec.to_builtins(outcome)
        self._say("document", **told | {"pages": len(outcome.pages), "anew": anew})

    def end(self, run: Run, output: Path, images_only: bool = False) -> None:
        statuses = Counter(page.status for document in run.documents for page in document.pages)
        told = {"documents": Counter(document.status for document in run.documents), "pages": statuses}
        left = {"ignored": run.ignored, "orphaned": run.orphaned}
        self._say("end", seconds=run.seconds, **told, **left, output=path_text(output))

    def _say(self, event: str, **told: object) -> None:
        line = printable_json(msgspec.json.encode({"event": event, **told}))
        sys.stderr.buffer.write(line.encode() + b"\n")  # UTF-8, whatever the terminal's language
        sys.stderr.flush()


class PlainTalk(Talk):
    """Lines, for logs and pipes: trouble at once, progress every ten seconds."""

    _EVERY = 10.0

    def __init__(self) -> None:
        self._total = self._read = self._texts = self._made = 0
        self._said = monotonic()

    def begin(self, documents: int, scans: Sequence[Path], output: Path) -> None:
        named = ", ".join(map(_shown, scans[:_MOST_NAMED])) + (", ..." if len(scans) > _MOST_NAMED else "")
        self.line(f"{documents} document{_s(documents)} to transcribe from {named} into {_shown(output)}")

    def pages(self, count: int, cached: int) -> None:
        self._total += count
        self._read += cached

    def page(self, source: str, outcome: PageOutcome) -> None:
        self._read += 1
        if outcome.status in FAILED_PAGES:
            self.line(
                f"{printable(source)} page {outcome.number}: {outcome.status}: {printable(outcome.message)}"
            )
        elif monotonic() - self._said > self._EVERY:
            self.line(f"{self._read} of {self._total} pages read")

    def texts(self, count: int) -> None:
        self._texts = count

    def document(self, outcome: DocumentOutcome, anew: bool = False) -> None:
        self._made += anew
        if outcome.status == "failed":
            self.line(f"{printable(outcome.source)}: failed: {printable(outcome.message)}")
        elif anew and monotonic() - self._said > self._EVERY:
            self.line(f"{self._made} of {self._texts} texts made")

    def end(self, run: Run, output: Path, images_only: bool = False) -> None:
        told = images_summary(run, output) if images_only else summary(run, output, self._texts)
        print(told, file=sys.stderr, flush=True)

    def line(self, text: str) -> None:
        """Say one line."""
        self._said = monotonic()
        print(text, file=sys.stderr, flush=True)


class BarTalk(PlainTalk):
    """A progress bar, for people at a terminal."""

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415 - slow to import
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, markup=False, highlight=False),
            transient=True,
        )
        self._task = self._bar.add_task("pages read", total=None)
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def end(self, run: Run, output: Path, images_only: bool = False) -> None:
        self._bar.stop()  # or it would draw over the summary
        super().end(run, output, images_only)

    def pages(self, count: int, cached: int) -> None:
        super().pages(count, cached)
        self._bar.update(self._task, total=self._total, completed=self._read)

    def page(self, source: str, outcome: PageOutcome) -> None:
        super().page(source, outcome)
        self._bar.update(self._task, completed=self._read)

    def texts(self, count: int) -> None:
        super().texts(count)
        if count:
            self._task = self._bar.add_task("texts made", total=count)

    def document(self, outcome: DocumentOutcome, anew: bool = False) -> None:
        super().document(outcome, anew)
        if anew:
            self._bar.update(self._task, completed=self._made)

    def line(self, text: str) -> None:
        self._said = monotonic()
        self._bar.console.print(text)


def summary(run: Run, output: Path, anew: int = 0) -> str:
    """The closing lines: what was done, what failed, what to look at. `anew` texts were made in this run."""
    edits: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for document in run.documents:
        edits.update(document.edits)
        decided.update(document.decisions)
    withheld = _sum(edits, "withhold", "applied", "accepted")
    lines = [
        *_accounts(run),
        f"stripped     {_sum(edits, 'strip', 'applied', 'accepted')} lines",
        *([f"withheld     {withheld} piece{_s(withheld)}: noise, or read at redactions"] if withheld else ()),
        f"corrections  {_sum(edits, 'correct', 'applied', 'accepted')} applied, {_sum(edits, 'correct', 'suggested')} suggested",
        *([f"decisions    {_counts(decided)}"] if decided else ()),
        *_times(run, anew),
        *_to_look_at(run),
        *_troubles(run),
        f"text         {_shown(output / 'text')}",
        f"report       {_shown(output / 'report' / 'index.html')}",
    ]
    return "\n".join(lines)


def images_summary(run: Run, output: Path) -> str:
    """The closing lines of a run that only draws pages."""
    return "\n".join([*_accounts(run), *_troubles(run), f"images       {_shown(output / 'work' / 'pages')}"])


def _accounts(run: Run) -> Iterator[str]:
    statuses = Counter(page.status for _, page in _pages(run))
    yield f"documents    {len(run.documents)}: {_counts(Counter(one.status for one in run.documents))}"
    yield f"pages        {sum(statuses.values())}: {_counts(statuses)}"


def _times(run: Run, anew: int) -> Iterator[str]:
    read = [(document, page) for document, page in _pages(run) if page.seconds and not page.cached]
    if not read:
        yield f"speed        no page to read, {anew} text{_s(anew)} made anew, {run.seconds:.1f} seconds in all"
        return
    document, slowest = max(read, key=lambda pair: pair[1].seconds)
    yield f"speed        {len(read) / run.seconds:.2f} pages a second, {run.seconds:.1f} seconds in all"
    yield f"slowest      {printable(document.source)} page {slowest.number}, {slowest.seconds:.1f} seconds"


def _to_look_at(run: Run) -> Iterator[str]:
    """Pages most of whose words are probably wrong."""
    poor = [
        f"{printable(document.source)} page {page.number}"
        for document, page in _pages(run)
        if page.status == "low_confidence"
    ]
    if poor:
        more = f" and {len(poor) - _MOST_NAMED} more" if len(poor) > _MOST_NAMED else ""
        yield f"look at      {', '.join(poor[:_MOST_NAMED])}{more}: hardly legible to the engine"


def _troubles(run: Run) -> Iterator[str]:
    for document in run.documents:
        failed = [page for page in document.pages if page.status in FAILED_PAGES]
        name, pages = printable(document.source), len(document.pages)
        if document.status == "failed":
            yield f"failed       {name}: {printable(document.message)}"
        elif document.status == "partial":
            yield (
                f"partial      {name}: {len(failed)} of {pages} pages not read; "
                f"page {failed[0].number}: {printable(failed[0].message)}"
            )
        elif pages and all(page.status == "skipped" for page in document.pages):
            yield f"not read     {name}: it has {pages} page{_s(pages)}, and none of those asked for with --pages"
    if run.ignored:
        yield f"left alone   {len(run.ignored)} file{_s(len(run.ignored))}, no scan{_s(len(run.ignored))}"
    if run.orphaned:
        yield (
            f"orphans      {len(run.orphaned)} document{_s(len(run.orphaned))} whose scan has gone; what was made of "
            "it lies in orphans/"
        )


def _pages(run: Run) -> Iterator[tuple[DocumentOutcome, PageOutcome]]:
    return ((document, page) for document in run.documents for page in document.pages)


def _shown(path: Path) -> str:
    return printable(str(path))


def _counts(counts: Mapping[Any, int]) -> str:
    return (
        ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in Counter(counts).most_common())
        or "none"
    )


def _sum(edits: Counter[str], kind: str, *statuses: str) -> int:
    return sum(edits[f"{kind} {status}"] for status in statuses)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
