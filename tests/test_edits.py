"""The law of the house: whatever the edits, raw text comes back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edits import apply, settle, undo
from pipeline.record import Edit, EditKind, EditStatus, RecordError, edit_id


def edit(
    raw: str,
    start: int,
    end: int,
    after: str = "",
    kind: EditKind = "correct",
    status: EditStatus = "applied",
    score: float = 90,
    group: str = "",
) -> Edit:
    before = raw[start:end]
    name = edit_id(1, start, end, kind, f"test {score} {status} {group}", before, after)
    return Edit(name, 1, start, end, before, after, kind, "test", score, status, "because", (), group)


def strip(raw: str, line: str) -> Edit:
    start = raw.index(line)
    return edit(raw, start, start + len(line), kind="strip")


texts = st.text(st.sampled_from("ab é\n"), max_size=40)
ragged = st.lists(st.sampled_from(["", " ", "   ", "SECRET", "text"]), max_size=8).map("\n".join)


@st.composite
def raw_and_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    raw = draw(st.one_of(texts, ragged))
    edits = []
    for _ in range(draw(st.integers(0, 8))):
        lines = raw.split("\n")
        number = draw(st.integers(0, len(lines) - 1))
        low = sum(len(line) + 1 for line in lines[:number])
        high = low + len(lines[number])
        kind: EditKind = draw(st.sampled_from(("strip", "withhold", "insert", "correct")))
        start, end = sorted((draw(st.integers(low, high)), draw(st.integers(low, high))))
        if kind in ("strip", "withhold") and draw(st.booleans()):
            start, end = low, high
        if kind == "insert":
            end = start
        if (kind == "insert") != (start == end):
            continue
        after = "" if kind in ("strip", "withhold") else draw(st.text("xyz", max_size=3))
        status: EditStatus = draw(st.sampled_from(("applied", "accepted", "suggested", "rejected")))
        group = draw(st.sampled_from(("", "", "g1", "g2")))
        edits.append(edit(raw, start, end, after, kind, status, draw(st.integers(0, 100)), group))
    unique = {made.id: made for made in edits}
    return raw, list(unique.values())


@given(raw_and_edits())
def test_undo_gives_raw_text_back(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    assert undo(apply(raw, settle(edits))) == raw


@given(raw_and_edits())
def test_nothing_is_lost_in_settling(case: tuple[str, list[Edit]]) -> None:
    _, edits = case
    settled = settle(edits)
    assert {made.id for made in settled} == {made.id for made in edits}
    for made in settled:
        before = next(one for one in edits if one.id == made.id)
        assert made.status == before.status or (before.in_force and made.status == "superseded")


@given(raw_and_edits())
def test_groups_stand_or_fall_whole(case: tuple[str, list[Edit]]) -> None:
    _, edits = case
    wanted = {made.id for made in edits if made.in_force}
    for group in ("g1", "g2"):
        fates = {made.in_force for made in settle(edits) if made.group == group and made.id in wanted}
        assert len(fates) <= 1


@given(raw_and_edits())
def test_settling_does_not_depend_on_order(case: tuple[str, list[Edit]]) -> None:
    _, edits = case
    assert settle(edits) == settle(reversed(edits))


@given(raw_and_edits())
def test_pieces_cover_both_texts_without_gaps(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    clean = apply(raw, settle(edits))
    raw_at = clean_at = 0
    for piece in clean.pieces:
        assert (piece.raw_start, piece.clean_start) == (raw_at, clean_at)
        raw_at, clean_at = piece.raw_end, piece.clean_end
        assert isinstance(piece.edits, tuple)
        assert set(piece.edits) <= {made.id for made in edits}
        if not piece.edits:
            assert piece.raw_end > piece.raw_start and not piece.raw
            kept = clean.text[piece.clean_start : piece.clean_end]
            assert kept == raw[piece.raw_start : piece.raw_end]
    assert (raw_at, clean_at) == (len(raw), len(clean.text))


@given(raw_and_edits())
def test_kept_text_maps_there_and_back(case: tuple[str, list[Edit]]) -> None:
    raw, edits = case
    clean = apply(raw, settle(edits))
    for piece in clean.pieces:
        for place in range(piece.raw_end - piece.raw_start if not piece.edits else 0):
            start = piece.raw_start + place
            assert clean.to_raw(*clean.to_clean(start, start + 1)) == (start, start + 1)


def test_a_stripped_line_takes_its_newline_and_leaves_no_hole() -> None:
    raw = "CONFIDENTIAL\n\nOne.\n\nCONFIDENTIAL AGAIN\n\nTwo.\nUNCLASSIFIED"
    edits = [strip(raw, "CONFIDENTIAL"), strip(raw, "CONFIDENTIAL AGAIN"), strip(raw, "UNCLASSIFIED")]
    clean = apply(raw, edits)
    assert clean.text == "One.\n\nTwo."
    assert undo(clean) == raw


def test_a_banner_between_two_paragraph_lines_does_not_swallow_the_paragraph_break() -> None:
    raw = "One.\nSECRET\n\nTwo."
    assert apply(raw, [strip(raw, "SECRET")]).text == "One.\n\nTwo."


def test_a_page_of_furniture_alone_becomes_empty() -> None:
    raw = "SECRET\n\nUNCLASSIFIED"
    assert apply(raw, [strip(raw, "SECRET"), strip(raw, "UNCLASSIFIED")]).text == ""


def test_strip_claims_before_correct_and_a_person_before_both() -> None:
    raw = "SECRFT"
    banner, typo = strip(raw, raw), edit(raw, 4, 5, "E")
    assert [made.status for made in settle([typo, banner])] == ["applied", "superseded"]
    person = edit(raw, 4, 5, "E", status="accepted")
    assert {made.kind: made.status for made in settle([person, banner])} == {
        "correct": "accepted",
        "strip": "superseded",
    }


def test_edits_claim_their_places_in_order() -> None:
    """A person first, then strip, withhold, insert, correct; then the higher score, then the earlier place."""
    raw = "abcdef"
    ordered = [
        edit(raw, 2, 4, "x", status="accepted", score=1),
        edit(raw, 0, 6, kind="strip", score=2),
        edit(raw, 0, 6, kind="withhold", score=3),
        edit(raw, 3, 3, "x", kind="insert", score=4),
        edit(raw, 2, 4, "x", score=99),
        edit(raw, 2, 5, "x", score=98),
        edit(raw, 1, 4, "x", score=97),
        edit(raw, 2, 4, "y", score=97),
    ]
    for number, first in enumerate(ordered):
        for second in ordered[number + 1 :]:
            statuses = {made.id: made.status for made in settle([second, first])}
            assert statuses[first.id] == first.status
            assert statuses[second.id] == "superseded"
    settled = settle(ordered)
    assert [made.id for made in settled if made.in_force] == [ordered[0].id]


def in_force(raw: str, *edits: Edit) -> list[bool]:
    fates = {made.id: made.in_force for made in settle(edits)}
    return [fates[made.id] for made in edits]


def test_what_is_inserted_may_touch_a_correction_and_no_line_that_goes() -> None:
    raw = "abcdef"
    for place in range(len(raw) + 1):
        note = edit(raw, place, place, "x", kind="insert")
        inside = 1 < place < 4
        assert in_force(raw, note, edit(raw, 1, 4, "y")) == [True, not inside]
        assert in_force(raw, edit(raw, 1, 4, "y", status="accepted"), note) == [True, not inside]
        for kind in ("strip", "withhold"):
            touched = 1 <= place <= 4
            assert in_force(raw, edit(raw, 1, 4, kind=kind), note) == [True, not touched]
            said = edit(raw, place, place, "x", kind="insert", status="accepted")
            assert in_force(raw, said, edit(raw, 1, 4, kind=kind)) == [True, not touched]
        other = edit(raw, 3, 3, "z", kind="insert", score=80)
        assert in_force(raw, note, other) == [True, place != 3]
    assert in_force(raw, edit(raw, 0, 3, "x"), edit(raw, 3, 6, "y")) == [True, True]
    assert in_force(raw, edit(raw, 0, 3, "x", score=1), edit(raw, 3, 6, "y")) == [True, True]
    assert in_force(raw, edit(raw, 0, 4, "x"), edit(raw, 3, 6, "y")) == [True, False]


def test_only_what_takes_a_line_takes_its_newline() -> None:
    raw = "abc\ntext"
    assert apply(raw, [edit(raw, 0, 3, kind="withhold")]).text == "text"
    assert apply(raw, [edit(raw, 0, 3, "[gone]", kind="withhold")]).text == "[gone]\ntext"
    assert apply(raw, [edit(raw, 0, 3, "")]).text == "\ntext"


def test_blank_lines_go_with_a_banner_alone() -> None:
    raw = "\n\ntext\n\n\nmore\n\n"
    assert apply(raw, []).text == raw
    raw = "\n \nSECRET\ntext"
    banner = strip(raw, "SECRET")
    clean = apply(raw, [banner])
    assert clean.text == "text"
    assert [piece.edits for piece in clean.pieces] == [(banner.id,)] * 3 + [()]
    raw = "text\n\nSECRET\n\nmore"
    banner = strip(raw, "SECRET")
    assert [piece.edits for piece in apply(raw, [banner]).pieces] == [(), (banner.id,), (banner.id,), ()]


def test_places_beyond_the_text_lead_to_its_end_and_an_empty_span_stays_empty() -> None:
    raw = "abcd"
    clean = apply(raw, [edit(raw, 0, 1, "xyz")])
    assert clean.to_raw(4, 99) == (2, 4)
    assert clean.to_clean(2, 99) == (4, 6)
    clean = apply(raw, [edit(raw, 1, 1, "X", kind="insert")])
    assert clean.to_clean(1, 1) == (2, 2)


def test_an_edit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RecordError, match="not there"):
        apply("other text", [edit("some text", 0, 4, "any")])


def test_overlapping_edits_in_force_are_refused() -> None:
    raw = "abcdef"
    with pytest.raises(RecordError, match="overlaps"):
        apply(raw, [edit(raw, 0, 4, "x"), edit(raw, 2, 6, "y")])


def test_a_clean_span_leads_back_to_what_was_read() -> None:
    raw = "E.O. 1235b: DECL"
    clean = apply(raw, [edit(raw, 5, 10, "12356")])
    assert clean.text == "E.O. 12356: DECL"
    assert clean.to_raw(5, 10) == (5, 10)
    assert clean.to_raw(7, 8) == (5, 10)
    assert clean.to_raw(12, 16) == (12, 16)


def test_an_edit_on_a_blank_line_above_a_head_banner_keeps_that_line() -> None:
    raw = "   \nSECRET\ntext\n"
    edits = settle([edit(raw, 1, 1, "[seal]", "insert"), strip(raw, "SECRET")])
    clean = apply(raw, edits)
    assert clean.text == " [seal]  \ntext\n"
    assert undo(clean) == raw


def test_a_blank_line_goes_with_the_banner_above_it_unless_an_edit_stands_on_it() -> None:
    assert apply("SECRET\n\ntext", [strip("SECRET\n\ntext", "SECRET")]).text == "text"
    raw = "SECRET\n   \ntext"
    for place, shown in ((7, "[seal]   \ntext"), (10, "   [seal]\ntext")):
        assert apply(raw, [strip(raw, "SECRET"), edit(raw, place, place, "[seal]", "insert")]).text == shown


def test_an_empty_page_has_one_place() -> None:
    clean = apply("", [])
    assert clean.to_raw(0, 0) == clean.to_clean(0, 0) == (0, 0)


def test_the_same_edit_found_twice_is_one_edit() -> None:
    raw = "CONFIDENTIAL\ntext"
    assert [made.status for made in settle([strip(raw, "CONFIDENTIAL")] * 2)] == ["applied"]
