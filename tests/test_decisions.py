"""Decisions are only appended, survive half a line, and undoing one brings back what it had replaced."""

import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.decisions import (
    Decision,
    Place,
    append,
    check_reviewer,
    decisions_folder,
    digest_of_decisions,
    load_decisions,
)
from pipeline.errors import ConfigurationError, UsageError

PLACE = Place("a" * 64, 1, "KAMPAL", "TO AMEMBASSY KAMPAL", 13)


def said(name: str, replaces: str = "", verdict: str = "accept", place: Place | None = PLACE) -> Decision:
    return Decision(name, verdict, replaces, place=place, after="KAMPALA")  # type: ignore[arg-type]


def undo(name: str, replaces: str) -> Decision:
    return said(name, replaces, "undo", None)


def standing(corrections: Path) -> set[str]:
    return set(load_decisions(corrections).standing)


def test_what_was_appended_is_read_back_with_its_reviewer(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1"), said("2", "1", "reject")])
    append(tmp_path, "ann", [said("3")])
    append(tmp_path, "bob", [said("4")])
    lines = load_decisions(tmp_path).lines
    assert [(one.id, one.reviewer) for one in lines] == [
        ("1", "ann"),
        ("2", "ann"),
        ("3", "ann"),
        ("4", "bob"),
    ]
    assert lines[0].place == PLACE
    assert b"ann" not in (decisions_folder(tmp_path) / "ann.jsonl").read_bytes()
    assert standing(tmp_path) == {"2", "3", "4"}


def test_without_any_decision_there_is_none(tmp_path: Path) -> None:
    assert load_decisions(tmp_path).lines == ()


def test_undoing_brings_back_what_was_replaced_and_undoing_that_takes_it_away(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1"), said("2", "1", "reject"), undo("3", "2")])
    assert standing(tmp_path) == {"1"}
    append(tmp_path, "bob", [undo("4", "3")])
    assert standing(tmp_path) == {"2"}


@given(st.lists(st.integers(0, 30), max_size=30))
def test_a_line_stands_unless_a_line_that_stands_replaces_it(targets: list[int]) -> None:
    lines = [
        said(str(number), str(target) if target < number else "") for number, target in enumerate(targets)
    ]
    from pipeline.decisions import _standing

    stands = _standing(lines, {one.id: "x:1" for one in lines})
    for one in lines:
        assert (one.id in stands) != any(other.replaces == one.id and other.id in stands for other in lines)


def test_lines_that_replace_each_other_in_a_circle_are_told(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1", "2"), said("2", "1")])
    with pytest.raises(ConfigurationError, match=r"ann\.jsonl:1: .* itself"):
        load_decisions(tmp_path)


def test_half_a_line_at_the_end_is_no_decision_and_gives_way_to_the_next(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1")])
    file = decisions_folder(tmp_path) / "ann.jsonl"
    file.write_bytes(file.read_bytes() + b'{"id":"2","verd')
    assert standing(tmp_path) == {"1"}
    append(tmp_path, "ann", [said("3")])
    assert standing(tmp_path) == {"1", "3"}


def test_a_last_line_without_newline_is_kept(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1")])
    file = decisions_folder(tmp_path) / "ann.jsonl"
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    append(tmp_path, "ann", [said("2")])
    assert standing(tmp_path) == {"1", "2"}


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b'{"id":"9","verdict":"burn"}',
        b'{"id":"9","verdict":"accept"}',
        b'{"id":"9","verdict":"accept","after":"two\\nlines","place":{"sha256":"a","page":1,"before":"x"}}',
        b'{"id":"9","verdict":"accept","after":"two\\fpages","place":{"sha256":"a","page":1,"before":"x"}}',
    ],
)
def test_a_damaged_line_is_told_with_its_place(tmp_path: Path, line: bytes) -> None:
    append(tmp_path, "ann", [said("1")])
    file = decisions_folder(tmp_path) / "ann.jsonl"
    file.write_bytes(file.read_bytes() + line + b"\n" + file.read_bytes().replace(b'"1"', b'"2"'))
    with pytest.raises(ConfigurationError, match=r"ann\.jsonl:2: "):
        load_decisions(tmp_path)


def test_a_line_that_stands_twice_is_told(tmp_path: Path) -> None:
    append(tmp_path, "ann", [said("1")])
    append(tmp_path, "bob", [said("1")])
    with pytest.raises(ConfigurationError, match=r"bob\.jsonl:1: .*ann\.jsonl:1"):
        load_decisions(tmp_path)


def test_the_digest_changes_with_what_was_decided_and_not_with_when() -> None:
    early = Decision("1", "accept", time="2026-01-01T00:00:00Z", place=PLACE)
    late = Decision("1", "accept", time="2026-01-02T00:00:00Z", place=PLACE)
    assert digest_of_decisions([early]) == digest_of_decisions([late])
    assert digest_of_decisions([early]) != digest_of_decisions([Decision("1", "reject", place=PLACE)])
    assert digest_of_decisions([]) == ""


@pytest.mark.parametrize("name", ["", "../ann", "a/b", ".hidden", "a b", "é", "x" * 65])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        check_reviewer(name)
    with pytest.raises(UsageError):
        append(tmp_path, name, [said("1")])


def test_a_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = decisions_folder(tmp_path / "c")
    folder.mkdir(parents=True)
    (folder / "ann.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="nothing was decided"):
        append(tmp_path / "c", "ann", [said("1")])
    assert not (tmp_path / "elsewhere").exists()


def _append_many(corrections: Path, name: str) -> None:
    for number in range(40):
        append(corrections, "ann", [said(f"{name}{number}")])


def test_two_programs_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_append_many, args=(tmp_path, name)) for name in "xy"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert len(standing(tmp_path)) == 80
