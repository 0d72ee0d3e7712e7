"""Rules from decisions: a correction made for good and a word left alone for good, written to corrections/local/review.toml.

Text goes in and an entry comes out to be shown first. It is written only when the whole dictionary loads with it, and
can be taken out again as long as nobody has changed it.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
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
_OURS = '[[entry]]\nid = "review-'  # how the entries begin that are written here
_EMPTY = re.compile(r"^protect = \[\n\]\n\n?", re.MULTILINE)
_PROTECT = re.compile(r"^protect\s*=\s*\[", re.MULTILINE)


class Rule(msgspec.Struct, frozen=True):
    """What would be written: an entry of that id, or the text to protect; as TOML; and the dictionary with it.

    `trouble` says why it would not do to the line that it came from what is wanted, or "".
    """

    toml: str
    dictionary: Dictionary
    trouble: str = ""
    entry: str = ""
    protect: str = ""


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
    dictionary = _load(corrections, _with(_content(corrections), f"\n{toml}\n", ""))
    return Rule(f"{toml}\n", dictionary, _trouble(dictionary, line, before, after), entry=name)


def never(corrections: Path, before: str, line: str) -> Rule:
    """The line of `protect` that leaves a word or phrase alone. Raises UsageError where there is none."""
    _check(before)
    dictionary = _load(corrections, _with(_content(corrections), "", before))
    toml = f"protect = [{_quoted(before)}]\n"
    return Rule(toml, dictionary, _trouble(dictionary, line, before, ""), protect=before)


def write(corrections: Path, toml: str = "", protect: str = "") -> None:
    """Add an entry, or a protected word. Raises ConfigurationError where the dictionary would not load, UsageError."""
    _rewrite(corrections, lambda old: _with(old, f"\n{toml}" if toml else "", protect))


def take_back(corrections: Path, toml: str = "", protect: str = "") -> None:
    """Take out what `write` added. Raises UsageError where it does not stand there as it was written, ConfigurationError."""
    _rewrite(corrections, lambda old: _without(old, toml, protect, corrections / "local" / FILE))


def _rewrite(corrections: Path, change: Callable[[str], str]) -> None:
    local = corrections / "local"
    path = local / FILE
    try:
        if path.is_symlink() or not inside(path, local):
            raise UsageError(f"{path} leads elsewhere; remove that link first.")
        new = change(_content(corrections))
        _load(corrections, new)
        if new.strip() in ("", _HEAD.strip()):
            path.unlink(missing_ok=True)  # nothing of anybody's is left in it
            return
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


def _content(corrections: Path) -> str:
    path = corrections / "local" / FILE
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _trouble(dictionary: Dictionary, line: str, before: str, after: str) -> str:
    """Why the dictionary with a rule does not correct `before` to `after` in the line, or leave it alone where `after` is
    empty; "" where it does.
    """
    edits = correct_pages([Page(1, "ok", (Line(line),))], dictionary)
    here = [edit for edit in edits if edit.before == before]
    if not after:
        still = here or any(before in edit.before for edit in edits)
        return "This line would still be changed, by a rule about more than this text." if still else ""
    if any(edit.after == after and edit.in_force for edit in here):
        return ""
    if any(edit.after == after for edit in here):
        return "A number of digits alone is never changed without being asked, so it is only suggested."
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


def _without(old: str, toml: str, protect: str, path: Path) -> str:
    added = f"\n    {_quoted(protect)}," if protect else f"\n{toml}"
    ours = bool(protect) or toml.startswith(_OURS)
    if not ours or added not in old:
        raise UsageError(f"The rule no longer stands in {path} as it was written; take it out there.")
    new = old.replace(added, "", 1)
    return _EMPTY.sub("", new, count=1) if protect else new


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
