"""A password that opens a PDF stands on no command line, what was unlocked with it goes with the run, and what qpdf can mend
is read.
"""

import stat
import sys
from pathlib import Path

import pikepdf
import pytest

from pipeline.copies import WrongPasswordError, mended, unlocked
from pipeline.errors import DocumentError
from pipeline.options import ReadOptions
from pipeline.pdfinfo import PdfError, pdfinfo
from pipeline.rasterize import inspect, rasterize
from tests.conftest import REAL_PATH, declass
from tests.makers import damaged_scan_pdf, drawn_pdf, program, scan_pdf, typed
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


@pytest.fixture
def without_pikepdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where pikepdf is not installed."""
    monkeypatch.setitem(sys.modules, "pikepdf", None)


def test_without_pikepdf_poppler_is_told_the_password(
    locked: Path, tmp_path: Path, without_pikepdf: None
) -> None:
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


def broken_pdf(path: Path, old: bytes, new: bytes) -> Path:
    """A drawn PDF in plain bytes, with something replaced in it."""
    drawn_pdf(path)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, 1))
    return path


def test_a_pdf_that_poppler_cannot_open_is_read_where_qpdf_can(tmp_path: Path) -> None:
    path = broken_pdf(tmp_path / "broken.pdf", b"/Count 1", b"/Count /Many")
    with pytest.raises(PdfError):
        pdfinfo(path)
    found = inspect(path, folder=tmp_path)
    assert (found.page_count, found.mended) == (1, True)
    copy = mended(path, tmp_path)
    assert copy
    image = rasterize(copy, found, 1, tmp_path, ReadOptions())
    assert "mended" in image.message
    assert image.damage == ""


def test_a_page_that_poppler_complains_of_is_drawn_from_a_mended_copy(tmp_path: Path) -> None:
    path = broken_pdf(tmp_path / "broken.pdf", b"endstream", b"endstraem")
    found = inspect(path, folder=tmp_path)
    image = rasterize(path, found, 1, tmp_path, ReadOptions())
    assert ("mended" in image.message) == (image.damage == "")
    assert "mended" in image.message


def test_what_mending_leaves_white_is_still_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = damaged_scan_pdf(tmp_path / "rubbish.pdf", typed())
    assert rasterize(path, inspect(path), 1, tmp_path, ReadOptions()).damage
    # A copy that draws without complaint because the page's picture is not in it any more.
    monkeypatch.setattr("pipeline.rasterize.mended", lambda *_: drawn_pdf(tmp_path / "white.pdf", [b""]))
    assert rasterize(path, inspect(path), 1, tmp_path, ReadOptions()).damage


def test_without_pikepdf_nothing_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = broken_pdf(tmp_path / "broken.pdf", b"/Count 1", b"/Count /Many")
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    assert mended(path, tmp_path) is None
    with pytest.raises(DocumentError, match="damaged"):
        inspect(path, folder=tmp_path)


def test_a_run_reads_what_was_mended(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    broken_pdf(scans / "broken.pdf", b"/Count 1", b"/Count /Many")
    run = declass("transcribe", scans, "-o", tmp_path / "output", "-c", CORRECTIONS, "--effort", "fast")
    assert run.returncode == 0, run.stderr
    assert "Plain words" in (tmp_path / "output/text/broken.pdf.txt").read_text()
    assert "mended" in (tmp_path / "output/run.json").read_text()
