"""A corrections file: bytes go in; entries, lists and tables come out, each with the line where it stands."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from pipeline.entries import Entry, EntryError, Some, read_entry
from pipeline.errors import ConfigurationError
from pipeline.lists import parse_toml

_KEYS = ("entry", "protect", "suspect", "confusions", "slips")
_LONGEST_SLIP = 3  # letters


class EntryFile:
    """One file of the dictionary, parsed, that knows at which line a thing stands."""

    def __init__(self, path: Path, data: bytes) -> None:
        """Raises ConfigurationError, with file and line, where `data` is no TOML of known keys."""
        self.path = path
        try:
            text = data.decode("utf-8-sig")  # Windows editors put a mark in front
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ConfigurationError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8.") from None
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))  # raw text is NFC, too
        self._lines = text.split("\n")
        self._heads = [
            at for at, line in enumerate(self._lines, 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", line)
        ]
        try:
            self._content = parse_toml(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else len(self._lines)
            raise ConfigurationError(
                f"{path}:{line}: this is not TOML ({error}); see corrections/README.md for examples."
            ) from None
        for key in self._content:
            if key not in _KEYS:
                raise self._error(
                    self._top(key),
                    f"the key {key!r} is unknown; a file holds [[entry]], protect, suspect, [confusions], [slips].",
                )

    def entries(self) -> Iterator[Entry]:
        """The file's entries, checked one by one. Raises ConfigurationError."""
        tables = self._content.get("entry", [])
        if not (isinstance(tables, list) and all(isinstance(table, dict) for table in tables)):
            raise self._error(self._top("entry"), "an entry begins with [[entry]], in double brackets.")
        for number, table in enumerate(tables):
            try:
                yield read_entry(table)
            except EntryError as error:
                name = f"entry {table.get('id', number + 1)!r}"
                said = str(error)
                said = f"{name} {said}" if said.startswith("lacks") else f"{name}: {said}"
                raise ConfigurationError(f"{self.where(number, error.key)} {said}") from None

    def protect(self) -> tuple[str, ...]:
        """The words that are never touched."""
        words: tuple[str, ...] = self._typed("protect", (), tuple[Some, ...], 'protect = ["WORD", ...]')
        return words

    def suspect(self) -> tuple[str, ...]:
        """The words that are always flagged."""
        words: tuple[str, ...] = self._typed("suspect", (), tuple[Some, ...], 'suspect = ["word", ...]')
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

    def slips(self) -> dict[str, dict[str, float]]:
        """Text as read -> what may have been meant -> what the slip costs."""
        table: dict[str, dict[str, float]] = self._typed(
            "slips", {}, dict[str, dict[str, float]], '"rn" = { "m" = 0.6 }'
        )
        for read, meanings in table.items():
            for meant, cost in meanings.items():
                long = not 0 < len(read) <= _LONGEST_SLIP or not 0 < len(meant) <= _LONGEST_SLIP
                if long or read == meant or not 0 < cost <= 1:
                    raise self._error(
                        self._find(read, self._top("slips"), len(self._lines)),
                        f'"{read}" = {{ "{meant}" = {cost} }} must be one to three letters as read and as meant, '
                        'with a cost above 0 and at most 1, such as "rn" = { "m" = 0.6 }.',
                    )
        return table

    def where(self, number: int, key: str) -> str:
        """`file:line:` of a key of entry `number` (from 0), or of its [[entry]] where the key is absent."""
        if number >= len(self._heads):
            return f"{self.path}:1:"
        last = self._heads[number + 1] - 1 if number + 1 < len(self._heads) else len(self._lines)
        return f"{self.path}:{self._find(key, self._heads[number], last)}:"

    def where_word(self, number: int, word: str) -> str:
        """`file:line:` of a word quoted in entry `number` (from 0), or of its id."""
        first = self._heads[number] if number < len(self._heads) else 1
        last = self._heads[number + 1] if number + 1 < len(self._heads) else len(self._lines) + 1
        for at in range(first, last):
            if f'"{word}"' in self._lines[at - 1] or f"'{word}'" in self._lines[at - 1]:
                return f"{self.path}:{at}:"
        return self.where(number, "id")

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


def read_file(path: Path) -> tuple[EntryFile, bytes]:
    """A file with its bytes. Raises ConfigurationError where it cannot be read or understood."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}); mend or remove it.") from None
    return EntryFile(path, data), data
