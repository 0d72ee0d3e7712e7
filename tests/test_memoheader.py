"""Memoranda, letters and the drafts of cables, on invented documents."""

from tests.parting import CABLE, DRAFT, MEMORANDUM, parts, texts, values


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
