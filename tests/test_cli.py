"""The command end to end: whatever comes in, each input ends with a status and a sentence, and the shell is told."""

import errno
import json
import os
import re
from pathlib import Path

import pytest

from tests.conftest import Quick, Shell
from tests.running import NOT_ROOT, assert_talk, files, scan


def test_an_empty_folder_is_nothing_usable(tmp_path: Path, quick: Quick) -> None:
    (tmp_path / "scans").mkdir()
    done = quick("transcribe")
    assert done.exit_code == 6
    assert "nothing to transcribe in scans" in done.stderr
    assert not (tmp_path / "output").exists()


def test_a_folder_of_other_things_is_nothing_usable(tmp_path: Path, quick: Quick) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans/notes.txt").write_text("hello")
    assert quick("transcribe").exit_code == 6


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["gone"], 2, "gone does not exist"),
        (["scans", "-o", "file"], 2, "is a file"),
        (["scans", "-o", "file/below"], 2, "cannot be written"),
        (["scans", "-o", "scans/output"], 2, "lies inside the scans folder"),
        (["scans", "-o", "scans"], 2, "lies inside the scans folder"),
        ([".", "-o", "out"], 2, "lies inside the scans folder"),
        (["scans", "--retry-failed"], 2, "there is none"),
        (["scans", "-j", "0"], 2, "-j"),
        (["scans", "--dpi", "9"], 2, "--dpi"),
        (["scans", "--dpi", "nan"], 2, "--dpi"),
        (["scans", "--page-timeout", "inf"], 2, "--page-timeout"),
        (["scans", "-c", "gone"], 4, "gone is not a folder"),
        (["scans", "-c", "file"], 4, "file is not a folder"),
        (["scans", "--lang", "xxx"], 4, "no data for 'xxx'"),
        (["scans", "--lang", "../eng"], 4, "no data for '../eng'"),
        (["scans", "--pages", "7-3"], 4, "counts backwards"),
        (["scans", "--pages", "0"], 4, "numbered from 1"),
        (["scans", "--pages", "two"], 4, "no page range"),
        (["scans", "--password-file", "gone"], 4, "cannot be read"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_meant_is_said_before_any_work(
    tmp_path: Path, quick: Quick, arguments: list[str], code: int, said: str
) -> None:
    scan(tmp_path / "scans/a.png")
    (tmp_path / "file").write_text("")
    before = files(tmp_path)
    done = quick("transcribe", *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert done.stdout == ""
    assert_talk(done.stderr)
    assert files(tmp_path) == before


def test_a_missing_program_is_named_with_the_way_to_install_it(tmp_path: Path, shell: Shell) -> None:
    scan(tmp_path / "scans/a.png")
    (tmp_path / "bin").mkdir()
    done = shell("transcribe", PATH=str(tmp_path / "bin"))
    assert done.returncode == 3
    assert "The program tesseract is missing" in done.stderr
    assert "apt-get install" in done.stderr
    doctor = shell("doctor", PATH=str(tmp_path / "bin"))
    assert doctor.returncode == 3
    assert_talk(done.stderr + doctor.stderr)


def test_a_malformed_corrections_file_is_named_with_its_line_and_left_as_it_is(
    tmp_path: Path, quick: Quick
) -> None:
    scan(tmp_path / "scans/a.png")
    folder = tmp_path / "corrections"
    folder.mkdir()
    (folder / "own.toml").write_text('[[entry]]\nid = "one"\nright = \n')
    before = files(folder)
    for arguments in (["transcribe"], ["clean"], ["check", "corrections"]):
        done = quick(*arguments)
        assert done.exit_code == 4
        assert re.search(r"own\.toml:3\b", done.stdout + done.stderr)
        assert done.stdout == "" or arguments[0] == "check"  # whose findings are its data
        assert_talk(done.stderr)
    assert files(folder) == before


def test_a_traceback_is_shown_when_asked_for_and_not_else(tmp_path: Path, shell: Shell) -> None:
    assert "Traceback" not in shell("check", "gone").stderr
    done = shell("--debug", "check", "gone")
    assert "Traceback" in done.stderr
    assert done.returncode != 0


@NOT_ROOT
def test_an_output_folder_that_cannot_be_written_is_said_before_any_work(
    tmp_path: Path, quick: Quick
) -> None:
    scan(tmp_path / "scans/a.png")
    (tmp_path / "shut").mkdir(mode=0o555)
    done = quick("transcribe", "-o", "shut")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


def test_a_log_for_programs_is_json_line_by_line(tmp_path: Path, shell: Shell) -> None:
    scan(tmp_path / "scans/a.png")
    (tmp_path / "scans/b.pdf").write_bytes(b"")
    done = shell("transcribe", "--log-json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert [event["event"] for event in events] == [
        "begin",
        "pages",
        "pages",
        "page",
        "document",
        "texts",
        "document",
        "end",
    ]
    assert events[-1]["documents"] == {"ok": 1, "failed": 1}
    assert done.stdout == ""


def test_a_disk_that_fills_up_in_mid_run_is_told_by_a_sentence(
    tmp_path: Path, quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    scan(tmp_path / "scans/a.png")
    monkeypatch.setattr("pipeline.store.Store.write_lines", full)
    done = quick("transcribe", "-j", "1")
    assert done.exit_code == 2
    assert "cannot be written any more (No space left on device)" in done.stderr
    assert_talk(done.stderr)


def test_an_interruption_before_a_command_has_begun_is_told_as_one_later(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.cli.import_module", interrupted)
    done = quick("transcribe")
    assert done.exit_code == 130
    assert done.stderr == "declass: interrupted before it began; run the same command again.\n"
