"""What is furniture goes with a reason; what only looks like it stays."""

import random

import pytest

from pipeline.edits import apply
from pipeline.geometry import Box
from pipeline.markings import Markings, load_markings
from pipeline.record import Edit, Line, Page, Word
from pipeline.strip import strip_pages
from tests.shipped import CORRECTIONS

CABLE_HEAD = (
    "FM AMEMBASSY NAIROBI",
    "TO SECSTATE WASHDC 0718",
    "E.O. 12356: N/A",
    "SUBJECT: LAKE FERRIES",
)


@pytest.fixture(scope="module")
def markings() -> Markings:
    return load_markings(CORRECTIONS)


def page(number: int, *lines: str) -> Page:
    return Page(number, "ok", tuple(map(Line, lines)))


def stripped(markings: Markings, *pages: Page) -> list[tuple[int, str]]:
    edits = strip_pages(pages, markings)
    for each in pages:
        apply(each.text, [edit for edit in edits if edit.page == each.number])  # fits the text, or raises
    return [(edit.page, edit.before) for edit in edits]


WORDS = [
    "the",
    "ferry",
    "left",
    "harbor",
    "at",
    "noon",
    "with",
    "lamps",
    "for",
    "every",
    "buoy",
    "and",
    "three",
    "charts",
    "of",
    "lake",
    "channels",
]
_shuffled = random.Random(7)


def body(lines: int = 8) -> list[str]:
    """Lines of print that say something else on every page."""
    return [" ".join(_shuffled.sample(WORDS, 7)).capitalize() for _ in range(lines)]


@pytest.mark.parametrize(
    "banner",
    [
        "CONFIDENTIAL",
        "UNCLASSIFIED",
        "TOP SECRET",
        "SECRET/NODIS",
        "SECRET//NOFORN",
        "LIMITED OFFICIAL USE",
        "- CONFIDENTIAL -",
        "UNCLASSIFIED CONFIDENTIAL",
        "C O N F I D E N T I A L",
        "S E C R E T",
        "UNCLASSIFIE[j",
        "CONFIDENTTAL",
        "C0NFIDENTIAL",
        "SECRET .",
        "LIMETED OFFICIAL USE yt :",
        "UNCLASSIFIED 4",
    ],
)
def test_a_banner_at_the_edge_goes(markings: Markings, banner: str) -> None:
    assert stripped(markings, page(1, banner, "", *body())) == [(1, banner)]
    assert stripped(markings, page(1, *body(), "", banner)) == [(1, banner)]


@pytest.mark.parametrize(
    "line",
    [
        "1. CONFIDENTIAL - ENTIRE TEXT.",
        "C O N F I D E N T I A L STATE 299669",
        "CONFIDENTIAL STATE 299669",
        "LIMITED OFFICIAL USE 0526",
        "OUTGOING UNCLASSIFIED",
        "DECLASSIFIED",
        "CLASSIFIED",
        "(S) The annex is SECRET.",
        "The SECRET annex was returned.",
        "Confidential",
        "SECRETARY",
        "THE SECRETARY",
        "DEPARTMENT OF STATE",
        "June 3, 1987",
        "SECRECY",
    ],
)
def test_a_mention_stays_wherever_it_stands(markings: Markings, line: str) -> None:
    for pages in (
        page(1, line, "", *body()),
        page(1, *body(), "", line),
        page(1, *CABLE_HEAD, line, *body()),
    ):
        assert stripped(markings, pages) == []


def test_the_number_a_document_was_filed_under_goes_with_its_banner(markings: Markings) -> None:
    for banner in ("TOP SECRET 48213", "TCP SECRET 48213", "SECRET 8631402"):
        assert stripped(markings, page(1, banner, "", *body())) == [(1, banner)]
    # A year or a page is shorter; in mid-page it is no banner; a cable has a number of its own.
    assert stripped(markings, page(1, "SECRET 1986", "", *body())) == []
    assert stripped(markings, page(1, *body(), "TOP SECRET 48213", *body())) == []
    assert stripped(markings, page(1, *CABLE_HEAD, *body(), "SECRET 48213")) == []


def test_several_lines_at_each_edge_go(markings: Markings) -> None:
    edges = ["UNCLASSIFIED", "", "CONFIDENTIAL", "- 2 -", ""]
    got = stripped(markings, page(1, *edges, *body(), "", "CONFIDENTIAL", "UNCLASSIFIED"))
    assert [line for _, line in got] == [
        "UNCLASSIFIED",
        "CONFIDENTIAL",
        "- 2 -",
        "CONFIDENTIAL",
        "UNCLASSIFIED",
    ]


def test_a_level_alone_in_mid_page_goes_in_a_cable_only(markings: Markings) -> None:
    middle = [*body(), "", "CONFIDENTIAL", "", *body()]
    assert stripped(markings, page(1, *middle)) == []
    assert stripped(markings, page(1, *CABLE_HEAD, *middle)) == [(1, "CONFIDENTIAL")]
    assert stripped(markings, page(1, *CABLE_HEAD), page(2, *middle)) == [(2, "CONFIDENTIAL")]


def test_a_cable_header_that_repeats_goes_in_a_cable_only(markings: Markings) -> None:
    header = "PAGE 02 LA PAZ 06747 01 OF 02 082146Z"
    assert stripped(markings, page(1, *CABLE_HEAD, *body(), header, *body())) == [(1, header)]
    assert stripped(markings, page(1, *body(), header, *body())) == []


def test_a_list_of_levels_is_no_banner(markings: Markings) -> None:
    assert stripped(markings, page(1, "TOP SECRET", "SECRET", "CONFIDENTIAL", *body())) == []


def test_a_banner_in_the_head_band_goes_whatever_was_read_above_it(markings: Markings) -> None:
    noise = [Line(f"stamp number {n}a", (Word(0, 5, Box(10, 10 + 9 * n, 90, 18 + 9 * n)),)) for n in range(4)]
    banner = Line("SECRET", (Word(0, 6, Box(10, 60, 90, 70)),))
    text = [
        Line(line, (Word(0, 3, Box(10, 300 + 40 * n, 90, 320 + 40 * n)),)) for n, line in enumerate(body())
    ]
    placed = Page(1, "ok", (*noise, banner, *text), 800, 1000)
    assert [edit.before for edit in strip_pages([placed], markings)] == ["SECRET"]


class TestPageNumbers:
    def test_a_count_from_page_to_page_goes(self, markings: Markings) -> None:
        pages = [page(1, *body()), page(2, "2", *body()), page(3, "3", *body())]
        assert stripped(markings, *pages) == [(2, "2"), (3, "3")]

    def test_the_count_need_not_be_the_files(self, markings: Markings) -> None:
        pages = [page(1, *body()), page(2, *body(), "- 17 -"), page(3, *body(), "- 18 -")]
        assert stripped(markings, *pages) == [(2, "- 17 -"), (3, "- 18 -")]

    def test_a_number_that_fits_no_count_stays(self, markings: Markings) -> None:
        pages = [
            page(1, *body()),
            page(2, "2", *body(), "44", "STOCKHOLM PRIORITY", "4"),
            page(3, "3", *body()),
        ]
        assert stripped(markings, *pages) == [(2, "2"), (3, "3")]

    def test_a_number_at_the_other_edge_is_no_neighbour(self, markings: Markings) -> None:
        pages = [page(1, *body()), page(2, *body()), page(3, "7", *body()), page(4, *body(), "8")]
        assert stripped(markings, *pages) == []

    @pytest.mark.parametrize("line", ["1.", "(2)", "1987", "2 boats", "$4", "II"])
    def test_what_is_no_page_number_stays(self, markings: Markings, line: str) -> None:
        assert stripped(markings, page(1, line, *body()), page(2, *body())) == []

    @pytest.mark.parametrize("line", ["Page 2 of 3", "PAGE 2", "- 2 -", "-2-"])
    def test_one_that_says_so_goes_alone(self, markings: Markings, line: str) -> None:
        assert stripped(markings, page(1, line, *body())) == [(1, line)]

    def test_a_number_in_mid_page_stays(self, markings: Markings) -> None:
        pages = [page(n, *body(), str(n), *body()) for n in (1, 2, 3)]
        assert stripped(markings, *pages) == []


def test_every_edit_says_why(markings: Markings) -> None:
    edits: list[Edit] = strip_pages(
        [page(1, "CONFIDENTTAL", *body()), page(2, "CONFIDENTIAL", "2", *body())], markings
    )
    assert "garbled" in edits[0].reason and "92 %" in edits[0].reason and "2 of 2 pages" in edits[0].reason
    assert edits[0].score < 100 == edits[1].score
    assert edits[2].rule == "page-number"
