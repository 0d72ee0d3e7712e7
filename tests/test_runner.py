"""The whole pipeline on the sample scans, undisturbed, repeated and killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.edits import apply, undo
from pipeline.record import read_record
from tests.conftest import ROOT, command, declass, outputs
from tests.processes import assert_nobody_left, workers_of
from tests.shipped import CORRECTIONS

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def transcribe(output: Path, *more: str | Path, corrections: Path = CORRECTIONS) -> str:
    run = declass("transcribe", ROOT / "scans", "-o", output, "-c", corrections, "-j", "2", *more)
    assert run.returncode == 0, run.stderr
    return run.stderr


def pages_read(output: Path) -> int:
    return len(list((output / "work" / "ocr").rglob("*.json")))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A run over the samples that has read two pages and goes on."""
    output = tmp_path / "output"
    line = command("transcribe", ROOT / "scans", "-o", output, "-c", CORRECTIONS, "-j", "2")
    # The mark in the environment is inherited by every process of the run, so that none can hide.
    environment = {**os.environ, "DECLASS_TEST_MARK": str(output)}
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=environment) as process:
        deadline = time.monotonic() + 60
        while pages_read(output) < 2 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.02)
        yield process, output
        process.kill()


def test_every_input_and_every_page_is_accounted_for(transcribed: Path) -> None:
    run = json.loads((transcribed / "run.json").read_text())
    scans = {path.relative_to(ROOT / "scans").as_posix() for path in (ROOT / "scans").rglob("*.*")}
    assert {document["source"] for document in run["documents"]} == scans
    assert {document["source"]: len(document["pages"]) for document in run["documents"]} == {
        "cables/cable-draft.pdf": 2,
        "cables/cable-revised.pdf": 2,
        "memorandum.pdf": 3,
        "note.tif": 2,
        "receipt.png": 1,
    }
    for document in run["documents"]:
        text = (transcribed / "text" / f"{document['output']}.txt").read_text()
        raw = (transcribed / "raw" / f"{document['output']}.txt").read_text()
        assert text.count("\f") == raw.count("\f") == len(document["pages"]) - 1
    assert len((transcribed / "corpus.jsonl").read_text().split("\n")) == 10 + 1


def test_text_and_raw_text_are_views_of_the_record(transcribed: Path) -> None:
    for path in (transcribed / "records").rglob("*.json"):
        name = path.relative_to(transcribed / "records").as_posix().removesuffix(".json")
        record = read_record(path)
        pages = [apply(page.text, record.edits_on(page.number)) for page in record.pages]
        assert (transcribed / "text" / f"{name}.txt").read_text() == "\f".join(page.text for page in pages)
        assert (transcribed / "raw" / f"{name}.txt").read_text() == "\f".join(map(undo, pages))


def test_the_diffs_lead_from_raw_to_clean(transcribed: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(transcribed, copy)
    for path in (copy / "diffs").rglob("*.diff"):
        if path.stat().st_size:
            name = path.relative_to(copy / "diffs").as_posix().removesuffix(".diff")
            subprocess.run(["git", "apply", "-p1", path], cwd=copy / "raw", check=True, capture_output=True)
            assert (copy / "raw" / f"{name}.txt").read_bytes() == (copy / "text" / f"{name}.txt").read_bytes()


def test_nothing_but_run_json_tells_times_or_places(transcribed: Path) -> None:
    run = json.loads((transcribed / "run.json").read_text())
    for path, content in outputs(transcribed).items():
        assert os.fsencode(ROOT) not in content, path
        assert os.fsencode(transcribed) not in content, path
        assert run["started"].encode() not in content, path


def test_a_second_run_does_nothing_and_one_worker_makes_the_same_bytes(
    transcribed: Path, tmp_path: Path
) -> None:
    before = outputs(transcribed)
    again = tmp_path / "again"  # others ask what the first run said of itself
    shutil.copytree(transcribed, again)
    assert "no page to read" in transcribe(again)
    assert outputs(again) == before
    alone = tmp_path / "alone"
    run = declass("transcribe", ROOT / "scans", "-o", alone, "-c", CORRECTIONS, "-j", "1")
    assert run.returncode == 0, run.stderr
    assert outputs(alone) == before


def test_a_new_correction_reads_no_page_again(transcribed: Path, tmp_path: Path) -> None:
    output, corrections = tmp_path / "output", tmp_path / "corrections"
    shutil.copytree(transcribed, output)
    shutil.copytree(CORRECTIONS, corrections)
    (corrections / "local").mkdir()
    (corrections / "local" / "mine.toml").write_text(
        '[[entry]]\nid = "state"\nmatch = "garble"\nright = "184627"\ngarbles = ["184b27"]\naction = "auto"\n'
    )
    readings = {path: path.stat().st_mtime_ns for path in (output / "work" / "ocr").rglob("*.json")}
    assert "no page to read" in transcribe(output, corrections=corrections)
    assert {path: path.stat().st_mtime_ns for path in (output / "work" / "ocr").rglob("*.json")} == readings
    witnesses = Path("work", "witness.jsonl")
    assert (output / witnesses).read_bytes() == (transcribed / witnesses).read_bytes()
    assert "REF: STATE 184627\n" in (output / "text" / "cables" / "cable-draft.pdf.txt").read_text()


def test_the_report_keeps_pictures_of_the_pages_it_shows_and_no_others(
    transcribed: Path, tmp_path: Path
) -> None:
    output = tmp_path / "output"
    shutil.copytree(transcribed, output)
    pictures = output / "report" / "documents" / "note.tif.pages"
    assert sorted(path.name for path in pictures.iterdir()) == ["000001.jpg", "000002.jpg"]
    run = declass("transcribe", ROOT / "scans", "-o", output, "-c", CORRECTIONS, "--pages", "1")
    assert run.returncode == 0, run.stderr
    assert [path.name for path in pictures.iterdir()] == ["000001.jpg"]


def test_a_damaged_output_is_made_again(transcribed: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    shutil.copytree(transcribed, output)
    (output / "text" / "receipt.png.txt").write_text("something else")
    (output / "diffs" / "note.tif.diff").unlink()
    damaged = next((output / "work" / "ocr").rglob("*.json"))
    damaged.write_text(damaged.read_text()[:100])
    transcribe(output)
    assert outputs(output) == outputs(transcribed)


@linux_only
def test_a_killed_worker_costs_nothing(
    running: tuple["subprocess.Popen[str]", Path], transcribed: Path
) -> None:
    process, output = running
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert outputs(output) == outputs(transcribed)


@linux_only
def test_a_killed_run_leaves_nobody_behind_and_goes_on_where_it_stopped(
    running: tuple["subprocess.Popen[str]", Path], transcribed: Path
) -> None:
    process, output = running
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert_nobody_left(output)
    done = {path: path.stat().st_mtime_ns for path in (output / "work" / "ocr").rglob("*.json")}
    assert 2 <= len(done) < 10
    transcribe(output)
    assert outputs(output) == outputs(transcribed)
    assert {path: path.stat().st_mtime_ns for path in done} == done, "a page was read twice"
    assert not list((output / "work" / "tmp").iterdir())


@linux_only
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_goes_on_later(
    running: tuple["subprocess.Popen[str]", Path], transcribed: Path, stop: signal.Signals
) -> None:
    process, output = running
    process.send_signal(stop)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.rstrip().endswith("run the same command again to go on where it stopped.")
    assert "Traceback" not in said
    assert_nobody_left(output)
    assert not list((output / "work" / "tmp").iterdir())
    transcribe(output)
    assert outputs(output) == outputs(transcribed)


def test_two_runs_on_one_folder_do_not_mix(running: tuple["subprocess.Popen[str]", Path]) -> None:
    process, output = running
    second = declass("transcribe", ROOT / "scans", "-o", output, "-c", CORRECTIONS)
    assert second.returncode == 2
    assert "Another run is writing" in second.stderr
    assert process.poll() is None
