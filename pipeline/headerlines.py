"""The lines of a document as its header is read from: furniture passed over, names found, letters read for digits."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.headerlists import Names
from pipeline.letters import capitals
from pipeline.record import Edit, Finding, Page, by_page

CLEAN, BRIDGED, DOUBTFUL = 95.0, 75.0, 30.0  # confidence: as printed, with garbles bridged, not understood

_WORD = re.compile(r"[^\W_]+")
_BEFORE_NAME = re.compile(r"(?:[^\w£€]|_)*")
_BEHIND_NAME = re.compile(r"[^\w\s(\"'“‘/$]*\s*[:;.,]*\s*")
_COLON = re.compile(r"[:;.,=®*°]")
_SMALL_END = re.compile(r"(?<=[A-Z])[a-z]{1,3}$")
_SHAPES = str.maketrans("0Q1|5£€", "OOIISEE")
_COLON_AS_S = re.compile(r"[^a-z]+s")
_BLANKLESS = re.compile(r"\S+")
_SMALL = re.compile(r"[a-z]")
_LONG_CAPITALS = re.compile(r"[A-Z]{3}")
_LAST_SPECK = re.compile(r"(?:[^\w)\"'”’/,;:.-]+|(?<=\s)[^\w\s]+|\s\S*[{}|~<>_=*\\«»©]\S*)$")
_LONGEST = 400  # characters of a line that are looked at; no header has such lines
_FOLDED = 10_000  # words whose folding is remembered: names of fields, and the words of some pages
_NAMING = frozenset({"from", "to", "info", "message_number", "refs"})  # fields of names and their numbers
_HIDING = frozenset({"strip"})  # a withheld line may hold a field, however badly it was read


class Row(msgspec.Struct, frozen=True):
    """A line that says something. `start` is its place in the page's raw text; `text` is the line, or the beginning of a long one.

    What a strip in force takes away is blank in `text`; `hidden` where that is all of it. `gap`: a blank line stands before.
    """

    page: int
    start: int
    text: str
    gap: bool
    hidden: bool
    top: int  # how many rows of text stand above it on its page

    @property
    def words(self) -> list[str]:
        """Its words, letters and digits only."""
        return _WORD.findall(self.text)


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a row."""

    row: Row
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.row.text[self.start : self.end]


class Named(msgspec.Struct, frozen=True):
    """A row that begins with the name of a field: where its value begins, and how surely that is its name."""

    field: str
    value: int
    exact: bool
    colon: bool


def rows_of(pages: Sequence[Page], edits: Iterable[Edit]) -> list[Row]:
    """Every line of a document that is not blank, furniture marked as hidden."""
    taken = by_page(edit for edit in edits if edit.in_force and edit.kind in _HIDING)
    return [row for page in pages for row in _rows(page, taken.get(page.number, ()))]


def _rows(page: Page, edits: Sequence[Edit]) -> Iterator[Row]:
    gap, top = False, 0
    for start, line in page.located_lines():
        if not line.text.strip():
            gap = True
            continue
        text = line.text
        for edit in edits:
            low, high = max(edit.start - start, 0), min(edit.end - start, len(text))
            if low < high:
                text = text[:low] + " " * (high - low) + text[high:]
        hidden = not text.strip()
        yield Row(page.number, start, (line.text if hidden else text)[:_LONGEST], gap, hidden, top)
        if not hidden:
            gap = False
            top += 1


def piece(row: Row, start: int = 0, end: int | None = None) -> Piece:
    """The stretch start:end of a row, without blanks at its ends."""
    text = row.text[start:end]
    low = start + len(text) - len(text.lstrip())
    return Piece(row, low, max(low, start + len(text.rstrip())))


def finding(
    kind: str,
    pieces: Sequence[Piece],
    texts: Mapping[int, str],
    value: str | None = None,
    sure: float = CLEAN,
) -> Finding:
    """The finding that stands in `pieces`: from the first to the last that is on the same page.

    Without `value` what was read is what it means, white space put in order.
    """
    first = pieces[0]
    last = [one for one in pieces if one.row.page == first.row.page][-1]
    start, end = first.row.start + first.start, last.row.start + last.end
    read = texts[first.row.page][start:end]
    if value is None:
        value = " ".join(" ".join(one.text for one in pieces).split())
    return Finding(kind, first.row.page, start, end, read, value, sure)


def corrected(one: Finding, edits: Sequence[Edit]) -> Finding:
    """A finding whose value has the corrections of its words: those in force, and of names the suggestion with one answer."""
    value = one.value
    for edit in edits:
        if (
            edit.kind != "correct"
            or edit.page != one.page
            or not one.start <= edit.start < edit.end <= one.end
        ):
            continue
        named = one.kind in _NAMING and edit.status == "suggested" and not edit.candidates
        if edit.in_force or named:
            found = re.search(rf"(?<!\w){re.escape(edit.before)}(?!\w)", value)
            value = value[: found.start()] + edit.after + value[found.end() :] if found else value
    if value == one.value:
        return one
    return msgspec.structs.replace(one, value=value, confidence=min(one.confidence, BRIDGED))


@lru_cache(_FOLDED)
def fold(word: str) -> str:
    """A word in capitals, digits and signs as the letters that they look like."""
    return word.upper().translate(_SHAPES)


def near(word: str, right: str) -> int | None:
    """How many letters a word is away from the right one; None where that is more than such a word bears."""
    length = min(len(word), len(right))
    budget = 0 if length <= 3 else 1 if length <= 5 else 2
    distance = Levenshtein.distance(fold(word), fold(right), score_cutoff=budget)
    return distance if distance <= budget else None


def named(row: Row, names: Names) -> Named | None:
    """The field whose name a row begins with, the nearest and then the longest name."""
    lead = _BEFORE_NAME.match(row.text)
    at = lead.end() if lead else 0
    words = list(re.finditer(r"[^\W_]+[£€]?|[£€]", row.text[at:]))[:3]
    best: tuple[int, int, Named] | None = None
    for field, spellings in names.items():
        for spelling in spellings:
            distance = _away(words, spelling)
            if distance is None:
                continue
            end = at + words[len(spelling) - 1].end()
            behind = _BEHIND_NAME.match(row.text, end)
            value = behind.end() if behind else end
            colon = bool(_COLON.search(row.text[end:value])) or _colon_as_s(
                words[len(spelling) - 1][0], spelling
            )
            rank = (distance, -sum(map(len, spelling)))
            if best is None or rank < best[:2]:
                best = (*rank, Named(field, value, not distance, colon))
    return best[2] if best else None


def _away(words: Sequence[re.Match[str]], spelling: Sequence[str]) -> int | None:
    if len(words) < len(spelling) or any(
        words[at].end() + 3 < words[at + 1].start() for at in range(len(spelling) - 1)
    ):
        return None
    total = 0
    for found, right in zip(words, spelling, strict=False):
        word = found[0]
        distance = near(word, right)
        if distance is None and right == spelling[-1]:
            distance = near(_SMALL_END.sub("", word), right)  # a colon, or specks, read as small letters
        if distance is None:
            return None
        total += distance
    return total


def _colon_as_s(word: str, spelling: Sequence[str]) -> bool:
    return _COLON_AS_S.fullmatch(word) is not None and not str.endswith(spelling[-1], "S")


def without_specks(one: Piece) -> Piece:
    """A stretch in capitals without what was read behind them: signs, and words in small letters from a stamp beside it."""
    text = one.text
    words = list(_BLANKLESS.finditer(text))
    end = len(text)
    if capitals(" ".join(word[0] for word in words[:3])):
        small = (
            word for word in words if len(_SMALL.findall(word[0])) >= 2 and not _LONG_CAPITALS.search(word[0])
        )
        first = next(small, None)
        end = first.start() if first else end
    text = text[:end]
    while found := _LAST_SPECK.search(text):
        text = text[: found.start()]
    return piece(one.row, one.start, one.start + len(text))
