"""A password that opens a PDF stands on no command line, and what was unlocked with it goes with the run."""

import builtins
import stat
from pathlib import Path
from typing import Any

import pytest

from pipeline.rasterize import inspect
from pipeline.unlocked import WrongPasswordError, unlocked
from tests.conftest import REAL_PATH, declass
from tests.makers import program, scan_pdf, typed
from tests.shipped import CORRECTIONS

POPPLER = ("pdfinfo", "pdfimages", "pdftoppm", "pdftotext")
SECRET = "open-sesame"


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    return scan_pdf(folder / "locked.pdf", [typed(), typed(["another page"])], passwords=(SECRET, "boss"))


def test_a_copy_needs_no_password_and_nobody_else_may_read_it(locked: Path, tmp_path: Path) -> None:
    copy, password = unlocked(locked, SECRET, tmp_path)
    assert password == ""
    assert inspect(copy).page_count == 2
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert unlocked(locked, SECRET, tmp_path) == (copy, "")
    assert [path.name for path in tmp_path.iterdir() if path != locked.parent] == [copy.name]


def test_a_file_that_needs_none_is_not_copied(locked: Path, tmp_path: Path) -> None:
    assert unlocked(locked, "", tmp_path) == (locked, "")


def test_a_wrong_password_is_told_apart(locked: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPasswordError):
        unlocked(locked, "wrong", tmp_path)


def test_without_pikepdf_poppler_is_told_the_password(
    locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_pikepdf(name: str, *rest: Any) -> Any:
        if name == "pikepdf":
            raise ImportError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pikepdf)
    assert unlocked(locked, SECRET, tmp_path) == (locked, SECRET)
    assert inspect(locked, ("wrong", SECRET)).password == SECRET


def test_no_command_line_of_a_run_shows_a_password(locked: Path, tmp_path: Path) -> None:
    for name in POPPLER:
        shown = 'case "$*" in *sesame*|*wrong*) exit 99;; esac'
        program(tmp_path / "programs", name, f'{shown}\nPATH="{REAL_PATH}" exec {name} "$@"')
    (tmp_path / "passwords.txt").write_text(f"wrong\n{SECRET}\n")
    output = tmp_path / "output"
    run = declass(
        *("transcribe", locked.parent, "-o", output, "-c", CORRECTIONS, "--effort", "fast", "-j", "2"),
        *("--password-file", tmp_path / "passwords.txt"),
        PATH=f"{tmp_path}/programs:{REAL_PATH}",
    )
    assert run.returncode == 0, run.stderr
    assert "another page" in (output / "text/locked.pdf.txt").read_text()
    assert not list((output / "work").rglob("*unlocked*"))
