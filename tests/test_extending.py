"""What docs/extending.md tells people to write does what it says: each of its blocks is carried out."""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from types import ModuleType

import cv2
import numpy as np
import pytest

from pipeline import exports
from pipeline.check import check_dictionary
from pipeline.clean import clean_text
from pipeline.crops import cut_line
from pipeline.export import export
from pipeline.exports import ExportOptions
from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine
from pipeline.programs import run
from pipeline.secondlook import Look, look_again
from tests.makers import ink_box, typed
from tests.shipped import CORRECTIONS

GUIDE = Path(__file__).parent.parent / "docs" / "extending.md"
MOST_LINES = 30


def blocks(heading: str) -> list[str]:
    """The blocks of code below a heading of the guide."""
    section = GUIDE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^```\w+\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


@pytest.fixture
def corrections(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CORRECTIONS, tmp_path / "corrections"))


@pytest.mark.parametrize("heading", ["A banner", "A correction entry", "An output format", "An engine"])
def test_each_takes_fewer_lines_than_a_page(heading: str) -> None:
    assert 0 < sum(block.count("\n") for block in blocks(heading)) <= MOST_LINES


def test_a_banner(corrections: Path) -> None:
    text = "COSMIC TOP SECRET\n\nTHE CONFERENCE BEGAN.\n\nCOSMIC TOP SECRET\n"
    (block,) = blocks("A banner")
    banners = corrections / "markings" / "banners.toml"
    told = banners.read_text(encoding="utf-8")
    before = clean_text(text, corrections).text()
    banners.write_text(told.replace("levels = [\n", block.removesuffix("]\n")), encoding="utf-8")
    assert "COSMIC" in before
    assert clean_text(text, corrections).text().strip() == "THE CONFERENCE BEGAN."


def test_a_correction_entry(corrections: Path) -> None:
    (block,) = blocks("A correction entry")
    (corrections / "local" / "mine.toml").parent.mkdir(exist_ok=True)
    (corrections / "local" / "mine.toml").write_text(block, encoding="utf-8")
    assert clean_text("THE SALT 1I TREATY\n", corrections).text() == "THE SALT II TREATY\n"
    assert not [found for found in check_dictionary(corrections) if "mine.toml" in str(found)]


def test_an_output_format(transcribed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, line = blocks("An output format")
    module = ModuleType("pipeline.exports.tsv")
    exec(compile(code, "tsv.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "pipeline.exports.tsv", module)
    monkeypatch.setattr("pipeline.export.PER_CORPUS", exports.PER_CORPUS.copy())
    exec(line, {"PER_CORPUS": sys.modules["pipeline.export"].PER_CORPUS})
    done = export(transcribed, ["tsv"], tmp_path / "pages.tsv", ExportOptions())
    rows = [row.split("\t") for row in done.targets["tsv"].read_text(encoding="utf-8").splitlines()]
    assert ["cables/cable-draft.pdf", "2"] in [row[:2] for row in rows]
    assert all(len(row) == 3 for row in rows)


@pytest.mark.skipif(not shutil.which("ocrad"), reason="GNU Ocrad is not installed")
def test_an_engine(tmp_path: Path) -> None:
    (code,) = blocks("An engine")
    known = {
        "Path": Path, "Sequence": Sequence, "Image": Image, "Seen": Seen, "Box": Box, "cv2": cv2, "run": run,
        "monotonic": monotonic,
    }  # fmt: skip
    exec(compile(code, "ocrad.py", "exec"), known)
    engine = known["Ocrad"](tmp_path, monotonic() + 60)  # type: ignore[operator]
    scan = typed(["THE CONFERENCE BEGAN IN KISUMU"])
    page = np.asarray(scan, dtype=np.uint8)
    box = Box(*ink_box(scan))
    first, capitals = Seen("CONFERFNCE", box, 20.0), float(box.height)
    (words,) = engine.recognize([cut_line(page, [first], capitals, 40.0, True).pixels])
    assert [word.text for word in words] == ["THE", "CONFERENCE", "BEGAN", "IN", "KISUMU"]
    (line,) = look_again(page, [SeenLine(0, (first,))], capitals, [Look(engine, 40.0)], "page")
    assert {reading.engine for word in line.words for reading in word.readings} <= {"tesseract", "ocrad"}
