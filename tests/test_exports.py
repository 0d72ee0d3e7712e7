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
import pytest

from pipeline.errors import UsageError
from pipeline.export import export, read_documents
from pipeline.exports import FORMATS, ExportOptions
from pipeline.exports.csv import safe_cell
from pipeline.exports.rows import PageRow, page_rows
from pipeline.search import search
from tests.conftest import Quick
from tests.exporting import CLEAN, ROOT, made_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_folder(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("all")
    assert export(folder, FORMATS, target, ExportOptions()).left_out == ()
    return target


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
    assert search(folder, ") OR (") == []
    with pytest.raises(UsageError, match="lacks its other half"):
        search(folder, '") OR (')
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


def test_what_an_earlier_export_left_of_documents_that_have_gone_is_taken_away(
    folder: Path, tmp_path: Path, quick: Quick
) -> None:
    output = tmp_path / "output"
    shutil.copytree(folder, output)
    assert quick("export", output, "--to", "txt").exit_code == 0
    assert (output / "exports/txt/a/fax.tif.txt").exists()
    run = json.loads((output / "run.json").read_text())
    run["documents"] = [one for one in run["documents"] if one["source"] == "memo.pdf"]
    (output / "run.json").write_text(json.dumps(run))
    assert quick("export", output, "--to", "txt").exit_code == 0
    assert [path.name for path in (output / "exports/txt").rglob("*")] == ["memo.pdf.txt"]


def test_lines_go_to_standard_output_one_format_at_a_time(folder: Path, quick: Quick) -> None:
    done = quick("export", folder, "--to", "jsonl", "-o", "-")
    assert done.exit_code == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [
        "a/fax.tif#1",
        "memo.pdf#1",
        "memo.pdf#2",
    ]
    for formats in (["--to", "pdf"], ["--to", "csv", "--to", "jsonl"]):
        refused = quick("export", folder, *formats, "-o", "-")
        assert refused.exit_code == 2
        assert "Only one of csv and jsonl" in refused.stderr
    refused = quick("export", folder, "--to", "jsonl", "--spreadsheet-safe")
    assert refused.exit_code == 2
    assert "--spreadsheet-safe is for csv" in refused.stderr


def test_the_record_of_another_file_is_not_exported(folder: Path, tmp_path: Path, quick: Quick) -> None:
    output = tmp_path / "output"
    shutil.copytree(folder, output)
    record = output / "records/memo.pdf.json"
    record.write_text(record.read_text().replace('"sha256":"', '"sha256":"00', 1))
    done = quick("export", output, "--to", "txt")
    assert done.exit_code == 5
    assert "is the record of another file" in done.stderr


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


def test_a_record_that_tells_of_a_page_it_lacks_is_left_out_with_a_sentence(
    folder: Path, tmp_path: Path
) -> None:
    spoilt = Path(shutil.copytree(folder, tmp_path / "spoilt"))
    record = spoilt / "records" / "memo.pdf.json"
    record.write_text(record.read_text(encoding="utf-8").replace('"pages":[', '"qages":['), encoding="utf-8")
    done = export(spoilt, ["sqlite", "csv"], tmp_path / "out", ExportOptions())
    assert [said for said in done.left_out if "memo.pdf.json tells of page 1, which it does not hold" in said]
