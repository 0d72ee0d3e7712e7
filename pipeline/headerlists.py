"""What cables, memoranda and letters call the parts of their headers: corrections/markings/headers.toml and tags.toml."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.lists import compile_pattern, read_toml

Names = Mapping[str, tuple[tuple[str, ...], ...]]  # field: its spellings, each as words


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    addresses: list[str]
    places: list[str]
    captions: list[str]
    numbered_as: dict[str, str]
    levels: list[str]
    orders: list[str]
    digits: dict[str, str]


class _Openings(msgspec.Struct, forbid_unknown_fields=True):
    memorandum: list[str]
    letter: list[str]
    attachment: list[str]
    cable: list[str]


class _Closings(msgspec.Struct, forbid_unknown_fields=True):
    message: list[str]
    memorandum: list[str]
    letter: list[str]


class _HeaderFile(msgspec.Struct, forbid_unknown_fields=True):
    precedence: dict[str, str]
    cable: dict[str, list[str]]
    memorandum: dict[str, list[str]]
    words: _Words
    openings: _Openings
    closings: _Closings


class _TagFile(msgspec.Struct, forbid_unknown_fields=True):
    subjects: list[str]
    earlier: list[str]
    organizations: list[str]


class HeaderPatterns(msgspec.Struct, frozen=True):
    """Both files as loaded; patterns match whole lines, whatever their capitals. `digest` names their content."""

    precedence: dict[str, str]
    cable: Names
    memorandum: Names
    addresses: frozenset[str]
    address_words: frozenset[str]
    captions: frozenset[str]
    numbered_as: dict[str, str]
    levels: tuple[str, ...]
    orders: tuple[str, ...]
    digits: dict[str, str]
    opens_memorandum: re.Pattern[str]
    opens_letter: re.Pattern[str]
    opens_attachment: re.Pattern[str]
    opens_cable: re.Pattern[str]
    ends_message: re.Pattern[str]
    ends_memorandum: tuple[re.Pattern[str], ...]
    ends_letter: re.Pattern[str]
    tags: frozenset[str]
    digest: str


def load_headers(folder: Path) -> HeaderPatterns:
    """Read headers.toml and tags.toml of `folder`/markings.

    Raises ConfigurationError with the file and the way out.
    """
    path, tag_path = (folder / "markings" / name for name in ("headers.toml", "tags.toml"))
    read = read_toml(path, _HeaderFile)
    tags = read_toml(tag_path, _TagFile)
    wrong = [letter for letter in (*read.precedence, *read.words.digits) if len(letter) != 1]
    if wrong:
        raise ConfigurationError(f"{path}: {wrong[0]!r} must be a single letter or sign.")
    try:
        return HeaderPatterns(
            precedence=read.precedence,
            cable=_names(read.cable),
            memorandum=_names(read.memorandum),
            addresses=frozenset(read.words.addresses),
            address_words=frozenset(
                word
                for words in (read.words.addresses, read.words.places, read.precedence.values())
                for phrase in words
                for word in phrase.split()
            ),
            captions=frozenset(read.words.captions),
            numbered_as=read.words.numbered_as,
            levels=tuple(read.words.levels),
            orders=tuple(read.words.orders),
            digits=read.words.digits,
            opens_memorandum=_any(read.openings.memorandum),
            opens_letter=_any(read.openings.letter),
            opens_attachment=_any(read.openings.attachment),
            opens_cable=_any(read.openings.cable),
            ends_message=_any(read.closings.message),
            ends_memorandum=tuple(_any([pattern]) for pattern in read.closings.memorandum),
            ends_letter=_any(read.closings.letter),
            tags=frozenset(tag.upper() for tag in (*tags.subjects, *tags.earlier, *tags.organizations)),
            digest=hashlib.sha256(path.read_bytes() + b"\0" + tag_path.read_bytes()).hexdigest(),
        )
    except re.error as error:
        raise ConfigurationError(f"{path}: {error.pattern!r} is no regular expression ({error}).") from None


def _names(read: Mapping[str, Sequence[str]]) -> Names:
    return {field: tuple(tuple(name.split()) for name in names) for field, names in read.items()}


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    for pattern in patterns:
        compile_pattern(pattern)  # so that an error names the pattern as it stands in the file
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)", re.IGNORECASE)
