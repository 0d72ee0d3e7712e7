"""Paragraphs from lines: only where the lines themselves say that they belong together; every word stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reflow import reflow
from pipeline.wordplaces import PlacedLine

LONG = "The committee met in the forenoon and heard the report"


def paragraphs(text: str) -> list[str]:
    lines, at = [], 0
    for row in text.split("\n"):
        lines.append(PlacedLine(at, at + len(row)))
        at += len(row) + 1
    return reflow(lines, text).rstrip("\n").split("\n\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LONG}\nof its chairman.", [f"{LONG} of its chairman."]),
        (f"{LONG}\n\nof its chairman.", [LONG, "of its chairman."]),
        (f"It ended.\n{LONG}\nof its chairman.", ["It ended.", f"{LONG} of its chairman."]),
        (f"{LONG}.\n     A new paragraph begins deeper in.", [f"{LONG}.", "A new paragraph begins deeper in."]),
        (f"{LONG}.\n2. A second item of the list.", [f"{LONG}.", "2. A second item of the list."]),
        (f"{LONG}\nREF: STATE 184627", [LONG, "REF: STATE 184627"]),
        (f"{LONG[:-6]}govern-\nment of the day.", [f"{LONG[:-6]}government of the day."]),
        (f"{LONG[:-6]}long-\nterm plans.", [f"{LONG[:-6]}long-term plans."]),
        (f"{LONG[:-6]}Anglo-\nFrench plans.", [f"{LONG[:-6]}Anglo-French plans."]),
        ("", [""]),
    ],
)  # fmt: skip
def test_lines_become_paragraphs(text: str, expected: list[str]) -> None:
    assert paragraphs(text) == expected


@given(st.lists(st.text("ab -.12\N{LATIN SMALL LETTER E WITH ACUTE}", max_size=60), max_size=12))
def test_no_sign_is_lost_but_hyphens_and_blanks(rows: list[str]) -> None:
    text = "\n".join(rows)
    lost = re.compile(r"[\s-]+")
    assert lost.sub("", "".join(paragraphs(text))) == lost.sub("", text)
