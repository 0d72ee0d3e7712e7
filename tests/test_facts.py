"""What a document says of its own secrecy and release, found whole or garbled, at its place."""

import pytest

from pipeline.facts import find_facts, highest_banner, load_facts
from pipeline.headerlists import load_headers
from pipeline.markings import load_markings
from pipeline.record import Finding, Line, Page, Word
from pipeline.strip import strip_pages
from tests.shipped import CORRECTIONS

MARKINGS = load_markings(CORRECTIONS)
FACTS = load_facts(CORRECTIONS / "markings" / "facts.toml", load_headers(CORRECTIONS).digits)


def facts(*lines: str) -> list[Finding]:
    pages = [Page(1, "ok", tuple(map(Line, lines)))]
    found = find_facts(pages, strip_pages(pages, MARKINGS), MARKINGS, FACTS)
    for finding in found:
        assert pages[0].text[finding.start : finding.end] == finding.text
    return list(found)


@pytest.mark.parametrize(
    ("line", "kind", "value", "sure"),
    [
        ("RELEASED IN FULL", "release-decision", "RELEASED IN FULL", True),
        ("RELEASE IN PART B1,1.4(D)", "exemption", "1.4(d)", True),
        ("RELEASE IN PART B6", "exemption", "(b)(6)", True),
        ("RELEASE IN PART 1.4(0)", "exemption", "1.4(d)", False),
        ("REVIEW AUTHORITY: ANNA B MARLOWE", "review-authority", "ANNA B MARLOWE", True),
        (
            "Anna B: Marlowe Declassified/Released US Department of State EO Systematic Review 20 Mar 2014",
            "review-authority",
            "Anna B. Marlowe",
            False,
        ),
        ("DATE/CASE ID: 05 MAR 2007 200103014", "release-date", "2007-03-05", True),
        ("DATE/CASE ID: O5 MAR 2OO7 200103014", "release-date", "2007-03-05", False),
        ("DATE/CASE ID: 05 MAR 2007 2OO1O3O14", "case-number", "200103014", False),
        (
            "Anna B. Marlowe Declassified/Released US Department of State EO Systematic Review 20 Mar 2014",
            "release-date",
            "2014-03-20",
            True,
        ),
        (
            "Approved For Release 2002/02/06 : CIA-RDP93B01194R001000180001-1",
            "release-date",
            "2002-02-06",
            True,
        ),
        (
            "Approved For Release 2002/02/06 : CIA-RDP93B01194R001000180001-1",
            "document-number",
            "CIA-RDP93B01194R001000180001-1",
            True,
        ),
        ("Doc No. C0577963O", "document-number", "C05779630", False),
        ("E.O. 12356: DECL: 0ADR", "declassify-on", "OADR", False),
        ("SECRET/NODIS", "caption", "NODIS", True),
        ("EXOIS", "caption", "EXDIS", False),
        ("DEPARTMENT OF STATE A/GDC/MR REVIEWED by", "review-authority", "A/CDC/MR", False),
        ("DEPARTMENT OF STATEA/CDC/MR REVIEWED by", "review-authority", "A/CDC/MR", True),
        ("DEPARTMENT OF STATE A/CDCER REVIEWED by", "review-authority", "A/CDC/MR", False),
        ("Review Action: RELEASED, APPROVED", "review-action", "RELEASED, APPROVED", True),
        (
            "Anna B. Marlowe Declassified/Released US Department of State EO Systematic Review 20 Mar 2014",
            "release-decision",
            "Declassified/Released",
            True,
        ),
        (
            "Anna B. Marlowe Declassifed/Rele! US Department of State EO Systemat:Review 20 Mar 2014",
            "release-decision",
            "Declassified/Released",
            False,
        ),
        (
            "Anna B. Marlowe Declassifed/Rele! US Department of State EO Systemat:Review 20 Mar 2014",
            "release-date",
            "2014-03-20",
            True,
        ),
        ("2. (C) The ferry is late.", "portion-mark", "(C)", True),
        ("1. CONFIDENTIAL - ENTIRE TEXT.", "portion-mark", "CONFIDENTIAL", True),
    ],
)
def test_a_fact_is_read_and_understood(line: str, kind: str, value: str, sure: bool) -> None:
    [finding] = [finding for finding in facts(line) if (finding.kind, finding.value) == (kind, value)]
    assert (finding.confidence > 90) is sure


def test_a_banner_that_strip_knew_among_specks_is_understood() -> None:
    words = (Word(0, 12, confidence=95.0), Word(13, 21, confidence=20.0))
    body = map(Line, ("The ferry is late.", "", "It met the pilot."))
    pages = [Page(1, "ok", (Line("CONFIDENTIAL epiphone", words), Line(), *body))]
    found = find_facts(pages, strip_pages(pages, MARKINGS), MARKINGS, FACTS)
    assert [finding.value for finding in found] == ["CONFIDENTIAL"]


def test_banners_are_facts_and_the_highest_is_told() -> None:
    found = facts("UNCLASSIFIED", "CONFIDENTTAL", "", "The ferry is late.", "", "SECRET/NODIS")
    banners = [finding.value for finding in found if finding.kind == "banner"]
    assert banners == ["UNCLASSIFIED", "CONFIDENTIAL", "SECRET NODIS"]
    assert highest_banner(found, MARKINGS) == "SECRET"
    assert highest_banner([], MARKINGS) == ""


@pytest.mark.parametrize(
    "line", ["He was born in B6 ward.", "The vote was 1.4 to 1.", "A RELEASE was planned.", "(SIC)"]
)
def test_other_text_states_nothing(line: str) -> None:
    assert facts("First line.", line, "Last line.") == []


def test_a_precedence_is_no_caption() -> None:
    assert [one for one in facts("TO AMEMBASSY NAIROBI NIACT IMMEDIATE") if one.kind == "caption"] == []


def test_a_stamp_that_was_cut_off_a_line_still_speaks() -> None:
    line = "AMEMBASSY STOCKHOLM ( ) DENY ( ) CLASSIFY as OADR A/CDC/MR"
    found = {one.kind: one for one in facts("The ferry left the harbor at noon.", line)}
    assert found["review-authority"].value == "A/CDC/MR"
    assert "review-authority" not in {one.kind for one in facts("The ferry left A/CDC/MR at noon.")}
