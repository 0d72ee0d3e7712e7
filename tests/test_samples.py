"""What the real engine makes of the sample scans, held against their exact truth."""

import re
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from pipeline.record import read_record
from tests.conftest import ROOT

TRUTH = ROOT / "tests" / "data" / "samples"
NAMES = ("memorandum.pdf", "cables/cable-draft.pdf", "cables/cable-revised.pdf", "note.tif", "receipt.png")


def squeezed(text: str) -> str:
    """Words alone: rules of underscores, and blanks that a typewriter's pitch suggests, are no one's words."""
    return re.sub(r"[\W_]+", " ", text).strip()


def lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n\f]", text) if line.strip()]


@pytest.mark.parametrize(
    ("name", "worst"), [(NAMES[0], 0.01), (NAMES[1], 0.015), (NAMES[2], 0.015), (NAMES[3], 0.04)]
)
def test_clean_text_is_near_the_truth(transcribed: Path, name: str, worst: float) -> None:
    truth = squeezed((TRUTH / f"{name}.clean.txt").read_text())
    read = squeezed((transcribed / "text" / f"{name}.txt").read_text())
    assert Levenshtein.normalized_distance(truth, read) <= worst


@pytest.mark.parametrize("name", NAMES)
def test_no_banner_is_left_and_no_content_is_gone(transcribed: Path, name: str) -> None:
    left = lines((transcribed / "text" / f"{name}.txt").read_text())
    assert not {"CONFIDENTIAL", "UNCLASSIFIED", "SECRET"} & set(left)
    raw = lines((transcribed / "raw" / f"{name}.txt").read_text())
    gone = [line for line in raw if line not in left]
    truth = set(lines((TRUTH / f"{name}.clean.txt").read_text()))
    assert not truth & set(gone)


def test_the_draft_cable_shows_garbles_mended_and_suggested(transcribed: Path) -> None:
    record = read_record(transcribed / "records" / "cables" / "cable-draft.pdf.json")
    found = {(edit.before, edit.after, edit.status) for edit in record.edits if edit.kind == "correct"}
    assert found == {
        ("1235b", "12356", "applied"),
        ("184b27", "184627", "suggested"),
        ("{PAPERS TO FOLLOW BY POUCH}", "(PAPERS TO FOLLOW BY POUCH)", "applied"),
    }


def test_the_memorandum_shows_what_was_blacked_out(transcribed: Path) -> None:
    record = read_record(transcribed / "records" / "memorandum.pdf.json")
    assert [(page.number, one.kind, one.code) for page in record.pages for one in page.redactions] == [
        (2, "filled", "B1")
    ]
    text = lines((transcribed / "text" / "memorandum.pdf.txt").read_text())
    assert "gations. Kampala would wait until the [REDACTED B1] been" in text
    assert "1 redaction" in (transcribed / "report/documents/memorandum.pdf.html").read_text()


def test_a_worn_letter_at_a_line_s_end_is_read_by_the_second_reader(transcribed: Path) -> None:
    assert "INFO AMEMBASSY KAMPALA" in lines(
        (transcribed / "raw" / "cables" / "cable-draft.pdf.txt").read_text()
    )


def test_the_revised_cable_needs_no_correction(transcribed: Path) -> None:
    record = read_record(transcribed / "records" / "cables" / "cable-revised.pdf.json")
    assert not [edit for edit in record.edits if edit.kind == "correct"]


def test_content_that_looks_like_furniture_stays(transcribed: Path) -> None:
    draft = lines((transcribed / "text" / "cables" / "cable-draft.pdf.txt").read_text())
    assert "1. CONFIDENTIAL - ENTIRE TEXT." in draft
    assert "4" in draft


def test_every_word_has_its_place_on_the_page(transcribed: Path) -> None:
    for path in (transcribed / "records").rglob("*.json"):
        for page in read_record(path).pages:
            for word in (word for line in page.lines for word in line.words):
                assert word.box and word.confidence is not None
                assert 0 <= word.box.left < word.box.right <= page.width
                assert 0 <= word.box.top < word.box.bottom <= page.height


def test_the_report_shows_each_edit(transcribed: Path) -> None:
    page = (transcribed / "report" / "documents" / "cables" / "cable-draft.pdf.html").read_text()
    record = read_record(transcribed / "records" / "cables" / "cable-draft.pdf.json")
    for edit in record.edits:
        assert f"e-{edit.id}" in page
    assert page.count("cable-draft.pdf.pages/000001.jpg") >= 10
    assert "cable-draft.pdf" in (transcribed / "report" / "index.html").read_text()
