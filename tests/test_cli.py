"""The command end to end: whatever comes in, each input ends with a status and a sentence, and the shell is told."""

import errno
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

from tests.conftest import REAL_PATH, Quick, Shell
from tests.makers import damaged_scan_pdf, drawn_pdf, scan_pdf, typed, undecodable

NOT_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
PAGE_STATUSES = {"ok", "empty", "low_confidence", "failed", "timed_out", "skipped"}


def scan(path: Path, *lines: str) -> Path:
    """A typed one-page scan."""
    path.parent.mkdir(parents=True, exist_ok=True)
    typed(lines or ("PLAIN WORDS HERE",)).save(path)
    return path


def run_of(output: Path) -> dict[str, Any]:
    run: dict[str, Any] = json.loads((output / "run.json").read_bytes())
    return run


def documents(output: Path) -> dict[str, dict[str, Any]]:
    """What became of each input, by its path below the scans."""
    found = run_of(output)["documents"]
    assert len({document["output"] for document in found}) == len(found)
    return {document["source"]: document for document in found}


def statuses(output: Path) -> dict[str, str]:
    return {source: document["status"] for source, document in documents(output).items()}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def text(output: Path, name: str) -> str:
    return (output / "text" / f"{name}.txt").read_text()


def assert_talk(said: str) -> None:
    """No traceback, nothing a terminal acts on."""
    assert "Traceback" not in said
    assert "should not" not in said
    assert all(c.isprintable() or c == "\n" for c in said), said


# ---- nothing can begin ----


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


# ---- bad inputs among good ones ----


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
        timeout=60,
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
        "pipe.pdf": "no regular file",
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


def test_a_page_that_takes_too_long_times_out_and_the_others_are_read(
    tmp_path: Path, shell: Shell, stand_in: Callable[[str], None]
) -> None:
    scan(tmp_path / "scans/a.png")
    drawn_pdf(tmp_path / "scans/b.pdf", contents=(b"",))
    stand_in("sleep 61.5 & sleep 61.5")
    done = shell("transcribe", "--page-timeout", "1")
    assert done.returncode == 5
    page = documents(tmp_path / "output")["a.png"]["pages"][0]
    assert page["status"] == "timed_out"
    assert page["message"].endswith("--page-timeout gives more time.")
    assert statuses(tmp_path / "output") == {"a.png": "failed", "b.pdf": "ok"}
    assert not [process for process in Path("/proc").glob("[0-9]*") if b"61.5" in command_line(process)]
    assert (
        shell("transcribe", PATH=REAL_PATH).returncode == 0
    )  # a page that timed out is never taken for done
    assert text(tmp_path / "output", "a.png") == "PLAIN WORDS HERE\n"


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_run_on_some_pages_accounts_for_the_others(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"", b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET", b""))
    assert shell("transcribe", "--pages", "2").returncode == 0
    pages = documents(tmp_path / "output")["a.pdf"]["pages"]
    assert [page["status"] for page in pages] == ["skipped", "ok", "skipped"]
    assert text(tmp_path / "output", "a.pdf") == "\fGood words\n\f"
    done = shell("transcribe", "--max-pages", "2")
    assert done.returncode == 5  # a limit is no wish
    assert "beyond the limit of 2 pages; --max-pages raises it." in done.stderr


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path, shell: Shell) -> None:
    big = scan(tmp_path / "scans/a.png")
    with big.open("ab") as file:
        file.truncate(2_000_000)
    done = shell("transcribe", "--max-file-size", "1")
    assert done.returncode == 6
    message = documents(tmp_path / "output")["a.png"]["message"]
    assert message == "its 2 megabytes are more than the limit of 1; --max-file-size raises it."
    assert shell("transcribe").returncode == 0


def test_a_page_beyond_the_limit_is_drawn_smaller_and_says_so(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",))
    assert shell("transcribe", "--max-pixels", "1").returncode == 0
    assert "to stay within 1000000 pixels" in documents(tmp_path / "output")["a.pdf"]["pages"][0]["message"]


def test_a_document_that_takes_too_long_keeps_what_was_read(
    tmp_path: Path, shell: Shell, stand_in: Callable[[str], None]
) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",) * 8)
    stand_in(f'sleep 0.7; PATH="{REAL_PATH}" exec tesseract "$@"')
    done = shell("transcribe", "--document-timeout", "1", "-j", "1", "--effort", "fast")
    assert done.returncode == 5
    pages = documents(tmp_path / "output")["a.pdf"]["pages"]
    assert len(pages) == 8
    assert pages[0]["status"] == "ok" and pages[-1]["status"] == "timed_out"
    assert pages[-1]["message"].endswith("--document-timeout gives more time.")
    assert shell("transcribe", "--effort", "fast", PATH=REAL_PATH).returncode == 0


def test_a_full_output_folder_stops_the_run_and_the_next_goes_on(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",) * 3)
    (tmp_path / "output/work").mkdir(parents=True)
    (tmp_path / "output/work/much").write_bytes(bytes(2_000_000))
    done = shell("transcribe", "--max-disk", "0.001")
    assert done.returncode == 2
    assert "--max-disk" in done.stderr
    assert_talk(done.stderr)
    assert shell("transcribe").returncode == 0


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


# ---- one run after another ----


def test_outputs_follow_their_scans(tmp_path: Path, shell: Shell) -> None:
    output = tmp_path / "output"
    scan(tmp_path / "scans/a.png", "FIRST WORDS")
    scan(tmp_path / "scans/sub/b.png", "OTHER WORDS")
    strange = scan(undecodable(tmp_path / "scans", b"\xe9.png"), "STRANGE WORDS")
    assert shell("transcribe").returncode == 0
    whole = statuses(output)
    assert set(whole) == {"a.png", "sub/b.png", "\\udce9.png"}
    kept = {
        name: data
        for name, data in files(output).items()
        if not name.startswith(("run.json", "corpus", "report", "work/witness"))
    }

    # a run on one file keeps the others listed, and keeps the name that file had
    assert shell("transcribe", "scans/sub/b.png").returncode == 0
    assert statuses(output) == whole
    assert not (output / "orphans").exists()
    assert {name: data for name, data in files(output).items() if name in kept} == kept

    # another scan in its place
    scan(tmp_path / "scans/a.png", "SECOND WORDS")
    assert shell("transcribe").returncode == 0
    assert text(output, "a.png") == "SECOND WORDS\n"

    # one scan has gone: its outputs are moved, not thrown away
    strange_output = documents(output)["\\udce9.png"]["output"]
    strange.unlink()
    assert shell("transcribe").returncode == 0
    assert set(statuses(output)) == {"a.png", "sub/b.png"}
    assert text(output / "orphans", strange_output) == "STRANGE WORDS\n"
    assert not (output / "text" / f"{strange_output}.txt").exists()
    lines = (output / "corpus.jsonl").read_text().splitlines()
    assert {json.loads(line)["source"] for line in lines} == {"a.png", "sub/b.png"}

    # a scan that went bad: what was read of the one before is not taken for its text
    (tmp_path / "scans/a.png").write_bytes(b"")
    assert shell("transcribe").returncode == 5
    assert not (output / "text/a.png.txt").exists()
    assert text(output / "orphans", "a.png") == "SECOND WORDS\n"


def test_two_inputs_of_the_same_name_have_outputs_of_their_own(tmp_path: Path, shell: Shell) -> None:
    scan(tmp_path / "one/memo.png", "FIRST WORDS")
    scan(tmp_path / "two/memo.png", "OTHER WORDS")
    assert shell("transcribe", "one", tmp_path / "two").returncode == 0
    found = run_of(tmp_path / "output")["documents"]
    texts = {text(tmp_path / "output", document["output"]) for document in found}
    assert texts == {"FIRST WORDS\n", "OTHER WORDS\n"}
    before = files(tmp_path / "output/text")
    assert shell("transcribe", "two", "../" + tmp_path.name + "/one").returncode == 0
    assert files(tmp_path / "output/text") == before
    assert not (tmp_path / "output/orphans").exists()


def test_retry_failed_takes_up_what_failed_and_nothing_else(tmp_path: Path, shell: Shell) -> None:
    output = tmp_path / "output"
    scan(tmp_path / "scans/good.png")
    bad = scan(undecodable(tmp_path / "scans", b"bad\xe9.png"))
    sound = bad.read_bytes()
    bad.write_bytes(sound[:100])
    assert shell("transcribe").returncode == 5
    assert shell("transcribe", "--retry-failed").returncode == 5
    bad.write_bytes(sound)
    scan(tmp_path / "scans/new.png")
    done = shell("transcribe", "--retry-failed")
    assert done.returncode == 0, done.stderr
    assert statuses(output) == {"good.png": "ok", "bad\\udce9.png": "ok"}
    done = shell("transcribe", "--retry-failed")
    assert done.returncode == 0, done.stderr
    assert "0 documents to transcribe" in done.stderr
    assert set(statuses(output)) == {"good.png", "bad\\udce9.png"}


def test_a_record_that_somebody_damaged_costs_its_document_and_not_the_run(
    tmp_path: Path, shell: Shell
) -> None:
    scan(tmp_path / "scans/a.png")
    scan(tmp_path / "scans/b.png")
    assert shell("transcribe").returncode == 0
    (tmp_path / "output/records/a.png.json").write_text("{")
    done = shell("transcribe", "scans/b.png")
    assert done.returncode == 5, done.stderr
    assert_talk(done.stderr)
    assert statuses(tmp_path / "output") == {"a.png": "failed", "b.png": "ok"}
    assert "records/a.png.json cannot be read" in done.stderr
    assert shell("transcribe").returncode == 0
    assert statuses(tmp_path / "output") == {"a.png": "ok", "b.png": "ok"}


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


# ---- clean, the filter ----

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
