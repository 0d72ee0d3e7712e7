"""One run after another over the same folders."""

import json
from pathlib import Path

from tests.conftest import Shell
from tests.makers import undecodable
from tests.running import assert_talk, documents, files, run_of, scan, statuses, text


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
