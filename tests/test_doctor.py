"""The doctor names what lacks and what more can be had, with the way to have it."""

import sys
import tomllib
from pathlib import Path

import pytest

from pipeline import doctor, extras
from pipeline.doctor import examine
from pipeline.errors import MissingProgramError
from tests.shipped import CORRECTIONS


def found(corrections: Path = CORRECTIONS) -> dict[str, doctor.Finding]:
    return {finding.what: finding for finding in examine(corrections)}


def test_a_ready_machine_lacks_nothing() -> None:
    assert not [finding for finding in examine(CORRECTIONS) if finding.verdict == "lacks"]


def test_a_dictionary_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[entry]\n")
    finding = found(tmp_path)["corrections"]
    assert finding.verdict == "lacks"
    assert "mine.toml:1" in finding.said


def test_an_extra_that_is_not_installed_is_advice_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "pyarrow" else True)
    assert found()["parquet"].verdict == "advice"
    assert f"{sys.executable} -m pip install pyarrow" in found()["parquet"].said
    assert found()["pdf"].verdict == "ok"
    with pytest.raises(MissingProgramError, match=r"pyarrow lacks, .* Parquet .* pip install pyarrow"):
        extras.need("parquet")


def test_too_little_memory_is_told_with_the_number_of_pages_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_memory", lambda: 1.5)
    monkeypatch.setattr(doctor.os, "cpu_count", lambda: 8)
    assert found()["memory"].verdict == "advice"
    assert "-j 2" in found()["memory"].said


def test_every_extra_of_the_project_is_known() -> None:
    told = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(told)["project"]
    declared = {
        name: tuple(sorted(names))
        for name, names in project["optional-dependencies"].items()
        if name not in ("dev", "mutants")
    }
    assert {name: tuple(sorted(extra.packages)) for name, extra in extras.EXTRAS.items()} == declared
