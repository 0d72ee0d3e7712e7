"""What stands beside the text is cut off or goes whole; the text it was read with stays."""

from pipeline.edits import apply
from pipeline.geometry import Box
from pipeline.markings import load_markings
from pipeline.record import Edit, Line, Page, Word
from pipeline.strip import strip_pages
from tests.shipped import CORRECTIONS
from tests.test_strip import CABLE_HEAD

MARKINGS = load_markings(CORRECTIONS)
BODY = [
    f"{number}. THE FERRY LEFT THE HARBOR AT NOON WITH LAMPS FOR BUOY {number}" for number in range(2, 12)
]
MEMO = [
    f"{number}. The ferry left the harbor at noon with lamps for buoy {number}" for number in range(2, 12)
]

Part = tuple[str, int, float]  # a stretch of a line: its text, where it begins in pixels, its confidence


def line(top: int, *parts: Part) -> Line:
    text, words = "", []
    for said, left, sure in parts:
        for token in said.split():
            text += " " if text else ""
            box = Box(left, top, left + 10 * len(token), top + 20)
            words.append(Word(len(text), len(text) + len(token), box, sure))
            text += token
            left += 10 * len(token) + 10
    return Line(text, tuple(words))


def page(rows: list[str], *lines: Line) -> Page:
    read = [line(100 + 30 * number, (text, 50, 95.0)) for number, text in enumerate(rows)]
    return Page(1, "ok", (*read, *lines), 1600, 1000, confidence=90.0)


def gone(read: Page) -> list[tuple[str, str, str]]:
    edits: list[Edit] = strip_pages([read], MARKINGS)
    apply(read.text, edits)
    return [(edit.kind, edit.rule, edit.before) for edit in edits]


def test_specks_beyond_the_text_are_cut_off_its_line() -> None:
    assert gone(
        page(MEMO, line(500, ("It met the pilot at the pier", 50, 95.0), ("wr; j.", 1200, 30.0)))
    ) == [("withhold", "noise", "wr; j.")]


def test_a_speck_lower_than_any_letter_is_cut_off_however_surely_it_was_read() -> None:
    for height, wanted in ((8, [("withhold", "noise", "1")]), (20, [])):
        text = line(500, ("It met the pilot at the pier", 50, 95.0))
        mark = Word(29, 30, Box(1200, 500, 1210, 500 + height), 99.0)
        assert gone(page(MEMO, Line(f"{text.text} 1", (*text.words, mark)))) == wanted


def test_a_doubtful_word_within_the_text_stays() -> None:
    assert gone(page(MEMO, line(500, ("It met the pilot", 50, 95.0), ("qv", 400, 30.0)))) == []


def test_a_stamp_far_from_a_line_is_cut_off_it() -> None:
    stamped = line(
        500, ("AMEMBASSY NAIROBI", 50, 95.0), ("DEPARTMENT OF STATE A/CDC/MR REVIEWED by", 900, 90.0)
    )
    assert gone(page([*CABLE_HEAD, *BODY], stamped)) == [
        ("strip", "review-box", "DEPARTMENT OF STATE A/CDC/MR REVIEWED by")
    ]


def test_beyond_the_lines_of_a_cable_whatever_stands_is_marginalia() -> None:
    note = line(500, ("THE PILOT MET THE CREW", 50, 95.0), ("retained by S/S", 1200, 90.0))
    alone = line(530, ("Cat. C - Caption and custody", 1200, 90.0))
    assert gone(page([*CABLE_HEAD, *BODY], note, alone)) == [
        ("strip", "marginalia", "retained by S/S"),
        ("strip", "marginalia", "Cat. C - Caption and custody"),
    ]
    assert gone(page(MEMO, note, alone)) == []  # a memorandum may set something there


def test_an_office_in_a_cables_distribution_is_never_marginalia() -> None:
    long = line(
        500, ("INFO LOG-00 COPY-01 ADS-00 INR-10 SS-00 CIAE-00", 50, 95.0), ("DODE-00 L-03", 1200, 90.0)
    )
    assert gone(page([*CABLE_HEAD, *BODY], long)) == []


def test_without_boxes_nothing_is_cut_off() -> None:
    lines = tuple(map(Line, [*CABLE_HEAD, *BODY, "THE PILOT MET THE CREW          retained by S/S"]))
    assert gone(Page(1, "ok", lines)) == []


def test_the_lines_of_a_stamp_do_not_tell_how_far_the_text_reaches() -> None:
    stamp = [
        line(
            500 + 30 * number,
            ("Caption and custody retained by the office", 1000, 90.0),
            ("of S/S", 1500, 90.0),
        )
        for number in range(4)
    ]
    below = line(640, ("CATEGORY", 1000, 90.0))
    assert len(gone(page([*CABLE_HEAD, *BODY], *stamp, below))) == 5


def test_a_second_column_of_a_memorandum_is_text() -> None:
    column = [
        line(100 + 30 * number, ("the crew met the pilot", 900, 95.0), ("NEA", 1400, 95.0))
        for number in range(9)
    ]
    assert gone(page(MEMO, *column, line(600, ("EUR", 900, 95.0)))) == []
