"""Repetition finds what comparing every line with every other would find, in far less time."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from pipeline.letters import squeeze
from pipeline.repetition import EdgeLine, repeated

_BASE = "LAKE BASIN COMMISSION PAPERS"


def _garbled(length: int, wrong: set[int]) -> str:
    """The beginning of a line with letters misread at the places `wrong`."""
    return "".join("X" if at in wrong else sign for at, sign in enumerate(_BASE[:length]))


_TEXTS = st.builds(_garbled, st.integers(3, len(_BASE)), st.sets(st.integers(0, len(_BASE)), max_size=9))
_LINES = st.lists(
    st.builds(
        EdgeLine,
        page=st.integers(1, 12),
        edge=st.sampled_from(["top", "bottom"]),
        start=st.integers(0, 10_000),
        text=_TEXTS,
        spoilt_banner=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda line: (line.page, line.start),
)


def by_comparing_all(lines: list[EdgeLine], page_count: int) -> dict[tuple[int, int], list[int]]:
    """The rule as it is written in the manual: at one edge of three pages, and of a fifth of all, or of three in a row."""
    found = {}
    usable = [line for line in lines if len(squeeze(line.text)) >= 5]
    for line in usable:
        pages = {line.page}
        for other in usable:
            likeness = Levenshtein.normalized_similarity(squeeze(line.text), squeeze(other.text))
            enough = 0.6 if line.spoilt_banner and other.spoilt_banner else 0.85
            if other.edge == line.edge and likeness >= enough:
                pages.add(other.page)
        if len(pages) >= max(3, -(-page_count // 5)) or any({n + 1, n + 2} <= pages for n in pages):
            found[line.page, line.start] = sorted(pages)
    return found


@given(_LINES, st.integers(1, 40))
def test_the_same_lines_are_found_as_by_comparing_all(lines: list[EdgeLine], page_count: int) -> None:
    expected = by_comparing_all(lines, page_count)
    found = repeated(lines, page_count, named=6)
    assert {at: (one.count, one.first_pages) for at, one in found.items()} == {
        at: (len(pages), tuple(pages[:6])) for at, pages in expected.items()
    }


def test_a_thousand_pages_take_no_thousand_times_a_thousand_comparisons() -> None:
    lines = [
        EdgeLine(
            page, edge, number, f"line {page * 7919 + number} of {page * 104729 % 9973} words that differ"
        )
        for page in range(1000)
        for edge in ("top", "bottom")
        for number in range(4)
    ]
    started = process_time()
    repeated(lines, 1000)
    assert process_time() - started < 5  # comparing every pair by itself takes twelve times as long


def test_three_letters_in_twenty_may_be_wrong_and_no_four() -> None:
    def first_repeats(wrong: int) -> bool:
        garbled = _garbled(23, set(range(wrong)))  # twenty letters, three blanks
        texts = [_BASE[:23], garbled, garbled]
        return (1, 0) in repeated([EdgeLine(n, "top", 0, text) for n, text in enumerate(texts, 1)], 3)

    assert first_repeats(3)
    assert not first_repeats(4)
