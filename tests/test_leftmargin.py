"""A paragraph's number that stands alone left of its line is read; specks, holes, rules and ticks are not."""

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.geometry import Box
from pipeline.leftmargin import recover_marks, uncovered_marks
from pipeline.looks import Image, Seen, SeenLine

CAPITALS = 24.0
LINE = SeenLine(
    1, tuple(Seen(word, Box(300 + 110 * at, 100, 400 + 110 * at, 124), 95) for at, word in enumerate(("Guidance", "on", "defense")))
)  # fmt: skip
BELOW = SeenLine(
    1, tuple(Seen(word, Box(300 + 110 * at, 140, 400 + 110 * at, 164), 95) for at, word in enumerate(("is", "provided", "here")))
)  # fmt: skip
DIGIT, STOP = Box(160, 100, 176, 124), Box(184, 119, 189, 124)


class Says:
    """An engine that begins every line with the same word, at its left."""

    def __init__(self, text: str, confidence: float = 95.0, name: str = "says") -> None:
        self.text, self.confidence, self.name, self.asked = text, confidence, name, 0

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        self.asked += len(lines)
        return [
            (
                Seen(self.text, Box(5, 5, 40, 30), self.confidence),
                Seen("Guidance", Box(150, 5, 240, 30), 99),
            )
            for _ in lines
        ]


def page(*ink: Box) -> Image:
    """A page with the two lines and other ink."""
    pixels = np.full((400, 800), 255, dtype=np.uint8)
    for box in (*(word.box for line in (LINE, BELOW) for word in line.words), *ink):
        pixels[box.top : box.bottom, box.left : box.right] = 0
    return pixels


def read(*engines: Says, ink: Sequence[Box] = (DIGIT, STOP)) -> tuple[list[str], list[Box]]:
    lines, lost = recover_marks(page(*ink), [LINE, BELOW], CAPITALS, engines, "page")
    return [line.text for line in lines], lost


def test_a_number_alone_in_the_margin_is_put_before_its_line() -> None:
    assert read(Says("5.")) == (["5. Guidance on defense", "is provided here"], [])


def test_it_is_a_word_of_its_own_with_its_place_its_readings_and_its_confidence() -> None:
    engines = [Says("5.", 70, "one"), Says("6.", 90, "two"), Says("dis", 99, "three")]
    lines, _ = recover_marks(page(DIGIT, STOP), [LINE, BELOW], CAPITALS, engines, "page")
    word = lines[0].words[0]
    assert (word.text, word.confidence, word.box) == ("6.", 90, DIGIT.union(STOP))
    assert [(reading.text, reading.engine) for reading in word.readings] == [("5.", "one"), ("6.", "two")]
    assert word.choice.startswith("two: a mark in the left margin")


@pytest.mark.parametrize(("text", "confidence"), [("dis", 99), ("5.", 59), ("1986.", 99), ("5", 99)])
def test_what_has_not_the_form_of_a_mark_or_is_not_believed_is_not_taken_but_told(
    text: str, confidence: float
) -> None:
    assert read(Says(text, confidence)) == (
        ["Guidance on defense", "is provided here"],
        [DIGIT.union(STOP)],
    )


@pytest.mark.parametrize(
    "ink",
    [
        pytest.param([], id="nothing"),
        pytest.param([STOP], id="a speck"),
        pytest.param([STOP, Box(170, 119, 175, 124)], id="two specks"),
        pytest.param([DIGIT], id="a tick alone"),
        pytest.param([Box(150, 40, 154, 380)], id="a rule"),
        pytest.param([Box(150, 40, 154, 380), DIGIT, STOP], id="a mark beside a rule"),
        pytest.param([Box(130, 85, 180, 135), STOP], id="a punch hole"),
        pytest.param([Box(160, 90, 176, 114), STOP], id="on another foot"),
        pytest.param([DIGIT, Box(230, 119, 235, 124)], id="far apart"),
        pytest.param([Box(270, 100, 286, 124), Box(290, 119, 295, 124)], id="a piece of the line's own word"),
        pytest.param([Box(60 + 20 * at, 100, 76 + 20 * at, 124) for at in range(8)], id="a word"),
    ],
)
def test_other_ink_in_the_margin_is_no_mark(ink: Sequence[Box]) -> None:
    engine = Says("5.")
    assert read(engine, ink=ink) == (["Guidance on defense", "is provided here"], [])
    assert engine.asked == 0


def test_ink_that_a_word_covers_is_read_already() -> None:
    covered = SeenLine(0, (Seen("5.", DIGIT.union(STOP), 90),))
    assert uncovered_marks(page(DIGIT, STOP), [covered, LINE], CAPITALS) == []


def test_beside_an_unsure_or_short_line_nothing_is_looked_for() -> None:
    unsure = SeenLine(1, tuple(Seen(word.text, word.box, 50) for word in LINE.words))
    short = SeenLine(1, LINE.words[:2])
    for line in (unsure, short):
        assert uncovered_marks(page(DIGIT, STOP), [line], CAPITALS) == []
