"""Redactions are found by their shape: black boxes and outlined white ones, and nothing else that is dark or has lines."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine
from pipeline.redactions import Found, find_redactions

CAPITALS = 28.0
WIDTH, HEIGHT = 1700, 2200
STEP, TOP, LEFT, LETTER = 60, 300, 200, 24

Draw = Callable[[Image], None]


def typed(*texts: str) -> tuple[Image, list[SeenLine]]:
    """A page of text, each letter 24 pixels wide, and what an engine reads of it."""
    page = np.full((HEIGHT, WIDTH), 245, np.uint8)
    lines = []
    for row, text in enumerate(texts):
        words, at = [], 0
        for word in text.split(" "):
            box = Box(
                LEFT + LETTER * at, TOP + STEP * row, LEFT + LETTER * (at + len(word)), TOP + STEP * row + 28
            )
            for n, sign in enumerate(word):
                cv2.putText(
                    page, sign, (box.left + LETTER * n, box.bottom), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 30, 3
                )
            if word:
                words.append(Seen(word, box, 95.0))
            at += len(word) + 1
        if text:
            lines.append(SeenLine(1, tuple(words)))
    return page, lines


TEXT = ("THE MEETING WITH            AT NOON",) + ("THE COMMITTEE ADJOURNED WITHOUT A VOTE ON IT",) * 12


def found(draw: Draw, *texts: str) -> list[Found]:
    page, lines = typed(*texts or TEXT)
    draw(page)
    seen = (SeenLine(1, tuple(word for word in line.words if not hidden(page, word.box))) for line in lines)
    return find_redactions(page, [line for line in seen if line.words], CAPITALS)


def hidden(page: Image, box: Box) -> bool:
    return bool(page[box.top : box.bottom, box.left : box.right].mean() < 40)


def black(*box: int) -> Draw:
    return lambda page: page.__setitem__((slice(box[1], box[3]), slice(box[0], box[2])), 12)


def outline(*box: int, thick: int = 3) -> Draw:
    def draw(page: Image) -> None:
        cv2.rectangle(page, box[:2], box[2:], 20, thick)

    return draw


def near(one: Box, other: Box, give: int = 8) -> bool:
    return all(abs(a - b) <= give for a, b in zip(one_of(one), one_of(other), strict=True))


def one_of(box: Box) -> tuple[int, ...]:
    return box.left, box.top, box.right, box.bottom


def test_a_black_box_over_a_word_is_found() -> None:
    (only,) = found(black(600, 292, 830, 336))
    assert only.kind == "filled"
    assert near(only.box, Box(600, 292, 830, 336))


def test_a_box_over_the_ends_of_lines_is_found_in_parts() -> None:
    def draw(page: Image) -> None:
        black(700, 352, 1300, 412)(page)
        black(200, 412, 1300, 532)(page)
        black(200, 532, 500, 596)(page)

    parts = found(draw)
    assert [one.kind for one in parts] == ["filled"] * 3
    assert [one.box.left > 600 for one in parts] == [True, False, False]
    assert near(parts[1].box, Box(200, 412, 1300, 532))


def test_grain_and_a_slight_slope_hide_no_box() -> None:
    def draw(page: Image) -> None:
        cv2.fillPoly(page, [np.array([[600, 290], [900, 292], [900, 338], [600, 336]])], 25)
        rng = np.random.default_rng(7)
        specks = rng.random(page.shape) < 0.005
        page[specks] = 255 - page[specks]

    assert [one.kind for one in found(draw)] == ["filled"]


def test_an_outlined_box_is_found() -> None:
    (only,) = found(outline(600, 288, 840, 340))
    assert only.kind == "outlined"
    assert near(only.box, Box(602, 290, 838, 338))


def scribble(page: Image) -> None:
    """A marker's strokes over two words."""
    for n in range(12):
        cv2.line(page, (600 + 9 * (n % 5), 290 + 5 * n), (840 - 13 * (n % 4), 286 + 5 * n), 10, 9)


def photograph(page: Image) -> None:
    page[900:1400, 300:1100] = np.linspace(0, 140, 800).astype(np.uint8)


def heading(page: Image) -> None:
    """White words on a black bar."""
    page[900:970, 200:1500] = 10
    cv2.putText(page, "ARTS AND CULTURE", (500, 950), cv2.FONT_HERSHEY_SIMPLEX, 1.4, 255, 4)


def film(page: Image) -> None:
    page[:60] = page[-90:] = 0
    page[:, :50] = page[:, -110:] = 0
    page[300:900, -200:-130] = 0  # the film's own edge


def holes(page: Image) -> None:
    for down, size in ((400, 34), (700, 27), (1000, 45)):
        cv2.circle(page, (120, down), size, 5, cv2.FILLED)


def table(page: Image) -> None:
    for n in range(5):
        cv2.line(page, (200, 1300 + 70 * n), (1400, 1300 + 70 * n), 20, 3)
    for n in range(5):
        cv2.line(page, (200 + 300 * n, 1300), (200 + 300 * n, 1580), 20, 3)


def rules(page: Image) -> None:
    page[1200:1214, 200:1500] = 10
    page[300:1500, 150:162] = 10


def bullets(page: Image) -> None:
    for down in (360, 480, 600):
        page[down : down + 26, 150:176] = 10


def page_frame(page: Image) -> None:
    cv2.rectangle(page, (120, 220), (1560, 2000), 20, 4)


@pytest.mark.parametrize(
    "draw",
    [lambda page: None, scribble, photograph, heading, film, holes, table, rules, bullets, page_frame],
    ids=lambda draw: draw.__name__,
)
def test_what_is_dark_or_has_lines_is_no_redaction(draw: Draw) -> None:
    assert found(draw) == []


def test_a_box_around_words_is_none() -> None:
    assert found(outline(190, 350, 1400, 402)) == []


def test_a_page_without_words_has_none() -> None:
    page = np.full((HEIGHT, WIDTH), 245, np.uint8)
    black(300, 300, 900, 900)(page)
    assert find_redactions(page, [], CAPITALS) == []
