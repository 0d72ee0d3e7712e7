"""What people decided: corrections/local/decisions/<reviewer>.jsonl in, the decisions that stand out; lines are only appended.

A line says what it decides, at which place, and which line it replaces. Nothing is ever taken out: undoing is a line
of its own. Each reviewer has a file, so that two who work apart merge theirs without conflict.
"""

import contextlib
import fcntl
import getpass
import os
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.errors import ConfigurationError, UsageError
from pipeline.geometry import Box
from pipeline.record import NO_JSON, EditKind

Verdict = Literal["accept", "reject", "choose", "edit", "confirm", "strip", "restore", "undo"]

# Verdicts that put a text in the place; `reject`, `confirm` and `restore` keep what was read.
CHANGES: frozenset[Verdict] = frozenset({"accept", "choose", "edit", "strip"})

_REVIEWER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NOT_IN_A_LINE = {
    "Cc",
    "Zl",
    "Zp",
    "Cs",
}  # Unicode categories: controls, separators of lines, halves of characters


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where something was decided, told so that it is found again when the page was read anew.

    `box` lies in the page's frame of `frame` pixels; it is absent where words have no place. `before` stood at
    character `at` of the line `line`, with `context` words around it, and was number `occurrence` of its like there.
    """

    sha256: str
    page: int
    before: str
    line: str = ""
    at: int = 0
    box: Box | None = None
    frame: tuple[int, int] = (0, 0)
    context: tuple[str, str] = ("", "")
    occurrence: int = 1
    source: str = ""


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a reviewer's file. `after` and `kind` are those of the edit decided upon, `rule` its rule.

    `time` is for people alone; no decision is preferred for it. `reviewer` is the name of the file, never in it.
    """

    id: str
    verdict: Verdict
    replaces: str = ""
    time: str = ""
    place: Place | None = None
    after: str = ""
    kind: EditKind = "correct"
    rule: str = ""
    reviewer: str = ""

    @property
    def changes(self) -> bool:
        """Whether the decision puts a text in the place; otherwise what was read stays."""
        return self.verdict in CHANGES


class Decisions(msgspec.Struct, frozen=True):
    """Every line of every reviewer in the order of files and lines, and the ids of those that stand."""

    lines: tuple[Decision, ...] = ()
    standing: frozenset[str] = frozenset()

    def of(self, digest: str) -> tuple[Decision, ...]:
        """The standing decisions on the file with this SHA-256."""
        return tuple(
            one
            for one in self.lines
            if one.id in self.standing and one.place is not None and one.place.sha256 == digest
        )

    def by_document(self) -> dict[str, tuple[Decision, ...]]:
        """The standing decisions by the SHA-256 of the file they are about."""
        found: dict[str, list[Decision]] = {}
        for one in self.lines:
            if one.id in self.standing and one.place is not None:
                found.setdefault(one.place.sha256, []).append(one)
        return {digest: tuple(here) for digest, here in found.items()}


def decisions_folder(corrections: Path) -> Path:
    """Where the decisions beside a corrections folder lie."""
    return corrections / "local" / "decisions"


def is_one_line(text: str) -> bool:
    """Whether a text may take a place in a line: no newline, no form feed, no other control but the tab."""
    return all(sign == "\t" or unicodedata.category(sign) not in _NOT_IN_A_LINE for sign in text)


def new_id() -> str:
    """A name for a decision that no other line has, whoever writes it: 16 hex digits."""
    return secrets.token_hex(8)


def digest_of_decisions(decisions: Sequence[Decision]) -> str:
    """Changes with what was decided, and not with when: part of the key of a document's text."""
    if not decisions:
        return ""
    timeless = [msgspec.structs.replace(one, time="") for one in decisions]
    return sha256(msgspec.json.encode(timeless)).hexdigest()


def check_reviewer(name: str) -> str:
    """The name, where it can be a file's. Raises UsageError."""
    if not _REVIEWER.fullmatch(name):
        raise UsageError(
            f"The reviewer {name!r} cannot be the name of a file of decisions; "
            "name one of letters, digits, dots and hyphens with --reviewer."
        )
    return name


def default_reviewer() -> str:
    """The user's name on this machine, as a file may be called."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):
        name = ""
    return re.sub(r"[^A-Za-z0-9._-]", "", name).lstrip("._-")[:64] or "reviewer"


def now() -> str:
    """The time, as decisions tell it to people."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def load_decisions(corrections: Path) -> Decisions:
    """Read every reviewer's decisions. Raises ConfigurationError with file and line where one is damaged."""
    lines: list[Decision] = []
    seen: dict[str, str] = {}
    for path in sorted(decisions_folder(corrections).glob("[!.]*.jsonl")):
        for number, decision in enumerate(_read(path), 1):
            where = f"{path}:{number}"
            if decision.id in seen:
                raise ConfigurationError(
                    f"{where}: the id {decision.id!r} stands already at {seen[decision.id]}; "
                    "remove the line that was copied."
                )
            seen[decision.id] = where
            lines.append(decision)
    return Decisions(tuple(lines), _standing(lines, seen))


def append(corrections: Path, reviewer: str, decisions: Iterable[Decision]) -> None:
    """Append lines to a reviewer's file; they are on the disk when this returns. Raises UsageError."""
    path = decisions_folder(corrections) / f"{check_reviewer(reviewer)}.jsonl"
    data = b"".join(_line(one) for one in decisions)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end, between = _end(file.read())
            file.seek(end)
            file.truncate()
            file.write(between + data)
            file.flush()
            os.fsync(file.fileno())
        if new:
            _sync_folder(path.parent)
    except OSError as error:
        raise UsageError(
            f"The decision could not be written to {path} ({error.strerror}); nothing was decided. Mend that, "
            "or name another corrections folder with -c."
        ) from None


def _read(path: Path) -> list[Decision]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read ({error.strerror}); mend its permissions.") from None
    found = []
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            decision = msgspec.json.decode(line, type=Decision)
        except NO_JSON as error:
            if number == len(lines):
                break  # half a line: the machine stopped while it was written, before it was told as done
            raise ConfigurationError(
                f"{path}:{number}: this is no decision ({error}); mend or remove that line."
            ) from None
        if decision.verdict != "undo" and decision.place is None:
            raise ConfigurationError(f"{path}:{number}: this decision names no place; remove that line.")
        if not is_one_line(decision.after):
            raise ConfigurationError(
                f"{path}:{number}: `after` must be one line without control characters; mend or remove that line."
            )
        found.append(msgspec.structs.replace(decision, reviewer=path.stem))
    return found


def _standing(lines: Sequence[Decision], where: dict[str, str]) -> frozenset[str]:
    """A line stands unless a line that stands replaces it; so an undo that is itself undone counts for nothing."""
    waiting = Counter(one.replaces for one in lines if one.replaces in where)
    by_id = {one.id: one for one in lines}
    stands = dict.fromkeys(by_id, True)
    ready = [one for one in lines if not waiting[one.id]]
    settled = 0
    while ready:
        one = ready.pop()
        settled += 1
        target = by_id.get(one.replaces)
        if target is None:
            continue
        if stands[one.id]:
            stands[target.id] = False
        waiting[target.id] -= 1
        if not waiting[target.id]:
            ready.append(target)
    if settled < len(lines):
        circle = next(one for one in lines if waiting[one.id])
        raise ConfigurationError(
            f"{where[circle.id]}: this decision replaces, by way of others, itself; remove one of those lines."
        )
    return frozenset(one.id for one in lines if stands[one.id] and one.verdict != "undo")


def _line(decision: Decision) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(decision, reviewer="")) + b"\n"


def _end(data: bytes) -> tuple[int, bytes]:
    """Where the next line begins and what must part it from the last; half a line that a crash left gives way."""
    whole = data.rfind(b"\n") + 1
    with contextlib.suppress(*NO_JSON):
        if data[whole:]:
            msgspec.json.decode(data[whole:], type=Decision)
            return len(data), b"\n"  # an editor wrote it, without a newline at the end
    return whole, b""


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
