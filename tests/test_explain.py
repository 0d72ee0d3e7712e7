"""What was done to a page is told in words, from the record alone."""

from pathlib import Path

import pytest

from tests.conftest import Quick


def test_a_page_tells_what_was_done_to_it(transcribed: Path, quick: Quick) -> None:
    told = quick("explain", transcribed, "cables/cable-draft.pdf:1")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].startswith("cables/cable-draft.pdf, SHA-256 ")
    assert lines[1].startswith("page 1 of 2: ok, read in ")
    assert any("'1235b' -> '12356', applied by executive-order-number, score" in line for line in lines)
    assert any(line.startswith("  line 1: strip ") for line in lines)
    assert any(line.startswith("  looked at as ") for line in lines)
    assert "1235b" not in quick("explain", transcribed, "cables/cable-draft.pdf:2").stdout


@pytest.mark.parametrize(
    ("place", "said"),
    [("memo", "FILE:PAGE"), ("lost.pdf:1", "no document lost.pdf"), ("note.tif:9", "none is page 9")],
)
def test_a_page_that_is_not_there_is_said(transcribed: Path, quick: Quick, place: str, said: str) -> None:
    done = quick("explain", transcribed, place)
    assert done.exit_code == 2
    assert said in done.stderr
