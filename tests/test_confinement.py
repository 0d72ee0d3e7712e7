"""Programs get a bare environment and no more than their bounds; behind walls no network and one folder to write in."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.confinement import MEGABYTE, Bounds, walls_stand
from pipeline.programs import GroupPopen, own_folder

WALLED = [
    False,
    pytest.param(True, marks=pytest.mark.skipif(not walls_stand(), reason="bubblewrap cannot work here")),
]


@pytest.fixture(params=WALLED, ids=lambda walled: "walled" if walled else "open")
def bounded(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    folder = tmp_path / "own"
    folder.mkdir()
    bounds = Bounds(folder, 500 * MEGABYTE, 2, walled=request.param, file_size=MEGABYTE)
    monkeypatch.setattr(GroupPopen, "bounds", bounds)
    yield folder


def run(code: str) -> "subprocess.CompletedProcess[str]":
    with GroupPopen(
        [sys.executable, "-I", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess([], process.returncode, out, err)


def test_secrets_of_the_environment_stay_here(bounded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    seen = run("import os; print(sorted(os.environ.items()))").stdout
    assert "hush" not in seen
    assert f"('TMPDIR', '{bounded}')" in seen and "PATH" in seen


def test_memory_is_bounded(bounded: Path) -> None:
    assert "MemoryError" in run("bytes(600_000_000)").stderr
    assert run("bytes(100_000_000)").returncode == 0


def test_what_runs_wild_is_ended(bounded: Path) -> None:
    # A program's own status, or what a shell and bubblewrap make of it.
    assert run("while True: pass").returncode in (-signal.SIGXCPU, 128 + signal.SIGXCPU, -signal.SIGKILL)


def test_a_folder_can_be_written_in(bounded: Path) -> None:
    assert run(f"open({str(bounded / 'page.pgm')!r}, 'w').write('P5')").returncode == 0
    assert (bounded / "page.pgm").read_text() == "P5"


def test_a_file_grows_no_larger_than_it_may(bounded: Path) -> None:
    assert "File too large" in run(f"open({str(bounded / 'page.pgm')!r}, 'w').write('P' * 2_000_000)").stderr
    assert (bounded / "page.pgm").stat().st_size <= MEGABYTE


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_says_too_much_is_ended(bounded: Path, stream: str) -> None:
    endless = f"import sys\nwhile True: sys.{stream}.write('y' * 1000)"
    with GroupPopen(
        [sys.executable, "-I", "-c", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        said = sum(map(len, process.communicate(timeout=60)))
    assert MEGABYTE < said < 20 * MEGABYTE
    assert process.returncode == -signal.SIGKILL


def test_each_piece_of_work_has_a_folder_that_goes_with_it(bounded: Path) -> None:
    with own_folder(bounded / "elsewhere") as folder:
        assert folder.parent == bounded
        assert run(f"open({str(folder / 'page.pgm')!r}, 'w').write('P5')").returncode == 0
        assert f"'TMPDIR': '{folder}'" in run("import os; print(dict(os.environ))").stdout
        assert tempfile.gettempdir() == str(folder)
        if GroupPopen.bounds and GroupPopen.bounds.walled:
            assert "Read-only" in run(f"open({str(bounded / 'of another')!r}, 'w')").stderr
    assert not folder.exists()
    assert GroupPopen.bounds and GroupPopen.bounds.folder == bounded
    assert tempfile.gettempdir() != str(folder)


def test_a_program_that_lacks_is_missed_by_its_name(bounded: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        GroupPopen(["no-such-program"])


@pytest.mark.skipif(not walls_stand(), reason="bubblewrap cannot work here")
def test_behind_walls_there_is_no_network_and_nothing_else_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GroupPopen, "bounds", Bounds(tmp_path, 500 * MEGABYTE, 10, walled=True))
    assert "Errno 101" in run("import socket; socket.create_connection(('192.0.2.1', 80), 5)").stderr
    beside = Path(__file__).with_name("written-by-a-program")
    assert "Read-only" in run(f"open({str(beside)!r}, 'w')").stderr
    assert not beside.exists()
    held = run("print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])").stdout
    assert int(held, 16) & (1 << 21) == 0  # who may administer the system could undo the walls


def test_without_bubblewrap_there_are_no_walls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not walls_stand()
    (tmp_path / "bwrap").symlink_to("/bin/false")
    assert not walls_stand()
