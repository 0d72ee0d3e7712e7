"""The searchable PDF: clean text where it stands, untouched images, nothing from under a redaction."""

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pikepdf
import pytest
from PIL import Image

from pipeline.export import export
from pipeline.exports import ExportOptions
from pipeline.geometry import Box
from pipeline.record import (
    Redaction,
)
from tests.conftest import Quick
from tests.exporting import CLEAN, drawn_page, finish, made_folder, pdftotext, put
from tests.makers import ink_box


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_folder(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pdf")
    assert export(folder, ["pdf", "txt"], target, ExportOptions()).left_out == ()
    return target


@pytest.mark.parametrize("name", ["memo.pdf", "a/fax.tif"])
def test_the_pdf_holds_clean_text_where_it_stands(exported: Path, folder: Path, name: str) -> None:
    file = exported / f"pdf/{name}.pdf"
    pages = 2 if name == "memo.pdf" else 1
    assert pdftotext(file, "-raw").split() == CLEAN.split() * pages  # the banner and the old layer are gone
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">12356:',
        pdftotext(file, "-bbox"),
    )
    image, page = drawn_page(1)
    word = page.lines[2].words[1]
    assert word.box
    for box in found:
        left, top, right, bottom = (float(side) * 150 / 72 for side in box)
        ink = ink_box(image.crop((word.box.left, word.box.top, word.box.right, word.box.bottom)))
        assert left - 1 <= word.box.left + ink[0]
        assert right + 1 >= word.box.left + ink[2]
        assert abs((top + bottom) / 2 - (word.box.top + word.box.bottom) / 2) < 4
    assert len(found) == pages
    with pikepdf.open(file) as pdf:
        assert pdf.docinfo["/DeclassSource"] == name


def test_letters_beyond_the_usual_ones_can_be_copied_from_the_pdf(tmp_path: Path) -> None:
    letters = "".join(map(chr, [*range(0x0410, 0x0450), *range(0x4E00, 0x4EC0)]))
    words = [letters[at : at + 8] for at in range(0, len(letters), 8)]  # more letters than a font has codes
    lines = [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
    image, page = drawn_page(1, ["CONFIDENTIAL 1235b paper", *lines])
    scan = tmp_path / "memo.pdf"
    image.save(scan, "PDF", resolution=150)
    output = finish(
        tmp_path / "output", put(tmp_path / "output", scan, "memo.pdf", [page], "application/pdf")
    )
    export(output, ["pdf", "txt"], tmp_path / "out", ExportOptions())
    told = pdftotext(tmp_path / "out/pdf/memo.pdf.pdf", "-raw")
    assert set(words) <= set(told.split())


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_words_lie_on_the_words_of_a_page_that_its_pdf_turns(tmp_path: Path, turn: int) -> None:
    image, page = drawn_page(1)
    scan = tmp_path / "turned.pdf"
    image.rotate(turn, expand=True).save(
        scan, "PDF", resolution=150
    )  # counterclockwise; the PDF turns it back
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = turn
        pdf.save(scan)
    output = finish(
        tmp_path / "output", put(tmp_path / "output", scan, "turned.pdf", [page], "application/pdf")
    )
    export(output, ["pdf"], tmp_path / "out", ExportOptions())
    file = tmp_path / "out/turned.pdf.pdf"
    if not file.exists():
        file = tmp_path / "out/pdf/turned.pdf.pdf"
    place = re.search(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">12356:', pdftotext(file, "-bbox")
    )
    word = page.lines[2].words[1].box
    assert place and word
    left, top, right, bottom = (float(side) * 150 / 72 for side in place.groups())
    assert abs((left + right) / 2 - (word.left + word.right) / 2) < 0.1 * word.width
    assert abs((top + bottom) / 2 - (word.top + word.bottom) / 2) < 6


def test_images_are_untouched(exported: Path, folder: Path) -> None:
    def images(path: Path) -> list[bytes]:
        with pikepdf.open(path) as pdf:
            return [image.read_raw_bytes() for page in pdf.pages for image in page.get_images().values()]

    assert images(exported / "pdf/memo.pdf.pdf") == images(folder.parent / "memo.pdf")
    with pikepdf.open(exported / "pdf/a/fax.tif.pdf") as pdf, Image.open(folder.parent / "fax.tif") as fax:
        (image,) = pdf.pages[0].get_images().values()
        assert pikepdf.PdfImage(image).as_pil_image().convert("1").tobytes() == fax.tobytes()


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
@pytest.mark.parametrize("name", ["memo.pdf", "a/fax.tif"])
def test_qpdf_finds_nothing_wrong(exported: Path, name: str) -> None:
    done = subprocess.run(["qpdf", "--check", exported / f"pdf/{name}.pdf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_scan_that_changed_is_left_out(tmp_path: Path, quick: Quick) -> None:
    image, page = drawn_page(1)
    scan = tmp_path / "memo.pdf"
    image.save(scan, "PDF", resolution=150)
    output = finish(
        tmp_path / "output", put(tmp_path / "output", scan, "memo.pdf", [page], "application/pdf")
    )
    scan.write_bytes(scan.read_bytes() + b"\n")
    done = quick("export", output, "--to", "pdf")
    assert done.exit_code == 5
    assert "has changed since it was read" in done.stderr


def test_a_page_with_text_under_a_redaction_box_is_not_exported(tmp_path: Path, quick: Quick) -> None:
    image, page = drawn_page(1)
    under = Box(83, 320, 700, 410)  # the black rectangle below, at 150 dpi from the top of 384 points
    page = msgspec.structs.replace(page, redactions=(Redaction(under, "filled", 6.9),))
    scan = tmp_path / "memo.pdf"
    image.save(scan, "PDF", resolution=150)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].obj.Resources.Font = pikepdf.Dictionary(F1=font)
        pdf.pages[0].contents_add(b"q Q BT /F1 20 Tf 48 200 Td (TOPSECRETNAME) Tj ET 0 g 40 190 300 40 re f")
        pdf.save(scan)
    output = finish(
        tmp_path / "output", put(tmp_path / "output", scan, "memo.pdf", [page], "application/pdf")
    )
    done = quick("export", output, "--to", "pdf")
    assert done.exit_code == 5
    assert "page 1 is not exported" in done.stderr
    told = pdftotext(output / "exports/pdf/memo.pdf.pdf")
    assert "TOPSECRETNAME" not in told
    assert "not exported" in told
    assert b"TOPSECRETNAME" not in (output / "exports/pdf/memo.pdf.pdf").read_bytes()
