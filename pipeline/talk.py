"""What a run says on stderr while it works, and the summary at its end. Data never goes this way."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import msgspec

from pipeline.record import FAILED_PAGES, DocumentOutcome, PageOutcome, Run
from pipeline.sources import path_text, printable, printable_json


class Talk:
    """Says nothing; the base for talk that does."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def begin(self, documents: int, ignored: Sequence[str]) -> None:
        """So many documents were found, and these files are no scans."""

    def pages(self, count: int, cached: int) -> None:
        """A document has `count` pages, of which `cached` need no reading."""

    def page(self, source: str, outcome: PageOutcome) -> None:
        """A page was read, or could not be."""

    def document(self, outcome: DocumentOutcome) -> None:
        """A document went through the text stages."""

    def end(self, run: Run, output: Path) -> None:
        """The run is over."""


class JsonTalk(Talk):
    """One JSON object a line, for programs: each names its `event`."""

    def begin(self, documents: int, ignored: Sequence[str]) -> None:
        self._say("begin", documents=documents, ignored=ignored)

    def pages(self, count: int, cached: int) -> None:
        self._say("pages", count=count, cached=cached)

    def page(self, source: str, outcome: PageOutcome) -> None:
        self._say("page", source=source, **msgspec.to_builtins(outcome))

    def document(self, outcome: DocumentOutcome) -> None:
        told = msgspec.to_builtins(outcome)
        self._say("document", **told | {"pages": len(outcome.pages)})

    def end(self, run: Run, output: Path) -> None:
        statuses = Counter(page.status for document in run.documents for page in document.pages)
        documents = Counter(document.status for document in run.documents)
        self._say("end", seconds=run.seconds, documents=documents, pages=statuses, output=path_text(output))

    def _say(self, event: str, **told: object) -> None:
        line = printable_json(msgspec.json.encode({"event": event, **told}))
        sys.stderr.buffer.write(line.encode() + b"\n")  # UTF-8, whatever the terminal's language
        sys.stderr.flush()


class PlainTalk(Talk):
    """Lines, for logs and pipes: trouble at once, progress every ten seconds."""

    _EVERY = 10.0

    def __init__(self) -> None:
        self._total = self._read = 0
        self._said = monotonic()

    def begin(self, documents: int, ignored: Sequence[str]) -> None:
        self.line(f"{documents} document{_s(documents)} to transcribe")

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

    def document(self, outcome: DocumentOutcome) -> None:
        if outcome.status == "failed":
            self.line(f"{printable(outcome.source)}: failed: {printable(outcome.message)}")

    def end(self, run: Run, output: Path) -> None:
        print(summary(run, output), file=sys.stderr, flush=True)

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
            TextColumn("pages"),
            TimeRemainingColumn(),
            console=Console(stderr=True, markup=False, highlight=False),
            transient=True,
        )
        self._task = self._bar.add_task("reading", total=None)
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def end(self, run: Run, output: Path) -> None:
        self._bar.stop()  # or it would draw over the summary
        super().end(run, output)

    def pages(self, count: int, cached: int) -> None:
        super().pages(count, cached)
        self._bar.update(self._task, total=self._total, completed=self._read)

    def page(self, source: str, outcome: PageOutcome) -> None:
        super().page(source, outcome)
        self._bar.update(self._task, completed=self._read)

    def line(self, text: str) -> None:
        self._said = monotonic()
        self._bar.console.print(text)


def summary(run: Run, output: Path) -> str:
    """The closing lines: what was done, what failed, what to look at."""
    pages = [(document, page) for document in run.documents for page in document.pages]
    statuses = Counter(page.status for _, page in pages)
    edits: Counter[str] = Counter()
    for document in run.documents:
        edits.update(document.edits)
    kinds = Counter(document.status for document in run.documents)
    lines = [
        f"documents    {len(run.documents)}: {_counts(kinds)}",
        f"pages        {len(pages)}: {_counts(statuses)}",
        f"stripped     {_sum(edits, 'strip', 'applied', 'accepted')} lines",
        f"corrections  {_sum(edits, 'correct', 'applied', 'accepted')} applied, {_sum(edits, 'correct', 'suggested')} suggested",
    ]
    read = [(document, page) for document, page in pages if page.seconds and not page.cached]
    decided: Counter[str] = Counter()
    for document in run.documents:
        decided.update(document.decisions)
    if decided:
        lines.append(f"decisions    {_counts(decided)}")
    if read:
        document, slowest = max(read, key=lambda pair: pair[1].seconds)
        lines.append(
            f"speed        {len(read) / run.seconds:.2f} pages a second, {run.seconds:.1f} seconds in all"
        )
        lines.append(
            f"slowest      {printable(document.source)} page {slowest.number}, {slowest.seconds:.1f} seconds"
        )
    else:
        lines.append(f"speed        nothing to read anew, {run.seconds:.1f} seconds in all")
    for document in run.documents:
        failed = [page for page in document.pages if page.status in FAILED_PAGES]
        if document.status == "failed":
            lines.append(f"failed       {printable(document.source)}: {printable(document.message)}")
        elif document.status == "partial":
            lines.append(
                f"partial      {printable(document.source)}: {len(failed)} of {len(document.pages)} pages not read; "
                f"page {failed[0].number}: {printable(failed[0].message)}"
            )
    if run.ignored:
        lines.append(
            f"left alone   {len(run.ignored)} file{_s(len(run.ignored))}, no scan{_s(len(run.ignored))}"
        )
    lines.append(f"text         {printable(str(output / 'text'))}")
    lines.append(f"report       {printable(str(output / 'report' / 'index.html'))}")
    return "\n".join(lines)


def _counts(counts: Mapping[Any, int]) -> str:
    return (
        ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in Counter(counts).most_common())
        or "none"
    )


def _sum(edits: Counter[str], kind: str, *statuses: str) -> int:
    return sum(edits[f"{kind} {status}"] for status in statuses)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
