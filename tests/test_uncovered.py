"""Ink that no word covers is found, read, and put at its place."""

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine
from pipeline.uncovered import put, recover, uncovered_rows
from tests.makers import TYPED, typed

CAPITALS = 24.0


class Says:
    """An engine that reads the same in every line."""

    name = "says"

    def __init__(self, text: str, confidence: float) -> None:
        self.text, self.confidence, self.asked = text, confidence, 0

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        self.asked += len(lines)
        return [
            (Seen(self.text, Box(0, 0, line.shape[1], line.shape[0]), self.confidence),) for line in lines
        ]


def line(text: str, top: int, paragraph: int = 0, left: int = 100) -> SeenLine:
    return SeenLine(paragraph, (Seen(text, Box(left, top, left + 400, top + 24), 90.0),))


def page_with(rows: Sequence[int], letters: int = 12) -> Image:
    page = np.full((600, 800), 255, dtype=np.uint8)
    for top in rows:
        for number in range(letters):
            page[top : top + 24, 100 + 30 * number : 118 + 30 * number] = 0
    return page


def test_a_row_that_no_word_covers_is_found_and_a_covered_one_is_not() -> None:
    rows = uncovered_rows(page_with([100, 200]), [Box(95, 95, 500, 130)], CAPITALS)
    assert rows == [Box(100, 200, 448, 224)]


def test_a_few_stray_marks_are_no_row() -> None:
    assert uncovered_rows(page_with([100], letters=7), [], CAPITALS) == []


@pytest.mark.parametrize(("confidence", "kept"), [(40.0, True), (39.0, False)])
def test_what_is_read_there_is_kept_where_the_engine_believes_it(confidence: float, kept: bool) -> None:
    lines = [line("above", 100), line("below", 300)]
    found, unread = recover(page_with([200]), lines, CAPITALS, Says("lost", confidence))
    assert [each.text for each in found] == (["above", "lost", "below"] if kept else ["above", "below"])
    assert unread == ([] if kept else [Box(100, 200, 448, 224)])
    if kept:
        box = found[1].box
        assert (box.left, box.top) >= (100 - 15, 200 - 15)
        assert box.right <= 448 + 15
        assert box.bottom <= 224 + 15


def test_nothing_is_asked_where_all_ink_is_covered() -> None:
    engine = Says("lost", 90)
    lines = [line("above", 100)]
    assert recover(page_with([100]), lines, CAPITALS, engine) == (lines, [])
    assert engine.asked == 0


def words(text: str, left: int, top: int) -> tuple[Seen, ...]:
    return (Seen(text, Box(left, top, left + 100, top + 24), 90.0),)


def test_a_line_lost_inside_a_paragraph_joins_it() -> None:
    found = put([line("one", 100, 3), line("three", 160, 3)], words("two", 100, 130), CAPITALS)
    assert [(each.text, each.paragraph) for each in found] == [("one", 3), ("two", 3), ("three", 3)]


def test_a_line_far_below_begins_a_paragraph_of_its_own() -> None:
    found = put([line("one", 100, 3)], words("far", 100, 300), CAPITALS)
    assert [(each.text, each.paragraph) for each in found] == [("one", 3), ("far", 4)]


def test_the_end_of_a_line_goes_on_in_it() -> None:
    found = put([line("one", 100), line("two", 140)], words("end", 520, 102), CAPITALS)
    assert [each.text for each in found] == ["one end", "two"]


def test_a_stamp_in_the_margin_stays_a_line_of_its_own() -> None:
    found = put([line("one", 100), line("two", 140)], words("STAMP", 900, 102), CAPITALS)
    assert sorted(each.text for each in found) == ["STAMP", "one", "two"]


def test_the_first_line_of_a_page_comes_first() -> None:
    assert [each.text for each in put([line("one", 100)], words("head", 100, 40), CAPITALS)] == [
        "head",
        "one",
    ]


def test_on_a_page_without_lines_it_is_the_only_one() -> None:
    assert [each.text for each in put([], words("alone", 100, 40), CAPITALS)] == ["alone"]


def test_a_typed_page_has_rows_where_nothing_was_read() -> None:
    page = np.asarray(typed())
    assert len(uncovered_rows(page, [], CAPITALS)) >= sum(len(row) > 12 for row in TYPED)
