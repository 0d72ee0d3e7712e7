"""The lists in corrections/markings/ as files: TOML of a known form, and regular expressions in it."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from pipeline.errors import ConfigurationError

T = TypeVar("T")


def read_toml(path: Path, kind: type[T]) -> T:
    """A TOML file as `kind`. Raises ConfigurationError where it cannot be read or is malformed."""
    try:
        return msgspec.convert(tomllib.loads(path.read_bytes().decode("utf-8")), type=kind)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read ({error.strerror}); name a corrections folder that holds markings/ with -c."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigurationError(
            f"{path}: {error}. Mend the file, or take back what was changed in it."
        ) from None


def compile_patterns(path: Path, patterns: Iterable[str], flags: int = 0) -> list[re.Pattern[str]]:
    """Regular expressions of a file. Raises ConfigurationError where one is none."""
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern, flags))
        except re.error as error:
            raise ConfigurationError(f"{path}: {pattern!r} is no regular expression ({error}).") from None
    return compiled
