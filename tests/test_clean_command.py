"""`declass clean`: OCR text in, clean text out, and nothing else."""

import json
from pathlib import Path

import pytest

from tests.conftest import Quick, Shell
from tests.running import assert_talk

GARBLED = "CONFIDENTIAL\n\nE.O. 1235b: DECL: OADR\n\nCONFIDENTIAL\n"


def test_clean_is_a_filter(quick: Quick) -> None:
    done = quick("clean", stdin=GARBLED)
    assert done.exit_code == 0
    assert done.stdout == "E.O. 12356: DECL: OADR\n"
    assert done.stderr == ""


def test_clean_writes_nothing_but_text_to_a_pipe(shell: Shell) -> None:
    done = shell("clean", "-", stdin=GARBLED, LC_ALL="C", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (0, "E.O. 12356: DECL: OADR\n", "")


def test_clean_can_leave_each_of_its_stages_out(quick: Quick) -> None:
    assert quick("clean", "--no-strip", stdin=GARBLED).stdout == GARBLED.replace("1235b", "12356")
    assert quick("clean", "--no-correct", stdin=GARBLED).stdout == "E.O. 1235b: DECL: OADR\n"
    assert quick("clean", "--no-strip", "--no-correct", stdin=GARBLED).stdout == GARBLED


def test_corrections_can_be_held_back_to_suggestions(quick: Quick, tmp_path: Path) -> None:
    assert quick("clean", stdin=GARBLED).stdout == "E.O. 12356: DECL: OADR\n"
    edits = tmp_path / "edits.jsonl"
    done = quick("clean", "--max-action", "suggest", "--edits", edits, stdin=GARBLED)
    assert done.stdout == "E.O. 1235b: DECL: OADR\n"
    found = [json.loads(line) for line in edits.read_text().splitlines()]
    assert ("12356", "suggested") in [(edit["after"], edit["status"]) for edit in found]


def test_clean_writes_its_edits_and_a_diff(tmp_path: Path, quick: Quick) -> None:
    done = quick("clean", "--edits", "edits.jsonl", "--diff", "d.diff", stdin=GARBLED)
    assert done.exit_code == 0
    edits = [json.loads(line) for line in (tmp_path / "edits.jsonl").read_text().splitlines()]
    assert [(edit["line"], edit["kind"], edit["before"]) for edit in edits if edit["kind"] == "correct"] == [
        (3, "correct", "1235b")
    ]
    diff = (tmp_path / "d.diff").read_text()
    assert "-E.O. 1235b: DECL: OADR" in diff
    assert "+E.O. 12356: DECL: OADR" in diff
    done = quick("clean", "--edits", "gone/edits.jsonl", stdin=GARBLED)
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_clean_parts_found_pages_by_form_feeds_unless_told_not_to(tmp_path: Path, quick: Quick) -> None:
    banner = "CONFIDENTIAL\n\nCONFIDENTIAL\n"
    pages = "".join(f"{banner}\nPlain words of page {number}.\n\n" for number in range(1, 4)) + banner
    (tmp_path / "ocr.txt").write_text(pages)
    parted = quick("clean", "ocr.txt").stdout
    joined = quick("clean", "ocr.txt", "--no-form-feed").stdout
    assert "\f" in parted
    assert "\f" not in joined
    assert "CONFIDENTIAL" not in parted + joined
    assert parted.replace("\f", "") == joined
    assert quick("clean", "--no-form-feed", stdin="one\n\ftwo\n").stdout == "one\n\ftwo\n"


@pytest.mark.parametrize("where", ["stdin", "file"])
def test_text_that_is_no_utf_8_is_refused_with_the_way_out(tmp_path: Path, quick: Quick, where: str) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9\n")
    done = quick("clean", stdin=b"caf\xe9\n") if where == "stdin" else quick("clean", "latin.txt")
    assert done.exit_code == 2
    assert "not UTF-8 (byte 3)" in done.stderr
    assert "iconv" in done.stderr
    assert done.stdout == ""
    assert_talk(done.stderr)


@pytest.mark.parametrize("said", ["", "\n", "\f\f", "no newline at the end", "\0 and \x1b[31m"])
def test_clean_leaves_text_without_faults_as_it_is(quick: Quick, said: str) -> None:
    done = quick("clean", stdin=said)
    assert (done.exit_code, done.stdout) == (0, said)


def test_clean_says_what_it_cannot_read(tmp_path: Path, quick: Quick) -> None:
    for name, said in (
        ("gone\x1b[31m", r"gone\x1b[31m cannot be read (No such file"),
        (".", "cannot be read (Is a dir"),
    ):
        done = quick("clean", name)
        assert done.exit_code == 2
        assert said in done.stderr
        assert_talk(done.stderr)


def test_the_diff_names_the_file(tmp_path: Path, quick: Quick) -> None:
    (tmp_path / "ocr.txt").write_text(GARBLED)
    quick("clean", "ocr.txt", "--diff", "d.diff")
    assert "ocr.txt" in (tmp_path / "d.diff").read_text().split("\n", 1)[0]
    quick("clean", "--diff", "d.diff", stdin=GARBLED)
    assert "stdin" in (tmp_path / "d.diff").read_text().split("\n", 1)[0]
