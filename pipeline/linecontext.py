"""Whether an entry counts at a place: what the line and its neighbours hold, which field and which years it stands in."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from pipeline.dictionary import Dictionary
from pipeline.entries import LONGEST_LINE, Entry
from pipeline.phrases import Phrases

Verdict = Literal["no", "yes", "undated"]


class LineContext:
    """A line with its neighbours, and what can be asked about a place in it.

    `fields` and `when` answer for a place in the line; they are asked only where an entry needs them.
    """

    def __init__(
        self,
        text: str,
        dictionary: Dictionary,
        neighbours: tuple[str, str] = ("", ""),
        fields: Callable[[int], frozenset[str]] = lambda start: frozenset(),
        when: Callable[[int], date | None] = lambda start: None,
    ) -> None:
        self.text = text
        self._around = "\n".join((neighbours[0], text, neighbours[1]))
        self._regexes = dictionary.regexes
        self._fields = fields
        self.when = when
        self._holds: dict[tuple[object, ...], bool] = {}

    def verdict(self, entry: Entry, start: int, end: int) -> Verdict:
        """Whether `entry` counts at start:end; `undated` where only the document's date is lacking to say so."""
        if not (self._allows(entry) and self._stands(entry, start, end)):
            return "no"
        if not entry.dated:
            return "yes"
        when = self.when(start)
        if when is None:
            return "undated"
        inside = (entry.since or when) <= when <= (entry.until or when)
        return "yes" if inside else "no"

    def _allows(self, entry: Entry) -> bool:
        """Whether the line and its neighbours hold what `entry` asks for; asked once for each context."""
        if not (entry.line or entry.around or entry.near):
            return True
        if len(self._around) > 3 * LONGEST_LINE and (entry.line or entry.around):
            return False
        key = (entry.line, entry.around, entry.near)
        if key not in self._holds:
            self._holds[key] = (
                (not entry.line or self._regexes[entry.line].search(self.text) is not None)
                and (not entry.around or self._regexes[entry.around].search(self._around) is not None)
                and (not entry.near or self._is_near(entry.near))
            )
        return self._holds[key]

    def _is_near(self, phrases: tuple[str, ...]) -> bool:
        sought = Phrases((phrase, None) for phrase in phrases)
        return any(next(sought.find(line), None) for line in self._around.split("\n"))

    def _stands(self, entry: Entry, start: int, end: int) -> bool:
        if entry.scope != "anywhere" and self.text[:start].strip():
            return False
        if entry.scope == "line" and self.text[end:].strip():
            return False
        return not entry.field or bool(self._fields(start) & set(entry.field))


def told(entry: Entry, context: LineContext, start: int) -> str:
    """What of an entry's context a reader of its edits should know."""
    said = []
    if entry.near:
        said.append(f" {' or '.join(entry.near[:3])} stands near.")
    if entry.field:
        said.append(f" It stands in the header field {' or '.join(entry.field)}.")
    if entry.dated:
        when = context.when(start)
        said.append(f" The document is of {when.year}." if when else " The document's date is not known.")
    return "".join(said)
