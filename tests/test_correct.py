"""Corrections: the known garbles are mended, right text is left alone, and whatever is in doubt is asked."""

import itertools
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correct import correct_pages
from pipeline.dictionary import load_dictionary
from pipeline.edits import apply, settle, undo
from pipeline.record import Edit, EditStatus, edit_id
from tests.corrected import SHIPPED, correct_page, corrected, entry, garbles, load, page

# ---- the shipped entries: the four garbles that this stage was built for, and their kin ----


@pytest.mark.parametrize(
    ("line", "before", "after", "status"),
    [
        ("E.O. 1235b: DECL: OADR", "1235b", "12356", "applied"),
        ("REF: STATE 26193b", "26193b", "261936", "suggested"),
        ("ROUTINE RWAND", "RWAND", "RWANDA", "suggested"),
        (
            "THE LAKE OFFICE {KISUMU, NEXT MONTH}. IT",
            "{KISUMU, NEXT MONTH}",
            "(KISUMU, NEXT MONTH)",
            "applied",
        ),
        ("as Executive Order l2958 asks", "l2958", "12958", "applied"),
        ("E. O. 12O65: GDS", "12O65", "12065", "applied"),
        ("E.O.1235b", "1235b", "12356", "applied"),
        ("E.O. 123S6.", "123S6", "12356", "applied"),
        ("E.O. 1235e: N/A", "1235e", "12356", "suggested"),
        ("E.OM 11652: N/A", "E.OM", "E.O.", "suggested"),
        ("E.O. 12065: GDS 11/I7/85 (POE, J.)", "11/I7/85", "11/17/85", "suggested"),
        ("FM AMEMBA55Y PARIS", "AMEMBA55Y", "AMEMBASSY", "applied"),
        ("FM AMEMBISSY PARIS", "AMEMBISSY", "AMEMBASSY", "suggested"),
        ("FM AMEMBASSY M0SCOW", "M0SCOW", "MOSCOW", "suggested"),
        ("5ECRET", "5ECRET", "SECRET", "applied"),
        ("UNCLASSIFIEO", "UNCLASSIFIEO", "UNCLASSIFIED", "suggested"),
        ("DECEM0ER 12, 1979", "DECEM0ER", "DECEMBER", "applied"),
        ("on 3 0ctober 1962", "0ctober", "October", "applied"),
        ("on 3 Octcber 1962", "Octcber", "October", "suggested"),
        ("O R 17234SZ NOV 79", "17234SZ", "172345Z", "suggested"),
        ("O R 172343Z N0V 79", "N0V", "NOV", "applied"),
        ("5UBJECT: WHEAT", "5UBJECT", "SUBJECT", "applied"),
        ("TO SECSTATE WASHDC IMMEDIATE 89S2", "89S2", "8952", "suggested"),
    ],
)
def test_the_shipped_entries(line: str, before: str, after: str, status: EditStatus) -> None:
    assert corrected(f"AS WAS SAID.\n{line}\nMORE FOLLOWS.") == [(before, after, status)]


@pytest.mark.parametrize(
    "line",
    [
        "E.O. 12356: DECL: OADR",
        "E.O. 12366: DECL: OADR",  # digits alone: a real order or not, it is not ours to change
        "E.O. 12536",
        "Executive Order 12334 and Executive Order 9066b",
        "the room 1235b of the annex",  # no context
        "REF: STATE 261936, PARIS A-152",
        "STATE 26193b SAID SO",  # not in a line of references
        "TO INDIAN AND LIBYAN OFFICIALS OF THE STAFF",
        "TO CHAIN STORES IN PARTS",
        "FM AMEMBASSY PARIS",
        "INFO OCT-01 ISO-00 NSCE-00 SPAI-02",
        "KARISTON ^{KA} ^{1st}",
        "a set {x, y} of numbers",
        "SUBJECTS: OBJECTS",
        "DECLASSIFIED",
        "ROUTING",
        "Augusta 12, 1979 in Marco 5, 1980",
        "O R 172343Z NOV 79",
        "the secrets of August 1914",
        "",
        "   ",
    ],
)
def test_right_text_is_never_touched(line: str) -> None:
    assert corrected(line) == []


def test_an_edit_tells_a_reader_why() -> None:
    [edit] = correct_page(page("E.O. 1235b: N/A"), SHIPPED)
    assert (edit.rule, edit.kind, edit.score, edit.candidates) == (
        "executive-order-number",
        "correct",
        90.0,
        (),
    )
    for word in ("1235b", '"E.O."', "b stands for 6", "12356", "No other number"):
        assert word in edit.reason


# ---- pages ----


def strip(text: str, start: int, end: int, status: EditStatus = "applied", number: int = 1) -> Edit:
    before = text[start:end]
    name = edit_id(number, start, end, "strip", "s", before, "")
    return Edit(name, number, start, end, before, "", "strip", "s", 90, status, "because")


def test_stripped_text_is_not_corrected() -> None:
    text = "5ECRET\nE.O. 1235b\n5ECRET"
    both = [strip(text, 18, 24), strip(text, 0, 6)]
    assert [edit.before for edit in correct_page(page(text), SHIPPED, both)] == ["1235b"]
    assert len(correct_page(page(text), SHIPPED, [strip(text, 0, 6, "suggested")])) == 3
    assert len(correct_page(page(text), SHIPPED, [strip(text, 0, 6, number=2)])) == 3
    assert correct_page(page("E.O. 1235b now"), SHIPPED, [strip("E.O. 1235b now", 7, 8)]) == []


def test_offsets_are_those_of_the_page() -> None:
    raw = page("Ünïcode 𝔸 line\n\nE.O. 1235b: DECL\nROUTINE RWAND", number=7)
    edits = correct_page(raw, SHIPPED)
    assert [raw.text[edit.start : edit.end] for edit in edits] == ["1235b", "RWAND"]
    assert {edit.page for edit in edits} == {7}


alphabet = st.sampled_from(
    [*"E.O. 1235bB{}()ITZ \n|$ßﬁİ٣", "E.O. 1", "FM ", "TO ", "RWAND", "AMEMBA55Y", "12 ", "0CT"]
)


@given(st.lists(alphabet, max_size=30).map("".join))
def test_whatever_the_text_the_laws_hold(text: str) -> None:
    raw = page(unicodedata.normalize("NFC", text))
    edits = correct_page(raw, SHIPPED)
    assert edits == correct_page(raw, SHIPPED)
    assert edits == sorted(edits, key=lambda edit: edit.start)
    assert all(one.end <= other.start for one, other in itertools.pairwise(edits))
    assert list(settle(edits)) == edits
    clean = apply(raw.text, edits)
    assert undo(clean) == raw.text
    alone = r"(?<!\w)\d+(?!\w)"
    kept = iter(re.findall(alone, clean.text))
    assert all(number in kept for number in re.findall(alone, raw.text))
    for edit in edits:
        assert edit.before != edit.after and 0 <= edit.score <= 100 and edit.reason.endswith(".")
        assert not edit.candidates or (edit.candidates[0] == edit.after and edit.status == "suggested")


# ---- over the ends of lines and pages ----


def test_a_phrase_over_the_end_of_a_line_is_one_edit_a_line() -> None:
    words = load(garbles("a", "ADDlS ABABB", "ADDIS ABABA"))
    text = "FM AMEMBASSY ADDlS\nABABB TO ALL\n\nADDlS\n\nABABB"
    edits = correct_page(page(text), words)
    assert [(edit.before, edit.after) for edit in edits] == [("ADDlS", "ADDIS"), ("ABABB", "ABABA")]
    assert edits[0].group == edits[1].group != ""
    assert apply(text, edits).text.startswith("FM AMEMBASSY ADDIS\nABABA TO")


def test_a_hyphenated_word_is_put_together() -> None:
    words = load(entry(id="a", match="fuzzy", words=["AMEMBASSY"], budget=2))
    [edit] = correct_page(page("TO AMENB-\nASSY PARIS"), words)
    assert (edit.before, edit.after, edit.group) == ("AMENB", "AMEMB", "")


def test_a_phrase_goes_on_behind_stripped_furniture() -> None:
    words = load(garbles("a", "ADDlS ABABB", "ADDIS ABABA"))
    first, second = page("AMEMBASSY ADDlS\nSECRET", 1), page("SECRET\nABABB TO", 2)
    gone = [strip(first.text, 16, 22), strip(second.text, 0, 6, number=2)]
    edits = correct_pages([first, second], words, gone)
    assert [(edit.page, edit.after) for edit in edits] == [(1, "ADDIS"), (2, "ABABA")]
    assert len({edit.group for edit in edits}) == 1


def test_a_fuzzy_phrase_counts_its_letters_together() -> None:
    words = load(entry(id="a", match="fuzzy", words=["BUENOS AIRES"], budget=2))
    assert corrected("AMEMBASSY BUENDS A1RES", words) == [("BUENDS A1RES", "BUENOS AIRES", "suggested")]
    assert corrected("AMEMBASSY BUENOS AIRES", words) == []


def test_suspect_words_are_always_flagged() -> None:
    words = load(head='suspect = ["their", "qzxv"]\n')
    edits = correct_page(page("their qzxv"), words)
    assert [(edit.before, edit.status, edit.rule) for edit in edits] == [
        ("their", "suggested", "suspect"),
        ("qzxv", "suggested", "suspect"),
    ]
    assert edits[1].after == "qzxv"


def test_the_users_garble_is_mended_whatever_the_shipped_lists_protect(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('protect = ["ROUTING"]\n')
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "mine.toml").write_text(garbles("a", "ROUTING", "ROUTINE"))
    assert corrected("ROUTING", load_dictionary(tmp_path)) == [("ROUTING", "ROUTINE", "applied")]
