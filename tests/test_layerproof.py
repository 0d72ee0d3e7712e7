"""A text layer is taken where the page's image bears it out, word by word, and nowhere else."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline import ocr
from pipeline.geometry import Box
from pipeline.layerproof import prove, shown
from pipeline.looks import Seen, SeenLine
from pipeline.options import Effort, ReadOptions, TextLayer
from pipeline.rasterize import inspect, rasterize
from pipeline.record import Page
from pipeline.store import Store
from pipeline.textlayer import NAME, layer_words
from pipeline.work import PageJob, read_page
from tests.makers import TYPED, drawn_pdf, typed

LINES = (
    b"The committee met in the small room",
    b"and read the minutes of last week",
    b"before the vote was taken by hand.",
)


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")


def drawing(lines: tuple[bytes, ...] = LINES, more: bytes = b"") -> bytes:
    rows = b" ".join(b"1 0 0 1 30 %d Tm (%s) Tj" % (260 - 24 * at, line) for at, line in enumerate(lines))
    return b"BT /F1 14 Tf " + rows + b" ET " + more


def read(tmp_path: Path, content: bytes, ask: bool = True, effort: Effort = "fast") -> Page:
    path = drawn_pdf(tmp_path / "page.pdf", [content], size=(320, 300))
    image = rasterize(path, inspect(path), 1, tmp_path, ReadOptions())
    return ocr.read_page(image, 1, effort=effort, layer=layer_words(path, 1, "", image), ask=ask)


def from_layer(page: Page) -> list[str]:
    return [
        line.text[word.start : word.end]
        for line in page.lines
        for word in line.words
        if word.readings and word.readings[0].engine == NAME
    ]


def test_a_born_digital_page_is_taken_from_its_layer(tmp_path: Path) -> None:
    page = read(tmp_path, drawing(), effort="balanced")
    assert [line.text for line in page.lines if line.text] == [line.decode() for line in LINES]
    assert len(from_layer(page)) == sum(len(line.split()) for line in LINES)
    assert page.views[-1].name == NAME
    assert page.confidence == 99
    assert page.message == ""
    engines = {reading.engine for line in page.lines for word in line.words for reading in word.readings}
    assert engines == {NAME, "tesseract"}


@pytest.mark.parametrize("ask", [True, False])
@pytest.mark.parametrize(
    "hiding",
    [
        b"BT 3 Tr /F1 14 Tf 1 0 0 1 30 100 Tm (Secret agent Miller) Tj ET",
        b"1 g BT /F1 14 Tf 1 0 0 1 30 100 Tm (Secret agent Miller) Tj ET",
        b"BT /F1 14 Tf 1 0 0 1 30 100 Tm (Secret agent Miller) Tj ET 0 g 25 90 200 30 re f",
        b"BT /F1 14 Tf 1 0 0 1 30 100 Tm (Secret agent Miller) Tj ET 1 g 25 90 200 30 re f",
    ],
    ids=["invisible", "white on white", "blacked out", "painted over"],
)
def test_words_that_no_ink_shows_are_used_nowhere_and_counted(
    tmp_path: Path, hiding: bytes, ask: bool
) -> None:
    page = read(tmp_path, drawing(more=hiding), ask)
    assert "Miller" not in page.text
    assert "agent" not in page.text
    assert len(from_layer(page)) == sum(len(line.split()) for line in LINES)
    assert "3 words of its text layer left out that no ink shows" in page.message


def test_words_under_a_label_are_not_taken(tmp_path: Path) -> None:
    hiding = (
        b"BT /F1 14 Tf 1 0 0 1 30 100 Tm (Agent Millerson) Tj ET 1 g 25 90 200 30 re f 0 g "
        b"BT /F1 14 Tf 1 0 0 1 34 100 Tm (WITHHELD) Tj 1 0 0 1 115 100 Tm (here) Tj ET"
    )
    page = read(tmp_path, drawing(more=hiding))
    assert "Miller" not in page.text
    assert "Agent" not in page.text


def test_a_layer_that_says_something_else_is_not_believed(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "page.pdf", [drawing()], size=(320, 300))
    image = rasterize(path, inspect(path), 1, tmp_path, ReadOptions())
    true = layer_words(path, 1, "", image)
    garbled = [
        Seen(word.text.replace("e", "c").replace("t", "i"), word.box, word.confidence) for word in true
    ]
    page = ocr.read_page(image, 1, effort="fast", layer=garbled)
    assert [line.text for line in page.lines if line.text] == [line.decode() for line in LINES]
    assert from_layer(page) == []
    assert "was not believed" in page.message
    trusting = ocr.read_page(image, 1, effort="fast", layer=garbled, ask=False)
    assert "commiiicc" in trusting.text


def test_a_blank_page_with_a_layer_is_empty_and_says_so(tmp_path: Path) -> None:
    page = read(tmp_path, b"BT 3 Tr /F1 14 Tf 1 0 0 1 30 100 Tm (Nothing shows) Tj ET")
    assert (page.status, page.text) == ("empty", "")
    assert "2 words of its text layer left out" in page.message


class _Silent:
    name = "silent"

    def recognize(self, lines: object) -> list[tuple[Seen, ...]]:
        return [() for _ in lines]  # type: ignore[attr-defined]


def test_what_the_layer_has_in_place_of_several_readings_takes_the_place_of_all() -> None:
    """Words torn and words run together by the engine, and a rule that it took for letters."""
    pixels = np.full((40, 400), 255, np.uint8)
    for left in range(10, 390, 12):
        pixels[10:30, left : left + 4] = 0
    pixels[10:30, 250:400] = 255
    pixels[19:21, 250:390] = 0

    def seen(text: str, left: int, right: int) -> Seen:
        return Seen(text, Box(left, 10, right, 30), 70.0)

    layer = [seen("committee", 8, 100), seen("of", 108, 130), seen("the", 132, 170), seen("-" * 8, 248, 392)]
    line = SeenLine(
        0,
        (
            seen("comm", 10, 50),
            seen("ittee", 55, 98),
            seen("ofthe", 108, 168),
            seen("ween", 250, 300),
            seen("en", 320, 390),
        ),
    )
    proven = prove(pixels, layer, [line], 24, "page", _Silent())
    assert proven.taken
    assert proven.lines[0].text == "committee of the --------"
    assert proven.contradicted == 0


@pytest.mark.parametrize("text", ["word", "5", "-"])
@pytest.mark.parametrize("grey", [255, 0])
def test_blank_and_solid_places_show_nothing(grey: int, text: str) -> None:
    page = np.asarray(Image.new("L", (200, 60), 255)).copy()
    page[:, 150:] = 0
    page[10:40, 10:120] = grey
    assert len(shown(page, [Seen(text, Box(12, 12, 100, 38), 99)])) == 0


@pytest.mark.parametrize(("wanted", "asked"), [("auto", False), ("never", False), ("always", True)])
def test_the_layer_of_a_scan_is_asked_for_only_where_it_is_wished(
    tmp_path: Path, wanted: TextLayer, asked: bool
) -> None:
    scan = typed()
    hidden = b"BT 3 Tr /F1 14 Tf 1 0 0 1 5 5 Tm (Nowhere to be seen) Tj ET"
    size = (scan.width / 4, scan.height / 4)
    path = drawn_pdf(tmp_path / "scan.pdf", [hidden], size, (scan, (0, 0, *size)))
    store = Store(tmp_path / "output")
    store.temporary.mkdir(parents=True)
    options = ReadOptions(effort="fast", text_layer=wanted)
    outcome = read_page(PageJob(path, inspect(path), 1, "key", options, 60, store.folder))
    page = store.read_page("key")
    assert page is not None
    assert [line.text for line in page.lines if line.text] == list(TYPED)
    assert ("4 words of its text layer left out" in outcome.message) == asked


def test_a_drawn_page_is_not_asked_for_its_layer_with_never(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "page.pdf", [drawing()], (320, 300))
    store = Store(tmp_path / "output")
    store.temporary.mkdir(parents=True)
    layers: tuple[TextLayer, ...] = ("auto", "never")
    for wanted in layers:
        options = ReadOptions(effort="fast", text_layer=wanted)
        read_page(PageJob(path, inspect(path), 1, wanted, options, 60, store.folder))
        page = store.read_page(wanted)
        assert page is not None
        assert bool(from_layer(page)) == (wanted == "auto")
