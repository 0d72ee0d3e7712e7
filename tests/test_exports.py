"""Every format, read by the program it is made for; one small output folder, made by hand, no engine."""

import csv
import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.export import export, read_documents
from pipeline.exports import FORMATS, ExportOptions
from pipeline.exports.csv import safe_cell
from pipeline.exports.rows import PageRow, page_rows
from pipeline.geometry import Box
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    Edit,
    Finding,
    Line,
    Page,
    PageOutcome,
    Part,
    Redaction,
    Run,
    Word,
    dump,
    edit_id,
)
from pipeline.search import search
from pipeline.sources import sha256
from tests.conftest import Quick
from tests.makers import ink_box

ROOT = Path(__file__).parent.parent
LETTERS = 40
RAW = [
    "CONFIDENTIAL",
    "",
    "=E.O. 1235b: DECL: OADR",
    "",
    "The dredging paper was read in co-",
    "operation by the <committee>.",
    "",
]


def drawn_page(number: int, lines: list[str] = RAW) -> tuple[Image.Image, Page]:
    """A typed page and what an engine that reads without mistakes says of it."""
    font = ImageFont.load_default(size=LETTERS)
    image = Image.new("L", (1000, 800), 255)
    draw = ImageDraw.Draw(image)
    read = []
    for row, text in enumerate(lines):
        words = []
        for word in re.finditer(r"\S+", text):
            left = 80 + font.getlength(text[: word.start()])
            draw.text((left, 80 * (row + 1)), word[0], font=font, fill=0)
            box = draw.textbbox((left, 80 * (row + 1)), word[0], font=font)
            words.append(Word(word.start(), word.end(), Box(*map(round, box)), 90.0))
        read.append(Line(text, tuple(words)))
    return image, Page(number, "ok", tuple(read), 1000, 800, 150.0, confidence=90.0, grade="good")


def edits_of(page: Page) -> tuple[Edit, ...]:
    def edit(before: str, after: str, kind: Any, rule: str, status: Any = "applied") -> Edit:
        start = page.text.index(before)
        place = (page.number, start, start + len(before))
        return Edit(
            edit_id(*place, kind, rule, before, after), *place, before, after, kind, rule, 95.0, status, "why"
        )

    return (
        edit("CONFIDENTIAL", "", "strip", "banner"),
        edit("1235b", "12356", "correct", "eo"),
        edit("paper", "papers", "correct", "plural", "suggested"),
    )


def put(output: Path, scan: Path, name: str, pages: list[Page], media_type: str) -> DocumentOutcome:
    edits = tuple(edit for page in pages for edit in edits_of(page))
    number = Finding("document-number", 1, 0, 12, "CONFIDENTIAL", "C05779634", 95.0)
    part = Part("cable", 1, 0, len(pages), 12, (Finding("eo", 1, 14, 24, "E.O. 1235b", "E.O. 12356", 75.0),))
    document = Document(
        SCHEMA_VERSION,
        name,
        sha256(scan),
        "ok",
        media_type,
        metadata={"highest_banner": "CONFIDENTIAL"},
        pages=tuple(pages),
        edits=edits,
        markings=(number,),
        parts=(part,),
    )
    record = output / "records" / f"{name}.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_bytes(dump(document))
    outcomes = tuple(PageOutcome(page.number, page.status) for page in pages)
    return DocumentOutcome(name, str(scan), name, document.sha256, "ok", media_type, pages=outcomes)


def finish(output: Path, *outcomes: DocumentOutcome) -> Path:
    (output / "work").mkdir(parents=True, exist_ok=True)
    (output / "run.json").write_bytes(dump(Run(1, "0", "", 0.0, {}, {}, outcomes)))
    return output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with a PDF of two pages, of which the first has an old text layer, and a black and white TIFF."""
    base = tmp_path_factory.mktemp("exports")
    drawn = [drawn_page(1), drawn_page(2)]
    images = [image for image, _ in drawn]
    scan = base / "memo.pdf"
    images[0].save(scan, "PDF", resolution=150, save_all=True, append_images=images[1:])
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].obj.Resources.Font = pikepdf.Dictionary(F1=font)
        pdf.pages[0].contents_add(b"BT 3 Tr /F1 12 Tf 50 50 Td (0LDGARBLE) Tj ET")
        pdf.save(scan)
    fax = base / "fax.tif"
    drawn[0][0].convert("1", dither=Image.Dither.NONE).save(fax, compression="group4", dpi=(150, 150))
    output = base / "output"
    return finish(
        output,
        put(output, fax, "a/fax.tif", [drawn[0][1]], "image/tiff"),
        put(output, scan, "memo.pdf", [page for _, page in drawn], "application/pdf"),
    )


@pytest.fixture(scope="module")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("all")
    assert export(folder, FORMATS, target, ExportOptions()).left_out == ()
    return target


CLEAN = "=E.O. 12356: DECL: OADR\n\nThe dredging paper was read in co-\noperation by the <committee>.\n"


def pdftotext(path: Path, *options: str) -> str:
    return subprocess.run(
        ["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True
    ).stdout


# ---- text ----


def test_txt_is_clean_text_with_form_feeds(exported: Path) -> None:
    assert (exported / "txt/memo.pdf.txt").read_text() == f"{CLEAN}\f{CLEAN}"


def test_txt_a_file_a_page_reflowed(folder: Path, tmp_path: Path) -> None:
    export(folder, ["txt"], tmp_path / "pages", ExportOptions(per="page", reflow=True))
    text = (tmp_path / "pages/memo.pdf/000002.txt").read_text()
    assert (
        text == "=E.O. 12356: DECL: OADR\n\nThe dredging paper was read in cooperation by the <committee>.\n"
    )


def test_a_folder_with_other_files_is_not_replaced(folder: Path, tmp_path: Path, quick: Quick) -> None:
    (tmp_path / "pages/memo.pdf").mkdir(parents=True)
    (tmp_path / "pages/memo.pdf/mine.doc").write_text("mine")
    done = quick("export", folder, "--to", "txt", "--per", "page", "-o", tmp_path / "pages")
    assert done.exit_code == 2
    assert "other files" in done.stderr
    assert (tmp_path / "pages/memo.pdf/mine.doc").exists()


def test_markdown_shows_the_text_as_it_stands(folder: Path, tmp_path: Path) -> None:
    from markdown_it import MarkdownIt

    for reflow in (False, True):
        export(folder, ["md"], tmp_path / "md", ExportOptions(reflow=reflow))
        told = (tmp_path / "md/memo.pdf.md").read_text()
        assert told.startswith('---\nid: "memo.pdf"\nsource: "memo.pdf"\nsha256: "')
        assert 'document_number: "C05779634"' in told
        assert "<!-- page 2 -->" in told
        shown = MarkdownIt().render(told.partition("\n---\n")[2])
        assert shown.count("&lt;committee&gt;") == 2
        assert shown.count("=E.O. 12356: DECL: OADR") == 2
        assert "<h1>" not in shown


# ---- lines, tables ----


def test_jsonl_keeps_to_its_schema_and_leads_to_the_page(
    exported: Path, folder: Path, tmp_path: Path
) -> None:
    schema = json.loads((ROOT / "docs/export.schema.json").read_text())
    rows = [json.loads(line) for line in (exported / "corpus.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a/fax.tif#1", "memo.pdf#1", "memo.pdf#2"]
    for row in rows:
        jsonschema.validate(row, schema)
        assert row["text"] == CLEAN
        line = row["lines"][0]
        assert row["text"][line["start"] : line["end"]] == "=E.O. 12356: DECL: OADR"
        assert (line["left"], line["top"]) < (line["right"], line["bottom"])
        edit = next(
            edit for edit in row["edits"] if edit["kind"] == "correct" and edit["status"] == "applied"
        )
        assert row["text"][edit["clean_start"] : edit["clean_end"]] == "12356"
        assert row["raw"][edit["start"] : edit["end"]] == "1235b"
    export(folder, ["jsonl"], tmp_path / "documents", ExportOptions(per="document"))
    for line in (tmp_path / "documents").read_text().splitlines():
        document = json.loads(line)
        jsonschema.validate(document, schema)
        assert [document["text"][page["start"] : page["end"]] for page in document["pages"]] == [CLEAN] * len(
            document["pages"]
        )


def test_the_published_schemas_are_current() -> None:
    from pipeline.exports.rows import schema

    assert json.loads((ROOT / "docs/export.schema.json").read_text()) == schema(), (
        "run scripts/write_schema.py"
    )


def test_flat_metadata_suits_langchain_and_llamaindex(exported: Path) -> None:
    for line in (exported / "corpus.jsonl").read_text().splitlines():
        row = json.loads(line)
        document = {
            "page_content": row["text"],
            "metadata": {"source": row["source"], "page": row["page"], **row["metadata"]},
        }
        assert isinstance(document["page_content"], str)
        assert all(
            value is None or isinstance(value, str | int | float) for value in document["metadata"].values()
        )


def test_csv_and_what_a_spreadsheet_must_not_run(folder: Path, tmp_path: Path) -> None:
    for safe, begins in ((False, "=E.O."), (True, "'=E.O.")):
        export(folder, ["csv"], tmp_path / "t.csv", ExportOptions(spreadsheet_safe=safe))
        with (tmp_path / "t.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["page"] for row in rows] == ["1", "1", "2"]
        assert all(row["text"].startswith(begins) for row in rows)


def test_no_cell_made_safe_begins_as_a_formula_may() -> None:
    for begins in "=+-@\t\r\n＝＋－＠":
        assert safe_cell(f"{begins}cmd|' /C calc'!A0") == f"'{begins}cmd|' /C calc'!A0"
    assert safe_cell("plain = text") == "plain = text"
    assert safe_cell(-1) == -1


def test_parquet_in_duckdb_and_pandas(exported: Path) -> None:
    import duckdb
    import pandas

    file = exported / "corpus.parquet"
    found = duckdb.sql(f"SELECT id, page, document_number, text FROM '{file}' ORDER BY id").fetchall()
    assert found[1] == ("memo.pdf#1", 1, "C05779634", CLEAN)
    frame = pandas.read_parquet(file)
    assert list(frame["page"]) == [1, 1, 2]
    assert frame["confidence"].dtype == "float64"
    assert json.loads(frame["edits"][0])[0]["before"] == "CONFIDENTIAL"


def test_sqlite_utils_reads_the_database(exported: Path) -> None:
    import sqlite_utils

    base = sqlite_utils.Database(exported / "corpus.db")
    assert {"documents", "pages", "lines", "edits", "markings", "parts", "headers"} <= set(base.table_names())
    assert base["pages"].detect_fts() == "pages_fts"
    assert [row["id"] for row in base["pages"].search("dredging")] == [
        "a/fax.tif#1",
        "memo.pdf#1",
        "memo.pdf#2",
    ]
    assert [row["value"] for row in base["headers"].rows] == ["E.O. 12356"] * 2
    assert not list(base.query("PRAGMA foreign_key_check"))
    assert (ROOT / "pipeline/exports/sqlite.sql").read_text().count("CREATE") == 8


def test_datasette_opens_it_as_it_is(exported: Path) -> None:
    import asyncio

    from datasette.app import Datasette

    async def asked() -> Any:
        datasette = Datasette([str(exported / "corpus.db")])
        return (await datasette.client.get("/corpus/pages.json?_search=1235b&_shape=array")).json()

    assert [row["id"] for row in asyncio.run(asked())] == ["a/fax.tif#1", "memo.pdf#1", "memo.pdf#2"]


# ---- words in their boxes ----


def test_alto_is_valid_and_marks_furniture(exported: Path) -> None:
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(ROOT / "tests/data/alto/alto-4-2.xsd"))
    files = sorted((exported / "alto").rglob("*.xml"))
    assert [file.name for file in files] == ["000001.xml", "000001.xml", "000002.xml"]
    for file in files:
        tree = etree.parse(file)
        schema.assertValid(tree)
        names = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}
        (corrected,) = tree.xpath("//a:String[a:ALTERNATIVE]", namespaces=names)
        assert (corrected.get("CONTENT"), corrected[0].text) == ("12356:", "1235b:")
        (tag,) = tree.xpath("//a:StructureTag[@LABEL='banner']/@ID", namespaces=names)
        (furniture,) = tree.xpath(f"//a:TextBlock[@TAGREFS='{tag}']//a:String/@CONTENT", namespaces=names)
        assert furniture == "CONFIDENTIAL"


def test_hocr_read_by_another_program(exported: Path) -> None:
    from ocrmypdf.hocrtransform import HocrParser

    page = HocrParser(exported / "hocr/memo.pdf.hocr").parse()
    words = [
        word.text for paragraph in page.children for line in paragraph.children for word in line.children
    ]
    assert words == ["CONFIDENTIAL", *CLEAN.split()]
    assert page.dpi == 150
    told = (exported / "hocr/memo.pdf.hocr").read_text()
    assert 'class="ocr_header"' in told
    assert 'data-raw="1235b:"' in told


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


# ---- the folder ----


def test_the_same_input_gives_the_same_bytes(folder: Path, exported: Path, tmp_path: Path) -> None:
    export(folder, FORMATS, tmp_path, ExportOptions())
    for path in sorted(exported.rglob("*")):
        if path.is_file() and path.suffix not in (".db", ".parquet"):
            assert (tmp_path / path.relative_to(exported)).read_bytes() == path.read_bytes(), path
    dumps = [list(sqlite3.connect(base / "corpus.db").iterdump()) for base in (tmp_path, exported)]
    assert dumps[0] == dumps[1]


def test_search_finds_pages_and_takes_any_words(folder: Path, quick: Quick) -> None:
    assert [hit.id for hit in search(folder, "dredging committee")] == [
        "a/fax.tif#1",
        "memo.pdf#1",
        "memo.pdf#2",
    ]
    assert [hit.id for hit in search(folder, "E.O. 12356", 1)] == ["a/fax.tif#1"]
    assert search(folder, "1235b") == []
    assert len(search(folder, "1235b", raw=True)) == 3
    assert search(folder, '") OR (') == []
    done = quick("search", folder, "dredging")
    assert done.stdout.splitlines()[1].startswith("memo.pdf#1 (C05779634): ")
    assert "[dredging]" in done.stdout


@pytest.mark.parametrize(
    "content", [b"", b'{"schema_version": 99}', b'{"schema_version": 1, "pages": [{"number": 1}]}']
)
def test_a_record_that_cannot_be_read_is_said_and_the_rest_exported(
    folder: Path, tmp_path: Path, quick: Quick, content: bytes
) -> None:
    output = tmp_path / "output"
    shutil.copytree(folder, output)
    (output / "records/memo.pdf.json").write_bytes(content)
    done = quick("export", output, "--to", "jsonl")
    assert done.exit_code == 5
    assert "memo.pdf.json" in done.stderr
    assert len((output / "exports/corpus.jsonl").read_text().splitlines()) == 1


def test_a_folder_without_a_run_is_refused(tmp_path: Path, quick: Quick) -> None:
    done = quick("export", tmp_path, "--to", "txt")
    assert done.exit_code == 2
    assert "nothing was transcribed there" in done.stderr


def test_pages_from_python(folder: Path) -> None:
    import pipeline

    assert [page.id for page in pipeline.read_pages(folder)] == ["a/fax.tif#1", "memo.pdf#1", "memo.pdf#2"]
    assert all(isinstance(row, PageRow) for record in read_documents(folder) for row in page_rows(record))
    assert pipeline.read_record(folder / "records/memo.pdf.json").source == "memo.pdf"
    assert msgspec.json.encode(next(iter(pipeline.read_pages(folder))))


def test_the_recipes_run(folder: Path, tmp_path: Path) -> None:
    told = (ROOT / "docs/export.md").read_text()
    recipes = re.findall(r"^```sh\njq -c '(.*)'\n```", told, re.MULTILINE)
    assert len(recipes) == 4
    for recipe in recipes:
        per = "document" if "pdf_page_numbers" in recipe else "page"
        export(folder, ["jsonl"], tmp_path / "lines", ExportOptions(per=per))  # type: ignore[arg-type]
        if not shutil.which("jq"):
            pytest.skip("jq is not installed")
        done = subprocess.run(["jq", "-c", recipe, tmp_path / "lines"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("\n") == {"{index": 6}.get(recipe[:6], 2 if per == "document" else 3)


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
