"""Parts and header fields, on invented documents."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean_text
from pipeline.dates import time_group, written_date
from pipeline.edits import settle
from pipeline.errors import ConfigurationError
from pipeline.headerlines import finding, piece, rows_of
from pipeline.headerlists import load_headers
from pipeline.headers import find_parts
from pipeline.markings import load_markings
from pipeline.pagebreaks import pages_of
from pipeline.record import Page, Part
from pipeline.strip import strip_pages
from pipeline.textstages import load_corrections
from tests.shipped import CORRECTIONS

PATTERNS = load_headers(CORRECTIONS)
MARKINGS = load_markings(CORRECTIONS)

CABLE = """CONFIDENTIAL
PAGE 01   STATE 123456
ORIGIN EUR-12
INFO OCT-01 ISO-00 /013 R
DRAFTED BY EUR/XY:ABMILLER:KL
APPROVED BY EUR:CDTAYLOR
S/S:EFBAKER L/EUR:GHCOOK (SUBS)
          ------------------078229 180018Z /21
O R 172343Z NOV 79
FM SECSTATE WASHDC
TO AMEMBASSY MOSCOW IMMEDIATE
AMEMBASSY LA PAZ 1234
INFO USMISSION NATO
AMCONSUL LENINGRAD PRIORITY 77
C O N F I D E N T I A L STATE 123456
EXDIS
E.O. 12065: GDS 11/17/85 (TAYLOR, C.D.)
TAGS: PEPR, UR, OVIP (BAKER, E.F.)
SUBJECT: DELIVERY OF FURNITURE TO
THE NEW ANNEX
REFS: (A) MOSCOW 12345; (B) STATE
99887 (NOTAL)
1. (C) THE FURNITURE WILL COME BY SEA AND NOT BY RAIL AS FIRST TOLD.
2. PLEASE TELL THE PORT AUTHORITIES THAT THE SHIP HAS BEEN DELAYED.
VANCE
CONFIDENTIAL
NNNN
"""

MEMORANDUM = """CONFIDENTIAL

INFORMATION MEMORANDUM

TO:       The Secretary
THROUGH:  P - Mr. Alder
FROM:     EUR - Jane Birch
DATE:     October 14, 1986
SUBJECT:  What the Embassy Reports about
          Its New Annex

In its telegram the embassy says that the annex can be used from the spring on. It writes under
TAGS: ABLD, UR
SUBJECT: NEW ANNEX
that the roof is still open and that the painters have not come yet.

Drafted: EUR/XY:KElm
Cleared: EUR:LFir
A/BO:MOak

CONFIDENTIAL
"""


def parts(text: str) -> tuple[Part, ...]:
    pages, _ = pages_of(text, MARKINGS)
    return parts_of(pages)


def parts_of(pages: Sequence[Page]) -> tuple[Part, ...]:
    found = find_parts(pages, settle(strip_pages(pages, MARKINGS)), PATTERNS)
    texts = {page.number: page.text for page in pages}
    for part in found:
        for one in part.fields:
            assert texts[one.page][one.start : one.end] == one.text
    return found


def values(part: Part, kind: str) -> list[str]:
    return [one.value for one in part.fields if one.kind == kind]


def texts(part: Part, kind: str) -> list[str]:
    return [one.text for one in part.fields if one.kind == kind]


def test_a_cables_fields() -> None:
    (cable,) = parts(CABLE)
    assert (cable.kind, cable.first_page, cable.start, cable.last_page, cable.end) == (
        "cable",
        1,
        0,
        1,
        len(CABLE),
    )
    fields = {kind: values(cable, kind) for kind in sorted({one.kind for one in cable.fields})}
    assert fields == {
        "approved_by": ["EUR:CDTAYLOR"],
        "clearances": ["S/S:EFBAKER", "L/EUR:GHCOOK (SUBS)"],
        "drafter": ["EUR/XY:ABMILLER:KL"],
        "dtg": ["1979-11-17T23:43Z"],
        "eo": ["E.O. 12065: GDS 11/17/85 (TAYLOR, C.D.)"],
        "from": ["SECSTATE WASHDC"],
        "info": ["USMISSION NATO", "AMCONSUL LENINGRAD PRIORITY 77"],
        "message_number": ["STATE 123456"],
        "precedence": ["IMMEDIATE", "ROUTINE"],
        "refs": ["MOSCOW 12345", "STATE 99887 (NOTAL)"],
        "signature": ["VANCE"],
        "subject": ["DELIVERY OF FURNITURE TO THE NEW ANNEX"],
        "tags": ["PEPR", "UR", "OVIP (BAKER, E.F.)"],
        "to": ["AMEMBASSY MOSCOW IMMEDIATE", "AMEMBASSY LA PAZ 1234"],
    }
    assert texts(cable, "dtg") == ["172343Z NOV 79"]
    assert texts(cable, "refs")[1] == "STATE\n99887 (NOTAL)"
    places = [(one.page, one.start) for one in cable.fields]
    assert places == sorted(places)


def test_garbles_are_bridged_in_the_value_and_never_in_the_text() -> None:
    (cable,) = parts(
        "PAGE 01 STATE 123456\n"
        "I0 172343Z N0V 79\n"
        "EM SECSTATE WASHOC\n"
        "TO AMEMBA55Y MOSCOW IMMEOIATE 12 stamped\n"
        "CONFIDENTIAL STATE 12345b\n"
        "E.0. 1235b; OECL:OAOR\n"
        "TAGS. PARN, UR\n"
        "SUBUECT:* A NEW ANNEX\n"
        "REF: M0SCOW 1234S\n"
        "1. THE ANNEX IS NEW AND IT STANDS WHERE THE OLD ONE STOOD.\n"
    )
    understood = {
        "precedence": "IMMEDIATE",
        "dtg": "1979-11-17T23:43Z",
        "from": "SECSTATE WASHDC",
        "to": "AMEMBASSY MOSCOW IMMEDIATE 12",
        "message_number": "STATE 123456",
        "eo": "E.O. 12356: DECL: OADR",
        "tags": "PARM",
        "subject": "A NEW ANNEX",
        "refs": "M0SCOW 12345",
    }
    for kind, value in understood.items():
        first = next(one for one in cable.fields if one.kind == kind)
        assert first.value == value
        assert first.confidence < 95
    assert texts(cable, "eo") == ["E.0. 1235b; OECL:OAOR"]
    assert texts(cable, "from") == ["SECSTATE WASHOC"]


def test_what_is_not_understood_says_so() -> None:
    (cable,) = parts(CABLE.replace("172343Z NOV 79", "392343Z NOV 79").replace("12065", "12066"))
    time = next(one for one in cable.fields if one.kind == "dtg")
    assert (time.text, time.value, time.confidence) == ("392343Z NOV 79", "", 30.0)
    order = next(one for one in cable.fields if one.kind == "eo")
    assert order.value.startswith("E.O. 12066")  # a number of digits alone is never changed
    assert order.confidence == 30.0


def test_furniture_in_a_subject_does_not_cut_it() -> None:
    head, tail = CABLE.split("THE NEW ANNEX\n")
    text = f"{head}CONFIDENTIAL\n\fCONFIDENTIAL\nPAGE 02   STATE 123456\nTHE NEW ANNEX\n{tail}"
    (cable,) = parts(text)
    assert values(cable, "subject") == ["DELIVERY OF FURNITURE TO THE NEW ANNEX"]
    assert texts(cable, "subject") == ["DELIVERY OF FURNITURE TO"]  # as far as its first page goes
    assert (cable.first_page, cable.last_page) == (1, 2)


def test_specks_between_two_words_are_no_part_of_a_name_or_number() -> None:
    speckled = CABLE.replace("AMEMBASSY MOSCOW", "AMEMBASSY.MOSCOW").replace(
        "L STATE 123456", "L STATE•123456"
    )
    [part] = parts(speckled)
    understood = {one.kind: one.value for one in reversed(part.fields)}
    assert understood["to"] == "AMEMBASSY MOSCOW IMMEDIATE"
    assert understood["message_number"] == "STATE 123456"


def test_two_telegrams_and_the_sections_of_one() -> None:
    one = CABLE.replace("EXDIS", "SECTION 01 OF 02 STATE 123456")
    two = CABLE.replace("EXDIS", "SECTION 02 OF 02 STATE 123456")
    other = CABLE.replace("123456", "123457").replace("172343Z", "180101Z")
    found = parts(f"{one}\f{two}\f{other}")
    assert [(part.first_page, part.last_page) for part in found] == [(1, 2), (3, 3)]
    assert [values(part, "message_number") for part in found] == [["STATE 123456"], ["STATE 123457"]]


def test_a_section_whose_first_header_lost_its_number() -> None:
    first = CABLE.replace("EXDIS", "SECTION 01 OF 02 STATE").replace("STATE 123456", "ST*%&")
    second = CABLE.replace("EXDIS", "SECTION 02 OF 02 STATE 123456").replace("172343Z NOV", "172343Z NQZ")
    assert [(part.first_page, part.last_page) for part in parts(f"{first}\f{second}")] == [(1, 2)]


def test_a_sender_whose_name_was_not_read_and_a_stamp_beside_the_tags() -> None:
    (cable,) = parts(
        CABLE.replace("FM SECSTATE", "Fla. SECSTATE").replace(
            "UR, OVIP (BAKER, E.F.)", "UR PARTMENT OF ST A/CBC"
        )
    )
    assert values(cable, "from") == ["SECSTATE WASHDC"]
    assert values(cable, "message_number") == ["STATE 123456"]
    assert values(cable, "tags") == ["PEPR", "UR"]


def test_a_telegram_may_begin_behind_another_on_its_page() -> None:
    other = CABLE.replace("123456", "123457").replace("172343Z", "180101Z")
    first, second = parts(CABLE + other)
    assert (first.start, first.end, second.start, second.end) == (
        0,
        len(CABLE),
        len(CABLE),
        len(CABLE + other),
    )
    assert values(second, "dtg") == ["1979-11-18T01:01Z"]


def test_a_telegram_quoted_in_the_text_is_no_part() -> None:
    quoted = "\n".join(CABLE.split("\n")[8:20])
    (cable,) = parts(
        CABLE.replace("VANCE\n", f"3. FOLLOWING WAS SENT TO ALL POSTS:\nQUOTE {quoted}\nUNQUOTE\nVANCE\n")
    )
    assert values(cable, "signature") == ["VANCE"]
    assert len(values(cable, "dtg")) == 1


def test_a_telegram_quoted_at_the_top_of_a_later_page_is_no_part() -> None:
    quoted = "\n".join(CABLE.split("\n")[8:20]).replace("123456", "98765")
    later = f"CONFIDENTIAL\nPAGE 02   STATE 123456\n3. FOLLOWING WAS SENT TO ALL POSTS:\n{quoted}\n4. ALL IS WELL.\nVANCE\nNNNN\n"
    (cable,) = parts(f"{CABLE.replace('NNNN', '')}\f{later}")
    assert values(cable, "message_number") == ["STATE 123456"]


def test_a_form_and_one_field_are_a_cable() -> None:
    (cable,) = parts("OUTGOING TELEGRAM\n%&/\nSUBJECT: A NEW ANNEX\n\n1. IT IS NEW.\n")
    assert (cable.kind, values(cable, "subject")) == ("cable", ["A NEW ANNEX"])


def test_a_memorandum_that_quotes_a_cable() -> None:
    (memorandum,) = parts(MEMORANDUM)
    assert memorandum.kind == "memorandum"
    assert {
        kind: values(memorandum, kind) for kind in ("to", "through", "from", "date", "drafter", "clearances")
    } == {
        "to": ["The Secretary"],
        "through": ["P - Mr. Alder"],
        "from": ["EUR - Jane Birch"],
        "date": ["1986-10-14"],
        "drafter": ["EUR/XY:KElm"],
        "clearances": ["EUR:LFir", "A/BO:MOak"],
    }
    assert values(memorandum, "subject") == ["What the Embassy Reports about Its New Annex"]
    assert texts(memorandum, "date") == ["October 14, 1986"]


def test_a_memorandum_for_somebody() -> None:
    (memorandum,) = parts(
        "MEMORANDUM FOR THE SECRETARY OF STATE\n\nFROM: Jane Birch\n\nSUBJECT: A New Annex\n\n9th May, 1985\n\n"
        "The annex is new and it stands where the old one stood before.\n"
    )
    assert memorandum.kind == "memorandum"
    assert [values(memorandum, kind) for kind in ("to", "from", "subject", "date")] == [
        ["THE SECRETARY OF STATE"],
        ["Jane Birch"],
        ["A New Annex"],
        ["1985-05-09"],
    ]


def test_a_later_cable() -> None:
    (cable,) = parts(
        "VZCZCXRO1234\nRR RUEHC\nDE RUEHMO #1234 1241234\nZNY CCCCC ZZH\nR 031234Z MAY 04\nFM AMEMBASSY MOSCOW\n"
        "TO RUEHC/SECSTATE WASHDC 1234\nINFO RUEHLO/AMEMBASSY LONDON PRIORITY 0007\nRHEHNSC/NSC WASHDC\n"
        "C O N F I D E N T I A L SECTION 01 OF 02 MOSCOW 001234\n\nSIPDIS\n\nE.O. 12958: DECL: 05/03/2014\n"
        "TAGS: PREL, PGOV, RS\nSUBJECT: A NEW ANNEX\n\nREF: A. STATE 4711\n     B. LONDON 42\n\n"
        "1. (C) THE ANNEX IS NEW AND IT STANDS WHERE THE OLD ONE STOOD.\nVERSHBOW\n"
    )
    fields = {
        kind: values(cable, kind)
        for kind in ("dtg", "from", "to", "info", "message_number", "eo", "tags", "refs")
    }
    assert fields == {
        "dtg": ["2004-05-03T12:34Z"],
        "from": ["AMEMBASSY MOSCOW"],
        "to": ["RUEHC/SECSTATE WASHDC 1234"],
        "info": ["RUEHLO/AMEMBASSY LONDON PRIORITY 0007", "RHEHNSC/NSC WASHDC"],
        "message_number": ["MOSCOW 001234"],
        "eo": ["E.O. 12958: DECL: 05/03/2014"],
        "tags": ["PREL", "PGOV", "RS"],
        "refs": ["STATE 4711", "LONDON 42"],
    }
    assert values(cable, "subject") == ["A NEW ANNEX"]
    assert values(cable, "signature") == ["VERSHBOW"]


def test_a_number_without_its_post() -> None:
    (cable,) = parts(CABLE.replace("C O N F I D E N T I A L STATE 123456", "LIMITED OFFICIAL USE 0526"))
    (number,) = [one for one in cable.fields if one.kind == "message_number"]
    assert (number.text, number.value, number.confidence) == ("0526", "STATE 0526", 75.0)


def test_a_garbled_memorandum() -> None:
    (memorandum,) = parts(
        "INFORMATION MEMORANDUM\n\n{ sis\n\nTOs The Secretary il\nQo FROM : EUR - Jane Birch\nSUBJKCTs A New Annex\n\n"
        "The annex is new and it stands where the old one stood before.\n"
    )
    assert memorandum.kind == "memorandum"
    assert [values(memorandum, kind) for kind in ("to", "from", "subject")] == [
        ["The Secretary"],
        ["EUR - Jane Birch"],
        ["A New Annex"],
    ]


DRAFT = """OUTGOING TELEGRAM
DEPARTMENT OF STATE
RELEASED IN FULL

CONFIDENTIAL

AF/X:PELM:PEK
10/19/94 647-0000 SECC 5216
THE SECRETARY

AF:QFIR AF/X:RASH
EUR:SBEECH

PRIORITY OSLO, BERN PRIORITY, ROME PRIORITY +
ROUTINE NAIROBI

E.O. 1235b: DECL: OADR

TAGS: PREL, KE

SUBJECT: FRIENDS OF THE NEW ANNEX

REF: STATE 26193b

1. CONFIDENTIAL - ENTIRE TEXT.

2. POSTS SHOULD DELIVER THE FOLLOWING LETTER AT THE EARLIEST OPPORTUNITY.

DEAR MR. MINISTER:

CONFIDENTIAL
\f
CONFIDENTIAL

2

THE ANNEX IS NEW AND IT STANDS WHERE THE OLD ONE STOOD BEFORE.

SINCERELY,

5. MINIMIZE CONSIDERED.

CONFIDENTIAL
"""


def test_a_memorandum_and_the_drafts_of_its_cables() -> None:
    second = DRAFT.replace("THE SECRETARY", "P:TROWAN").replace("FRIENDS", "ENEMIES")
    rest = "The plan is good and it should be carried out at once by all.\nAPPROVE ____\nDISAPPROVE ____\nDrafted:AF/X:PElm\nCleared: AF:QFir\n"
    found = parts(f"{rest}\f{DRAFT}\f{second}")
    assert [(part.kind, part.first_page, part.last_page) for part in found] == [
        ("memorandum", 1, 1),
        ("cable", 2, 3),
        ("cable", 4, 5),
    ]
    cable = found[1]
    assert values(cable, "to") == ["PRIORITY OSLO", "BERN PRIORITY", "ROME PRIORITY", "ROUTINE NAIROBI"]
    assert values(cable, "precedence") == ["PRIORITY", "ROUTINE"]
    assert values(cable, "drafter") == ["AF/X:PELM:PEK"]
    assert values(cable, "approved_by") == ["THE SECRETARY"]
    assert values(cable, "clearances") == ["AF:QFIR", "AF/X:RASH", "EUR:SBEECH"]
    assert values(cable, "eo") == ["E.O. 12356: DECL: OADR"]
    assert values(cable, "refs") == ["STATE 261936"]
    assert not values(cable, "signature")
    assert values(found[2], "approved_by") == ["P:TROWAN"]
    assert values(found[2], "subject") == ["ENEMIES OF THE NEW ANNEX"]


def test_a_letter_and_an_attachment() -> None:
    letter = (
        "October 4, 1986\n\nMr. John Elm\nThe White House\n\nDear Mr. Elm:\n\n"
        "Thank you for the briefing on the annex that you gave to us last week.\n\nSincerely,\n\nJane Q. Birch\n"
    )
    found = parts(f"{letter}\fTAB A\n\nA list of all the rooms in the annex with their doors and windows.\n")
    assert [part.kind for part in found] == ["letter", "other"]
    assert [values(found[0], kind) for kind in ("date", "to", "signature")] == [
        ["1986-10-04"],
        ["Mr. John Elm The White House"],
        ["Jane Q. Birch"],
    ]


def test_an_attributes_sheet_is_no_memorandum() -> None:
    sheet = "Message Attributes\n\nAutomatic Decaptioning: X\nFrom: LA PAZ\nSubject: A NEW ANNEX\nTAGS: ABLD, BL\nTo: STATE\n"
    assert [part.kind for part in parts(f"{CABLE}\f{sheet}")] == ["cable", "other"]


@pytest.mark.parametrize("text", ["", "\f\f", " \n \n"])
def test_nothing_holds_no_parts(text: str) -> None:
    assert parts(text) == ()


def test_empty_pages_between() -> None:
    found = parts(f"\f{CABLE}\f\f\f{MEMORANDUM}\f")
    assert [(part.kind, part.first_page, part.last_page) for part in found] == [
        ("cable", 2, 2),
        ("memorandum", 5, 5),
    ]


def test_a_mention_of_a_field_is_no_header() -> None:
    (one,) = parts(
        "The talks went on for two days.\nTo: approve this was not easy for them, they said at the end.\n"
    )
    assert one.kind == "other"
    assert not one.fields


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("O R 172343Z NOV 79", "1979-11-17T23:43Z"),
        ("P 1214132 OCT 86", "1986-10-12T14:13Z"),
        ("0 091517Z,QGT 86", "1986-10-09T15:17Z"),
        ("121212Z JAN 04", "2004-01-12T12:12Z"),
        ("R 301212Z FEB 79", ""),
        ("R 101212Z MAI 79", ""),  # MAR or MAY
        ("O 161515Z OCT 36", ""),
        ("R 2321107 MAY a", ""),
    ],
)
def test_time_groups(text: str, value: str) -> None:
    found = time_group(text, PATTERNS.digits)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "text", ["THE TALKS ENDED 172343Z NOV 79", "437214 091603Z /41", "1. ON 121212Z", ""]
)
def test_no_time_groups(text: str) -> None:
    assert time_group(text, PATTERNS.digits) is None


def test_written_dates() -> None:
    told = ["October 8, 1986", "8 October 1986", "10/8/86", "Foo 8, 1986", "February 30, 1986"]
    assert [found[2] if (found := written_date(text)) else None for text in told] == [
        *["1986-10-08"] * 3,
        "",
        "",
    ]


_PIECES = st.sampled_from(
    [
        *CABLE.split("\n"),
        *MEMORANDUM.split("\n"),
        *DRAFT.replace("\f", "").split("\n"),
        "\f",
        "",
        "QUOTE",
        "UNQUOTE X",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=30), max_size=60))
def test_any_text_lies_in_parts(lines: list[str]) -> None:
    pages, _ = pages_of("\n".join(lines), MARKINGS)
    found = parts_of(pages)
    for row in rows_of(pages, ()):
        place = (row.page, row.start)
        holding = [
            part for part in found if (part.first_page, part.start) <= place < (part.last_page, part.end)
        ]
        assert len(holding) == 1
    for part in found:
        assert all((part.first_page, part.start) <= (one.page, one.start) for one in part.fields)
        assert all((one.page, one.end) <= (part.last_page, part.end) for one in part.fields)


def test_a_finding_keeps_to_its_first_page() -> None:
    pages, _ = pages_of("SUBJECT: ONE\fTWO", MARKINGS)
    rows = rows_of(pages, ())
    one = finding("subject", [piece(rows[0], 9), piece(rows[1])], {page.number: page.text for page in pages})
    assert (one.page, one.start, one.end, one.text, one.value) == (1, 9, 12, "ONE", "ONE TWO")


def test_the_text_stages_find_parts() -> None:
    document = clean_text(CABLE, CORRECTIONS).document
    assert [part.kind for part in document.parts] == ["cable"]


def test_values_take_over_corrections() -> None:
    document = clean_text(
        CABLE.replace("INFO USMISSION NATO", "INFO AMEMBASSY REYKIAVIK"), CORRECTIONS
    ).document
    info = next(one for one in document.parts[0].fields if one.kind == "info")
    (edit,) = [edit for edit in document.edits if edit.before == "REYKIAVIK"]
    assert edit.status == "suggested"  # the text keeps a name that was only suggested
    assert (info.text, info.value, info.confidence) == ("AMEMBASSY REYKIAVIK", "AMEMBASSY REYKJAVIK", 75.0)
    refused = [msgspec.structs.replace(edit, status="rejected")]
    (part,) = find_parts(document.pages, refused, PATTERNS)
    assert values(part, "info")[0] == "AMEMBASSY REYKIAVIK"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    return tmp_path / "corrections"


def test_a_change_of_the_lists_changes_the_digest(folder: Path) -> None:
    before = load_corrections(folder).digest
    path = folder / "markings" / "tags.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"AADP", ', ""), encoding="utf-8")
    assert load_corrections(folder).digest != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[openings]", "[opening]", "opening"),
        ("'N{3,4}'", "'N{3,4'", "N{3,4"),
        ("'N{3,4}'", "'(N'", "no regular expression"),
        ('Z = "FLASH"', 'ZZ = "FLASH"', "single letter"),
        ("[precedence]", "[precedence", "headers.toml"),
    ],
)
def test_a_wrong_file_stops_the_run(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "markings" / "headers.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    if said == "N{3,4":  # a legal expression after all: braces stand for themselves
        load_headers(folder)
        return
    with pytest.raises(ConfigurationError, match=said):
        load_headers(folder)


def test_a_missing_file_says_where_it_belongs(folder: Path) -> None:
    (folder / "markings" / "tags.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"tags\.toml cannot be read .*name a corrections folder"):
        load_headers(folder)
