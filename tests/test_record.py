"""The record reads back what it wrote, and keeps to its published schema."""

import json
from pathlib import Path

import jsonschema
import msgspec
import pytest

from pipeline.geometry import Affine, Box
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    Edit,
    Line,
    Page,
    Reading,
    RecordError,
    Step,
    View,
    Word,
    dump,
    edit_id,
    json_schema,
    read_record,
)

SCHEMA = Path(__file__).parent.parent / "docs" / "record.schema.json"


def sample() -> Document:
    words = (
        Word(0, 4, Box(10, 20, 50, 40), 91.5),
        Word(5, 11, Box(60, 20, 120, 40), 44.0, (Reading("1235b:", 44.0, "tesseract", "page"),), "only look"),
    )
    view = View("page", (Step("deskew", {"degrees": 0.7}),), Affine.rotation(0.7))
    page = Page(1, "ok", (Line("E.O. 1235b:", words), Line()), 2550, 3300, 300.0, (view,), 90.0)
    number = edit_id(1, 5, 10, "correct", "eo-number", "1235b", "12356")
    edit = Edit(number, 1, 5, 10, "1235b", "12356", "correct", "eo-number", 95.0, "applied", "b is 6")
    return Document(
        SCHEMA_VERSION,
        "a/memo.pdf",
        "0" * 64,
        "ok",
        media_type="application/pdf",
        pages=(page,),
        edits=(edit,),
    )


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "memo.json"
    path.write_bytes(dump(sample()))
    assert read_record(path) == sample()


def test_records_keep_to_the_published_schema() -> None:
    jsonschema.validate(json.loads(dump(sample())), json.loads(SCHEMA.read_text()))


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema(), "run scripts/write_schema.py"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a record"),
        (b'{"schema_version": 99}', f"reads version {SCHEMA_VERSION}"),
        (b'{"schema_version": 1, "pages": 3}', "cannot be read as a record"),
    ],
)
def test_a_damaged_or_foreign_record_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "memo.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match=said) as refusal:
        read_record(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("text", ["two\nlines", "e\u0301"])
def test_a_line_is_one_line_of_nfc(text: str) -> None:
    with pytest.raises(RecordError):
        Line(text)


def test_words_stand_in_order_inside_their_line() -> None:
    with pytest.raises(RecordError):
        Line("ab cd", (Word(3, 5), Word(0, 2)))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"text": "ab", "words": [{"start": 0, "end": 9}]}', type=Line)


def test_an_edit_states_what_it_replaces() -> None:
    with pytest.raises(RecordError):
        Edit("x", 1, 0, 4, "abc", "", "strip", "r", 1, "applied", "")
    with pytest.raises(RecordError):
        Edit("x", 1, 0, 0, "", "", "correct", "r", 1, "applied", "")


def test_each_page_comes_with_its_own_edits() -> None:
    edits = tuple(
        Edit(f"{n}", 1 + n % 2, 0, 1, "a", "", "strip", "noise", 80, "applied", "") for n in range(4)
    )
    pages = tuple(Page(number, "ok", (Line("abc"),)) for number in (1, 2, 3))
    document = Document(SCHEMA_VERSION, "a", "", "ok", pages=pages, edits=edits)
    assert [(page.number, edits) for page, edits in document.edited_pages()] == [
        (number, document.edits_on(number)) for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("texts", "doubtful"),
    [
        (("1,250", "1,260"), True),
        (("1,250", "1,250"), False),
        (("l945", "July"), True),
        (("hut", "hat"), False),
        ((), False),
    ],
)
def test_a_number_that_was_read_differently_says_so(texts: tuple[str, ...], doubtful: bool) -> None:
    readings = tuple(Reading(text, 90, "engine", "page") for text in texts)
    assert Word(0, 5, readings=readings).is_doubtful_number is doubtful
