"""The lists in corrections/markings/ as files: TOML of a known form, and regular expressions in it."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from pipeline.errors import ConfigurationError

T = TypeVar("T")


def parse_toml(text: str) -> dict[str, Any]:
    """TOML as plain values. Raises tomllib.TOMLDecodeError, also for what tomllib breaks at: endless nesting and numbers."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("Values are nested too deeply") from None
    except ValueError as error:
        raise tomllib.TOMLDecodeError(str(error)) from None


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression. Raises re.error, also for what re breaks at: endless nesting and repetition."""
    try:
        return re.compile(pattern, flags)
    except RecursionError:
        raise re.error("it is nested too deeply", pattern) from None
    except OverflowError as error:
        raise re.error(str(error), pattern) from None


def read_toml(path: Path, kind: type[T]) -> T:
    """A TOML file as `kind`. Raises ConfigurationError where it cannot be read or is malformed."""
    try:
        return msgspec.convert(parse_toml(path.read_bytes().decode("utf-8")), type=kind)
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
            compiled.append(compile_pattern(pattern, flags))
        except re.error as error:
            raise ConfigurationError(f"{path}: {pattern!r} is no regular expression ({error}).") from None
    return compiled
