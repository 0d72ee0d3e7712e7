"""Stamps beside the body leave its lines whole; tables, columns and headings stay as they are."""

from pipeline.geometry import Box
from pipeline.looks import Seen, SeenLine
from pipeline.margins import parted

CAPITALS = 20.0


def line(top: int, *words: tuple[str, int], paragraph: int = 0, confidence: float = 90) -> SeenLine:
    """Words at their left edges, 15 pixels a sign."""
    return SeenLine(
        paragraph,
        tuple(
            Seen(text, Box(left, top, left + 15 * len(text), top + 20), confidence) for text, left in words
        ),
    )


def body(count: int = 10, first: int = 100) -> list[SeenLine]:
    return [
        line(first + 30 * row, ("committee", 100), ("members", 250), ("were", 370), ("present", 440))
        for row in range(count)
    ]


def texts(lines: list[SeenLine]) -> list[str]:
    return [each.text for each in lines]


def test_a_stamp_that_was_run_into_two_lines_stands_below_their_paragraph() -> None:
    lines = body()
    for row, mark in ((3, "RELEASED"), (4, "1986")):
        lines[row] = line(100 + 30 * row, *((w.text, w.box.left) for w in lines[row].words), (mark, 900))
    done = parted(lines, CAPITALS)
    assert texts(done) == [*texts(body()), "RELEASED", "1986"]
    assert done[-1].paragraph == done[-2].paragraph != 0
    assert sum((each.words for each in done), ()) != ()
    assert {word for each in done for word in each.words} == {word for each in lines for word in each.words}


def test_a_mark_beside_one_paragraph_does_not_part_the_next() -> None:
    upper, lower = body(5), [SeenLine(1, each.words) for each in body(5, first=300)]
    upper[2] = line(160, *((w.text, w.box.left) for w in upper[2].words), ("SEEN", 900))
    done = texts(parted([*upper, *lower], CAPITALS))
    assert done.index("SEEN") == 5


def test_a_speck_stays_in_its_line_and_a_code_of_two_signs_does_not() -> None:
    lines = body()
    for row, mark in ((2, "|"), (3, ". i"), (5, "B6")):
        lines[row] = line(100 + 30 * row, *((w.text, w.box.left) for w in lines[row].words), (mark, 900))
    done = texts(parted(lines, CAPITALS))
    assert done[2].endswith("|") and done[3].endswith(". i")
    assert done[10:] == ["B6"]


def test_a_table_whose_columns_stand_within_the_body_stays_whole() -> None:
    lines = [*body(), line(500, ("Oslo", 100), ("12", 300), ("14", 500))]
    assert parted(lines, CAPITALS) == lines


def test_what_stands_above_and_below_the_body_stays_whole() -> None:
    head = line(20, ("SECRET", 100), ("NODIS", 900))
    foot = line(900, ("PAGE", 100), ("2", 900))
    lines = [head, *body(), foot]
    assert parted(lines, CAPITALS) == lines


def test_a_second_column_is_no_margin() -> None:
    lines = [
        SeenLine(0, each.words + line(each.box.top, ("another", 900), ("column", 1020), ("here", 1130)).words)
        for each in body()
    ]
    assert parted(lines, CAPITALS) == lines


def test_a_page_of_few_lines_tells_nothing() -> None:
    lines = [line(100, ("one", 100), ("two", 900))]
    assert parted(lines, CAPITALS) == lines
    assert parted([], CAPITALS) == []
