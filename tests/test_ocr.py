"""What is typed on a page is read back, each word with its place on the page as it was scanned."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

from pipeline.errors import PageError, PageTimeoutError
from pipeline.geometry import Box
from pipeline.keys import page_key
from pipeline.ocr import read_page
from pipeline.options import ReadOptions
from pipeline.pageimage import PageImage
from pipeline.record import Page
from pipeline.steps import ReadStep
from tests.makers import TYPED, typed

ROWS = (
    "The committee met in the small room",
    "and read the minutes of last week",
    "before the vote was taken by hand",
    "Nobody asked for the older papers",
    "which lay on the table by the door",
)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def on_disk(folder: Path, page: Image.Image, dpi: float = 300, damage: str = "") -> PageImage:
    path = folder / "page.pgm"
    page.save(path)
    return PageImage(path, page.width, page.height, dpi, damage=damage)


def words(page: Page) -> Iterator[tuple[str, Box]]:
    for line in page.lines:
        for word in line.words:
            assert word.box
            yield line.text[word.start : word.end], word.box


def assert_on_ink(page: Page, image: Image.Image) -> None:
    """Every word's box lies around ink, and hardly any ink lies outside of all of them."""
    ink = np.asarray(image) < 128
    covered = np.zeros_like(ink)
    for text, box in words(page):
        assert 0 <= box.left < box.right <= image.width, text
        assert 0 <= box.top < box.bottom <= image.height, text
        inside = ink[box.top : box.bottom, box.left : box.right]
        assert inside.mean() > 0.05, text
        # a box of the right word is filled from edge to edge, but for the corners of a word that lies askew
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        assert rows[-1] - rows[0] >= 0.7 * inside.shape[0] - 3, text
        assert columns[-1] - columns[0] >= 0.7 * inside.shape[1] - 3, text
        covered[max(box.top - 3, 0) : box.bottom + 3, max(box.left - 3, 0) : box.right + 3] = True
    assert (ink & covered).sum() > 0.97 * ink.sum()


def test_a_typed_page_reads_back_line_by_line(tmp_path: Path) -> None:
    image = typed()
    page = read_page(on_disk(tmp_path, image), 7)
    assert [line.text for line in page.lines if line.text] == list(TYPED)
    assert page.text.endswith("\n")
    assert (page.number, page.status, page.width, page.height) == (7, "ok", image.width, image.height)
    assert page.confidence is not None
    assert page.confidence > 80
    assert page.views[0].name == "page"
    assert_on_ink(page, image)


@pytest.mark.parametrize(
    ("degrees", "letters", "step"),
    [(180, 32, "turn"), (90, 32, "turn"), (270, 32, ""), (3, 32, "deskew"), (-2, 32, "deskew")],
)
def test_boxes_lie_on_the_ink_of_the_page_as_it_was_scanned(
    tmp_path: Path, degrees: int, letters: int, step: str
) -> None:
    image = typed(ROWS, letters).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    page = read_page(on_disk(tmp_path, image), 1)
    assert [line.text for line in page.lines if line.text] == list(ROWS)
    assert step in page.views[0].name
    assert (page.width, page.height) == image.size
    assert_on_ink(page, image)


def test_small_type_is_read_from_a_larger_view_and_boxes_lie_on_the_page(tmp_path: Path) -> None:
    image = typed(ROWS * 2, letters=14)
    page = read_page(on_disk(tmp_path, image, dpi=96), 1)
    assert "scale" in page.views[0].name
    assert sum(line.text in ROWS for line in page.lines) >= 9
    assert_on_ink(page, image)


@pytest.mark.parametrize("size", [(600, 400), (1, 1), (1, 300), (300, 1), (3, 2)])
@pytest.mark.parametrize("grey", [255, 0, 200])
def test_a_blank_page_is_empty_and_the_engine_is_not_asked(
    tmp_path: Path, stand_in: Callable[[str], None], size: tuple[int, int], grey: int
) -> None:
    stand_in("exit 1")
    page = read_page(on_disk(tmp_path, Image.new("L", size, grey)), 1)
    assert (page.status, page.text, page.lines, page.confidence) == ("empty", "", (), None)


def test_a_page_that_came_out_white_because_it_is_damaged_is_not_called_empty(tmp_path: Path) -> None:
    with pytest.raises(PageError, match=r"blank.*a hole in it"):
        read_page(on_disk(tmp_path, Image.new("L", (300, 200), 255), damage="there is a hole in it"), 1)


def test_what_is_read_of_a_damaged_page_says_so(tmp_path: Path) -> None:
    page = read_page(on_disk(tmp_path, typed(), damage="there is a hole in it"), 1)
    assert page.status == "ok"
    assert "there is a hole in it" in page.message


HEADER = "printf 'level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n' > \"$2.tsv\"\n"


@pytest.mark.parametrize(
    "script",
    [
        "echo 'Error in pixReadStream: '$1 >&2; exit 1",
        "kill -SEGV $$",
        "exit 0",
        ': > "$2.tsv"',
        "printf 'level\\t\\377\\376\\n' > \"$2.tsv\"",
        HEADER + "printf '5\\t1\\t1\\t1\\t1\\t1\\tnull\\t0\\t9\\t9\\t90\\tword\\n' >> \"$2.tsv\"",
        HEADER + "printf '5\\t1\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90\\two' >> \"$2.tsv\"",
    ],
    ids=[
        "fails",
        "crashes",
        "says nothing",
        "writes nothing",
        "emits broken UTF-8",
        "emits words out of place",
        "is cut short",
    ],
)
def test_an_engine_that_fails_costs_a_sentence(
    tmp_path: Path, stand_in: Callable[[str], None], script: str
) -> None:
    stand_in(script)
    with pytest.raises(PageError) as told:
        read_page(on_disk(tmp_path, typed()), 1)
    said = str(told.value)
    assert "Tesseract" in said
    assert "\n" not in said
    assert str(tmp_path) not in said
    assert "/tmp" not in said
    assert not isinstance(told.value, PageTimeoutError)


def test_words_that_break_the_table_are_kept_whole(tmp_path: Path, stand_in: Callable[[str], None]) -> None:
    stand_in(
        HEADER
        + "printf '5\\t1\\t1\\t1\\t1\\t1\\t80\\t80\\t9\\t9\\t90\\ta\\tb\\n5\\t1\\t1\\t1\\t1\\t2\\t95\\t80\\t9\\t9\\t90\\tcafe\\314\\201\\n' >> \"$2.tsv\""
    )
    page = read_page(on_disk(tmp_path, typed()), 1)
    assert page.lines[0].text == "a b café"


def test_an_engine_that_hangs_is_ended_in_time(tmp_path: Path, stand_in: Callable[[str], None]) -> None:
    stand_in("exec sleep 60")
    began = time.monotonic()
    with pytest.raises(PageTimeoutError, match="too long"):
        read_page(on_disk(tmp_path, typed()), 1, timeout=0.5)
    assert time.monotonic() - began < 5


def test_no_time_left_is_a_time_out_before_the_engine_starts(tmp_path: Path) -> None:
    with pytest.raises(PageTimeoutError):
        read_page(on_disk(tmp_path, typed()), 1, timeout=0)


@pytest.mark.parametrize(("sure", "again"), [(5, False), (90, True)])
def test_what_is_found_in_a_picture_is_not_looked_at_again(
    tmp_path: Path,
    stand_in: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    sure: int,
    again: bool,
) -> None:
    row = f"5\\t1\\t1\\t1\\t1\\t1\\t80\\t80\\t90\\t30\\t{sure}\\tpamw\\n"
    no_orientation = 'case "$*" in *"--psm 0"*) echo Too few characters >&2; exit 1;; esac\n'
    stand_in(no_orientation + HEADER + f"printf '{row}' >> \"$2.tsv\"")
    looked = []
    monkeypatch.setattr("pipeline.ocr.look_again", lambda _, lines, *rest: looked.append(1) or list(lines))
    page = read_page(on_disk(tmp_path, typed()), 1)
    assert bool(looked) == again
    assert (page.status == "low_confidence") == (not again)
    word = page.lines[0].words[0]
    assert word.engine_confidence == sure
    assert word.confidence != sure


@pytest.mark.parametrize(
    ("skip", "letters", "degrees", "gone"),
    [
        ("scale", 14, 0, "scale"),
        ("deskew", 32, 3, "deskew"),
        ("turn", 32, 180, "turn"),
        ("second-looks", 32, 0, "lines"),
    ],
)
def test_a_step_that_is_left_out_is_in_no_view(
    tmp_path: Path, skip: ReadStep, letters: int, degrees: int, gone: str
) -> None:
    image = typed(ROWS * 2, letters).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    source = on_disk(tmp_path, image)
    for skipped, expected in (((), True), ((skip,), False)):
        page = read_page(source, 1, skip=skipped)
        assert any(step.name == gone for view in page.views for step in view.steps) is expected


def test_a_reading_without_a_step_is_kept_apart() -> None:
    whole, without = (page_key("digest", 1, ReadOptions(skip=skip)) for skip in ((), ("scale",)))
    assert whole != without


def test_only_steps_that_there_are_can_be_left_out(quick: Callable[..., Result]) -> None:
    done = quick("transcribe", "--skip-step", "sharpen")
    assert done.exit_code == 2
    assert "second-looks" in done.output
