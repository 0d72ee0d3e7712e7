"""Dictionaries made for a test, and what they do to a text."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.correct import correct_pages
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.record import Edit, Finding, Line, Page, Part
from pipeline.setting import Setting
from tests.shipped import CORRECTIONS

SHIPPED = load_dictionary(CORRECTIONS)
CONFUSIONS = '[confusions]\nb = "6"\nB = "86"\nI = "1"\nl = "1"\nO = "0"\nS = "5"\n'


def page(text: str, number: int = 1) -> Page:
    return Page(number, "ok", tuple(Line(line) for line in text.split("\n")))


def correct_page(raw: Page, dictionary: Dictionary, stripped: list[Edit] | None = None) -> list[Edit]:
    return correct_pages([raw], dictionary, stripped or ())


def corrected(text: str, dictionary: Dictionary = SHIPPED) -> list[tuple[str, str, str]]:
    return [(edit.before, edit.after, edit.status) for edit in correct_page(page(text), dictionary)]


def entry(**keys: object) -> str:
    return "[[entry]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


def load(*entries: str, head: str = "") -> Dictionary:
    """The dictionary of a folder with these entries alone."""
    with TemporaryDirectory() as folder:
        Path(folder, "a.toml").write_text(head + CONFUSIONS + "".join(entries), encoding="utf-8")
        return load_dictionary(Path(folder))


def garbles(name: str, garble: str, right: str, action: str = "auto") -> str:
    return entry(id=name, match="garble", garbles=[garble], right=right, action=action)


def part(when: str, field: str = "tags") -> Setting:
    fields = (Finding("dtg", 1, 0, 0, "", when, 95), Finding(field, 1, 6, 40, "", "", 95))
    return Setting([Part("cable", 1, 0, 1, 99, fields)])
