"""Indentation and columns come back from the places of words, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.geometry import Box
from pipeline.layout import indents, laid_out
from pipeline.record import Line, Page, Word

LETTER = 12


def typed(row: str, top: int = 0, left: int = 100) -> Line:
    """A line as it is read from a typewriter's page: words with boxes, single spaces between them."""
    words, text, at = [], "", 0
    for part in row.split():
        column = row.index(part, at)
        at = column + len(part)
        start = len(text) + 1 if text else 0
        text = f"{text} {part}" if text else part
        box = Box(left + LETTER * column, top, left + LETTER * at, top + 20)
        words.append(Word(start, len(text), box))
    return Line(text, tuple(words))


def page(*rows: str) -> Page:
    return Page(1, "ok", tuple(typed(row, 30 * at) for at, row in enumerate(rows)))


CABLE = (
    "SUBJECT: GRAIN SHIPMENTS",
    "",
    "1.  BEGIN TEXT:",
    "     THE SHIPS LEFT ON MONDAY.",
    "     PORT          TONS",
    "     Oslo          1200",
)


def test_the_columns_of_a_cable_come_back() -> None:
    assert laid_out(page(*CABLE)) == "\n".join(CABLE)
    assert indents(page(*CABLE)) == (0, 0, 0, 5, 5, 5)


def test_a_line_without_places_stays_as_it_is() -> None:
    lines = (Line("a  line of text", (Word(0, 1), Word(3, 7))), typed("  another one"))
    assert laid_out(Page(1, "ok", lines)) == "a  line of text\nanother one"
    assert laid_out(Page(1, "empty")) == ""


@given(st.lists(st.text("abc .", max_size=40), max_size=6))
def test_no_word_is_lost_or_run_into_another(rows: list[str]) -> None:
    assert [row.split() for row in laid_out(page(*rows)).split("\n")] == [row.split() for row in rows or [""]]
