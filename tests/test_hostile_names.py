"""Whatever a file is called and whatever it is, it is accounted for, and nothing is read or written outside."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pipeline.record import Run
from pipeline.sources import LEADS_OUT, find_sources
from tests.conftest import declass
from tests.makers import typed, undecodable
from tests.shipped import CORRECTIONS

PNG = ".png"
NAMES = (
    "-o.png",
    "--help.png",
    "-",
    "a..b.png",
    "new\nline.png",
    "cr\rname.png",
    "\x1b[31mred\x1b[0m.png",
    "\x1b]0;title\x07.png",
    "\u202egnp.exe.png",
    "smile \U0001f600.png",
    "$(touch pwned).png",
    "`touch pwned`.png",
    "; touch pwned; .png",
    "a' \"b\\c.png",
    "%s%n{0}{{x}}.png",
    "<script>alert(1)</script>.png",
    "file:1.png",
    " spaces .png",
    "n" * 251 + PNG,
    "é" * 120 + PNG,
    "memo.png",
    "Memo.png",
    "caf\u00e9.png",
    "cafe\u0301.png",
    "memo.png.txt/inside.png",
    "memo.png.json/inside.png",
    "memo.png.PAGES/inside.png",
    "d" * 255 + "/" + "e" * 255 + "/deep.png",
)


@pytest.fixture
def blank(tmp_path: Path) -> bytes:
    """The cheapest page there is."""
    Image.new("L", (100, 60), 255).save(tmp_path / "blank.png")
    return (tmp_path / "blank.png").read_bytes()


def transcribe(scans: Path, *options: str | Path) -> tuple[Run, str]:
    """A real run beside the scans, and all that it said."""
    output = scans.parent / "output"
    line = ("transcribe", scans, "-o", output, "-c", CORRECTIONS, "--effort", "fast", "-j", "2", *options)
    done = declass(*line)
    assert done.returncode in (0, 5, 6), done.stderr
    assert "Traceback" not in done.stderr
    return msgspec.json.decode((output / "run.json").read_bytes(), type=Run), done.stdout + done.stderr


def test_a_file_of_any_name_is_read_and_its_text_lies_in_the_output(tmp_path: Path, blank: bytes) -> None:
    scans = tmp_path / "scans"
    for name in NAMES:
        path = scans / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blank)
    undecodable(scans, b"latin-\xe9.png").write_bytes(blank)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    run, said = transcribe(scans)
    assert len(run.documents) == len(NAMES) + 1
    assert {document.status for document in run.documents} == {"ok"}
    assert len({document.output.casefold() for document in run.documents}) == len(run.documents)
    texts = {path for path in (tmp_path / "output/text").rglob("*.txt") if path.is_file()}
    assert len(texts) == len(run.documents)
    made = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(path.is_relative_to(tmp_path / "output") for path in made)
    assert not list(tmp_path.rglob("pwned"))
    assert said.replace("\n", "").isprintable()


def test_links_lead_nowhere_outside(tmp_path: Path, blank: bytes) -> None:
    scans, outside = tmp_path / "scans", tmp_path / "private"
    (scans / "box").mkdir(parents=True)
    outside.mkdir()
    typed(["secret words"]).save(outside / "secret.png")
    (scans / "real.png").write_bytes(blank)
    (scans / "inside.png").symlink_to("real.png")
    (scans / "out.png").symlink_to(outside / "secret.png")
    (scans / "box" / "up.png").symlink_to("../../private/secret.png")
    (scans / "folder").symlink_to(outside)
    (scans / "up").symlink_to("..")
    (scans / "notes.txt").symlink_to(outside / "secret.png")
    (scans / "passwd.png").symlink_to("/etc/passwd")
    (scans / "box" / "circle").symlink_to(scans)
    run, _ = transcribe(scans)
    statuses = {document.source: (document.status, document.message) for document in run.documents}
    left = ("failed", LEADS_OUT)
    refused = ("box/up.png", "folder", "out.png", "passwd.png", "up")
    assert statuses == {"inside.png": ("ok", ""), "real.png": ("ok", "")} | dict.fromkeys(refused, left)
    assert run.ignored == ("notes.txt",)
    assert not [path for path in (tmp_path / "output").rglob("*.txt") if "secret" in path.read_text()]
    run, _ = transcribe(scans, "--retry-failed")
    assert {document.source for document in run.documents if document.message == LEADS_OUT} == set(refused)


def test_links_are_followed_where_the_user_says_so(tmp_path: Path, blank: bytes) -> None:
    scans, elsewhere = tmp_path / "scans", tmp_path / "elsewhere"
    scans.mkdir()
    elsewhere.mkdir()
    (elsewhere / "a.png").write_bytes(blank)
    (scans / "link.png").symlink_to(elsewhere / "a.png")
    (scans / "folder").symlink_to(elsewhere)

    def named(*paths: Path, follow: bool = False) -> dict[str, bool]:
        return {source.relative: not source.refused for source in find_sources(paths, follow)[0]}

    assert named(scans) == {"link.png": False, "folder": False}
    assert named(scans, follow=True) == {"link.png": True, "folder/a.png": True}
    assert named(scans / "link.png") == {"link.png": True}
    assert named(scans, elsewhere) == {"link.png": True, "folder/a.png": True}
    (tmp_path / "way").symlink_to(scans)
    assert named(tmp_path / "way") == {"link.png": False, "folder": False}
    run, _ = transcribe(scans, "--follow-links")
    assert {document.source: document.status for document in run.documents} == {
        "link.png": "ok",
        "folder/a.png": "ok",
    }


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the paths of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def _hard_link(path: Path) -> None:
    (path.parent / "other.png").hardlink_to(path.parent / "plain.png")


SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "fifo.png": (os.mkfifo, "a pipe, a socket or a device"),
    "socket.png": (_socket, "a pipe, a socket or a device"),
    "self.png": (lambda path: path.symlink_to(path.name), "leads back to itself"),
    "gone.png": (lambda path: path.symlink_to("nothing.png"), "it has gone, or is a link to nothing"),
    "empty.png": (lambda path: path.touch(), "it is empty"),
    "other.png": (_hard_link, ""),
}


def test_what_is_no_file_costs_itself_and_a_sentence(tmp_path: Path, blank: bytes) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "plain.png").write_bytes(blank)
    for name, (make, _) in SPECIAL.items():
        make(scans / name)
    run, _ = transcribe(scans)
    told = {document.source: document.message for document in run.documents}
    assert set(told) == {"plain.png", *SPECIAL}
    for name, (_, said) in SPECIAL.items():
        assert said in told[name], name
        assert bool(told[name]) == bool(said), name


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_costs_itself_and_a_sentence(tmp_path: Path, blank: bytes) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "shut.png").write_bytes(blank)
    (scans / "shut.png").chmod(0)
    run, _ = transcribe(scans)
    assert "check its permissions" in run.documents[0].message


def test_a_path_too_long_for_the_system_costs_itself_and_a_sentence(tmp_path: Path, blank: bytes) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "plain.png").write_bytes(blank)
    here = Path.cwd()
    try:
        os.chdir(scans)
        for _ in range(17):  # of 250 bytes: more than the 4,096 of a path
            os.mkdir("d" * 250)  # noqa: PTH102 - relative to where we stand
            os.chdir("d" * 250)
            Path("deep.png").write_bytes(blank)
    finally:
        os.chdir(here)
    for _ in range(2):  # the second run holds the first one's outcomes against what is there
        run, _ = transcribe(scans)
        failed = [document for document in run.documents if document.status == "failed"]
        read = [document for document in run.documents if document.status == "ok"]
        assert len(failed) == 1
        assert "shorten the names of its folders" in failed[0].message
        assert len(read) >= 15
        assert all((tmp_path / "output/text" / f"{document.output}.txt").exists() for document in read)
    other = tmp_path / "other"
    other.mkdir()
    (other / "another.png").write_bytes(blank)
    run, _ = transcribe(other)
    assert len(run.documents) == len(read) + 1  # what the system cannot find any more has gone
