"""People win: what they accept is in force, what they reject is not, whatever the stages find; nothing is dropped."""

import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean import clean_text
from pipeline.deciding import Deciding
from pipeline.decisions import Decision, Verdict, append
from pipeline.edits import apply, settle, undo
from pipeline.fitting import place_of
from pipeline.options import TextOptions
from pipeline.record import Decided, Document, Edit, EditKind, EditStatus, Page, Redaction, edit_id
from pipeline.textstages import clean_pages, edit_document, load_corrections
from tests.shipped import CORRECTIONS
from tests.test_fitting import SHA, page

ROWS = ("SECRET", "TO AMEMBASSY KAMPAL", "E.O. 1235b: DECL: OADR", "same and same")


def edit(
    text: str,
    after: str,
    status: EditStatus = "applied",
    kind: EditKind = "correct",
    here: Page | None = None,
) -> Edit:
    start = (here or page(*ROWS)).text.index(text)
    end = start + len(text)
    name = edit_id(1, start, end, kind, "rule", text, after)
    return Edit(name, 1, start, end, text, after, kind, "rule", 90, status, "A reason.")


def decision(
    verdict: Verdict,
    text: str,
    after: str = "",
    kind: EditKind = "correct",
    who: str = "ann",
    name: str = "",
    rows: tuple[str, ...] = ROWS,
) -> Decision:
    here = page(*rows)
    start = here.text.index(text)
    place = place_of(here, start, start + len(text), SHA)
    return Decision(
        name or f"{who}-{verdict}-{text}", verdict, place=place, after=after, kind=kind, reviewer=who
    )


def carried_out(
    edits: list[Edit], *decisions: Decision, here: Page | None = None
) -> tuple[str, dict[tuple[str, str], str], tuple[Decided, ...]]:
    """Clean text, the status of each edit, and what became of the decisions."""
    here = here or page(*ROWS)
    deciding = Deciding([here], decisions)
    lines = deciding.over([one for one in edits if one.kind == "strip"], "lines")
    words = deciding.over([one for one in edits if one.kind != "strip"], "words")
    settled = settle([*lines, *words])
    clean = apply(here.text, settled)
    assert undo(clean) == here.text
    return clean.text, {(one.before, one.after): one.status for one in settled}, deciding.outcomes()


def states(outcomes: tuple[Decided, ...]) -> list[str]:
    return [one.state for one in outcomes]


def test_an_accepted_suggestion_is_in_force() -> None:
    text, status, done = carried_out(
        [edit("KAMPAL", "KAMPALA", "suggested")], decision("accept", "KAMPAL", "KAMPALA")
    )
    assert "KAMPALA" in text
    assert status["KAMPAL", "KAMPALA"] == "accepted"
    assert states(done) == ["applied"]
    assert done[0].edit == edit("KAMPAL", "KAMPALA").id


def test_a_rejected_correction_is_not() -> None:
    text, status, _ = carried_out([edit("1235b", "12356")], decision("reject", "1235b", "12356"))
    assert "1235b" in text
    assert status["1235b", "12356"] == "rejected"


def test_where_a_person_said_no_another_answer_is_only_suggested() -> None:
    text, status, _ = carried_out([edit("1235b", "12350")], decision("reject", "1235b", "12356"))
    assert "1235b" in text
    assert status["1235b", "12350"] == "suggested"


def test_a_chosen_candidate_takes_the_place_of_the_first() -> None:
    text, status, _ = carried_out([edit("KAMPAL", "KAMPALA")], decision("choose", "KAMPAL", "KAMPAL."))
    assert "AMEMBASSY KAMPAL.\n" in text
    assert status == {("KAMPAL", "KAMPALA"): "superseded", ("KAMPAL", "KAMPAL."): "accepted"}


def test_a_line_written_by_hand_wins_over_every_edit_in_it() -> None:
    row = "E.O. 1235b: DECL: OADR"
    text, status, _ = carried_out([edit("1235b", "12356")], decision("edit", row, "E.O. 12065: GDS"))
    assert "\nE.O. 12065: GDS\n" in text
    assert status["1235b", "12356"] == "superseded"


def test_a_restored_line_is_there_again_and_a_stripped_one_gone() -> None:
    text, status, _ = carried_out(
        [edit("SECRET", "", kind="strip")],
        decision("restore", "SECRET", kind="strip"),
        decision("strip", "same and same", kind="strip"),
    )
    assert text.startswith("SECRET\n")
    assert "same" not in text
    assert status == {("SECRET", ""): "rejected", ("same and same", ""): "accepted"}


def test_a_confirmed_line_is_left_alone_but_may_still_be_stripped() -> None:
    row = "E.O. 1235b: DECL: OADR"
    _, status, _ = carried_out([edit("1235b", "12356")], decision("confirm", row))
    assert status["1235b", "12356"] == "rejected"
    text, _, _ = carried_out([edit("SECRET", "", kind="strip")], decision("confirm", "SECRET"))
    assert "SECRET" not in text


def test_of_one_reviewer_the_later_decision_holds() -> None:
    text, _, done = carried_out(
        [edit("1235b", "12356")],
        decision("edit", "E.O. 1235b: DECL: OADR", "E.O. 1"),
        decision("accept", "1235b", "12356"),
    )
    assert "E.O. 12356: DECL" in text
    assert states(done) == ["superseded", "applied"]


def test_the_later_of_two_holds_wherever_its_place_begins() -> None:
    text, _, done = carried_out(
        [], decision("accept", "1235b", "12356"), decision("edit", "E.O. 1235b: DECL: OADR", "E.O. 1")
    )
    assert "\nE.O. 1\n" in text
    assert states(done) == ["superseded", "applied"]


@pytest.mark.parametrize("swapped", [False, True])
def test_where_two_reviewers_contradict_the_text_stays_and_both_answers_are_suggested(swapped: bool) -> None:
    said = [
        decision("edit", "KAMPAL", "KAMPALA", who="ann"),
        decision("edit", "KAMPAL", "KAMPAL.", who="bob"),
    ]
    text, status, done = carried_out([edit("KAMPAL", "KAMPALO")], *(reversed(said) if swapped else said))
    assert "AMEMBASSY KAMPAL\n" in text
    assert set(status.values()) == {"suggested"}
    assert {after for _, after in status} == {"KAMPALA", "KAMPAL.", "KAMPALO"}
    assert states(done) == ["conflict", "conflict"]
    assert all("neither holds" in one.reason for one in done)


def test_one_who_accepts_and_one_who_rejects_contradict_each_other() -> None:
    text, status, done = carried_out(
        [edit("1235b", "12356")],
        decision("accept", "1235b", "12356", who="ann"),
        decision("reject", "1235b", "12356", who="bob"),
    )
    assert "1235b" in text
    assert status == {("1235b", "12356"): "suggested"}
    assert states(done) == ["conflict", "conflict"]


def test_reviewers_who_agree_make_one_edit() -> None:
    text, status, done = carried_out(
        [],
        decision("edit", "KAMPAL", "KAMPALA", who="ann"),
        decision("accept", "KAMPAL", "KAMPALA", who="bob"),
    )
    assert "KAMPALA" in text
    assert len(status) == 1
    assert done[0].edit == done[1].edit != ""


def test_a_group_is_decided_as_one() -> None:
    both = [
        msgspec.structs.replace(edit("AMEMBASSY", "Embassy", "suggested"), group="g"),
        msgspec.structs.replace(edit("OADR", "oadr", "suggested"), group="g"),
    ]
    _, status, _ = carried_out(both, decision("accept", "OADR", "oadr"))
    assert set(status.values()) == {"accepted"}
    _, status, _ = carried_out(both, decision("reject", "OADR", "oadr"))
    assert set(status.values()) == {"rejected"}


def test_what_does_not_fit_is_told_and_changes_nothing() -> None:
    new = page("SECRET", "TO AMEMBASSY RAMPAL", "E.O. 12356: DECL: OADR")
    text, _, done = carried_out(
        [],
        decision("accept", "KAMPAL", "KAMPALA"),
        decision("accept", "1235b", "12356"),
        decision("reject", "same and same", "other"),
        here=new,
    )
    assert text == new.text
    assert states(done) == ["not_fitting", "satisfied", "not_fitting"]
    assert '"RAMPAL" is read there now' in done[0].reason


def test_a_page_that_is_gone_is_told() -> None:
    assert states(Deciding([], [decision("accept", "KAMPAL", "KAMPALA")]).outcomes()) == ["not_fitting"]


@given(st.data())
def test_whatever_people_decide_the_text_can_be_undone_and_every_decision_is_accounted_for(
    data: st.DataObject,
) -> None:
    here = page(*ROWS)
    texts = ["SECRET", "KAMPAL", "AMEMBASSY KAMPAL", "1235b", "E.O. 1235b: DECL: OADR", "same"]
    edits = [
        edit("SECRET", "", kind="strip"),
        edit("KAMPAL", "KAMPALA", "suggested"),
        edit("1235b", "12356"),
        edit("same", "SAME"),
    ]
    verdicts: list[Verdict] = ["accept", "reject", "choose", "edit", "confirm", "strip", "restore"]
    decisions = [
        decision(
            verdict := data.draw(st.sampled_from(verdicts)),
            data.draw(st.sampled_from(texts)),
            ""
            if verdict in ("strip", "restore", "confirm")
            else data.draw(st.sampled_from(["", "x", "12356"])),
            "strip" if verdict in ("strip", "restore") else "correct",
            data.draw(st.sampled_from(["ann", "bob"])),
            str(number),
        )
        for number in range(data.draw(st.integers(0, 8)))
    ]
    _, _, done = carried_out(edits, *decisions, here=here)  # asserts that it can be undone
    assert [one.id for one in done] == [one.id for one in decisions]


def document(*rows: str) -> Document:
    return Document(1, "memo.pdf", SHA, "ok", pages=(page(*rows),))


def test_a_line_that_a_person_restored_is_corrected_and_one_stripped_is_not() -> None:
    rows = ("TO AMEMBA55Y PARIS", "Text.", "CONFIDENTIAL")
    loaded = load_corrections(CORRECTIONS)
    strip = decision("strip", rows[0], kind="strip", rows=rows)
    keep = decision("restore", rows[2], kind="strip", rows=rows)
    done = edit_document(document(*rows), loaded, TextOptions(), decisions=[strip, keep])
    assert clean_pages(done) == ["Text.\nCONFIDENTIAL"]
    assert not [one for one in done.edits if one.kind == "correct"]
    assert states(done.decisions) == ["applied", "applied"]


@pytest.mark.parametrize(
    ("options", "text", "left_out"),
    [
        (TextOptions(), "TO AMEMBASSY KAMPALA\nText.", []),
        (TextOptions(strip=False), "TO AMEMBASSY KAMPALA\nText.\nGarvo", [1]),
        (TextOptions(correct=False), "TO AMEMBASSY KAMPAL\nText.", [0]),
        (TextOptions(strip=False, correct=False), "TO AMEMBASSY KAMPAL\nText.\nGarvo", [0, 1]),
    ],
)
def test_a_decision_that_the_options_leave_out_does_not_count_as_applied(
    options: TextOptions, text: str, left_out: list[int]
) -> None:
    rows = ("TO AMEMBASSY KAMPAL", "Text.", "Garvo")
    decisions = [
        decision("edit", "KAMPAL", "KAMPALA", rows=rows),
        decision("strip", "Garvo", kind="strip", rows=rows),
        decision("confirm", "Text.", rows=rows),  # holds whatever is left out
    ]
    done = edit_document(document(*rows), load_corrections(CORRECTIONS), options, decisions=decisions)
    assert clean_pages(done) == [text]
    assert [n for n, one in enumerate(done.decisions) if one.state == "left_out"] == left_out
    assert [n for n, one in enumerate(done.decisions) if one.state == "applied"] == [
        n for n in range(3) if n not in left_out
    ]


def test_strips_stay_left_out_where_a_redaction_is_marked() -> None:
    rows = ("The meeting with B1 went on", "Garvo")
    here = page(*rows)
    box = here.lines[0].words[3].box
    assert box is not None
    redacted = msgspec.structs.replace(here, redactions=(Redaction(box, "filled", 1.0, "B1"),))
    done = edit_document(
        Document(1, "memo.pdf", SHA, "ok", pages=(redacted,)),
        load_corrections(CORRECTIONS),
        TextOptions(strip=False),
        decisions=[decision("strip", "Garvo", kind="strip", rows=rows)],
    )
    assert [one.kind for one in done.edits] == ["withhold"]
    assert states(done.decisions) == ["left_out"]


def test_the_filter_takes_the_decisions_on_its_text(tmp_path: Path) -> None:
    text = "AMEMBASSY KAMPAL\nAMEMBASSY KAMPAL\n"
    first = clean_text(text, CORRECTIONS)
    raw = first.document.pages[0]
    place = place_of(raw, 27, 33, first.document.sha256)
    corrections = tmp_path / "corrections"
    shutil.copytree(CORRECTIONS, corrections)
    append(corrections, "ann", [Decision("1", "edit", place=place, after="KAMPALA")])
    assert clean_text(text, corrections).text() == "AMEMBASSY KAMPAL\nAMEMBASSY KAMPALA\n"
    assert clean_text("AMEMBASSY KAMPAL\n", corrections).text() == "AMEMBASSY KAMPAL\n"
