"""A PDF's own words come with their places; what is no table of words costs nothing."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.options import ReadOptions
from pipeline.rasterize import inspect, rasterize
from pipeline.textlayer import layer_words, parse
from tests.makers import drawn_pdf, program, scan_pdf, typed


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [20, 60, 290, 190]])
def test_words_lie_on_their_ink_however_the_page_is_turned_and_cropped(
    tmp_path: Path, rotate: int, crop: list[int] | None
) -> None:
    path = drawn_pdf(tmp_path / "page.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = rotate
        if crop:
            pdf.pages[0].CropBox = crop
        pdf.save(path)
    image = rasterize(path, inspect(path), 1, tmp_path, ReadOptions())
    ink = np.fromfile(image.path, dtype=np.uint8)[-image.width * image.height :]
    page = ink.reshape(image.height, image.width) < 128
    words = layer_words(path, 1, "", image)
    assert [word.text for word in words] == ["Plain", "words"]
    covered = np.zeros_like(page)
    for word in words:
        box = word.box
        assert page[box.top : box.bottom, box.left : box.right].mean() > 0.05
        covered[box.top : box.bottom, box.left : box.right] = True
    assert (page & covered).sum() > 0.97 * page.sum()


def test_a_scan_is_told_from_a_page_that_was_drawn(tmp_path: Path) -> None:
    drawn = drawn_pdf(tmp_path / "drawn.pdf", image=(typed(), (0, 0, 100, 50)))
    scan = scan_pdf(tmp_path / "scan.pdf", [typed()])
    options = ReadOptions(dpi=100)
    assert not rasterize(drawn, inspect(drawn), 1, tmp_path, options).scanned
    assert rasterize(scan, inspect(scan), 1, tmp_path, options).scanned


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60", "printf '\\377\\376\\t5\\n'"])
def test_a_layer_that_cannot_be_read_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    path = drawn_pdf(tmp_path / "page.pdf")
    image = rasterize(path, inspect(path), 1, tmp_path, ReadOptions(dpi=72))
    program(tmp_path / "programs", "pdftotext", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'programs'}:/usr/bin:/bin")
    assert layer_words(path, 1, "", image, timeout=0.5) == ()


def row(left: float, width: float, text: str, line: int = 0) -> str:
    return f"5\t1\t0\t0\t{line}\t0\t{left}\t10\t{width}\t12\t100\t{text}"


def texts(*rows: str) -> list[str]:
    return [word.text for word in parse("\n".join(rows), 1000, 1000, 1.0)]


def test_small_capitals_are_not_torn_and_spaces_are_kept() -> None:
    assert texts(row(10, 9, "C"), row(19.2, 30, "OOPER"), row(53, 30, "et")) == ["COOPER", "et"]
    assert texts(row(10, 9, "C"), row(19.2, 30, "OOPER", line=1)) == ["C", "OOPER"]


def test_ligatures_are_taken_apart_and_signs_that_no_page_shows_left_out() -> None:
    assert texts(row(10, 30, "o\ufb03ce"), row(50, 30, "a\u00adb\u200b"), row(90, 9, "\x07")) == [
        "office",
        "ab",
    ]


@given(st.lists(st.tuples(*[st.one_of(st.floats(), st.text(max_size=4))] * 4), max_size=8))
def test_whatever_numbers_a_table_holds_words_lie_on_the_page(
    places: list[tuple[float | str, float | str, float | str, float | str]],
) -> None:
    table = "\n".join("5\t1\t0\t0\t0\t0\t" + "\t".join(map(str, place)) + "\t100\tword" for place in places)
    for word in parse(table, 100, 50, 4.0):
        assert 0 <= word.box.left < word.box.right <= 100
        assert 0 <= word.box.top < word.box.bottom <= 50


def test_more_words_than_a_page_can_hold_are_no_layer() -> None:
    assert texts(*(row(10, 9, "word", line) for line in range(20_001))) == []
