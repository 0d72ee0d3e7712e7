"""Stamps, repetition, strokes and noise: furniture beyond banners, and what must not be taken for it."""

from typing import ClassVar

import msgspec
import pytest

from pipeline.errors import ConfigurationError
from pipeline.geometry import Box
from pipeline.markings import load_markings
from pipeline.noise import noise_lines
from pipeline.options import TextOptions
from pipeline.record import Edit, Line, Page, Word
from pipeline.strip import strip_pages
from pipeline.textstages import check_kinds, load_corrections
from tests.shipped import CORRECTIONS
from tests.test_strip import CABLE_HEAD, body, page

MARKINGS = load_markings(CORRECTIONS)
RELEASE = "Anna B. Marlowe Declassified/Released US Department of State EO Systematic Review 20 Mar 2014"


def gone(*pages: Page) -> list[tuple[str, str]]:
    return [(edit.rule, edit.before) for edit in strip_pages(pages, MARKINGS)]


def placed(*rows: tuple[str, int, float], width: int = 800, height: int = 1000) -> Page:
    """A page of lines, each with its top in pixels and the confidence of all its words."""
    lines = []
    for text, top, confidence in rows:
        words, at = [], 0
        for token in text.split():
            at = text.index(token, at)
            words.append(
                Word(
                    at,
                    at + len(token),
                    Box(10 + 9 * at, top, 10 + 9 * (at + len(token)), top + 20),
                    confidence,
                )
            )
            at += len(token)
        lines.append(Line(text, tuple(words)))
    return Page(1, "ok", tuple(lines), width, height, confidence=90.0)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (RELEASE, "release-line"),
        (RELEASE.replace("Systematic", "Systernatic").replace("State", "Slate"), "release-line"),
        (
            "UNCLASSIFIED U.S. Department of State Case No. F-2014-20439 Doc No. C05779634 Date: 09/30/2015",
            "release-line",
        ),
        ("RELEASED IN FULL", "release-decision"),
        ("RELEASE IN PART B1,1.4(D)", "release-decision"),
        ("REVIEW AUTHORITY: ANNA B MARLOWE", "review-stamp"),
        ("DATE/CASE ID: 05 MAR 2007 200103014", "review-stamp"),
        ("( ) RELEASE ( ) DECLASSIFY", "review-box"),
        ("_ (URELBASE( ) EXCIS( )DENY", "review-box"),
        ("( ) DOWNGRADE TS to ( ) S or ( ) C, OADR", "review-box"),
        ("Approved For Release 2002/02/06 : CIA-RDP93B01194R001000180001-1", "release-line"),
        ("BY AM NARA DATE 3/4/99", "declassification-stamp"),
        ("NND 872039", "declassification-stamp"),
    ],
)
def test_a_stamp_goes_wherever_it_stands(line: str, rule: str) -> None:
    assert gone(page(1, *body(), line, *body())) == [(rule, line)]


@pytest.mark.parametrize(
    "line",
    [
        "RELEASED IN FULL LB AS",
        "The text was released in full.",
        "DEPARTMENT OF STATE",
        "UNITED STATES DEPARTMENT OF STATE",
        "Review Authority: marlowea",
        "Current Classification: UNCLASSIFIED",
        "DECLASSIFIED",
        "20 Mar 2014",
        "Copies of the charts were sent.",
        "The release (of water) was denied.",
        "4",
        "INR-10",
    ],
)
def test_what_is_like_a_stamp_stays(line: str) -> None:
    assert gone(page(1, *body(), line, *body())) == []
    assert gone(page(1, line, *body())) == []


@pytest.mark.parametrize(
    "line", ["COPY 5 OF 12 COPIES", "COPY DE 8 COPIES", "OF o COPIES", "COPY____OF E COPIES"]
)
def test_a_copy_number_goes_at_the_edge_alone(line: str) -> None:
    assert gone(page(1, *body(), line)) == [("copy-number", line)]
    assert gone(page(1, *body(), line, *body())) == []
    assert gone(page(1, *body(), "of 8 copies")) == []


def test_a_letterhead_goes_only_as_a_piece_of_a_stamp() -> None:
    stamp = ["UNITED STATES DEPARTMENT OF STATE", "REVIEW AUTHORITY: ANNA B MARLOWE"]
    assert [before for _, before in gone(page(1, *body(), *stamp))] == stamp


def test_a_stamp_in_several_lines_goes_whole() -> None:
    stamp = [
        "Anna B. Marlowe",
        "Declassified/Released",
        "US Department of State",
        "EO Systematic Review",
        "20 Mar 2014",
    ]
    assert [before for _, before in gone(page(1, *body(), *stamp))] == stamp


def test_a_struck_banner_may_be_spoilt_further_at_the_edge_alone() -> None:
    assert gone(page(1, "-LOP-SECREF 2", *body())) == [("banner", "-LOP-SECREF 2")]
    assert gone(page(1, *body(), "LOP-SECREF 2", *body())) == []
    assert gone(page(1, *body(), "—SECRET—", *body())) == [("banner", "—SECRET—")]


def test_two_banners_with_the_page_number_between_are_one() -> None:
    assert gone(page(1, "UNCLASSIFIED 6 'NCLASSIFIED", *body())) == [
        ("banner", "UNCLASSIFIED 6 'NCLASSIFIED")
    ]


def test_a_line_on_page_after_page_goes_but_for_the_first() -> None:
    header = "Lake Basin Commission, third session"
    pages = [
        page(n, header.replace("third", "thlrd") if n == 2 else f"{header} {n}", *body()) for n in (1, 2, 3)
    ]
    assert [(edit.page, edit.rule) for edit in strip_pages(pages, MARKINGS)] == [
        (2, "repeated-line"),
        (3, "repeated-line"),
    ]


def test_two_pages_do_not_make_a_repetition_and_a_letterhead_never_does() -> None:
    assert gone(page(1, "Lake Basin Commission", *body()), page(2, "Lake Basin Commission", *body())) == []
    assert gone(*(page(n, "THE WHITE HOUSE", *body()) for n in (1, 2, 3, 4))) == []


def test_a_dashed_rule_read_as_letters_is_withheld_to_its_end_alone() -> None:
    line = "secccrse nec een one! 014298 031448Z /12"
    [edit] = strip_pages([page(1, *CABLE_HEAD, line, *body())], MARKINGS)
    assert (edit.kind, edit.before) == ("withhold", "secccrse nec een one!")
    assert gone(page(1, *CABLE_HEAD, "-------------------- 014298 031448Z /12", *body())) == []


class TestNoise:
    print_: ClassVar = [
        ("The ferry left the harbor at noon with lamps.", 200 + 40 * n, 95.0) for n in range(5)
    ]

    def noise(self, *rows: tuple[str, int, float]) -> list[str]:
        return [line.text for _, line, _ in noise_lines(placed(*self.print_, *rows))]

    @pytest.mark.parametrize("text", ["~ . -", "e e eee", "( £6 %", 'ow"', "Xq zzv"])
    def test_specks_are_noise(self, text: str) -> None:
        assert self.noise((text, 600, 30.0)) == [text]

    @pytest.mark.parametrize(
        ("text", "confidence"),
        [
            ("4", 90.0),
            ("Y", 85.0),
            ("NNNN", 90.0),
            ("INR-10", 20.0),
            ("of boats", 70.0),
            ("1986", 65.0),
            ("see code", 80.0),
        ],
    )
    def test_short_print_is_no_noise(self, text: str, confidence: float) -> None:
        assert self.noise((text, 600, confidence)) == []

    def test_badly_read_print_is_left_for_the_reader(self) -> None:
        assert self.noise(("tbe ferrv lett tne harbar", 600, 30.0)) == []

    def test_without_confidences_nothing_is_noise(self) -> None:
        assert list(noise_lines(Page(1, "ok", (Line("~ . -"), Line("e e"))))) == []


def rules(options: TextOptions) -> list[Edit]:
    from pipeline.clean import clean_text

    text = "\n".join(["CONFIDENTIAL", "- 2 -", *body(), RELEASE, "\fCONFIDENTIAL", *body()])
    return list(clean_text(text, CORRECTIONS, options).document.edits)


def test_the_user_chooses_what_is_stripped() -> None:
    everything = [edit.rule for edit in rules(TextOptions())]
    assert everything == ["banner", "page-number", "release-line", "banner"]
    assert [edit.rule for edit in rules(TextOptions(strip_only=("page-number",)))] == ["page-number"]
    kept = rules(TextOptions(keep_first=True))
    assert [(edit.page, edit.rule) for edit in kept] == [
        (1, "page-number"),
        (1, "release-line"),
        (2, "banner"),
    ]
    assert rules(TextOptions(strip=False)) == []


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"no such kind; name one of .*banner.*release-line"):
        check_kinds(TextOptions(strip_only=("baner",)), load_corrections(CORRECTIONS))


def test_a_spoilt_banner_next_to_another_goes() -> None:
    assert gone(page(1, "—GEEREE-", "UNCLASSIFIED", "", *body())) == [
        ("banner", "—GEEREE-"),
        ("banner", "UNCLASSIFIED"),
    ]
    assert gone(page(1, "—GEEREE-", "", *body())) == []


@pytest.mark.parametrize(
    "line",
    [
        "TAGS: EWWT, UG DEPARTMENT OF STATE A/CDC/MR",
        "1. CONFIDENTIAL - ENTIRE TEXT. ( ) RELEASE",
        "E.O. 12356: N/A ( ) DECLASSIFY",
    ],
)
def test_a_line_that_only_a_cable_has_is_content_whatever_was_stamped_beside_it(line: str) -> None:
    assert gone(page(1, *CABLE_HEAD, line, *body())) == []


def test_a_level_with_a_doubtful_number_beside_it_is_the_cables_own_line() -> None:
    words = (Word(0, 6, Box(10, 600, 60, 620), 95.0), Word(7, 18, Box(70, 600, 160, 620), 20.0))
    line = Line("UNCLAS STATE522566", words)
    lines = (*map(Line, CABLE_HEAD), line, *map(Line, body()))
    assert [edit.before for edit in strip_pages([Page(1, "ok", lines, 800, 1000)], MARKINGS)] == []


def test_of_a_line_with_boxes_beside_it_only_the_boxes_go() -> None:
    line = "AMEMBASSY STOCKHOLM ( ) DENY ( ) DELETE ( ) CLASSIFY as ae OADR"
    assert gone(page(1, *body(), line, *body())) == [("review-box", line[line.index("(") :])]


def test_a_garbled_letterhead_is_no_piece_of_a_stamp() -> None:
    stamp = ["United States Department of Stat", "REVIEW AUTHORITY: ANNA B MARLOWE"]
    assert [before for _, before in gone(page(1, *body(), *stamp))] == stamp[1:]


def tall(*rows: tuple[str, int], confidence: float = 95.0) -> Page:
    """A page of 3300 pixels with lines at their places."""
    return placed(*((text, top, confidence) for text, top in rows), width=2500, height=3300)


def test_a_worn_release_line_goes_from_the_edge_of_a_cable_alone() -> None:
    worn = "Sheryi Plassted/Releaser ‘o Mar 2044"
    cable = [
        (text, 300 + 60 * number) for number, text in enumerate([*CABLE_HEAD, *map(str.upper, body(12))])
    ]
    assert gone(tall((worn, 130), *cable)) == [("release-line", worn)]
    assert gone(tall((worn, 1500), *cable)) == []  # in mid-page
    memo = [(text, 300 + 60 * number) for number, text in enumerate(body(12))]
    assert gone(tall((worn, 130), *memo)) == []  # small letters are its own


def test_what_stands_among_the_lines_of_a_review_box_goes_with_them() -> None:
    text = [(line, 300 + 60 * number) for number, line in enumerate(body(12))]
    box = [
        ("( ) RELEASE ( ) DECLASSIFY", 2000),
        ("( ) EXCISE ( ) DECLASSIFY in PART", 2030),
        ("( ) DENY", 2060),
    ]
    inside = ("it PA Exemation", 2045)
    found = gone(tall(*text, *box, inside))
    assert ("review-box", inside[0]) in found
    assert ("review-box", inside[0]) not in gone(tall(*text, inside))
    sentence = ("the ferry left", 2045)
    assert ("review-box", sentence[0]) not in gone(tall(*text, *box, sentence))


def test_on_a_page_read_badly_what_is_unreadable_among_the_lines_of_a_box_goes_too() -> None:
    text = [(line, 300 + 60 * number, 95.0) for number, line in enumerate(body(12))]
    box = [("( ) RELEASE ( ) DECLASSIFY", 2000, 95.0), ("( ) EXCISE ( ) DENY", 2060, 95.0)]
    for garble, sure, goes in (("SE NTOPSTATE oy Pevew", 10.0, True), ("SE NTOPSTATE oy Pevew", 70.0, False)):
        read = placed(*text, *box, (garble, 2030, sure), width=2500, height=3300)
        assert (("review-box", garble) in gone(msgspec.structs.replace(read, confidence=45.0))) is goes
        read = placed(*text, *box, ("SE NTOPSTATE harbor", 2030, sure), width=2500, height=3300)
        assert len(gone(msgspec.structs.replace(read, confidence=45.0))) == 2  # a word, however doubtful


def test_a_stamp_with_a_speck_far_behind_it_goes_whole() -> None:
    words = (Word(0, 6, Box(10, 20, 70, 40), 95.0), Word(7, 8, Box(700, 20, 710, 40), 95.0))
    lines = (Line("ADP023 2", words), *map(Line, body()))
    assert gone(Page(1, "ok", lines, 800, 1000)) == [("printout", "ADP023 2")]
    near = (words[0], Word(7, 8, Box(80, 20, 90, 40), 95.0))
    assert gone(Page(1, "ok", (Line("ADP023 2", near), *map(Line, body())), 800, 1000)) == []


@pytest.mark.parametrize("line", ["‘ (RELEASE ) DECLASSIFY _ | FOL Fol ara", "an (RELEASE St (DENY FOL"])
def test_choices_of_a_box_that_was_not_read_whole_go(line: str) -> None:
    assert gone(page(1, *body(), line, *body())) == [("review-box", line)]


@pytest.mark.parametrize(
    "line",
    [
        "We will exercise restraint and retain the reductions (C)",
        "THE MINISTER WILL RELEASE THE TEXT (SEPTEL) TOMORROW",
    ],
)
def test_sentences_with_words_like_choices_stay(line: str) -> None:
    assert gone(page(1, *body(), line, *body())) == []


def test_a_long_level_is_known_by_the_shape_of_its_letters() -> None:
    assert gone(page(1, "CONPTOENT LAL", "", *body())) == [("banner", "CONPTOENT LAL")]
    assert gone(page(1, "PRESIDENTIAL", "", *body())) == []
    assert gone(page(1, "CONTINENTAL", "", *body())) == []


def test_a_level_with_a_secretariats_number_is_a_banner_and_a_cables_own_line_is_not() -> None:
    assert gone(page(1, "SECRET/SENSITIVE 8631402", "", *body())) == [("banner", "SECRET/SENSITIVE 8631402")]
    assert gone(page(1, "SECRET 0526", "", *body())) == []


def test_a_level_below_a_forms_head_is_a_banner_and_below_running_text_a_word() -> None:
    head = ["INFORMATION MEMORANDUM", "S/S", "June 3, 1987", "Lake Basin"]
    assert gone(page(1, *head, "CONFIDENTIAL", *body())) == [("banner", "CONFIDENTIAL")]
    assert gone(page(1, *body(), "CONFIDENTIAL", *body())) == []


@pytest.mark.parametrize(
    "line",
    ["PAGE OD LA PAZ 00826 251717", "PAGE O4eese STATE 321914 TOSEC 190106", "PAGE 021APN/00526-231717Z"],
)
def test_garbled_page_lines_of_a_cable_go(line: str) -> None:
    assert gone(page(1, *CABLE_HEAD, *body(), line, *body())) == [("continuation-header", line)]


def test_gibberish_below_it_does_not_part_a_banner_from_the_edge() -> None:
    rows = [(text, 200 + 30 * number, 95.0) for number, text in enumerate(body(12))]
    read = placed(
        *rows, ("CONFIDENTIAL", 620, 95.0), *(("qvx Kyp zzb", 660 + 30 * n, 20.0) for n in range(4))
    )
    assert ("banner", "CONFIDENTIAL") in gone(read)


def test_a_level_in_a_table_without_running_text_stays() -> None:
    table = ["Annex", "Level", "Chart 3", "CONFIDENTIAL", "Chart 4", "open", "Chart 5", "open"]
    assert gone(page(1, *table)) == []


def test_what_only_a_cable_has_is_no_repetition() -> None:
    cables = [page(number, *CABLE_HEAD, "ACTION EUR-00", *body()) for number in (1, 2, 3)]
    assert gone(*cables) == []


def test_of_a_line_with_a_stamp_beside_it_only_the_stamp_goes() -> None:
    line = "END SUMMARY. DEPARTMENT OF STATE A/CDC/MR"
    assert gone(page(1, *body(), line, *body())) == [("review-box", "DEPARTMENT OF STATE A/CDC/MR")]
    line = "TO THE FERRY THE CREW (RETAIN (DECLASSIFY"
    assert gone(page(1, *body(), line, *body())) == [("review-box", "(RETAIN (DECLASSIFY")]
