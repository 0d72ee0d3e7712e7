"""`declass check`: a corrections folder goes in, what is wrong or doubtful in it comes out, with file and line.

What cannot be read stops a run, too (dictionary.py); here it is told for every file, and after it what only looks
wrong when entries are held against each other, against common words, and against what a run has done with them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.dictionary import Dictionary, Origin, entry_files, load_dictionary
from pipeline.entries import PATTERN_KEYS, Entry
from pipeline.entryfiles import read_file
from pipeline.errors import ConfigurationError, UsageError
from pipeline.nearwords import NearWords
from pipeline.record import Edit, RecordError, read_record
from pipeline.runaway import runaways
from pipeline.vocabulary import frequencies

_COMMON = 3.0  # frequency of a word that is in use: once in a million words
_MOST_TOLD = 5  # words
_Placed = Mapping[str, tuple[Entry, Origin]]


class Trouble(msgspec.Struct, frozen=True):
    """Something wrong (`error`), doubtful (`warning`) or worth knowing (`note`) at `where` (`file:line:`)."""

    where: str
    severity: Literal["error", "warning", "note"]
    sentence: str

    def __str__(self) -> str:
        return f"{self.where} {self.severity}: {self.sentence}"


def check_dictionary(folder: Path, output: Path | None = None) -> list[Trouble]:
    """Everything that can be said against the dictionary in `folder`, after a run into `output` where one is named.

    Raises ConfigurationError where `folder` is none, UsageError where `output` holds no records.
    """
    unread = list(_unread(folder))
    if unread:
        return unread
    dictionary = load_dictionary(folder)
    placed = _placed(folder)
    troubles = [
        *_garbled_twice(placed),
        *_cycles(placed),
        *_protected(placed, dictionary),
        *_too_wide(placed, dictionary),
        *_running_away(placed),
    ]
    if output:
        troubles += _used(placed, output)
    return troubles


def _unread(folder: Path) -> Iterator[Trouble]:
    """The first thing in each file that cannot be understood, and an id given twice."""
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; name the folder that holds the corrections.")
    clean = True
    for layer in (folder, folder / "local"):
        for path in sorted(layer.glob("[!.]*.toml")):
            try:
                file, _ = read_file(path)
                list(file.entries())
                file.protect(), file.suspect(), file.confusions(), file.slips()
            except ConfigurationError as error:
                clean = False
                yield _told(error)
    if clean:
        try:
            load_dictionary(folder)
        except ConfigurationError as error:
            yield _told(error)


def _told(error: ConfigurationError) -> Trouble:
    where, _, sentence = str(error).partition(": ")
    return Trouble(f"{where}:", "error", sentence)


def _placed(folder: Path) -> _Placed:
    """The entries in use with the places where they stand."""
    found: dict[str, tuple[Entry, Origin]] = {}
    for local, file, _ in entry_files(folder):
        for number, entry in enumerate(file.entries()):
            found[entry.id] = entry, Origin(file, number, local)
    return {name: (entry, origin) for name, (entry, origin) in found.items() if not entry.off}


def _context(entry: Entry) -> tuple[object, ...]:
    return entry.scope, entry.line, entry.around, entry.near, entry.field, entry.since, entry.until


def _garbled_twice(placed: _Placed) -> Iterator[Trouble]:
    """The same garble, or the same fuzzy word, in two entries that count at the same places."""
    seen: dict[tuple[object, ...], Entry] = {}
    for entry, origin in placed.values():
        for word in (*entry.garbles, *entry.words):
            key = (entry.match, word, _context(entry))
            first = seen.setdefault(key, entry)
            where = origin.file.where_word(origin.number, word)
            if first is entry:
                continue
            if first.right == entry.right:
                yield Trouble(
                    where, "warning", f"{word!r} stands in entry {first.id!r}, too; take one of them out."
                )
            else:
                sentence = f"{word!r} becomes {entry.right!r} here and {first.right!r} in entry {first.id!r}, so it is only ever suggested."
                yield Trouble(where, "warning", sentence)
    for entry, origin in placed.values():
        for words in (entry.garbles, entry.words, entry.values, entry.after):
            for word in sorted({word for word in words if words.count(word) > 1}):
                where = origin.file.where_word(origin.number, word)
                yield Trouble(where, "warning", f"{word!r} stands twice in entry {entry.id!r}; take one out.")


def _cycles(placed: _Placed) -> Iterator[Trouble]:
    """Right forms that another entry calls a garble."""
    garbles = {garble: entry for entry, _ in placed.values() for garble in entry.garbles}
    for entry, origin in placed.values():
        for right in (entry.right, *entry.words) if entry.match in ("garble", "fuzzy") else ():
            other = garbles.get(right)
            if right and other and other.id != entry.id:
                yield Trouble(
                    origin.file.where_word(origin.number, right),
                    "error",
                    f"entry {entry.id!r} calls {right!r} right, and entry {other.id!r} calls it a garble; one of them is wrong.",
                )


def _protected(placed: _Placed, dictionary: Dictionary) -> Iterator[Trouble]:
    """Garbles that are never mended because a list calls them right."""
    for entry, origin in placed.values():
        for garble in entry.garbles:
            if garble.upper() in dictionary.known and garble.upper() != entry.right.upper():
                yield Trouble(
                    origin.file.where_word(origin.number, garble),
                    "warning",
                    f"{garble!r} is protected, or the right form of another entry, so entry {entry.id!r} never mends it.",
                )


def _too_wide(placed: _Placed, dictionary: Dictionary) -> Iterator[Trouble]:
    """Fuzzy words without a context that are as near to words in common use."""
    wide = {
        word.upper(): (entry, origin)
        for entry, origin in placed.values()
        for word in entry.words
        if not entry.narrow and " " not in word
    }
    if not wide:
        return
    near = NearWords({word: entry.allowance(word) for word, (entry, _) in wide.items()})
    hits: dict[str, list[str]] = defaultdict(list)
    for common, frequency in frequencies("eng").items():
        if frequency >= _COMMON and common.upper() not in dictionary.known:
            for word, _ in near.find(common.upper()):
                hits[word].append(common)
    for word, (entry, origin) in wide.items():
        if found := hits[word]:
            more = ", ..." if len(found) > _MOST_TOLD else ""
            yield Trouble(
                origin.file.where_word(origin.number, word),
                "error" if entry.action == "auto" else "warning",
                f"with up to {entry.allowance(word)} wrong letters {word!r} may be a common word ({', '.join(found[:_MOST_TOLD])}{more}): "
                "give the entry a smaller budget or a narrow context.",
            )


def _running_away(placed: _Placed) -> Iterator[Trouble]:
    patterns = {
        text: (key, origin)
        for entry, origin in placed.values()
        for key in PATTERN_KEYS
        if (text := getattr(entry, key))
    }
    for text in runaways(list(patterns)):
        key, origin = patterns[text]
        sentence = f"`{key}` can run away: some lines take it longer than half a second. Repeat no group that repeats something itself."
        yield Trouble(origin.file.where(origin.number, key), "error", sentence)


def _used(placed: _Placed, output: Path) -> Iterator[Trouble]:
    """What a finished run made of the user's own entries, each, and which of the others it had no use for."""
    edits = Counter((edit.rule, edit.status) for edit in _edits(output))
    idle = []
    for name, (entry, origin) in placed.items():
        counts = [
            (edits[name, status], status) for status in ("applied", "accepted", "rejected", "suggested")
        ]
        told = ", ".join(f"{count} {status}" for count, status in counts if count)
        if origin.local:
            where = origin.file.where(origin.number, "id")
            yield Trouble(where, "note", f"entry {name!r}: {told or 'never matched'} in {output}.")
        elif not told and entry.action != "never":
            idle.append(name)
    if idle:
        yield Trouble(f"{output}:", "note", f"never matched: {', '.join(sorted(idle))}.")


def _edits(output: Path) -> Iterator[Edit]:
    records = sorted((output / "records").rglob("*.json"))
    if not records:
        raise UsageError(f"{output} holds no records; name the output folder of a finished run.")
    for path in records:
        try:
            yield from read_record(path).edits
        except RecordError as error:
            raise UsageError(str(error)) from None
