"""The listing for a terminal names every edit that a reader must know of, and holds nothing a terminal would obey."""

from pathlib import Path

import msgspec

from pipeline.record import Document, Edit, EditKind, EditStatus, Line, Page
from pipeline.reporttext import listing
from tests.conftest import ROOT, declass
from tests.shipped import CORRECTIONS

PAGE = Page(2, "ok", (Line("ZEKRET"), Line("Garvo met Marn\x1b[31m in Tolvek")))


def edit(before: str, after: str, kind: EditKind, status: EditStatus = "applied") -> Edit:
    at = PAGE.text.index(before) if before else 12
    return Edit(
        f"{kind}{status}", 2, at, at + len(before), before, after, kind, "rule", 87.6, status, "Because."
    )


def told(*edits: Edit) -> list[str]:
    return list(listing(Document(1, "box/a\u202e.pdf", "", "partial", pages=(PAGE,), edits=edits)))


def test_each_edit_stands_under_its_head_with_page_and_line() -> None:
    several = msgspec.structs.replace(
        edit("Tolvek", "Tolvec", "correct", "suggested"), candidates=("Tolvec", "Tolveg")
    )
    lost = edit("Garvo", "Garvos", "correct", "superseded")
    assert told(
        edit("Garvo", "Garva", "correct"),
        several,
        edit("ZEKRET", "", "strip"),
        edit("", "[REDACTED B1]", "insert"),
        edit("met", "", "withhold", "accepted"),
        edit("in", "on", "correct", "rejected"),
        lost,
    ) == [
        "box/a\\u202e.pdf: partial, 1 page",
        "  stripped (1)",
        "    page 2, line 1: ZEKRET (rule, 88)",
        "  withheld (1)",
        "    page 2, line 2: met (rule, 88)",
        "  inserted (1)",
        "    page 2, line 2: -> [REDACTED B1] (rule, 88)",
        "  corrected (1)",
        "    page 2, line 2: Garvo -> Garva (rule, 88)",
        "  suggested (1)",
        "    page 2, line 2: Tolvek -> Tolvec | Tolveg (rule, 88)",
        "  rejected (1)",
        "    page 2, line 2: in -> on (rule, 88)",
    ]


def test_nothing_reaches_the_terminal_as_a_command() -> None:
    assert "    page 2, line 2: Marn\\x1b[31m -> Marn (rule, 88)" in told(
        edit("Marn\x1b[31m", "Marn", "correct")
    )


def test_the_command_lists_on_stdout_what_was_done(tmp_path: Path) -> None:
    done = declass(
        "report",
        ROOT / "scans" / "receipt.png",
        "-o",
        tmp_path / "out",
        "-c",
        CORRECTIONS,
        "--format",
        "text",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("receipt.png: ok, 1 page\n")
    assert "documents    1: 1 ok" in done.stderr
