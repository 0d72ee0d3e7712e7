"""One `[[entry]]` of the corrections dictionary: its keys, and what may be wrong with their values.

A table as TOML gives it goes in, an `Entry` comes out, or the key that is wrong and a sentence about it.
The format is told in corrections/README.md.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import msgspec

from pipeline.lists import compile_pattern

Action = Literal["auto", "suggest", "never"]
Match = Literal["garble", "fuzzy", "number", "pattern"]
Scope = Literal["anywhere", "line-start", "line"]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Some = Annotated[str, msgspec.Meta(min_length=1)]
_Budget = Annotated[int, msgspec.Meta(ge=1, le=3)]
_Year = Annotated[int, msgspec.Meta(ge=1700, le=2200)]

# A token for fuzzy matching: letters and digits with the signs that OCR reads for letters; other marks part tokens.
TOKEN = re.compile(r"[\w$|!@#&€£§]+")
_PHRASE = re.compile(rf"{TOKEN.pattern}(?: {TOKEN.pattern})*")
_NEEDED: Mapping[Match, tuple[str, ...]] = {
    "garble": ("right", "garbles"),
    "fuzzy": ("words",),
    "number": ("after", "shape"),
    "pattern": ("pattern", "right"),
}
_MAY: Mapping[Match, tuple[str, ...]] = {
    "garble": (),
    "fuzzy": ("budget",),
    "number": ("values", "years"),
    "pattern": (),
}
_OWNED = {key for keys in (*_NEEDED.values(), *_MAY.values()) for key in keys}
_LIST = 'a list of texts in quotes, such as ["one", "two"]'
_TAKES: Mapping[str, str] = {
    "id": 'small letters, digits and hyphens, such as "state-number"',
    "match": '"garble", "fuzzy", "number" or "pattern"',
    "scope": '"anywhere", "line-start" or "line"',
    "action": '"auto", "suggest" or "never"',
    "budget": "1, 2 or 3",
    "years": "a year or two for each value, such as 12356 = [1982, 1995]",
    "since": "a date without quotes, such as 1975-01-31",
    "until": "a date without quotes, such as 1975-01-31",
    "off": "true or false",
    **dict.fromkeys(("garbles", "words", "after", "values", "near", "field"), _LIST),
}
LONGEST_LINE = 5000  # characters; the patterns of entries are held against no longer line
PATTERN_KEYS = ("pattern", "shape", "line", "around")


class EntryError(ValueError):
    """An entry is wrong; `key` says where."""

    def __init__(self, key: str, trouble: str) -> None:
        super().__init__(trouble)
        self.key = key


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry; which keys it needs depends on `match`, and those from `scope` to `until` say where it counts."""

    id: _Name
    match: Match = "garble"
    right: str = ""
    garbles: tuple[Some, ...] = ()
    words: tuple[Some, ...] = ()
    budget: _Budget | None = None
    after: tuple[Some, ...] = ()
    shape: str = ""
    values: tuple[Some, ...] = ()
    years: dict[str, Annotated[tuple[_Year, ...], msgspec.Meta(min_length=1, max_length=2)]] = {}
    pattern: str = ""
    scope: Scope = "anywhere"
    line: str = ""
    around: str = ""
    near: tuple[Some, ...] = ()
    field: tuple[Some, ...] = ()
    since: date | None = None
    until: date | None = None
    action: Action = "suggest"
    note: str = ""
    source: str = ""
    off: bool = False

    @property
    def dated(self) -> bool:
        """Whether the entry counts for documents of some years only."""
        return self.since is not None or self.until is not None

    @property
    def narrow(self) -> bool:
        """Whether the entry looks at some lines only."""
        return bool(self.line or self.around or self.near or self.field or self.scope == "line")

    def allowance(self, word: str) -> int:
        """The letters that may be wrong in `word`: those of `budget`, else by length, and never more than a third."""
        own = self.budget or (1 if len(word) < 8 else 2 if len(word) < 14 else 3)
        return min(own, max(len(word) // 3, 1))


def read_entry(table: Mapping[str, Any]) -> Entry:
    """The entry of a table. Raises EntryError."""
    try:
        entry = msgspec.convert(table, Entry)
    except msgspec.ValidationError as error:
        raise _understood(str(error), table) from None
    if entry.off:
        return Entry(entry.id, off=True)  # only switches another entry off
    if "match" not in table:
        raise EntryError("id", "lacks the key `match`; add it.")
    for key in _NEEDED[entry.match]:
        taken_out = key == "right" and entry.match == "pattern" and key in table  # "" takes the match out
        if not getattr(entry, key) and not taken_out:
            raise EntryError(key, f'lacks the key `{key}`, which match = "{entry.match}" needs; add it.')
    for key in table:
        if key in _OWNED and key not in (*_NEEDED[entry.match], *_MAY[entry.match]):
            raise EntryError(key, f'the key `{key}` says nothing to match = "{entry.match}"; take it out.')
    for key, trouble in _troubles(entry):
        raise EntryError(key, trouble)
    return entry


def _understood(said: str, table: Mapping[str, Any]) -> EntryError:
    """What msgspec says of a table, in words for those who write dictionaries."""
    if found := re.search(r"unknown field `(.*?)`", said):
        near = get_close_matches(found[1], Entry.__struct_fields__, 1)
        advice = (
            f"write `{near[0]}` if you mean that."
            if near
            else "see corrections/README.md for those that there are."
        )
        return EntryError(found[1], f"the key `{found[1]}` is unknown; {advice}")
    if found := re.search(r"required field `(\w+)`", said):
        return EntryError(found[1], f"lacks the key `{found[1]}`; add it.")
    found = re.search(r"`\$\.(\w+)", said)
    key = found[1] if found else ""
    takes = _TAKES.get(key, "a text in quotes")
    return EntryError(key, f"`{key}` takes {takes}, and not {table.get(key)!r}; mend it.")


def _troubles(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry's values: (key, sentence)."""
    yield from _bad_patterns(entry)
    if entry.right in entry.garbles:
        yield "garbles", f"the garble {entry.right!r} is the right form itself; take it out."
    if "\n" in entry.right:
        yield "right", "`right` must be one line: an edit stays within its line."
    for key in ("garbles", "after", "near"):
        if not all(phrase.strip() for phrase in getattr(entry, key)):
            yield key, "a blank phrase matches nothing; take it out."
    for word in entry.words:
        if not _PHRASE.fullmatch(word):
            yield "words", f"{word!r} is no word or phrase of words; write its parts as words of their own."
    for value in entry.values:
        if not re.fullmatch(entry.shape, value):
            yield "values", f"the value {value!r} does not match the shape; mend one of them."
    yield from _bad_years(entry)


def _bad_patterns(entry: Entry) -> Iterator[tuple[str, str]]:
    for key in PATTERN_KEYS:
        try:
            compiled = compile_pattern(getattr(entry, key))
        except re.error as error:
            yield key, f"`{key}` is not a regular expression ({error}); mend it."
            return
        if key == "pattern" and entry.match == "pattern":
            try:
                compiled.sub(entry.right, "")  # the template is read before anything is sought
            except (re.error, IndexError) as error:
                yield "right", f"`right` does not fit the pattern's groups ({error}); mend it."


def _bad_years(entry: Entry) -> Iterator[tuple[str, str]]:
    for value, years in entry.years.items():
        if value not in entry.values:
            yield (
                value,
                f"the years of {value!r} are given, which is none of the values; add it or take it out.",
            )
        if years[-1] < years[0]:
            yield value, f"{value!r} ends before it begins; exchange the years."
    if entry.since and entry.until and entry.until < entry.since:
        yield "until", "`until` lies before `since`; exchange them."
