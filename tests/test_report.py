"""The report shows the record whole: every edit, every page, every picture, and nothing that could act or call out."""

import base64
import html
import re
from collections import Counter
from hashlib import sha256

import msgspec
import pytest

from pipeline.geometry import Box
from pipeline.record import (
    Document,
    Edit,
    Line,
    Page,
    Reading,
    RecordError,
    Redaction,
    Word,
)
from pipeline.report import document_page, overview
from tests.reported import (
    DOCUMENT,
    EDITS,
    ONE,
    OUTCOME,
    RUN,
    TWO,
    Tree,
    edit,
    line,
    part,
)


@pytest.fixture(scope="module")
def shown() -> str:
    return document_page(DOCUMENT, OUTCOME, {1})


@pytest.mark.parametrize("made", EDITS, ids=lambda made: made.rule)
def test_each_edit_is_told_whole(shown: str, made: Edit) -> None:
    told = part(shown, f'<div class="edit {made.kind} {made.status}" id="e-{made.id}" tabindex="-1">')
    words = Tree(told[: told.index("</div>")]).text
    for said in (made.before, made.after, made.rule, made.reason, made.kind, made.status, *made.candidates):
        assert said.replace("\u202e", "‹U+202E›").replace("\x1b", "‹U+001B›") in words
    assert f"score {round(made.score, 1):g}" in words


def test_edits_stand_in_the_order_of_their_place(shown: str) -> None:
    names = [made.id for made in EDITS]
    assert re.findall(r'id="e-(\w+)"', shown) == names
    mixed = msgspec.structs.replace(DOCUMENT, edits=EDITS[::-1])
    assert document_page(mixed, OUTCOME, {1}) == shown


def test_changed_words_are_marked_and_kept_ones_are_not(shown: str) -> None:
    told = part(shown, f'id="e-{EDITS[1].id}" tabindex="-1">')
    assert "Garvo met the Brenlin <del>comittee</del>" in told
    assert "Garvo met the Brenlin <ins>committee</ins>" in told


def test_edits_of_one_group_lead_to_each_other(shown: str) -> None:
    assert f'href="#e-{EDITS[6].id}">“ofice” on page 2</a>' in part(
        shown, f'id="e-{EDITS[1].id}" tabindex="-1">'
    )


def test_every_link_within_the_page_has_its_place(shown: str) -> None:
    tree = Tree(shown)
    places = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(places) == len(set(places))
    targets = {a["href"][1:] for a in tree.all("a") if a.get("href", "").startswith("#")}
    assert targets <= set(places)
    assert {"p1l2", f"e-{EDITS[0].id}", "page-3"} <= set(places)


def test_each_line_with_a_place_has_its_window_and_the_page_its_picture(shown: str) -> None:
    images = Tree(shown).all("img")
    assert {image["src"] for image in images} == {"memo.pdf.pages/000001.jpg"}
    assert {image["loading"] for image in images} == {"lazy"}
    assert [image["alt"] for image in images] == ["", "", "", "The scan of page 1"]  # its third line is blank
    rows = re.findall(r'<div class="row" data-line="(\d)">\s*<div class="(window|l)', shown)
    assert rows[:4] == [("1", "window"), ("2", "window"), ("3", "l"), ("4", "window")]


def test_edits_are_marked_on_the_scan_too(shown: str) -> None:
    spots = re.findall(r'<i class="spot ([^"]*)"', shown)
    assert spots == ["strip applied", "correct accepted", "correct applied", "correct suggested"]


def test_text_without_places_or_picture_has_no_pictures() -> None:
    bare = Page(1, "ok", tuple(Line(line.text) for line in ONE.lines))
    document = msgspec.structs.replace(DOCUMENT, pages=(bare, TWO))
    assert 'alt=""' not in document_page(document, OUTCOME, {1})
    assert "<img" not in document_page(DOCUMENT, OUTCOME, set())


def test_what_was_read_twice_is_told_and_numbers_are_flagged() -> None:
    looks = (
        Reading("1986", 90.0, "one", "page"),
        Reading("1986", 80.0, "one", "line"),
        Reading("1936", 60.0, "two", "line"),
    )
    same = (Reading("Garvo", 90.0, "one", "page"), Reading("Garvo", 80.0, "two", "line"))
    words = (Word(0, 5, None, 99.0, same), Word(6, 10, None, 72.0, looks, "the surer one"))
    on = Page(1, "ok", (Line("Garvo 1986", words),))
    shown = document_page(Document(1, "a.txt", "", "ok", pages=(on,)), OUTCOME, set())
    told = "confidence 72; read as 1986 (2 times), 1936; the surer one"
    assert f'Garvo <span class="twice figure" title="{told}">1986</span>' in shown
    words_of_page = Tree(shown).text
    assert "1 word was read differently by two looks, with a digit in one: look at the scan" in words_of_page
    assert f"line 1 1986 {told}" in words_of_page


def test_redactions_are_outlined_and_told() -> None:
    black = Redaction(Box(100, 210, 400, 240), "filled", 1.25, "B1")
    on = msgspec.structs.replace(ONE, redactions=(black,))
    shown = document_page(msgspec.structs.replace(DOCUMENT, pages=(on, TWO)), OUTCOME, {1})
    assert shown.count('class="spot redaction"') == 2  # on its line, and on the whole page
    assert "filled box B1, 1.2 % of the page" in Tree(shown).text
    assert "Redactions 1 found on the scan" in Tree(shown).text


def test_clean_text_shows_its_edits_and_what_was_stripped(shown: str) -> None:
    text = shown[shown.index('id="page-1"') :]
    link = r'href="#e-(\w+)" aria-describedby="e-\1"'
    assert re.search(
        rf'<div class="l gone" id="p1l1"><a class="mark gone" {link}><del>ZEKRET</del></a></div>', text
    )
    assert re.search(rf'class="mark correct" {link}><ins>adjourned</ins></a>', text)
    assert re.search(rf'class="mark suggested" {link}>Tolvek</a>', text)
    assert '<span class="unsure" title="confidence 31">met</span>' in text
    assert "left" not in re.sub(r'(?s)<div class="edit .*?</div>|style="[^"]*"|<script>.*', "", text)
    assert text.count('<div class="l') == 7


def test_blank_lines_that_went_with_a_banner_are_dimmed_too() -> None:
    on = Page(1, "ok", (Line("ZEKRET"), Line(), Line("Garvo."), Line(), Line("ZEKRET II")))
    strips = (edit(on, "ZEKRET", "", "strip"), edit(on, "ZEKRET II", "", "strip"))
    shown = document_page(Document(1, "a.txt", "", "ok", pages=(on,), edits=strips), OUTCOME, set())
    assert re.findall(r'<div class="(l[^"]*)" id="p1l(\d)"', shown) == [
        ("l gone", "1"),
        ("l gone", "2"),
        ("l", "3"),
        ("l", "4"),
        ("l gone", "5"),
    ]


def test_insertions_and_partial_cuts_are_marked() -> None:
    on = Page(1, "ok", (Line("Garvo met Marn copy 3"),))
    at = len("Garvo")
    insert = Edit("11", 1, at, at, "", ",", "insert", "comma", 50, "applied", "A comma.")
    maybe = Edit("22", 1, 0, 0, "", "Mr ", "insert", "title", 50, "suggested", "A title.")
    cut = edit(on, " copy 3", "", "withhold")
    shown = document_page(
        Document(1, "a.txt", "", "ok", pages=(on,), edits=(insert, maybe, cut)), OUTCOME, {}
    )
    row = re.search(r'<div class="l" id="p1l1">(.*?)</div>', shown)
    assert row
    assert re.sub(r"<[^>]*>", "", row[1]) == "‸Garvo, met Marn copy 3"
    assert 'href="#e-11" aria-describedby="e-11"><ins>,</ins></a>' in row[1]
    assert "<del> copy 3</del>" in row[1]


def test_marks_never_overlap_nor_repeat_text() -> None:
    on = Page(1, "ok", (line("Garvo met the comittee", 1),))  # "met" is doubtful, too
    edits = (
        edit(on, "comittee", "committee"),
        edit(on, "the comittee", "a committee", status="suggested"),
        edit(on, "Garvo met", "Garvo meets", status="suggested"),
        edit(on, "met the", "meets", status="suggested"),
    )
    shown = document_page(Document(1, "a.txt", "", "ok", pages=(on,), edits=edits), OUTCOME, set())
    row = re.search(r'<div class="l" id="p1l1">(.*?)</div>', shown)
    assert row
    assert re.sub(r"<[^>]*>", "", row[1]) == "Garvo met the committee"
    assert row[1].count("mark suggested") == 1


def test_a_large_group_is_counted_and_not_listed() -> None:
    on = Page(1, "ok", (Line("garvo " * 10),))
    edits = tuple(
        Edit(f"{n}", 1, 6 * n, 6 * n + 1, "g", "G", "correct", "name", 80, "applied", "A name.", (), "g")
        for n in range(10)
    )
    words = Tree(document_page(Document(1, "a.txt", "", "ok", pages=(on,), edits=edits), OUTCOME, set())).text
    assert words.count("Decided as one with") == 10
    assert words.count("and 3 more") == 10


def test_nothing_hostile_becomes_markup(shown: str) -> None:
    for made in (shown, overview(RUN, [(RUN.documents[0].output, DOCUMENT)])):
        tree = Tree(made)
        assert {"b", "marquee"}.isdisjoint(tag for tag, _ in tree.tags)
        assert all(attributes["class"].startswith("spot ") for attributes in tree.all("i"))
        assert len(tree.all("script")) == (made is shown)
        assert not [key for _, attributes in tree.tags for key in attributes if key.startswith("on")]
        assert "<script>alert('x')</script> \"quoted\" & ‹U+202E›gnirts‹U+001B›[31m" in tree.text
        assert all(sign.isprintable() or sign == "\n" for sign in made)
        assert all(sign.isprintable() or sign == "\n" for sign in html.unescape(made))


def test_the_pages_are_sealed(shown: str) -> None:
    for made in (shown, overview(RUN, [(RUN.documents[0].output, DOCUMENT)])):
        tree = Tree(made)
        policy = next(meta["content"] for meta in tree.all("meta") if meta.get("http-equiv"))
        assert policy.startswith("default-src 'none'; ")
        allowed = set(re.findall(r"'sha256-([^']+)'", policy))
        scripts = re.findall(r"(?s)<script>(.*?)</script>", made)
        assert allowed == {base64.b64encode(sha256(one.encode()).digest()).decode() for one in scripts}
        assert {"link", "iframe", "object", "form"}.isdisjoint(tag for tag, _ in tree.tags)
        assert not re.search(r"https?:|url\(|@import", made)
        assert all(re.fullmatch(r"memo\.pdf\.pages/\d{6}\.jpg", image["src"]) for image in tree.all("img"))


def test_no_place_and_no_time_of_this_machine_gets_out(shown: str) -> None:
    for made in (shown, overview(RUN, [(RUN.documents[0].output, DOCUMENT)])):
        words = re.sub(r'src="data:[^"]*"', "", made)
        for secret in ("/srv", "/opt", "2031", "4711", "12.75"):
            assert secret not in words
    assert "One page of box 7/memo.pdf could not be read." in shown


def test_pages_add_up_and_none_is_left_out(shown: str) -> None:
    words = Tree(shown).text
    assert "Pages 3: 1 ok, 1 low confidence, 1 timed out" in words
    assert [shown.count(f'<h3 id="page-{number}">') for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert "Page 3 took too long" in words
    assert "88.5 on average, 88.0 on page 2" in words


def test_the_filter_counts_add_up(shown: str) -> None:
    labels = re.findall(r'id="show-([\w-]+)"[^>]*> .*?\((\d+)\)</label>', shown)
    counts = Counter(f"{made.kind}-{made.status}" for made in EDITS)
    assert {key: int(number) for key, number in labels} == {**counts, "all": len(EDITS)}


def test_an_edit_that_does_not_fit_is_refused() -> None:
    wrong = msgspec.structs.replace(EDITS[2], before="x" * len(EDITS[2].before))
    with pytest.raises(RecordError, match="not there"):
        document_page(msgspec.structs.replace(DOCUMENT, edits=(wrong,)), OUTCOME, set())


def test_a_document_leads_back_and_to_its_files(shown: str) -> None:
    links = [a["href"] for a in Tree(shown).all("a") if a.get("href", "").startswith("..")]
    assert links == [
        "../../index.html",
        "../../../text/box%207/memo.pdf.txt",
        "../../../raw/box%207/memo.pdf.txt",
        "../../../records/box%207/memo.pdf.json",
        "../../../diffs/box%207/memo.pdf.diff",
    ]


def test_the_same_record_gives_the_same_bytes(shown: str) -> None:
    assert document_page(DOCUMENT, OUTCOME, {1}) == shown
    assert overview(RUN, [(RUN.documents[0].output, DOCUMENT)]) == overview(
        RUN, [(RUN.documents[0].output, DOCUMENT)]
    )
