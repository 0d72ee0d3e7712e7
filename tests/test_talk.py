"""What a run says: where it is, what it made, and what its reader should look at."""

from pathlib import Path

import msgspec
import pytest

from pipeline.record import SCHEMA_VERSION, DocumentOutcome, PageOutcome, Run
from pipeline.talk import PlainTalk, images_summary, summary

OUTPUT = Path("output")


def run_of(*documents: DocumentOutcome, orphaned: tuple[str, ...] = ()) -> Run:
    return Run(SCHEMA_VERSION, "0", "", 4.0, {}, {}, documents, orphaned=orphaned)


def document(*pages: PageOutcome, edits: dict[str, int] | None = None) -> DocumentOutcome:
    return DocumentOutcome(
        "box/memo.pdf", "/s/box/memo.pdf", "box/memo.pdf", "00", "ok", pages=pages, edits=edits or {}
    )


def test_pages_hardly_legible_are_named() -> None:
    pages = [PageOutcome(number, "low_confidence") for number in range(1, 8)]
    told = summary(run_of(document(PageOutcome(8, "ok"), *pages)), OUTPUT)
    assert "look at      box/memo.pdf page 1, box/memo.pdf page 2" in told
    assert "page 5 and 2 more: hardly legible" in told
    assert "look at" not in summary(run_of(document(PageOutcome(1, "ok"))), OUTPUT)


def test_what_was_withheld_is_counted() -> None:
    told = summary(run_of(document(PageOutcome(1, "ok"), edits={"withhold applied": 3})), OUTPUT)
    assert "withheld     3 pieces: noise, or read at redactions" in told


def test_texts_made_anew_are_counted_where_no_page_is_read() -> None:
    told = summary(run_of(document(PageOutcome(1, "ok", cached=True))), OUTPUT, anew=1)
    assert "no page to read, 1 text made anew, 4.0 seconds in all" in told


def test_orphans_are_told() -> None:
    assert "orphans      1 document whose scan has gone" in summary(run_of(orphaned=("gone.pdf",)), OUTPUT)


def test_a_document_of_whose_pages_none_was_asked_for_is_named() -> None:
    pages = PageOutcome(1, "skipped", message="not asked for with --pages")
    assert "not read     box/memo.pdf: it has 1 page, and none of those" in summary(
        run_of(document(pages)), OUTPUT
    )


def test_a_run_that_only_draws_pages_tells_of_images_alone() -> None:
    told = images_summary(run_of(document(PageOutcome(1, "ok"))), OUTPUT)
    assert told.endswith("images       output/work/pages")
    assert "text" not in told and "stripped" not in told


def test_texts_are_told_while_they_are_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = PlainTalk()
    talk.begin(3, [Path("scans")], OUTPUT)
    talk.texts(2)
    monkeypatch.setattr("pipeline.talk.monotonic", lambda: 1e9)
    talk.document(document())
    talk.document(document(), anew=True)
    said = capsys.readouterr().err
    assert said == "3 documents to transcribe from scans into output\n1 of 2 texts made\n"


def test_control_characters_in_names_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    bad = msgspec.structs.replace(document(PageOutcome(1, "low_confidence")), source="a\x1b[2Jb")
    PlainTalk().begin(1, [Path("s\x1b[2J")], OUTPUT)
    assert "\x1b" not in summary(run_of(bad), OUTPUT) + capsys.readouterr().err
