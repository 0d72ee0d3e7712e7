"""Parts and header fields, on invented documents."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean_text
from pipeline.headerlines import finding, piece, rows_of
from pipeline.headers import find_parts
from pipeline.pagebreaks import pages_of
from tests.parting import CABLE, DRAFT, MARKINGS, MEMORANDUM, PATTERNS, parts, parts_of, texts, values
from tests.shipped import CORRECTIONS


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


@settings(max_examples=60)
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
