"""Bad inputs among good ones: each costs itself alone, with a status and a sentence."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Shell
from tests.makers import damaged_scan_pdf, drawn_pdf, scan_pdf, typed, undecodable
from tests.running import NOT_ROOT, assert_talk, documents, files, run_of, scan, statuses, text

PAGE_STATUSES = {"ok", "empty", "low_confidence", "failed", "timed_out", "skipped"}


@pytest.fixture(scope="module")
def bad_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of scans of which hardly any is sound."""
    folder = tmp_path_factory.mktemp("bad") / "the scans"
    folder.mkdir()
    (folder / "zero.pdf").write_bytes(b"")
    (folder / "words.pdf").write_text("only words")
    (folder / "notes.txt").write_text("only words")
    (folder / "gone.pdf").symlink_to(folder / "nowhere.pdf")
    os.mkfifo(folder / "pipe.pdf")
    scan_pdf(folder / "locked.pdf", [typed(("OPEN SESAME",))], passwords=("sesame", "boss"))
    whole = scan_pdf(folder / "cut.pdf", [typed()]).read_bytes()
    (folder / "cut.pdf").write_bytes(whole[: len(whole) // 3])
    damaged_scan_pdf(folder / "rubbish.pdf", typed())
    drawn_pdf(folder / "no-pages.pdf", contents=())
    drawn_pdf(folder / "blank.pdf", contents=(b"",))
    drawn_pdf(folder / "really-a-pdf.txt", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET", b""))
    Image.new("L", (1, 1), 255).save(folder / "dot.png")
    scan(folder / "sub/control\x1b[31m\n.png")
    scan(undecodable(folder, b"latin-\xe9.png"))
    png = scan(folder / "half.png").read_bytes()
    (folder / "half.png").write_bytes(png[: len(png) // 2])
    return folder


@pytest.fixture(scope="module")
def bad_run(bad_inputs: Path) -> Iterator[tuple[Path, Any]]:
    """The output of a run on them, from a folder elsewhere."""
    output = bad_inputs.parent / "out put"
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "transcribe", bad_inputs.name, "-o", output, "-j", "2"],
        cwd=bad_inputs.parent,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        timeout=300,
    )
    yield output, done


def test_one_bad_document_never_costs_the_run(bad_run: tuple[Path, Any]) -> None:
    output, done = bad_run
    assert done.returncode == 5
    assert done.stdout == ""
    assert_talk(done.stderr)
    assert statuses(output) == {
        "blank.pdf": "ok",
        "cut.pdf": "failed",
        "dot.png": "ok",
        "gone.pdf": "failed",
        "half.png": "failed",
        "latin-\\udce9.png": "ok",
        "locked.pdf": "failed",
        "no-pages.pdf": "failed",
        "pipe.pdf": "failed",
        "really-a-pdf.txt": "ok",
        "rubbish.pdf": "failed",
        "sub/control\\x1b[31m\\n.png": "ok",
        "words.pdf": "failed",
        "zero.pdf": "failed",
    }
    found = documents(output)
    assert text(output, "really-a-pdf.txt").split("\f") == ["Good words\n", ""]
    assert text(output, "blank.pdf") == ""
    for source in ("latin-\\udce9.png", "sub/control\\x1b[31m\\n.png"):
        assert text(output, found[source]["output"]) == "PLAIN WORDS HERE\n"


def test_whatever_failed_says_why_in_a_sentence(bad_run: tuple[Path, Any]) -> None:
    output, done = bad_run
    for source, said in {
        "cut.pdf": "damaged",
        "gone.pdf": "No such file",
        "half.png": "cut short",
        "locked.pdf": "--password-file",
        "no-pages.pdf": "pages|damaged",
        "pipe.pdf": "a pipe, a socket or a device",
        "rubbish.pdf": "Poppler found damage",
        "words.pdf": "neither PDF",
        "zero.pdf": "empty",
    }.items():
        document = documents(output)[source]
        message = document["message"]
        assert re.search(said, message), message
        assert message.endswith(".")
        assert not message.endswith("..")
        assert "unexpected" not in message
        assert f"{source}: {message}" in done.stderr


def test_every_input_and_every_page_is_there_once_and_the_counts_add_up(
    bad_inputs: Path, bad_run: tuple[Path, Any]
) -> None:
    output, done = bad_run
    run = run_of(output)
    assert run["ignored"] == ["notes.txt"]
    assert len(run["documents"]) + 1 == sum(not path.is_dir() for path in bad_inputs.rglob("*"))
    corpus = [json.loads(line) for line in (output / "corpus.jsonl").read_text().splitlines()]
    placed = Counter((line["source"], line["page"]) for line in corpus)
    pages = 0
    for document in run["documents"]:
        read = document.get("pages", [])
        pages += len(read)
        assert [page["number"] for page in read] == list(range(1, len(read) + 1))
        assert {page["status"] for page in read} <= PAGE_STATUSES
        for page in read:
            assert placed.pop((document["source"], page["number"])) == 1
        if read:
            record = json.loads((output / "records" / f"{document['output']}.json").read_text())
            assert [page["status"] for page in record["pages"]] == [page["status"] for page in read]
            for kind in ("text", "raw"):
                whole = (output / kind / f"{document['output']}.txt").read_text()
                assert whole.count("\f") == len(read) - 1
    assert not placed
    assert len(corpus) == pages
    assert f"documents    {len(run['documents'])}: " in done.stderr
    assert f"pages        {pages}: " in done.stderr


def test_what_comes_out_names_no_path_of_this_machine(bad_inputs: Path, bad_run: tuple[Path, Any]) -> None:
    output, _ = bad_run
    place = str(bad_inputs.parent).encode()
    for name, data in files(output).items():
        assert name == "run.json" or place not in data, name


def test_a_second_run_does_nothing(
    bad_inputs: Path,
    bad_run: tuple[Path, Any],
    tmp_path: Path,
    shell: Shell,
    stand_in: Callable[[str], None],
) -> None:
    output = tmp_path / "copied"
    shutil.copytree(bad_run[0], output, copy_function=shutil.copy2)
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    content = files(output)
    stand_in(f"echo called >> {tmp_path}/called; exit 1")
    done = shell("transcribe", bad_inputs, "-o", output)
    assert done.returncode == 5
    assert not (tmp_path / "called").exists()
    after = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    renewed = {path.relative_to(output).as_posix() for path in after if after[path] != before.get(path)}
    # what failed is tried again, and so is written again
    assert renewed <= {"run.json", "corpus.jsonl", "report/index.html", "work/lock"}
    assert {name: data for name, data in files(output).items() if name != "run.json"} == {
        name: data for name, data in content.items() if name != "run.json"
    }


def test_passwords_open_and_are_written_nowhere(bad_inputs: Path, tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    shutil.copy(bad_inputs / "locked.pdf", tmp_path / "scans")
    done = shell("transcribe")
    assert done.returncode == 6
    assert "encrypted with a password; give one with --password-file" in done.stderr
    (tmp_path / "passwords").write_bytes(b"\xef\xbb\xbfsesame\r\nwrong-one\r\n")
    done = shell("transcribe", "--retry-failed", "--password-file", "passwords")
    assert done.returncode == 0, done.stderr
    assert text(tmp_path / "output", "locked.pdf") == "OPEN SESAME\n"
    for name, data in files(tmp_path / "output").items():
        assert b"sesame" not in data.lower().replace(b"open sesame", b""), name
        assert b"wrong-one" not in data, name
    assert "sesame" not in done.stderr


@NOT_ROOT
def test_files_and_folders_that_cannot_be_read_fail_by_themselves(tmp_path: Path, shell: Shell) -> None:
    scan(tmp_path / "scans/good.png")
    scan(tmp_path / "scans/shut.png").chmod(0)
    scan(tmp_path / "scans/sub/a.png")
    (tmp_path / "scans/sub").chmod(0)
    try:
        done = shell("transcribe")
    finally:
        (tmp_path / "scans/sub").chmod(0o755)
    assert done.returncode == 5
    assert statuses(tmp_path / "output") == {"good.png": "ok", "shut.png": "failed", "sub": "failed"}
    assert done.stderr.count("check its permissions") >= 2


def test_a_folder_of_blank_pages_is_all_well(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/blank.pdf", contents=(b"",))
    done = shell("transcribe")
    assert done.returncode == 0, done.stderr
    assert documents(tmp_path / "output")["blank.pdf"]["pages"][0]["status"] == "empty"


def test_all_bad_is_nothing_usable_and_still_accounted_for(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans/a.pdf").write_text("only words")
    (tmp_path / "scans/b.tif").write_bytes(b"")
    done = shell("transcribe")
    assert done.returncode == 6
    assert statuses(tmp_path / "output") == {"a.pdf": "failed", "b.tif": "failed"}
    assert_talk(done.stderr)
