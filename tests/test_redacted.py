"""A redaction shows in the text where words were: in their line, or on a line of its own; and it can be taken back."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import apply, settle, undo
from pipeline.exemptions import load_exemptions
from pipeline.geometry import Affine, Box
from pipeline.options import RedactionStyle
from pipeline.record import Edit, Line, Page, Redaction, RedactionKind, View, Word
from pipeline.redacted import mark_redactions
from tests.shipped import CORRECTIONS

EXEMPTIONS = load_exemptions(CORRECTIONS)
STEP, LETTER, TALL = 60, 20, 30


def line(text: str, row: int) -> Line:
    """Words of letters 20 pixels wide and 30 high, at the columns where they stand in `text`; gaps are one space."""
    placed, said, at = [], "", 0
    for word in text.split(" "):
        if word:
            start = len(said) + 1 if said else 0
            said = f"{said} {word}" if said else word
            box = Box(LETTER * at, STEP * row, LETTER * (at + len(word)), STEP * row + TALL)
            placed.append(Word(start, start + len(word), box, 90.0))
        at += len(word) + 1
    return Line(said, tuple(placed))


def page(*texts: str, boxes: tuple[Box, ...], kind: RedactionKind = "filled") -> Page:
    lines = tuple(line(text, row) for row, text in enumerate(texts))
    found = tuple(Redaction(box, kind, 1.5) for box in boxes)
    return Page(1, "ok", lines, 2000, 2000, 300.0, redactions=found)


def at(row: int, start: int, end: int, rows: int = 1) -> Box:
    """A box over the columns start:end of `rows` rows."""
    return Box(LETTER * start, STEP * row - 8, LETTER * end, STEP * (row + rows - 1) + TALL + 8)


def shown(on: Page, style: RedactionStyle = "token", stripped: tuple[Edit, ...] = ()) -> str:
    _, edits = mark_redactions([on], stripped, EXEMPTIONS, style)
    clean = apply(on.text, settle([*stripped, *edits]))
    assert undo(clean) == on.text
    return clean.text


TEXTS = ("GARVO MET           AT NOON", "IN THE HALL", "")


def test_a_token_stands_in_the_gap() -> None:
    assert shown(page(*TEXTS, boxes=(at(0, 10, 19),))) == "GARVO MET [REDACTED] AT NOON\nIN THE HALL\n"


def test_a_code_in_the_margin_names_the_reason() -> None:
    on = page("GARVO MET           AT NOON    (b)(1)", boxes=(at(0, 10, 19),))
    assert shown(on).startswith("GARVO MET [REDACTED B1] AT NOON")
    assert mark_redactions([on], (), EXEMPTIONS, "token")[0][0].redactions[0].code == "B1"


def test_a_code_that_was_read_as_a_line_of_its_own_gets_no_token_too() -> None:
    on = page(*TEXTS, boxes=(at(0, 10, 19),))
    code = Word(
        0, 2, Box(LETTER * 33, 0, LETTER * 35, TALL), 90.0
    )  # on the level of the first line, told last
    on = msgspec.structs.replace(on, lines=(*on.lines, Line("B1", (code,))))
    assert shown(on) == "GARVO MET [REDACTED B1] AT NOON\nIN THE HALL\n\nB1"


def test_what_the_engine_made_of_the_box_gives_way() -> None:
    on = page("GARVO MET [|    AT NOON", boxes=(at(0, 10, 15),))
    assert shown(on) == "GARVO MET [REDACTED] AT NOON"


def test_a_code_in_a_white_box_becomes_the_token() -> None:
    on = page("GARVO MET  25X1   AT NOON", boxes=(at(0, 10, 17),), kind="outlined")
    assert shown(on) == "GARVO MET [REDACTED 25X1] AT NOON"


def test_a_white_box_around_words_is_none() -> None:
    on = page("GARVO MET  MARN   AT NOON", boxes=(at(0, 10, 17),), kind="outlined")
    marked, edits = mark_redactions([on], (), EXEMPTIONS, "token")
    assert not edits
    assert not marked[0].redactions


def test_an_empty_white_box_counts_where_it_interrupts_a_line() -> None:
    assert "[REDACTED]" in shown(page(*TEXTS, boxes=(at(0, 10, 19),), kind="outlined"))
    apart = page("GARVO MET", "", "", "IN THE HALL", boxes=(Box(0, 80, 400, 120),), kind="outlined")
    assert "[REDACTED]" not in shown(apart)


def test_a_box_between_lines_has_a_line_of_its_own() -> None:
    on = page("GARVO MET MARN", "", "", "IN THE HALL", boxes=(at(1, 0, 20, rows=2),))
    on = msgspec.structs.replace(on, lines=(on.lines[0], on.lines[1], on.lines[3]))
    assert shown(on) == "GARVO MET MARN\n\n[REDACTED]\n\nIN THE HALL"
    on = msgspec.structs.replace(on, lines=(on.lines[0], on.lines[2]))
    assert shown(on) == "GARVO MET MARN\n[REDACTED]\nIN THE HALL"


def test_a_box_above_all_lines_comes_first() -> None:
    assert shown(page("", "GARVO MET MARN", boxes=(at(0, 0, 20),))) == "\n[REDACTED]\nGARVO MET MARN"


def test_a_box_beside_three_lines_shows_in_each() -> None:
    on = page("GARVO MET", "IN THE HALL", "AT NOON", boxes=(at(0, 12, 20, rows=3),))
    assert shown(on) == "GARVO MET [REDACTED]\nIN THE HALL [REDACTED]\nAT NOON [REDACTED]"


def test_a_line_that_is_stripped_takes_no_token_along() -> None:
    on = page("ZEKRET", "", "GARVO MET", boxes=(at(0, 10, 20), at(1, 0, 20)))
    strip = Edit("s", 1, 0, 6, "ZEKRET", "", "strip", "banner", 99.0, "applied", "A banner.")
    assert shown(on, stripped=(strip,)) == "[REDACTED]\nGARVO MET"


def test_a_page_of_furniture_alone_keeps_its_token() -> None:
    on = page("ZEKRET", "", boxes=(at(4, 0, 20, rows=9),))
    strip = Edit("s", 1, 0, 6, "ZEKRET", "", "strip", "banner", 99.0, "applied", "A banner.")
    assert shown(on, stripped=(strip,)).strip() == "[REDACTED]"


@pytest.mark.parametrize(
    ("style", "clean"),
    [("blank", "GARVO MET           AT NOON"), ("drop", "GARVO MET AT NOON")],
)
def test_styles(style: RedactionStyle, clean: str) -> None:
    assert shown(page("GARVO MET           AT NOON", boxes=(at(0, 10, 19),)), style) == clean


def test_a_turned_page_is_understood_upright() -> None:
    transform = Affine.rotation(90).then(Affine.shift(2000, 0))
    on = page(*TEXTS, boxes=(at(0, 10, 19),))

    def turned(box: Box | None) -> Box | None:
        return transform.box(box) if box else None

    lines = tuple(
        Line(one.text, tuple(msgspec.structs.replace(word, box=turned(word.box)) for word in one.words))
        for one in on.lines
    )
    found = tuple(msgspec.structs.replace(one, box=transform.box(one.box)) for one in on.redactions)
    on = msgspec.structs.replace(on, lines=lines, redactions=found, views=(View("page", (), transform),))
    assert shown(on) == "GARVO MET [REDACTED] AT NOON\nIN THE HALL\n"


@given(
    st.lists(st.text("AB |", max_size=12), max_size=6),
    st.lists(st.tuples(*[st.integers(0, 15)] * 4), max_size=4),
    st.sampled_from(["filled", "outlined"]),
    st.sampled_from(["token", "blank", "drop"]),
    st.sets(st.integers(0, 5)),
)
def test_every_redaction_can_be_taken_back(
    texts: list[str],
    boxes: list[tuple[int, int, int, int]],
    kind: RedactionKind,
    style: RedactionStyle,
    gone: set[int],
) -> None:
    places = tuple(at(row % 7, column, column + wide + 1, high % 3 + 1) for row, column, wide, high in boxes)
    on = page(*texts, boxes=places, kind=kind)
    stripped = tuple(
        Edit(f"s{n}", 1, start, start + len(one.text), one.text, "", "strip", "banner", 99.0, "applied", ".")
        for n, (start, one) in enumerate(on.located_lines())
        if n in gone and one.text
    )
    clean = shown(on, style, stripped)
    stays = any(n not in gone or not one.text for n, one in enumerate(on.lines))
    if kind == "filled" and style == "token" and boxes and stays:
        assert "[REDACTED]" in clean


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["B1"], "B1"),
        (["(b)(1)"], "B1"),
        (["(b)(7)(C)"], "B7(C)"),
        (["B1,B6"], "B1, B6"),
        (["B1,", "1.4(D)"], "B1, 1.4(D)"),
        (["E.O.", "13526", "1.4(c)"], "1.4(c)"),
        (["25XI"], "25X1"),
        (["STAT"], "STAT"),
        (["BG"], "B6"),
        (["NOON"], None),
        (["B1", "NOON"], None),
        (["-"], ""),
        ([], ""),
    ],
)
def test_codes(words: list[str], code: str | None) -> None:
    assert EXEMPTIONS.read(words) == code
