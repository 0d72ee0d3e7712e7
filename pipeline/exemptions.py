"""The codes that say why words were taken out: corrections/markings/redactions.toml, asked of the words of a scan."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.lists import compile_patterns, read_toml

_LONGEST = 40  # characters of a word that may be a code, or several without a space
_AROUND = "[]{}<>.,:;|_'\"*"


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pattern: str
    code: str


class _CodeFile(msgspec.Struct, forbid_unknown_fields=True):
    fillers: tuple[str, ...]
    code: tuple[_Code, ...]


class Exemptions(msgspec.Struct, frozen=True):
    """The list as loaded; `digest` names its content."""

    codes: tuple[tuple[re.Pattern[str], str], ...]
    fillers: tuple[re.Pattern[str], ...]
    digest: str

    def read(self, words: Iterable[str]) -> str | None:
        """The codes that words stand for, such as "B1, 1.4(D)"; None where one of them is no code."""
        found: list[str] = []
        for word in words:
            for part in re.split(r"[,;/]+", word[:_LONGEST]):
                code = self._code(part.strip(_AROUND))
                if code is None:
                    return None
                if code and code not in found:
                    found.append(code)
        return ", ".join(found)

    def _code(self, part: str) -> str | None:
        """The code, "" for what may stand beside one, or None."""
        for pattern, code in self.codes:
            if match := pattern.fullmatch(part):
                return match.expand(code)
        return "" if not part or any(filler.fullmatch(part) for filler in self.fillers) else None


def load_exemptions(folder: Path) -> Exemptions:
    """Read markings/redactions.toml of a corrections folder. Raises ConfigurationError with the file and the way out."""
    path = folder / "markings" / "redactions.toml"
    file = read_toml(path, _CodeFile)
    patterns = compile_patterns(path, (entry.pattern for entry in file.code))
    for pattern, entry in zip(patterns, file.code, strict=True):
        try:
            pattern.sub(entry.code, "")
        except (re.error, IndexError) as error:
            raise ConfigurationError(
                f"{path}: the code {entry.code!r} names a group that {entry.pattern!r} has not ({error})."
            ) from None
    codes = tuple(zip(patterns, (entry.code for entry in file.code), strict=True))
    fillers = tuple(compile_patterns(path, file.fillers))
    return Exemptions(codes, fillers, hashlib.sha256(path.read_bytes()).hexdigest())
