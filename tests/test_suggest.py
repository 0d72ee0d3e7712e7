"""Proposed entries: a file that loads, and that says what it is about."""

import shutil
import tomllib
from pathlib import Path

import pytest

from pipeline.dictionary import load_dictionary
from pipeline.families import Family, Garble, Place
from pipeline.proposals import write_proposals
from pipeline.record import SCHEMA_VERSION, Document, DocumentOutcome, Line, Page, Run, dump
from pipeline.suggest import suggest_entries
from tests.conftest import Quick
from tests.shipped import CORRECTIONS

COMMITTEE = Family(
    "committee", (Garble("comnittee", 2),), (Place("a/memo.pdf", 3, "the comnittee met"),), 1, True, True
)


def loaded(text: str, folder: Path) -> dict[str, str]:
    """What the dictionary makes of proposals that were moved into local/: garble -> right form and action."""
    corrections = folder / "corrections"
    shutil.copytree(CORRECTIONS, corrections, dirs_exist_ok=True)
    (corrections / "local").mkdir(exist_ok=True)
    (corrections / "local" / "proposed.toml").write_text(text, encoding="utf-8")
    entries = load_dictionary(corrections).entries
    return {
        garble: f"{entry.right} {entry.action}"
        for entry in entries
        if entry.id.startswith("garbles-of")
        for garble in entry.garbles
    }


def test_a_decided_family_is_an_entry_ready_for_use(tmp_path: Path) -> None:
    text = write_proposals([COMMITTEE])
    assert loaded(text, tmp_path) == {"comnittee": "committee auto"}
    assert "a/memo.pdf, page 3: the comnittee met" in text and "Seen 2 times in 1 document." in text


def test_a_name_is_only_suggested_and_an_undecided_family_stays_in_comments(tmp_path: Path) -> None:
    name = Family("Rwanda", (Garble("Rwxnda", 4),), (), 2, False, True)
    doubtful = Family("broken", (Garble("proken", 2, ("spoken",)),), (), 1, True, False)
    text = write_proposals([name, doubtful])
    assert loaded(text, tmp_path) == {"Rwxnda": "Rwanda suggest"}
    assert "# proken may stand for spoken, too." in text
    commented = text[text.index("# [[entry]]") : text.index("# proken may stand")]
    accepted = "\n".join(line.removeprefix("# ") for line in commented.split("\n"))
    assert loaded(accepted, tmp_path) == {"proken": "broken suggest"}


@pytest.mark.parametrize("form", ['a"b\\c', "line\u2028end", "tab\tin", "del\x7f", "é€😀", "'''", "# not"])
def test_whatever_was_read_the_file_loads_and_means_it(form: str, tmp_path: Path) -> None:
    family = Family(
        f"{form}!", (Garble(form, 2),), (Place("evil\nname\x1b[31m", 1, "x\x1b]0;\ny"),), 1, False, True
    )
    text = write_proposals([family, family])
    entries = tomllib.loads(text)["entry"]
    assert [entry["garbles"] for entry in entries] == [[form], [form]]
    assert loaded(text, tmp_path) == {form: f"{form}! suggest"}
    assert "\x1b" not in text


def test_ids_never_take_the_place_of_other_entries() -> None:
    entries = tomllib.loads(write_proposals([COMMITTEE, COMMITTEE], {"garbles-of-committee"}))["entry"]
    assert [entry["id"] for entry in entries] == ["garbles-of-committee-2", "garbles-of-committee-3"]
    nothing = Family("(…)", (Garble("{…)", 2),), (), 1, False, True)
    assert tomllib.loads(write_proposals([nothing]))["entry"][0]["id"] == "garbles-of"


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """The output folder of a run over one document."""
    output = tmp_path / "output"
    lines = ["the committee met again"] * 8 + [
        "the comnittee met",
        "TAGS: PFOR FOR FOR FOR FOR",
        "a comnittee",
    ]
    page = Page(1, "ok", tuple(map(Line, lines)))
    document = Document(SCHEMA_VERSION, "memo.pdf", "1", "ok", pages=(page,))
    (output / "records").mkdir(parents=True)
    (output / "records" / "memo.pdf.json").write_bytes(dump(document))
    outcome = DocumentOutcome("memo.pdf", str(tmp_path / "memo.pdf"), "memo.pdf", "1", "ok")
    (output / "run.json").write_bytes(dump(Run(SCHEMA_VERSION, "0", "", 0.0, {}, {}, (outcome,))))
    return output


def test_the_command_writes_proposals_to_stdout_or_a_file(
    quick: Quick, finished: Path, tmp_path: Path
) -> None:
    shown = quick("suggest", finished, "-c", CORRECTIONS)
    assert shown.exit_code == 0 and 'garbles = ["comnittee"]' in shown.stdout and "PFOR" not in shown.stdout
    written = quick("suggest", finished, "-c", CORRECTIONS, "-o", "proposed.toml")
    assert written.stdout == "" and (tmp_path / "proposed.toml").read_text() == shown.stdout
    assert "[[entry]]" not in quick("suggest", finished, "-c", CORRECTIONS, "--least", "3").stdout


def test_what_the_dictionary_decides_is_not_proposed_again(finished: Path, tmp_path: Path) -> None:
    text = suggest_entries(finished, CORRECTIONS)
    loaded(text, tmp_path)
    assert "[[entry]]" not in suggest_entries(finished, tmp_path / "corrections")


def test_a_folder_without_a_run_is_a_sentence(quick: Quick) -> None:
    done = quick("suggest", "nowhere", "-c", CORRECTIONS)
    assert done.exit_code == 2 and "no finished run in nowhere" in done.stderr
