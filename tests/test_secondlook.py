"""Doubtful words are read again with their neighbours, and nothing else is."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from pipeline import secondreader
from pipeline.crops import cut, cut_line
from pipeline.engines import Until
from pipeline.errors import PageTimeoutError
from pipeline.geometry import Box
from pipeline.lexicon import Lexicon, bare
from pipeline.looks import Image, Seen, SeenLine
from pipeline.secondlook import Look, is_doubtful, look_again
from tests.conftest import ROOT
from tests.makers import typed

PAGE = np.full((200, 1200), 255, dtype=np.uint8)


class Says:
    """A second reader with its answers laid down."""

    name = "rapidocr"

    def __init__(self, *answers: str) -> None:
        self.answers, self.widths = answers, list[int]()

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        self.widths = [line.shape[1] for line in lines]
        return [
            tuple(
                Seen(word, Box(20 * at, 0, 20 * at + 10, 40), 95.0) for at, word in enumerate(answer.split())
            )
            for answer in self.answers[: len(lines)]
        ]


def line(text: str, confidence: float = 95.0, doubtful: str = "") -> SeenLine:
    return SeenLine(
        0,
        tuple(
            Seen(word, Box(100 * at, 50, 100 * at + 80, 74), 50.0 if word == doubtful else confidence)
            for at, word in enumerate(text.split())
        ),
    )


def test_only_the_doubtful_part_of_a_line_is_read_again() -> None:
    engine = Says("of the Government in the")
    lines = [
        line("one two of the Govemment in the city hall", doubtful="Govemment"),
        line("all is well here"),
    ]
    done = look_again(PAGE, lines, 24, [Look(engine, 24)], "page")
    assert done[0].text == "one two of the Government in the city hall"
    assert done[1] == lines[1]
    assert len(engine.widths) == 1
    assert engine.widths[0] < 600
    assert done[0].words[4].readings[1].view == "page/lines-24"
    assert done[0].words[4].box == lines[0].words[4].box


def test_words_of_two_columns_are_not_shown_together() -> None:
    engine = Says("TILLER", "OES")
    columns = SeenLine(
        0,
        tuple(Seen(word, Box(left, 50, left + 80, 74), 50.0) for word, left in (("TILLEK", 0), ("0ES", 300))),
    )
    done = look_again(PAGE, [columns], 24, [Look(engine, 24)], "page")
    assert len(engine.widths) == 2
    assert [word.box.left for word in done[0].words] == [0, 300]


def test_everything_is_read_again_where_that_is_asked_for() -> None:
    engine = Says("all is well here")
    done = look_again(PAGE, [line("all is well here")], 24, [Look(engine, 24)], "page", "everything")
    assert all(len(word.readings) == 2 for word in done[0].words)


def test_a_doubtful_line_is_read_whole_where_that_is_asked_for() -> None:
    engine = Says("one two of the Government in the city hall")
    lines = [
        line("one two of the Govemment in the city hall", doubtful="Govemment"),
        line("all is well here"),
    ]
    done = look_again(PAGE, lines, 24, [Look(engine, 24)], "page", "lines")
    assert done[0].text == "one two of the Government in the city hall"
    assert engine.widths[0] > 850
    assert done[1] == lines[1]


@pytest.mark.parametrize(
    ("word", "confidence", "doubtful"),
    [("house", 79, True), ("house", 81, False), ("hovse", 95, True), ("12,34", 95, False), ("xq", 95, False)],
)
def test_a_word_is_doubtful_where_unsure_or_unknown(word: str, confidence: float, doubtful: bool) -> None:
    assert is_doubtful(Seen(word, Box(0, 0, 9, 9), confidence), Lexicon([word])) is doubtful


def test_a_name_that_stands_here_twice_is_not_doubtful() -> None:
    assert not is_doubtful(Seen("Szklarz", Box(0, 0, 9, 9), 95), Lexicon(["Szklarz", "szklarz,"]))


def test_lexicon() -> None:
    lexicon = Lexicon(["Zzyqx"] * 3)
    assert lexicon.knows("zzyqx")
    assert lexicon.share("The zzyqx, 12 hovse") == pytest.approx((1 + 1 + 0.5 + 0) / 4)
    assert lexicon.share("") == 0
    assert bare("“Don’t,”") == "don't"


def test_zeros_read_as_letters_are_a_number_and_no_word() -> None:
    assert Lexicon().share("OO") == Lexicon().share("00") == 0.5
    assert Lexicon().share("LOG-OO") < Lexicon().share("LOG")


def test_a_garble_that_stands_here_three_times_is_no_word_where_the_second_reader_differs() -> None:
    lines = [line(f"{number} grmse of bread", 84, doubtful="bread") for number in ("Forty", "Fifty", "Sixty")]
    engine = Says(*["grms. of bread"] * 3)
    done = look_again(PAGE, lines, 24, [Look(engine, 24)], "page")
    assert [each.words[1].text for each in done] == ["grms."] * 3


@pytest.mark.parametrize(
    ("lang", "known", "unknown"),
    [("spa", "también", "although"), ("eng+deu", "although", "también"), ("deu_latf", "überall", "although")],
)
def test_words_are_known_in_the_languages_of_the_text(lang: str, known: str, unknown: str) -> None:
    lexicon = Lexicon(lang=lang)
    assert lexicon.can_tell
    assert lexicon.knows(known)
    assert not lexicon.knows(unknown)


@pytest.mark.parametrize("lang", ["lat", "frk", "script/Latin", "osd"])
def test_where_there_is_no_list_of_words_only_confidence_tells(lang: str) -> None:
    lexicon = Lexicon(["gallia"], lang)
    assert not lexicon.can_tell
    assert not is_doubtful(Seen("gallia", Box(0, 0, 9, 9), 95), lexicon)
    assert is_doubtful(Seen("gallia", Box(0, 0, 9, 9), 75), lexicon)


def test_an_engine_without_a_clock_stops_at_the_deadline() -> None:
    engine = Says("one")
    assert len(Until(engine, monotonic() + 60).recognize([PAGE, PAGE])) == 2
    with pytest.raises(PageTimeoutError, match="too long"):
        Until(engine, monotonic() - 1).recognize([PAGE])


def test_no_crop_is_larger_than_engines_take() -> None:
    page = np.full((100, 30_000), 255, dtype=np.uint8)
    crop = cut(page, Box(0, 0, 30_000, 100), 8, 40)
    assert crop.pixels.shape[1] <= 8192
    height, width = crop.pixels.shape
    assert crop.to_view.box(Box(0, 0, width, height)).right >= 30_000


def test_capitals_within_a_word_are_no_word() -> None:
    assert Lexicon().share("THE") == Lexicon().share("McDonald") == 1
    assert Lexicon().share("tHe") == 0


def test_a_crop_leads_back_to_its_place() -> None:
    crop = cut(PAGE, Box(100, 50, 300, 74), 24, 48)
    height, width = crop.pixels.shape
    assert crop.to_view.box(Box(0, 0, width, height)) == Box(91, 41, 309, 83)


def test_a_sloping_line_is_cut_level() -> None:
    page = np.full((200, 1200), 255, dtype=np.uint8)
    words = []
    for at in range(8):
        box = Box(100 + 120 * at, 50 + 3 * at, 200 + 120 * at, 74 + 3 * at)
        page[box.top : box.bottom, box.left : box.right] = 0
        words.append(Seen("word", box, 90))
    crop = cut_line(page, words, 24, 24)
    rows = np.flatnonzero((crop.pixels < 128).any(axis=1))
    assert rows[-1] - rows[0] <= 24 + 3
    for word in words:
        assert crop.to_view.box(crop.to_view.inverse().box(word.box)).left <= word.box.left


def test_boxes_that_swallow_the_line_below_neither_slant_nor_widen_a_crop() -> None:
    page = np.full((200, 1200), 255, dtype=np.uint8)
    boxes = [Box(100 + 120 * at, 50, 200 + 120 * at, 74) for at in range(6)]
    swallowed = [Box(box.left, 40, box.right, 120) for box in boxes[:2]] + boxes[2:]
    words = [Seen("word", box, 90) for box in swallowed]
    for part in (words, words[1:4], words[:5]):
        crop = cut_line(page, part, 24, 24, line=words)
        height, width = crop.pixels.shape
        place = crop.to_view.box(Box(0, 0, width, height))
        assert (place.top, place.bottom) == (41, 83)


@pytest.mark.skipif(secondreader.second_reader() is None, reason="the second reader is not installed")
def test_the_second_reader_reads_a_line_with_words_in_place() -> None:
    reader = secondreader.second_reader()
    assert reader
    page = typed(("The committee met in the small room",))
    pixels = np.asarray(page)
    rows, columns = np.flatnonzero((pixels < 128).any(axis=1)), np.flatnonzero((pixels < 128).any(axis=0))
    box = Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    crop = cut(pixels, box, 24, 24)
    (words,) = reader.recognize([crop.pixels])
    assert " ".join(word.text for word in words) == "The committee met in the small room"
    assert all(word.confidence > 80 for word in words)
    for word in words:
        place = crop.to_view.box(word.box)
        assert (pixels[place.top : place.bottom, max(place.left, 0) : place.right] < 128).any()
    lefts = [word.box.left for word in words]
    assert lefts == sorted(lefts)


def test_without_its_packages_there_is_no_second_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secondreader, "find_spec", lambda _name: None)
    secondreader.second_reader.cache_clear()
    try:
        assert secondreader.second_reader() is None
        assert secondreader.version() == "not installed"
    finally:
        secondreader.second_reader.cache_clear()


def test_the_second_reader_notes_nothing_in_the_user_s_home(tmp_path: Path) -> None:
    if not secondreader.second_reader():
        pytest.skip("the second reader is not installed: pip install 'declass[second-reader]'")
    line = [sys.executable, "-c", "from pipeline import secondreader; secondreader.second_reader()"]
    subprocess.run(line, env={**os.environ, "HOME": str(tmp_path)}, cwd=ROOT, check=True, timeout=60)
    assert not list(tmp_path.iterdir())
