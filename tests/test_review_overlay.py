"""Rules from the review: shown with what they would do, written only when the dictionary loads, comments kept."""

import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.correct import correct_pages
from pipeline.dictionary import load_dictionary
from pipeline.errors import ConfigurationError, UsageError
from pipeline.record import Line, Page
from pipeline.review import overlay
from tests.shipped import CORRECTIONS

LINE = "INFO AMEMBASSY KAMPAL"


@pytest.fixture
def corrections(tmp_path: Path) -> Path:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    return tmp_path / "corrections"


def corrected(corrections: Path, line: str) -> list[tuple[str, str, str]]:
    edits = correct_pages([Page(1, "ok", (Line(line),))], load_dictionary(corrections))
    return [(edit.before, edit.after, edit.status) for edit in edits]


def test_an_entry_is_shown_and_written_and_works(corrections: Path) -> None:
    rule = overlay.always(corrections, "KAMPAL", "KAMPALA", LINE, "ann")
    assert rule.trouble == ""
    assert not (corrections / "local" / overlay.FILE).exists()
    overlay.write(corrections, toml=rule.toml)
    assert corrected(corrections, LINE) == [("KAMPAL", "KAMPALA", "applied")]


def test_a_protected_word_is_left_alone(corrections: Path) -> None:
    assert corrected(corrections, LINE)
    overlay.write(corrections, protect="KAMPAL")
    overlay.write(corrections, protect='QUO"TED')
    assert corrected(corrections, LINE) == []
    assert tomllib.loads((corrections / "local" / overlay.FILE).read_text())["protect"] == [
        'QUO"TED',
        "KAMPAL",
    ]


def test_what_a_person_wrote_in_the_file_stays(corrections: Path) -> None:
    path = corrections / "local" / overlay.FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text('# mine\n[[entry]]\nid = "mine"\nmatch = "garble"\ngarbles = ["XQ"]\nright = "X"\n')
    overlay.write(corrections, protect="ABC")
    overlay.write(corrections, toml=overlay.always(corrections, "KAMPAL", "KAMPALA", LINE, "ann").toml)
    assert "# mine\n" in path.read_text()
    assert corrected(corrections, "XQ") == [("XQ", "X", "suggested")]


def test_an_entry_that_stands_already_changes_nothing(corrections: Path) -> None:
    rule = overlay.always(corrections, "KAMPAL", "KAMPALA", LINE, "ann")
    overlay.write(corrections, toml=rule.toml)
    before = (corrections / "local" / overlay.FILE).read_bytes()
    with pytest.raises(ConfigurationError, match=r"review\.toml"):
        overlay.write(corrections, toml=rule.toml)
    assert (corrections / "local" / overlay.FILE).read_bytes() == before


@pytest.mark.parametrize(
    "mine",
    [
        "",
        '# mine\nprotect = [\n    "XY",\n]\n\n[[entry]]\nid = "a"\nmatch = "garble"\ngarbles = ["XQ"]\nright = "X"\n',
    ],
)
def test_a_rule_is_taken_back_and_nothing_else_with_it(corrections: Path, mine: str) -> None:
    path = corrections / "local" / overlay.FILE
    path.parent.mkdir(exist_ok=True)
    if mine:
        path.write_text(mine)
    rule = overlay.always(corrections, "KAMPAL", "KAMPALA", LINE, "ann")
    overlay.write(corrections, toml=rule.toml)
    overlay.write(corrections, protect="ABC")
    overlay.take_back(corrections, toml=rule.toml)
    overlay.take_back(corrections, protect="ABC")
    assert (path.read_text() if path.exists() else "") == mine


def test_a_rule_that_was_changed_since_is_not_taken_back(corrections: Path) -> None:
    rule = overlay.always(corrections, "KAMPAL", "KAMPALA", LINE, "ann")
    overlay.write(corrections, toml=rule.toml)
    path = corrections / "local" / overlay.FILE
    path.write_text(path.read_text().replace("auto", "suggest"))
    before = path.read_bytes()
    for toml, protect in ((rule.toml, ""), ("", "ABC"), ("[[entry]]", "")):
        with pytest.raises(UsageError, match="take it out there"):
            overlay.take_back(corrections, toml, protect)
    assert path.read_bytes() == before


def test_a_number_of_digits_is_told_to_be_only_suggested(corrections: Path) -> None:
    assert "only suggested" in overlay.always(corrections, "12350", "12356", "E.O. 12350", "ann").trouble


@pytest.mark.parametrize(("before", "after"), [("", "x"), (" ", "x"), ("x", "x"), ("x", "")])
def test_what_no_entry_can_say_is_refused(corrections: Path, before: str, after: str) -> None:
    with pytest.raises(UsageError):
        overlay.always(corrections, before, after, before, "ann")


def test_a_link_is_not_followed(corrections: Path, tmp_path: Path) -> None:
    (corrections / "local").mkdir(exist_ok=True)
    (tmp_path / "other.toml").write_text("")
    (corrections / "local" / overlay.FILE).symlink_to(tmp_path / "other.toml")
    with pytest.raises(UsageError, match="leads elsewhere"):
        overlay.write(corrections, protect="ABC")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_a_toml_string(text: str) -> None:
    assert tomllib.loads(f"a = {overlay._quoted(text)}") == {"a": text}
