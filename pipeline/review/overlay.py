"""Rules from decisions: a correction made for good and a word left alone for good, written to corrections/local/review.toml.

Text goes in and an entry comes out to be shown first. It is written only when the whole dictionary loads with it.
"""

import json
import re
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

import msgspec

from pipeline.correct import correct_pages
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.errors import ConfigurationError, UsageError
from pipeline.record import Line, Page
from pipeline.review.index import inside

FILE = "review.toml"
_HEAD = "# Written by `declass review`; yours to change.\n"
_PROTECT = re.compile(r"^protect\s*=\s*\[", re.MULTILINE)


class Rule(msgspec.Struct, frozen=True):
    """What would be written, as TOML, and what it would do to the line that it came from."""

    toml: str
    effect: str


def always(corrections: Path, before: str, after: str, line: str, reviewer: str) -> Rule:
    """The entry that corrects `before` to `after` wherever it stands. Raises UsageError where no entry can."""
    _check(before)
    if not after.strip() or after == before:
        raise UsageError("An entry needs a text to put in the place; take the line out here instead.")
    slug = "-".join(re.findall("[a-z0-9]+", after.lower()))[:40].strip("-") or "entry"
    digest = sha256("\0".join((before, after)).encode()).hexdigest()
    name = f"review-{slug}-{digest[:6]}"
    toml = "\n".join(
        (
            "[[entry]]",
            f"id = {_quoted(name)}",
            'match = "garble"',
            f"garbles = [{_quoted(before)}]",
            f"right = {_quoted(after)}",
            'action = "auto"',
            f"note = {_quoted(f'Decided in review by {reviewer}.')}",
        )
    )
    return Rule(f"{toml}\n", _effect(corrections, f"\n{toml}\n", "", line, before, after))


def never(corrections: Path, before: str, line: str) -> Rule:
    """The line of `protect` that leaves a word or phrase alone. Raises UsageError where there is none."""
    _check(before)
    return Rule(f"protect = [{_quoted(before)}]\n", _effect(corrections, "", before, line, before, ""))


def write(corrections: Path, toml: str = "", protect: str = "") -> None:
    """Add an entry, or a protected word. Raises ConfigurationError where the dictionary would not load, UsageError."""
    local = corrections / "local"
    path = local / FILE
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if path.is_symlink() or not inside(path, local):
            raise UsageError(f"{path} leads elsewhere; remove that link first.")
        new = _with(old, f"\n{toml}" if toml else "", protect)
        _load(corrections, new)
        local.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=local, prefix=".review-")
        with open(handle, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a handle, no path
            file.write(new)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} could not be written ({error}); nothing was changed.") from None


def _check(before: str) -> None:
    if not before.strip():
        raise UsageError("A rule needs the text that was read; here nothing was.")
    if "\n" in before:
        raise UsageError("A rule is about a text within one line.")


def _effect(corrections: Path, toml: str, protect: str, line: str, before: str, after: str) -> str:
    """What the dictionary would do to the line with the rule. Raises ConfigurationError where it would not load."""
    path = corrections / "local" / FILE
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    dictionary = _load(corrections, _with(old, toml, protect))
    edits = correct_pages([Page(1, "ok", (Line(line),))], dictionary)
    here = [edit for edit in edits if edit.before == before]
    if protect:
        other = [edit for edit in edits if before in edit.before]
        if here or other:
            return "This line would still be changed, by a rule about more than this text."
        return "Nothing in the dictionary will touch it any more."
    if any(edit.after == after and edit.in_force for edit in here):
        return "This line, and every line like it, will be corrected."
    if any(edit.after == after for edit in here):
        return "It will be suggested, not applied: a number of digits alone is never changed without being asked."
    return "This line would not change: another entry calls the text right, or leaves it alone."


def _with(old: str, toml: str, protect: str) -> str:
    new = old or _HEAD
    if protect:
        quoted = _quoted(protect)
        found = _PROTECT.search(new)
        if found:
            new = f"{new[: found.end()]}\n    {quoted},{new[found.end() :]}"
        else:
            head, entries, rest = new.partition("[[entry]]")
            new = f"{head}protect = [\n    {quoted},\n]\n\n{entries}{rest}"
    return new.rstrip("\n") + "\n" + toml if toml else new


def _load(corrections: Path, content: str) -> Dictionary:
    """The dictionary as it would be with this content. Raises ConfigurationError, told of the real file."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "corrections"
        (copy / "local").mkdir(parents=True)
        for layer in ("", "local"):
            for file in (corrections / layer).glob("[!.]*.toml"):
                shutil.copyfile(file, copy / layer / file.name)
        (copy / "local" / FILE).write_text(content, encoding="utf-8")
        try:
            return load_dictionary(copy)
        except ConfigurationError as error:
            raise ConfigurationError(str(error).replace(str(copy), str(corrections))) from None


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
