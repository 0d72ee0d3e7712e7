"""The lists that header fields are found by, `corrections/markings/headers.toml` and `tags.toml`."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.headerlists import load_headers
from pipeline.textstages import load_corrections
from tests.shipped import CORRECTIONS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    return tmp_path / "corrections"


def test_a_change_of_the_lists_changes_the_digest(folder: Path) -> None:
    before = load_corrections(folder).digest
    path = folder / "markings" / "tags.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"AADP", ', ""), encoding="utf-8")
    assert load_corrections(folder).digest != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[openings]", "[opening]", "opening"),
        ("'N{3,4}'", "'N{3,4'", "N{3,4"),
        ("'N{3,4}'", "'(N'", "no regular expression"),
        ('Z = "FLASH"', 'ZZ = "FLASH"', "single letter"),
        ("[precedence]", "[precedence", "headers.toml"),
    ],
)
def test_a_wrong_file_stops_the_run(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "markings" / "headers.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    if said == "N{3,4":  # a legal expression after all: braces stand for themselves
        load_headers(folder)
        return
    with pytest.raises(ConfigurationError, match=said):
        load_headers(folder)


def test_a_missing_file_says_where_it_belongs(folder: Path) -> None:
    (folder / "markings" / "tags.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"tags\.toml cannot be read .*name a corrections folder"):
        load_headers(folder)
