"""Whatever bytes come in: a documented error or a result, never another exception and never an end without end.

A few examples of each kind here; `make test-faults` tries many.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import pikepdf
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.check import check_dictionary
from pipeline.cli import main
from pipeline.decisions import load_decisions
from pipeline.dictionary import load_dictionary
from pipeline.entryfiles import EntryFile
from pipeline.errors import ConfigurationError, DeclassError, DocumentError, PageError
from pipeline.export import export
from pipeline.exports import ExportOptions
from pipeline.options import ReadOptions
from pipeline.rasterize import inspect, rasterize
from pipeline.record import Document, RecordError, dump, read_record
from pipeline.recordfile import RecordFile
from pipeline.store import Store
from pipeline.textstages import load_corrections
from tests.makers import drawn_pdf, scan_pdf, typed
from tests.mutations import spoilt
from tests.shipped import CORRECTIONS

pytestmark = pytest.mark.fuzz

some = settings(
    max_examples=settings().max_examples
    // 10,  # 10 of Hypothesis's own 100; more with --hypothesis-profile many
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SMALL = ReadOptions(max_pixels=1_000_000)
SECONDS = 20.0  # that no file of a few kilobytes may take, on a busy machine


def _scans() -> list[bytes]:
    page = typed(["spoilt"], letters=12)
    made = []
    for kind, options in (
        ("PNG", {}),
        ("PNG", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"}),
        ("JPEG", {"dpi": (150, 150)}),
        ("TIFF", {"compression": "raw"}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"save_all": True, "append_images": [page.convert("1"), page.convert("RGB")]}),
    ):
        file = BytesIO()
        page.save(file, kind, **options)
        made.append(file.getvalue())
    return made


def _pdfs() -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        page = typed(["spoilt"], letters=12)
        path = Path(folder, "made.pdf")
        made = [scan_pdf(path, [page, page]).read_bytes(), drawn_pdf(path).read_bytes()]
        made.append(scan_pdf(path, [page], passwords=("", "boss")).read_bytes())
        with pikepdf.open(path) as pdf:
            pdf.save(path.with_suffix(".2.pdf"), object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return [*made, path.with_suffix(".2.pdf").read_bytes()]


IMAGES, PDFS = _scans(), _pdfs()
DICTIONARIES = [path.read_bytes() for path in sorted(CORRECTIONS.glob("*.toml"))]
MARKINGS = {path.name: path.read_bytes() for path in sorted((CORRECTIONS / "markings").glob("*.toml"))}
DECISIONS = [
    b'{"id":"a1","verdict":"accept","time":"2026-01-01T00:00:00Z","place":{"sha256":"00","page":1,"before":"teh",'
    b'"line":"teh cat","box":[1,2,3,4],"frame":[10,10],"context":["","cat"]},"after":"the","rule":"x"}\n'
    b'{"id":"a2","verdict":"undo","replaces":"a1"}\n'
    b'{"id":"a3","verdict":"reject","place":{"sha256":"00","page":1,"before":"cat"},"kind":"strip"}\n'
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that every example of this module writes over."""
    yield tmp_path_factory.mktemp("fuzz")


def _draw(data: bytes, folder: Path) -> None:
    path = folder / "spoilt"
    path.write_bytes(data)
    began = time.monotonic()
    try:
        found = inspect(path, timeout=SECONDS, folder=folder)
        assert found.page_count > 0
        for number in {1, min(found.page_count, 3)}:
            image = rasterize(path, found, number, folder, SMALL, SECONDS)
            assert image.path.stat().st_size >= image.width * image.height > 0
            assert image.width * image.height <= 2 * SMALL.max_pixels
    except (DocumentError, PageError) as error:
        _is_a_sentence(str(error), folder)
    assert time.monotonic() - began < 4 * SECONDS


def _is_a_sentence(said: str, folder: Path) -> None:
    assert said.strip()
    assert str(folder) not in said


@some
@given(spoilt(IMAGES))
def test_a_spoilt_image_is_drawn_or_told(folder: Path, data: bytes) -> None:
    _draw(data, folder)


@some
@given(spoilt(PDFS))
def test_a_spoilt_pdf_is_drawn_or_told(folder: Path, data: bytes) -> None:
    _draw(data, folder)


@some
@given(spoilt(DICTIONARIES))
def test_a_spoilt_dictionary_is_loaded_or_told(folder: Path, data: bytes) -> None:
    path = folder / "dictionary"
    path.mkdir(exist_ok=True)
    (path / "spoilt.toml").write_bytes(data)
    try:
        load_dictionary(path)
    except DeclassError as error:
        assert "spoilt.toml" in str(error)
    for trouble in check_dictionary(path):
        assert trouble.sentence


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_ENTRY_KEYS = (
    "id",
    "match",
    "right",
    "garbles",
    "words",
    "pattern",
    "action",
    "reason",
    "line",
    "around",
    "budget",
)


@some
@given(st.dictionaries(st.sampled_from(_ENTRY_KEYS) | st.text(max_size=8), _VALUES, max_size=8))
def test_an_entry_of_any_values_is_read_or_told(table: dict[str, object]) -> None:
    rows = "\n".join(
        f"{json.dumps(key)} = {_toml(value)}" for key, value in table.items() if value is not None
    )
    try:
        list(EntryFile(Path("any.toml"), f"[[entry]]\n{rows}\n".encode("utf-8", "replace")).entries())
    except DeclassError as error:
        assert "any.toml:" in str(error)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items() if v is not None) + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value if one is not None) + "]"
    return json.dumps(value)


@some
@given(st.sampled_from(sorted(MARKINGS)), st.data())
def test_spoilt_markings_are_loaded_or_told(folder: Path, name: str, data: st.DataObject) -> None:
    path = folder / "corrections"
    shutil.copytree(CORRECTIONS, path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("local"))
    (path / "markings" / name).write_bytes(data.draw(spoilt([MARKINGS[name]])))
    try:
        load_corrections(path)
    except DeclassError as error:
        assert name in str(error)
    finally:
        (path / "markings" / name).write_bytes(MARKINGS[name])


@some
@given(spoilt(DECISIONS))
def test_spoilt_decisions_are_loaded_or_told(folder: Path, data: bytes) -> None:
    path = folder / "decided" / "local" / "decisions" / "somebody.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    try:
        load_decisions(folder / "decided")
    except DeclassError as error:
        assert "somebody.jsonl:" in str(error)


@pytest.fixture(scope="module")
def finished(transcribed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a real run, to be spoilt."""
    output = tmp_path_factory.mktemp("finished") / "output"
    shutil.copytree(transcribed, output)
    return output


@some
@given(st.data())
def test_a_spoilt_record_is_read_or_told_and_exported_or_left_out(
    finished: Path, data: st.DataObject
) -> None:
    record = min((finished / "records").rglob("*.json"), key=lambda path: path.stat().st_size)
    whole = record.read_bytes()
    try:
        record.write_bytes(data.draw(spoilt([whole])))
        try:
            document = read_record(record)
            assert isinstance(document, Document)
            assert dump(document)
        except RecordError as error:
            assert str(record) in str(error)
        for name in ("csv", "hocr"):
            target = finished.parent / "exports" / name
            shutil.rmtree(target, ignore_errors=True)
            try:
                export(finished, [name], target, ExportOptions())
            except DeclassError as error:
                assert str(error)
    finally:
        record.write_bytes(whole)


@some
@given(st.data())
def test_commands_on_a_spoilt_output_folder_answer_in_sentences(finished: Path, data: st.DataObject) -> None:
    spoil = data.draw(st.sampled_from(("run.json", "records")))
    path = finished / spoil if spoil == "run.json" else sorted((finished / "records").rglob("*.json"))[0]
    whole = path.read_bytes()
    try:
        path.write_bytes(data.draw(spoilt([whole])))
        for line in (
            ["search", str(finished), "the"],
            ["explain", str(finished), "memorandum.pdf:1"],
            ["decisions", "-o", str(finished), "-c", str(CORRECTIONS)],
            ["suggest", str(finished), "-c", str(CORRECTIONS)],
        ):
            done = CliRunner().invoke(main, line)
            assert done.exit_code in (0, 2, 4, 5, 6), (line, done.output)
    finally:
        path.write_bytes(whole)
        assert msgspec.json.decode(whole)


DEEP = 100_000
TOMLS = {
    "nested arrays": "protect = " + "[" * DEEP,
    "nested tables": "protect = " + "{a=" * DEEP,
    "an endless number": "protect = " + "9" * 10_000,
    "an endless repetition": '[[entry]]\nid = "a"\nmatch = "pattern"\nright = "x"\npattern = "a{99999999999}"\n',
    "nested groups": f'[[entry]]\nid = "a"\nmatch = "pattern"\nright = "x"\npattern = "{"(?:" * 5000}{")" * 5000}"\n',
}


@pytest.mark.parametrize("told", sorted(TOMLS))
def test_toml_without_end_is_told_by_a_sentence(tmp_path: Path, told: str) -> None:
    (tmp_path / "deep.toml").write_text(TOMLS[told])
    with pytest.raises(ConfigurationError, match=r"deep\.toml:\d"):
        load_dictionary(tmp_path)
    assert [trouble.severity for trouble in check_dictionary(tmp_path)] == ["error"]


@pytest.mark.parametrize("told", ["[" * DEEP, '{"x":' * DEEP, '{"schema_version":1,"pages":' + "[" * DEEP])
def test_json_without_end_is_told_by_a_sentence(tmp_path: Path, told: str) -> None:
    path = tmp_path / "local" / "decisions" / "deep.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(f"{told}\n")
    with pytest.raises(ConfigurationError, match=r"deep\.jsonl:1"):
        load_decisions(tmp_path)
    for opened in (read_record, lambda path: RecordFile(path, "deep")):
        with pytest.raises(RecordError, match="deep"):
            opened(path)
    store = Store(tmp_path)
    for place in (tmp_path / "run.json", store.page_file("00")):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(told)
    assert store.last_run() is None
    assert store.read_page("00") is None
