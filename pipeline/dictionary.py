"""The corrections dictionary: TOML files that archivists edit, checked on load and made ready for matching.

In comes a folder (the format is told in corrections/README.md), out goes a frozen `Dictionary`. Files are only read.
Nothing here loops over all entries for one word: garbles and the words before a number stand in one table each,
fuzzy words in one list for each line context, and a line context is compiled once.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.phrases import Phrases

Action = Literal["auto", "suggest", "never"]
Match = Literal["garble", "fuzzy", "number", "pattern"]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Some = Annotated[str, msgspec.Meta(min_length=1)]
_Budget = Annotated[int, msgspec.Meta(ge=1, le=3)]

# A token for fuzzy matching: letters and digits with the signs that OCR reads for letters; other marks part tokens.
TOKEN = re.compile(r"[\w$|!@#&€£§]+")
_NEEDED: Mapping[Match, tuple[str, ...]] = {
    "garble": ("right", "garbles"),
    "fuzzy": ("words",),
    "number": ("after", "shape"),
    "pattern": ("pattern", "right"),
}
_MAY: Mapping[Match, tuple[str, ...]] = {
    "garble": (),
    "fuzzy": ("budget",),
    "number": ("values",),
    "pattern": (),
}
_OWNED = {key for keys in (*_NEEDED.values(), *_MAY.values()) for key in keys}


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[entry]]` of a corrections file; which keys it needs depends on `match`."""

    id: _Name
    match: Match = "garble"
    right: str = ""
    garbles: tuple[_Some, ...] = ()
    words: tuple[_Some, ...] = ()
    budget: _Budget = 1
    after: tuple[_Some, ...] = ()
    shape: str = ""
    values: tuple[_Some, ...] = ()
    pattern: str = ""
    line: str = ""
    action: Action = "suggest"
    note: str = ""
    source: str = ""
    off: bool = False


@dataclass(frozen=True)
class FuzzyWords:
    """The right words that share a line context and a budget: word in capitals -> (word as written, entry)."""

    line: str
    budget: int
    words: Mapping[str, tuple[str, Entry]]


@dataclass(frozen=True)
class Dictionary:
    """The entries in use, in the order of the files, and their tables; `digest` changes with any file read."""

    entries: tuple[Entry, ...]
    digest: str
    known: frozenset[str]  # right words and protected words, in capitals: never touched
    confusions: Mapping[str, str]
    garbles: Phrases[Entry]
    contexts: Phrases[Entry]
    fuzzy: tuple[FuzzyWords, ...]
    patterns: tuple[tuple[re.Pattern[str], Entry], ...]
    regexes: Mapping[str, re.Pattern[str]]  # line contexts and shapes, compiled


def load_dictionary(folder: Path) -> Dictionary:
    """Read `folder`/*.toml in the order of their names, then `folder`/local/*.toml, which overlay them.

    Raises ConfigurationError, a sentence with file and line, for anything that is not right.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; name the folder that holds the corrections.")
    digest = hashlib.sha256()
    entries: dict[str, Entry] = {}
    protected: set[str] = set()
    confusions: dict[str, str] = {}
    for layer in (folder, folder / "local"):
        seen: dict[str, tuple[_File, int]] = {}
        for path in sorted(layer.glob("[!.]*.toml")):  # editors leave files that begin with a dot
            data = _read_bytes(path)
            name = path.relative_to(folder).as_posix().encode()
            digest.update(b"%d:%s%d:%s" % (len(name), name, len(data), data))
            file = _File(path, data)
            for number, entry in enumerate(file.entries()):
                if entry.id in seen:
                    other, at = seen[entry.id]
                    raise ConfigurationError(
                        f"{file.where(number, 'id')} the id {entry.id!r} stands already at "
                        f"{other.where(at, 'id')[:-1]}; give this entry another id."
                    )
                seen[entry.id] = file, number
                entries[entry.id] = entry
            protected.update(word.upper() for word in file.protect())
            confusions.update(file.confusions())
    used = tuple(entry for entry in entries.values() if not entry.off)
    return _compile(used, protected, confusions, digest.hexdigest())


def _compile(
    entries: tuple[Entry, ...], protected: set[str], confusions: dict[str, str], digest: str
) -> Dictionary:
    fuzzy: dict[tuple[str, int], dict[str, tuple[str, Entry]]] = {}
    for entry in entries:
        for word in entry.words:
            fuzzy.setdefault((entry.line, entry.budget), {}).setdefault(word.upper(), (word, entry))
    rights = {entry.right.upper() for entry in entries if entry.match == "garble"}
    return Dictionary(
        entries=entries,
        digest=digest,
        known=frozenset(protected | rights | {word for words in fuzzy.values() for word in words}),
        confusions=confusions,
        garbles=Phrases((garble, entry) for entry in entries for garble in entry.garbles),
        contexts=Phrases((context, entry) for entry in entries for context in entry.after),
        fuzzy=tuple(FuzzyWords(line, budget, words) for (line, budget), words in fuzzy.items()),
        patterns=tuple((re.compile(entry.pattern), entry) for entry in entries if entry.pattern),
        regexes={text: re.compile(text) for entry in entries for text in (entry.line, entry.shape) if text},
    )


class _File:
    """One corrections file, parsed, that knows at which line a thing stands."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        try:
            text = data.decode("utf-8-sig")  # Windows editors put a mark in front
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ConfigurationError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8.") from None
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))  # raw text is NFC, too
        self._lines = text.split("\n")
        try:
            self._content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else len(self._lines)
            raise ConfigurationError(
                f"{path}:{line}: this is not TOML ({error}); see corrections/README.md for examples."
            ) from None
        for key in self._content:
            if key not in ("entry", "protect", "confusions"):
                raise self._error(
                    self._top(key),
                    f"the key {key!r} is unknown; a file holds [[entry]], protect, [confusions].",
                )

    def entries(self) -> Iterator[Entry]:
        """The file's entries, checked one by one."""
        tables = self._content.get("entry", [])
        if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
            raise self._error(self._top("entry"), "an entry begins with [[entry]], in double brackets.")
        for number, table in enumerate(tables):
            yield self._entry(number, table)

    def protect(self) -> tuple[str, ...]:
        """The words that are never touched."""
        words: tuple[str, ...] = self._typed("protect", (), tuple[_Some, ...], 'protect = ["WORD", ...]')
        return words

    def confusions(self) -> dict[str, str]:
        """Letter as read -> the digits it may stand for."""
        table: dict[str, str] = self._typed("confusions", {}, dict[str, str], 'b = "6"')
        for letter, digits in table.items():
            if len(letter) != 1 or letter.isdigit() or not re.fullmatch("[0-9]+", digits):
                raise self._error(
                    self._find(letter, self._top("confusions"), len(self._lines)),
                    f'{letter} = "{digits}" must be one letter or sign and the digits it may stand for, such as b = "6".',
                )
        return table

    def where(self, number: int, key: str) -> str:
        """`file:line:` of a key of entry `number` (from 0), or of its [[entry]] where the key is absent."""
        heads = [at for at, line in enumerate(self._lines, 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)]
        if number >= len(heads):
            return f"{self.path}:1:"
        stop = heads[number + 1] if number + 1 < len(heads) else len(self._lines) + 1
        return f"{self.path}:{self._find(key, heads[number], stop - 1)}:"

    def _entry(self, number: int, table: dict[str, Any]) -> Entry:
        name = f"entry {table.get('id', number + 1)!r}"
        try:
            entry = msgspec.convert(table, Entry)
        except msgspec.ValidationError as error:
            key = next(iter(re.findall(r"`\$\.(\w+)|field `(\w+)`", str(error))), ("", ""))
            advice = "see corrections/README.md for the keys and what they take."
            raise ConfigurationError(
                f"{self.where(number, ''.join(key))} {name}: {error}; {advice}"
            ) from None
        if entry.off:
            return Entry(entry.id, off=True)  # only switches another entry off
        if "match" not in table:
            raise ConfigurationError(f"{self.where(number, 'id')} {name} lacks the key `match`; add it.")
        for key in _NEEDED[entry.match]:
            if not getattr(entry, key):
                raise ConfigurationError(
                    f'{self.where(number, key)} {name} lacks the key `{key}`, which match = "{entry.match}" needs; add it.'
                )
        for key in table:
            if key in _OWNED and key not in (*_NEEDED[entry.match], *_MAY[entry.match]):
                raise ConfigurationError(
                    f'{self.where(number, key)} {name}: the key `{key}` says nothing to match = "{entry.match}"; take it out.'
                )
        for key, trouble in _troubles(entry):
            raise ConfigurationError(f"{self.where(number, key)} {name}: {trouble}")
        return entry

    def _typed(self, key: str, default: Any, kind: Any, example: str) -> Any:
        try:
            return msgspec.convert(self._content.get(key, default), kind)
        except msgspec.ValidationError as error:
            raise self._error(self._top(key), f"`{key}`: {error}; write {example}.") from None

    def _top(self, key: str) -> int:
        at = self._find(key, 1, len(self._lines))
        heads = (
            n for n, line in enumerate(self._lines, 1) if re.match(rf"\s*\[+\s*{re.escape(key)}\b", line)
        )
        return next(heads, at)

    def _find(self, key: str, first: int, last: int) -> int:
        assigned = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
        return next((at for at in range(first, last + 1) if assigned.match(self._lines[at - 1])), first)

    def _error(self, line: int, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}:{line}: {message}")


def _troubles(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry's values: (key, sentence)."""
    for key in ("pattern", "shape", "line"):
        try:
            compiled = re.compile(getattr(entry, key))
        except re.error as error:
            yield key, f"`{key}` is not a regular expression ({error}); mend it."
            return
        if key == "pattern" and entry.match == "pattern":
            try:
                compiled.sub(entry.right, "")  # the template is read before anything is sought
            except (re.error, IndexError) as error:
                yield "right", f"`right` does not fit the pattern's groups ({error}); mend it."
    if entry.right in entry.garbles:
        yield "garbles", f"the garble {entry.right!r} is the right form itself; take it out."
    if "\n" in entry.right:
        yield "right", "`right` must be one line: an edit stays within its line."
    for garble in (*entry.garbles, *entry.after):
        if not garble.strip():
            yield (
                "garbles" if garble in entry.garbles else "after",
                "a blank phrase matches nothing; take it out.",
            )
    for word in entry.words:
        if not TOKEN.fullmatch(word):
            yield "words", f"{word!r} is not one word; write its parts as words of their own."
    for value in entry.values:
        if not re.fullmatch(entry.shape, value):
            yield "values", f"the value {value!r} does not match the shape; mend one of them."


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}); mend or remove it.") from None
