"""Corrections: the known garbles are mended, right text is left alone, and whatever is in doubt is asked."""

import itertools
import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correct import correct_pages
from pipeline.dictionary import Dictionary, load_dictionary
from pipeline.edits import apply, settle, undo
from pipeline.record import Edit, EditStatus, Finding, Line, Page, Part, edit_id
from pipeline.setting import Setting
from tests.shipped import CORRECTIONS

SHIPPED = load_dictionary(CORRECTIONS)
Load = Callable[..., Dictionary]
CONFUSIONS = '[confusions]\nb = "6"\nB = "86"\nI = "1"\nl = "1"\nO = "0"\nS = "5"\n'


def page(text: str, number: int = 1) -> Page:
    return Page(number, "ok", tuple(Line(line) for line in text.split("\n")))


def correct_page(raw: Page, dictionary: Dictionary, stripped: list[Edit] | None = None) -> list[Edit]:
    return correct_pages([raw], dictionary, stripped or ())


def corrected(text: str, dictionary: Dictionary = SHIPPED) -> list[tuple[str, str, str]]:
    return [(edit.before, edit.after, edit.status) for edit in correct_page(page(text), dictionary)]


def entry(**keys: object) -> str:
    return "[[entry]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def made(*entries: str, head: str = "") -> Dictionary:
        (tmp_path / "a.toml").write_text(head + CONFUSIONS + "".join(entries), encoding="utf-8")
        return load_dictionary(tmp_path)

    return made


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


# ---- each kind of entry ----


def test_a_garble_is_a_whole_word_in_its_context(load: Load) -> None:
    words = load(
        entry(id="a", match="garble", garbles=["tlie", "in tlie"], right="the", line="^So", action="auto")
    )
    assert corrected("So tlie, tlie9 Tlie", words) == [("tlie", "the", "applied")]
    assert corrected("As tlie", words) == []


def test_fuzzy_words_keep_their_capitals(load: Load) -> None:
    words = load(entry(id="a", match="fuzzy", words=["Moscow"], action="auto"))
    answers = [after for _, after, _ in corrected("MOSCOV Moscov moscov MOscov M0scow 0oscow", words)]
    assert answers == ["MOSCOW", "Moscow", "moscow", "Moscow", "Moscow", "Moscow"]


def test_a_fuzzy_word_is_applied_only_for_signs_in_letters_places(load: Load) -> None:
    words = load(
        entry(id="a", match="fuzzy", words=["AMEMBASSY"], budget=2, action="auto"),
        entry(id="b", match="fuzzy", words=["MOSCOW"], action="suggest"),
    )
    assert corrected("AMEMBA$$Y AMEMBAS5 AMENBASSY M0SCOW 1234 A1", words) == [
        ("AMEMBA$$Y", "AMEMBASSY", "applied"),
        ("AMEMBAS5", "AMEMBASSY", "suggested"),
        ("AMENBASSY", "AMEMBASSY", "suggested"),
        ("M0SCOW", "MOSCOW", "suggested"),
    ]


def test_two_fuzzy_answers_are_a_suggestion_with_both(load: Load) -> None:
    words = load(entry(id="a", match="fuzzy", words=["JUNE", "JUNO", "JULY"], action="auto"))
    [edit] = correct_page(page("JUN0"), words)
    assert (edit.status, edit.candidates) == ("suggested", ("JUNE", "JUNO"))
    assert "JUNO" in edit.reason


def test_right_and_protected_words_are_never_touched(load: Load) -> None:
    words = load(
        entry(id="a", match="fuzzy", words=["PARIS", "PARTS"], action="auto"),
        entry(id="b", match="garble", garbles=["pairs", "parts"], right="Paris", action="auto"),
        head='protect = ["PAIRS"]\n',
    )
    assert corrected("PARIS Parts pairs PAIRS parts", words) == []


def test_mostly_digits_is_no_word(load: Load) -> None:
    words = load(entry(id="a", match="fuzzy", words=["LIMA"], budget=3))
    assert corrected("L123 LI12 LIM1", words) == [("LIM1", "LIMA", "suggested")]


def test_a_token_that_has_its_shape_is_right(load: Load) -> None:
    words = load(entry(id="a", match="number", after=["No."], shape="[0-9I]{3}", action="auto"))
    assert corrected("No. 1I2", words) == []


def test_numbers_need_their_context_their_shape_and_one_answer(load: Load) -> None:
    number = entry(id="a", match="number", after=["No.", "No"], shape="[0-9]{3}", action="auto")
    words = load(number)
    assert corrected("No. 12b, No 1I2; No.  b11/ No. 12", words) == [
        ("12b", "126", "applied"),
        ("1I2", "112", "applied"),
        ("b11", "611", "applied"),
    ]
    assert corrected("12b Nope 12b No. 12bb No. 12x No. bbb No. 12b4", words) == []
    [edit] = correct_page(page("No. 12B"), words)
    assert (edit.status, edit.candidates, edit.score) == ("suggested", ("128", "126"), 45.0)


def test_noise_at_a_numbers_end_makes_it_doubtful() -> None:
    assert corrected("E.O. 1295B%° NYA") == [("1295B", "12958", "suggested")]
    assert corrected("E.O. 1295B, NYA") == [("1295B", "12958", "applied")]


def test_a_list_of_values_decides_between_answers(load: Load) -> None:
    keys = {"match": "number", "after": ["No."], "shape": "[0-9]{3}", "action": "auto"}
    words = load(entry(id="a", values=["126", "124", "311"], **keys))
    [edit] = correct_page(page("No. 12B"), words)
    assert (edit.after, edit.status) == ("126", "applied")
    assert "also agree with 124" in edit.reason
    [edit] = correct_page(page("No. 12x"), words)
    assert (edit.status, edit.candidates) == ("suggested", ("126", "124"))
    assert corrected("No. 52x No. 1xx", words) == []


def test_a_pattern_takes_its_match_and_nothing_more(load: Load) -> None:
    words = load(entry(id="a", match="pattern", pattern=r"<(\w+)>", right=r"(\1)", action="auto", line="^a"))
    assert corrected("a <b> <c>", words) == [("<b>", "(b)", "applied"), ("<c>", "(c)", "applied")]
    assert corrected("b <b>", words) == []


def test_a_pattern_that_matches_nothing_inserts_nothing(load: Load) -> None:
    assert (
        corrected("abc", load(entry(id="a", match="pattern", pattern="x*", right="y", action="auto"))) == []
    )


# ---- where entries meet ----


def garbles(name: str, garble: str, right: str, action: str = "auto") -> str:
    return entry(id=name, match="garble", garbles=[garble], right=right, action=action)


def test_different_answers_for_a_place_are_never_automatic(load: Load) -> None:
    [edit] = correct_page(
        page("a frorn b"), load(garbles("a", "frorn", "from"), garbles("b", "frorn", "front"))
    )
    assert (edit.status, edit.candidates, edit.score) == ("suggested", ("from", "front"), 65.0)
    assert "Entry b says front" in edit.reason


def test_the_same_answer_twice_is_one_edit(load: Load) -> None:
    words = load(garbles("a", "frorn", "from", "suggest"), garbles("b", "frorn", "from"))
    [edit] = correct_page(page("frorn"), words)
    assert (edit.rule, edit.status, edit.candidates) == ("b", "applied", ())


def test_of_places_that_overlap_auto_wins_then_the_longer(load: Load) -> None:
    words = load(
        garbles("a", "aa bb", "A B", "suggest"), garbles("b", "bb cc", "B C"), garbles("c", "cc", "C")
    )
    assert corrected("aa bb cc", words) == [("bb cc", "B C", "applied")]

    words = load(garbles("a", "bb", "B"), garbles("b", "aa bb", "A B"))
    assert corrected("aa bb", words) == [("aa bb", "A B", "applied")]


def test_what_one_entry_calls_right_no_other_changes(load: Load) -> None:
    words = load(garbles("a", "frorn", "from"), garbles("b", "from", "front"))
    assert corrected("frorn from From", words) == [("frorn", "from", "applied")]


def test_an_answer_that_changes_nothing_is_no_edit(load: Load) -> None:
    words = load(entry(id="a", match="pattern", pattern="(a|b)", right=r"\1", action="auto"))
    assert corrected("a b", words) == []


def test_never_leaves_the_place_alone(load: Load) -> None:
    words = load(
        garbles("a", "DIPOLMATIC POUCH", "DIPLOMATIC POUCH", "never"),
        entry(id="b", match="fuzzy", words=["DIPLOMATIC"], budget=2),
    )
    assert corrected("DIPOLMATIC POUCH DIPOLMATIC", words) == [("DIPOLMATIC", "DIPLOMATIC", "suggested")]
    assert correct_page(page("DIPOLMATIC POUCH DIPOLMATIC"), words)[0].start == 17


def test_numbers_of_digits_alone_are_never_changed_without_being_asked(load: Load) -> None:
    words = load(
        garbles("a", "12536", "12356"),
        garbles("b", "page 7 of 9", "page 7 of 8"),
        garbles("c", "pagc 7", "page 7"),
        entry(id="d", match="pattern", pattern=r"(\d) (\d)x", right=r"\1\2", action="auto"),
    )
    assert [status for _, _, status in corrected("12536, page 7 of 9, pagc 7, 5 5x", words)] == [
        "suggested",
        "suggested",
        "applied",
        "suggested",
    ]


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


def test_a_phrase_over_the_end_of_a_line_is_one_edit_a_line(load: Load) -> None:
    words = load(garbles("a", "ADDlS ABABB", "ADDIS ABABA"))
    text = "FM AMEMBASSY ADDlS\nABABB TO ALL\n\nADDlS\n\nABABB"
    edits = correct_page(page(text), words)
    assert [(edit.before, edit.after) for edit in edits] == [("ADDlS", "ADDIS"), ("ABABB", "ABABA")]
    assert edits[0].group == edits[1].group != ""
    assert apply(text, edits).text.startswith("FM AMEMBASSY ADDIS\nABABA TO")


def test_a_hyphenated_word_is_put_together(load: Load) -> None:
    words = load(entry(id="a", match="fuzzy", words=["AMEMBASSY"], budget=2))
    [edit] = correct_page(page("TO AMENB-\nASSY PARIS"), words)
    assert (edit.before, edit.after, edit.group) == ("AMENB", "AMEMB", "")


def test_a_phrase_goes_on_behind_stripped_furniture(load: Load) -> None:
    words = load(garbles("a", "ADDlS ABABB", "ADDIS ABABA"))
    first, second = page("AMEMBASSY ADDlS\nSECRET", 1), page("SECRET\nABABB TO", 2)
    gone = [strip(first.text, 16, 22), strip(second.text, 0, 6, number=2)]
    edits = correct_pages([first, second], words, gone)
    assert [(edit.page, edit.after) for edit in edits] == [(1, "ADDIS"), (2, "ABABA")]
    assert len({edit.group for edit in edits}) == 1


def test_a_fuzzy_phrase_counts_its_letters_together(load: Load) -> None:
    words = load(entry(id="a", match="fuzzy", words=["BUENOS AIRES"], budget=2))
    assert corrected("AMEMBASSY BUENDS A1RES", words) == [("BUENDS A1RES", "BUENOS AIRES", "suggested")]
    assert corrected("AMEMBASSY BUENOS AIRES", words) == []


# ---- where an entry counts ----


def test_scopes_and_neighbours(load: Load) -> None:
    start = load(garbles("a", "tlie", "the") + 'scope = "line-start"\n')
    assert corrected("tlie tlie", start) == [("tlie", "the", "applied")]
    alone = load(garbles("a", "tlie", "the") + 'scope = "line"\n')
    assert corrected("tlie\ntlie x", alone) == [("tlie", "the", "applied")]
    near = load(garbles("a", "tlie", "the") + 'near = ["OADR"]\n')
    assert corrected("OADR\ntlie\nx\ntlie", near) == [("tlie", "the", "applied")]
    around = load(garbles("a", "tlie", "the") + "around = 'DECL\\n'\n")
    assert corrected("DECL\ntlie\nx\ntlie", around) == [("tlie", "the", "applied")]


def part(when: str, field: str = "tags") -> Setting:
    fields = (Finding("dtg", 1, 0, 0, "", when, 95), Finding(field, 1, 6, 40, "", "", 95))
    return Setting([Part("cable", 1, 0, 1, 99, fields)])


def test_fields_and_years(load: Load) -> None:
    fields = load(garbles("a", "PGOW", "PGOV") + 'field = ["tags"]\n')
    raw = page("TAGS: PGOW, UR")
    assert [edit.after for edit in correct_pages([raw], fields, (), part("1979-11-17T23:43Z"))] == ["PGOV"]
    assert correct_pages([raw], fields, (), part("1979-11-17T23:43Z", "subject")) == []
    dated = load(garbles("a", "PGOW", "PGOV") + "until = 1980-12-31\n")
    for when, found in (("1979-11-17T23:43Z", ["applied"]), ("1989-11-17T23:43Z", []), ("", ["suggested"])):
        assert [edit.status for edit in correct_pages([raw], dated, (), part(when))] == found


def test_no_order_is_cited_before_its_year(load: Load) -> None:
    keys = {"match": "number", "after": ["E.O."], "shape": "[0-9]{5}", "action": "auto"}
    words = load(
        entry(id="a", values=["12958", "12956"], **keys)
        + "[entry.years]\n12958 = [1995, 2009]\n12956 = [1970]\n"
    )
    raw = page("E.O. 1295B")
    [late] = correct_pages([raw], words, (), part("2001-01-01"))
    assert (late.after, late.candidates) == ("12958", ("12958", "12956"))
    [early] = correct_pages([raw], words, (), part("1979-01-01"))
    assert (early.after, early.candidates) == ("12956", ())


def test_suspect_words_are_always_flagged(load: Load) -> None:
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
