"""What is no word goes by its form and by how it was read; print that was read badly stays."""

import pytest

from pipeline.geometry import Box
from pipeline.noise import noise_lines
from pipeline.record import Line, Page, Word

PRINT = "The ferry left the harbor at noon with lamps."
_PITCH, _HEIGHT = 9, 20  # of the print below, in pixels


def line(
    text: str, top: int, sure: float, *, left: int = 10, height: int = _HEIGHT, pitch: float = _PITCH
) -> Line:
    words, at = [], 0
    for token in text.split():
        at = text.index(token, at)
        box = Box(left + round(pitch * at), top, left + round(pitch * (at + len(token))), top + height)
        words.append(Word(at, at + len(token), box, sure))
        at += len(token)
    return Line(text, tuple(words))


def noise(*lines: Line, confidence: float = 90.0) -> list[str]:
    """The noise among `lines` on a page of print, 800 by 1000 pixels."""
    print_ = [line(PRINT, 200 + 40 * number, 95.0) for number in range(5)]
    page = Page(1, "ok", (*print_, *lines), 800, 1000, confidence=confidence)
    return [one.text for _, one, _ in noise_lines(page)]


def test_what_is_lower_than_any_letter_is_noise_however_surely_it_was_read() -> None:
    assert noise(line("1", 600, 95.0, height=8)) == ["1"]
    assert noise(line("1", 600, 95.0)) == []


@pytest.mark.parametrize("text", ["e e", "eee ee e", "e@e eee @ ee . 1 @ eee e eee ee"])
def test_rows_of_holes_are_noise_however_surely_they_were_read(text: str) -> None:
    assert noise(line(text, 600, 92.0)) == [text]


@pytest.mark.parametrize("text", ["see the coast", "A. 1 2 3 4", "008", "CO"])
def test_words_and_numbers_made_of_rings_stay(text: str) -> None:
    assert noise(line(text, 600, 92.0)) == []


def test_on_a_page_read_badly_only_its_very_edge_is_noise() -> None:
    garble = "Xq zzvt bmw Kyp"
    assert noise(line(garble, 10, 30.0), confidence=45.0) == [garble]
    assert noise(line(garble, 600, 30.0), confidence=45.0) == []


def test_a_long_line_without_any_word_is_noise_where_print_was_read_well() -> None:
    garble = "£3 zq,, ppt: syn- ~x (0 vv| q) bz"
    assert noise(line(garble, 600, 15.0, height=40)) == [garble]
    assert noise(line(f"{garble} harbor", 600, 15.0, height=40)) == []  # a word, however doubtful


def test_words_as_wide_as_print_sets_them_are_print_read_badly() -> None:
    assert noise(line("BOEKMR", 600, 30.0)) == []
    assert noise(line("BOEKMR", 600, 30.0, pitch=3 * _PITCH)) == ["BOEKMR"]


def test_specks_far_from_each_other_take_no_room_where_print_is_read_well() -> None:
    words = (Word(0, 2, Box(10, 600, 28, 620), 30.0), Word(3, 4, Box(390, 600, 400, 620), 50.0))
    assert noise(Line("wt o", words)) == ["wt o"]
    assert noise(Line("wt o", words), confidence=45.0) == []


def test_what_takes_the_room_of_a_line_of_print_is_left() -> None:
    specks = "b . . f rt"
    assert noise(line(specks, 600, 20.0, pitch=4 * _PITCH)) == []
    assert noise(line(specks, 600, 20.0, pitch=4 * _PITCH, height=3 * _HEIGHT)) == [specks]
