"""The corrections dictionary: TOML files that archivists edit, checked on load and made ready for matching.

In comes a folder (the format is told in corrections/README.md), out goes a frozen `Dictionary`. Files are only read.
Nothing here loops over all entries for one word: garbles, the words before a number and near words stand in one table
each, and a line context is compiled once.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipeline.entries import TOKEN, Entry
from pipeline.entryfiles import EntryFile, read_file
from pipeline.errors import ConfigurationError
from pipeline.nearwords import NearWords
from pipeline.phrases import Phrases
from pipeline.slips import Slips


@dataclass(frozen=True)
class Dictionary:
    """The entries in use, in the order of the files, and their tables; `digest` changes with any file read."""

    entries: tuple[Entry, ...]
    digest: str
    known: frozenset[str]  # right words and protected words, in capitals: never touched
    suspect: frozenset[str]  # in capitals: always flagged
    confusions: Mapping[str, str]
    slips: Slips
    garbles: Phrases[Entry]
    contexts: Phrases[Entry]
    near: NearWords
    fuzzy: Mapping[tuple[str, ...], tuple[tuple[str, Entry], ...]]  # words in capitals -> as written, entry
    patterns: tuple[tuple[re.Pattern[str], Entry], ...]
    regexes: Mapping[str, re.Pattern[str]]  # line contexts and shapes, compiled

    @cached_property
    def phrases(self) -> Mapping[str, tuple[tuple[str, ...], ...]]:
        """Each first word of a fuzzy word or phrase with those that begin with it."""
        table: dict[str, list[tuple[str, ...]]] = {}
        for words in self.fuzzy:
            table.setdefault(words[0], []).append(words)
        return {first: tuple(sorted(phrases)) for first, phrases in table.items()}

    @cached_property
    def names(self) -> frozenset[str]:
        """The words, in capitals, that its fuzzy entries only suggest: names, such as those of places."""
        return frozenset(
            word
            for words, found in self.fuzzy.items()
            for word in words
            if all(entry.action == "suggest" for _, entry in found)
        )

    @cached_property
    def longest(self) -> int:
        """How many words the longest garble, fuzzy word or phrase has."""
        garbles = (len(garble.split()) for entry in self.entries for garble in entry.garbles)
        return max(itertools.chain(map(len, self.fuzzy), garbles), default=0)


@dataclass(frozen=True)
class Origin:
    """Where an entry stands: its file, its number in it (from 0), and whether that is one of the user's own files."""

    file: EntryFile
    number: int
    local: bool


def load_dictionary(folder: Path) -> Dictionary:
    """Read `folder`/*.toml in the order of their names, then `folder`/local/*.toml, which overlay them.

    Raises ConfigurationError, a sentence with file and line, for anything that is not right.
    """
    digest = hashlib.sha256()
    entries: dict[str, tuple[Entry, Origin]] = {}
    protected: set[str] = set()
    suspect: set[str] = set()
    confusions: dict[str, str] = {}
    slips: dict[str, dict[str, float]] = {}
    for local, file, data in entry_files(folder):
        name = file.path.relative_to(folder).as_posix().encode()
        digest.update(b"%d:%s%d:%s" % (len(name), name, len(data), data))
        for number, entry in enumerate(file.entries()):
            origin = Origin(file, number, local)
            before = entries.get(entry.id)
            if before and before[1].local == local:
                raise ConfigurationError(
                    f"{file.where(number, 'id')} the id {entry.id!r} stands already at "
                    f"{before[1].file.where(before[1].number, 'id')[:-1]}; give this entry another id."
                )
            entries[entry.id] = entry, origin
        if local:  # what the user calls a garble or suspect is no longer protected by a shipped list
            protected -= {word.upper() for word in file.suspect()}
        protected.update(word.upper() for word in file.protect())
        suspect -= {word.upper() for word in file.protect()}
        suspect.update(word.upper() for word in file.suspect())
        confusions.update(file.confusions())
        for read, meanings in file.slips().items():
            slips.setdefault(read, {}).update(meanings)
    used = [(entry, origin) for entry, origin in entries.values() if not entry.off]
    own = {garble.upper() for entry, origin in used if origin.local for garble in entry.garbles}
    return _compile(
        tuple(entry for entry, _ in used),
        protected,
        own,
        suspect,
        confusions,
        Slips(slips),
        digest.hexdigest(),
    )


def entry_files(folder: Path) -> Iterator[tuple[bool, EntryFile, bytes]]:
    """Each file of a dictionary in the order it is read: whether it is the user's own, the file, its bytes.

    Raises ConfigurationError.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"{folder} is not a folder; name the folder that holds the corrections.")
    for local, layer in ((False, folder), (True, folder / "local")):
        for path in sorted(layer.glob("[!.]*.toml")):  # editors leave files that begin with a dot
            file, data = read_file(path)
            yield local, file, data


def _compile(
    entries: tuple[Entry, ...],
    protected: set[str],
    own: set[str],
    suspect: set[str],
    confusions: dict[str, str],
    slips: Slips,
    digest: str,
) -> Dictionary:
    fuzzy: dict[tuple[str, ...], list[tuple[str, Entry]]] = {}
    budgets: dict[str, int] = {}
    for entry in entries:
        for phrase in entry.words:
            words = tuple(TOKEN.findall(phrase.upper()))
            fuzzy.setdefault(words, []).append((phrase, entry))
            for word in words:
                budgets[word] = max(budgets.get(word, 0), entry.allowance(word))
    rights = {entry.right.upper() for entry in entries if entry.match == "garble"}
    return Dictionary(
        entries=entries,
        digest=digest,
        known=frozenset((protected | rights) - own | set(budgets)),
        suspect=frozenset(suspect),
        confusions=confusions,
        slips=slips,
        garbles=Phrases((garble, entry) for entry in entries for garble in entry.garbles),
        contexts=Phrases((context, entry) for entry in entries for context in entry.after),
        near=NearWords(budgets),
        fuzzy={words: tuple(found) for words, found in fuzzy.items()},
        patterns=tuple((re.compile(entry.pattern), entry) for entry in entries if entry.pattern),
        regexes={
            text: re.compile(text)
            for entry in entries
            for text in (entry.line, entry.shape, entry.around)
            if text
        },
    )
