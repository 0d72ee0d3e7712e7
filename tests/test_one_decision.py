"""A run carries decisions out, and one decision makes the text of one document anew."""

from pathlib import Path

from pipeline.decisions import Decision, append
from pipeline.fitting import place_of
from pipeline.record import read_record
from tests.conftest import ROOT, declass
from tests.reviewing import desk_folder
from tests.running import files


def test_one_decision_renews_one_document_and_is_taken_back_by_command(
    transcribed: Path, tmp_path: Path
) -> None:
    folder = desk_folder(transcribed, tmp_path)
    output, corrections = folder / "output", folder / "corrections"
    record = read_record(output / "records" / "cables" / "cable-draft.pdf.json")
    edit = next(one for one in record.edits if one.before == "184b27")
    place = place_of(record.pages[edit.page - 1], edit.start, edit.end, record.sha256, record.source)
    text = output / "text" / "cables" / "cable-draft.pdf.txt"
    before = text.read_bytes()
    marks = {path: path.stat().st_mtime_ns for path in (output / "text").rglob("*.txt")}

    def run() -> str:
        done = declass("transcribe", ROOT / "scans", "-o", output, "-c", corrections)
        assert done.returncode == 0, done.stderr
        return done.stderr

    append(corrections, "ann", [Decision("d1", "accept", place=place, after=edit.after)])
    written = files(corrections)
    assert "decisions    1 applied" in run()
    assert files(corrections) == written
    assert b"STATE 184627" in text.read_bytes()
    assert [path for path, mark in marks.items() if path.stat().st_mtime_ns != mark] == [text]

    listed = declass("decisions", "-c", corrections, "-o", output)
    assert "d1  ann  accept  applied  cables/cable-draft.pdf:1  '184b27' -> '184627'" in listed.stdout
    assert "REF: STATE 184b27" in declass("decisions", "d1", "-c", corrections, "-o", output).stdout
    undone = declass("decisions", "d1", "--undo", "-c", corrections, "--reviewer", "bob")
    assert undone.returncode == 0, undone.stderr
    assert declass("decisions", "d1", "--undo", "-c", corrections).returncode == 2
    assert "decisions" not in run()
    assert text.read_bytes() == before
