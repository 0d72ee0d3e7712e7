"""Proposals: garble families written as a corrections file, ready to be read, weighed and moved into corrections/local/.

Families go in, TOML comes out. What is decided is an entry; what may as well stand for something else is an entry in
comments, with the answers to choose from.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence

from pipeline.families import Family, Place
from pipeline.sources import printable

_HEAD = """\
# Proposed by `declass suggest` from what a run left in doubt. Nothing here is in use yet.
# Read each entry, take out what is wrong, and move the file into corrections/local/.
# action = "auto" applies an entry; "suggest" only marks its places, as it does for names: write "auto" where you are sure.
# Entries in comments are undecided: take the signs away before the one whose right form is right.
"""
_SLUG = re.compile(r"[a-z0-9]+")
_SHOWN = 100  # signs of a line


def write_proposals(families: Sequence[Family], taken: Collection[str] = ()) -> str:
    """The corrections file; `taken` are the ids of entries that there are already."""
    used = set(taken)
    return "\n".join([_HEAD, *(_entry(family, used) for family in families)])


def _entry(family: Family, used: set[str]) -> str:
    lines = [f"# {_seen(family)}", *map(_place, family.places)]
    entry = [
        "[[entry]]",
        f"id = {_string(_id(family, used))}",
        'match = "garble"',
        f"garbles = [{', '.join(_string(garble.form) for garble in family.garbles)}]",
        f"right = {_string(family.right)}",
        f'action = "{"auto" if family.ordinary and family.decided else "suggest"}"',
        f"note = {_string(_note(family))}",
        'source = "declass suggest"',
    ]
    if not family.decided:
        entry = [f"# {line}" for line in (*entry, *_rivals(family))]
    return "\n".join([*lines, *entry]) + "\n"


def _seen(family: Family) -> str:
    counts = ", ".join(f"{printable(garble.form)} {_times(garble.times)}" for garble in family.garbles)
    return (
        f"{printable(family.right)}: {counts}; in {family.documents} document{'s' * (family.documents != 1)}."
    )


def _place(place: Place) -> str:
    return f"#   {printable(place.document)}, page {place.page}: {printable(place.line.strip())[:_SHOWN]}"


def _rivals(family: Family) -> Iterator[str]:
    for garble in family.garbles:
        said = " or ".join(printable(rival) for rival in garble.rivals)
        yield f"# {printable(garble.form)} may stand for {said}, too."


def _note(family: Family) -> str:
    return f"Seen {_times(family.times)} in {family.documents} document{'s' * (family.documents != 1)}."


def _id(family: Family, used: set[str]) -> str:
    """A name that no other entry has: an entry of the same id would take another's place."""
    slug = "-".join(["garbles-of", *_SLUG.findall(family.right.lower())])
    number, name = 1, slug
    while name in used:
        number += 1
        name = f"{slug}-{number}"
    used.add(name)
    return name


def _times(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _string(text: str) -> str:
    """A basic string of TOML: as JSON writes it, with all escaped that a terminal acts upon."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escape(ord(sign)) for sign in written)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
