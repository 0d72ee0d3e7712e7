"""The report shows the record whole: every edit, every page, every picture, and nothing that could act or call out."""

import base64
import html
import re
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from pipeline.geometry import Box
from pipeline.record import (
    Document,
    DocumentOutcome,
    Edit,
    EditKind,
    EditStatus,
    Grade,
    Line,
    Page,
    PageOutcome,
    Reading,
    RecordError,
    Redaction,
    Run,
    Word,
    edit_id,
)
from pipeline.report import document_page, overview, page_path
from tests.browsers import barriers, watched

HOSTILE = "<script>alert('x')</script> \"quoted\" & \u202egnirts\x1b[31m"
WIDTH, HEIGHT = 1600, 1000  # the page's frame; its picture is half as large
VOID = {"meta", "img", "input", "br", "hr"}


class Tree(HTMLParser):
    """Checks that tags nest, and collects what a test asks for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words.append(" " if tag == "dd" else "")
        self.tags.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


def line(text: str, row: int) -> Line:
    """A line whose words stand 20 pixels a character, 40 high, 100 apart; the second word is doubtful."""
    words = [
        Word(
            m.start(), m.end(), Box(100 + 20 * m.start(), 100 * row, 100 + 20 * m.end(), 100 * row + 40), 95.0
        )
        for m in re.finditer(r"\S+", text)
    ]
    if len(words) > 1:
        words[1] = msgspec.structs.replace(words[1], confidence=31.0)
    return Line(text, tuple(words))


def page(number: int, *texts: str) -> Page:
    lines = tuple(line(text, row + 1) for row, text in enumerate(texts))
    return Page(number, "ok", lines, WIDTH, HEIGHT, 300.0, (), 90.0 - number)


def edit(
    on: Page,
    before: str,
    after: str,
    kind: EditKind = "correct",
    status: EditStatus = "applied",
    **more: object,
) -> Edit:
    start = on.text.index(before)
    rule = f"rule-{kind}-{status}"
    name = edit_id(on.number, start, start + len(before), kind, rule, before, after)
    made = Edit(
        name,
        on.number,
        start,
        start + len(before),
        before,
        after,
        kind,
        rule,
        87.25,
        status,
        f"Since {before}.",
    )
    return msgspec.structs.replace(made, **more)


ONE = page(1, "ZEKRET", "Garvo met the Brenlin comittee", "", "It adiourned at Tolvek")
TWO = page(2, "ZEKRET", "Marn lefl the ofice early", HOSTILE)
EDITS = (
    edit(ONE, "ZEKRET", "", "strip", score=99.0),
    edit(ONE, "Brenlin comittee", "Brenlin committee", status="accepted", group="g"),
    edit(ONE, "adiourned", "adjourned"),
    edit(ONE, "Tolvek", "Tolvec", status="suggested", candidates=("Tolvec", "Tolveg")),
    edit(TWO, "ZEKRET", "", "strip"),
    edit(TWO, "lefl", "left", status="rejected"),
    edit(TWO, "ofice", "office", group="g"),
    edit(TWO, "\u202egnirts\x1b[31m", "string<b>", reason=f"Because {HOSTILE}.", rule="<i>"),
)
DOCUMENT = Document(
    1,
    "box 7/memo.pdf",
    "ab" * 32,
    "partial",
    "application/pdf",
    metadata={"Title": HOSTILE},
    pages=(ONE, TWO),
    edits=EDITS,
)
OUTCOME = DocumentOutcome(
    "box 7/memo.pdf",
    "/srv/archive/box 7/memo.pdf",
    "box 7/memo.pdf",
    "ab" * 32,
    "partial",
    "application/pdf",
    "One page of /srv/archive/box 7/memo.pdf could not be read.",
    (
        PageOutcome(1, "ok", 12.75),
        PageOutcome(2, "low_confidence", 12.75, cached=True),
        PageOutcome(3, "timed_out", 12.75, message=f"Page 3 took too long {HOSTILE}."),
    ),
)
LOCKED = DocumentOutcome(
    "locked.pdf",
    "/srv/archive/locked.pdf",
    "locked.pdf",
    "",
    "failed",
    "",
    "/srv/archive/locked.pdf is encrypted.",
)
RUN = Run(
    1,
    "9.8.7",
    "2031-05-06T07:08:09Z",
    4711.5,
    {"scans": "/srv/archive"},
    {"tesseract": "/opt/tesseract"},
    (OUTCOME, LOCKED),
    ("notes.docx", f"{HOSTILE}.exe"),
)


def picture(path: Path) -> Path:
    """The page at half size: white, and each row of text a band of its own grey."""
    image = np.full((HEIGHT // 2, WIDTH // 2), 255, np.uint8)
    for row in range(1, 5):
        image[50 * row : 50 * row + 20, 50:] = 40 * row
    assert cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, 95])
    return path


@pytest.fixture(scope="module")
def shown() -> str:
    return document_page(DOCUMENT, OUTCOME, {1})


def part(page: str, start: str) -> str:
    """The HTML of the element that begins at `start`, as far as the next edit or section."""
    begin = page.index(start)
    return re.split(r'<div class="edit |<div class="row|</section>', page[begin + len(start) :])[0]


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


def test_the_overview_counts_everything() -> None:
    made = overview(RUN, iter([(RUN.documents[0].output, DOCUMENT)]))
    words = Tree(made).text
    assert "2 documents, 3 pages" in words
    for said in (
        "Documents 1 partial, 1 failed",
        "Pages 1 ok, 1 low confidence, 1 timed out",
        "Lines stripped 2",
        "Corrections applied 4",
        "Corrections suggested 1",
        "locked.pdf is encrypted.",
        "Page 3 timed out",
        "notes.docx",
        "Written by declass 9.8.7.",
    ):
        assert said in words
    row = made[
        made.index('<th scope="row" class="name"><a') : made.index('<th scope="row" class="name">locked')
    ]
    assert re.findall(r'class="number[^>]*>([^<]*)', row) == ["88.5", "88.0", "2", "3", "1", "1", "1"]


def graded(*grades: Grade) -> str:
    """The overview of a document with a page of each grade, the later the less sure."""
    pages = tuple(
        msgspec.structs.replace(page(number, "Garvo"), grade=grade) for number, grade in enumerate(grades, 1)
    )
    return overview(RUN, [(OUTCOME.output, msgspec.structs.replace(DOCUMENT, pages=pages))])


def test_the_overview_begins_with_the_documents_and_then_names_the_pages_to_look_at() -> None:
    made = graded("good", "poor", "fair", "unreadable", *["poor"] * 20)
    heads = re.findall(r"<h2[^>]*>([^<]*)</h2>", made)
    assert heads == ["Documents", "Look at these yourself", "Totals", "Ignored files"]
    words = Tree(made).text
    assert "1 documents" not in words and "22 pages were read poorly: look at these yourself" in words
    assert "Confidence 90: about 90 of 100 words on such a page are right." in words
    assert words.index("about 90 of 100 words") < words.index("memo.pdf")
    look = made[made.index('id="look"') : made.index('id="totals"')]
    named = re.findall(r"#page-(\d+)", look[look.index("<ol") :])
    assert named[0] == "24" and len(named) == 22 and {"1", "3"}.isdisjoint(named)
    assert "<summary>2 more</summary>" in look


def test_where_nothing_failed_and_no_page_is_poor_the_overview_says_so() -> None:
    run = msgspec.structs.replace(
        RUN, documents=(msgspec.structs.replace(OUTCOME, status="ok", message="", pages=()),)
    )
    made = overview(run, [(OUTCOME.output, DOCUMENT)])
    assert "Nothing failed, and no page was read poorly." in Tree(made).text
    assert "Look at these yourself" not in made


def test_the_chart_names_its_axis_and_counts_every_page() -> None:
    made = graded("good", "good")
    assert 'aria-label="Pages by confidence: 2 from 85 to 90"' in made
    assert "How many pages were read with which confidence" in made
    assert re.findall(r'y="57">(\d+)<', made) == [str(step) for step in range(50, 101, 5)]


def test_a_table_that_is_cut_says_so(browser: Browser, folder: Path) -> None:
    for width, said in ((380, True), (1200, False)):
        with watched(browser, viewport={"width": width, "height": 800}) as tab:
            tab.goto((folder / "index.html").as_uri())
            cut = tab.locator(".wide").evaluate("(one) => one.scrollWidth > one.clientWidth")
            assert (cut, tab.get_by_text("The table goes on to the right.").is_visible()) == (said, said)


def test_on_paper_the_table_is_whole(browser: Browser, folder: Path) -> None:
    with watched(browser, viewport={"width": 680, "height": 960}) as tab:  # A4 between its margins
        tab.goto((folder / "index.html").as_uri())
        tab.emulate_media(media="print")
        assert tab.locator(".wide").evaluate("(one) => one.scrollWidth <= one.clientWidth")
        assert tab.locator(".wide").evaluate("(one) => getComputedStyle(one).overflowX") == "visible"


@pytest.fixture
def folder(tmp_path: Path, shown: str) -> Path:
    """The report as it lies on a disk."""
    (tmp_path / "memo.pdf.pages").mkdir()
    picture(tmp_path / "memo.pdf.pages" / "000001.jpg")
    (tmp_path / "memo.pdf.html").write_text(shown, encoding="utf-8")
    made = overview(RUN, [(RUN.documents[0].output, DOCUMENT)])
    (tmp_path / "index.html").write_text(made, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_barriers(browser: Browser, folder: Path, scheme: str) -> None:
    for name in ("index", "memo.pdf"):
        with watched(browser, color_scheme=scheme) as tab:
            tab.goto((folder / f"{name}.html").as_uri())
            assert barriers(tab) == []
            tab.keyboard.press("n")
            assert barriers(tab) == []
            if name != "index":
                tab.get_by_label("correct, applied").check()
                assert barriers(tab) == []


def test_the_edits_are_walked_by_key_and_the_card_follows_the_focus(tab: Tab, folder: Path) -> None:
    tab.goto((folder / "memo.pdf.html").as_uri())
    cards = tab.locator(".edit:visible")
    assert cards.count() == 0
    walked = []
    for _ in [*EDITS, "the last one stays"]:
        tab.keyboard.press("n")
        assert cards.count() == 1
        assert tab.evaluate(
            "document.activeElement.closest('.row') === document.querySelector('.open').parentElement"
        )
        walked.append((cards.get_attribute("id") or "").removeprefix("e-"))
    assert walked == [*(made.id for made in EDITS), EDITS[-1].id]
    tab.keyboard.press("p")
    assert cards.get_attribute("id") == f"e-{EDITS[-2].id}"
    assert "Since ofice." in cards.inner_text()
    tab.keyboard.press("Escape")
    assert cards.count() == 0


def test_pointing_shows_a_card_and_stripped_lines_can_go(tab: Tab, folder: Path) -> None:
    tab.goto((folder / "memo.pdf.html").as_uri())
    mark = tab.locator(f'.mark[href="#e-{EDITS[2].id}"]')
    mark.hover()
    assert "Since adiourned." in tab.locator(".edit:visible").inner_text()
    tab.locator("h1").hover()
    assert tab.locator(".edit:visible").count() == 0
    assert tab.locator("#p1l1").is_visible()
    tab.get_by_label("stripped lines").uncheck()
    assert not tab.locator("#p1l1").is_visible()
    assert tab.locator("#p1l2").is_visible()


def test_each_window_shows_its_line_of_the_scan(tab: Tab, folder: Path) -> None:
    """The picture's rows are bands of their own grey; the middle of each window must be of that grey."""
    tab.goto((folder / "memo.pdf.html").as_uri())
    tab.add_style_tag(content=".spot { display: none }")
    for row in (1, 2, 4):
        strip = tab.locator(f'#page-1 + .rows .row[data-line="{row}"] .window')
        strip.scroll_into_view_if_needed()
        tab.wait_for_function("[...document.images].filter((i) => i.alt === '').every((i) => i.complete)")
        seen = cv2.imdecode(np.frombuffer(strip.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
        assert seen is not None
        height, width = seen.shape
        assert abs(int(seen[height // 2, width // 2]) - 40 * row) < 15
        assert seen[1, width // 2] > 230
        assert seen[height - 2, width // 2] > 230


def test_the_overview_links_only_to_documents_with_a_record() -> None:
    links = [a["href"] for a in Tree(overview(RUN, [(RUN.documents[0].output, DOCUMENT)])).all("a")]
    assert links == [
        "#look",
        "documents/box%207/memo.pdf.html",
        "../text/box%207/memo.pdf.txt",
        "documents/box%207/memo.pdf.html#page-3",
    ]
    assert page_path(OUTCOME) == "documents/box 7/memo.pdf.html"


def test_a_document_leads_back_and_to_its_files(shown: str) -> None:
    links = [a["href"] for a in Tree(shown).all("a") if a.get("href", "").startswith("..")]
    assert links == [
        "../../index.html",
        "../../../text/box%207/memo.pdf.txt",
        "../../../raw/box%207/memo.pdf.txt",
        "../../../records/box%207/memo.pdf.json",
        "../../../diffs/box%207/memo.pdf.diff",
    ]


def test_an_empty_run_and_a_failed_document_have_their_pages() -> None:
    nothing = msgspec.structs.replace(RUN, documents=(), ignored=())
    assert "0 documents, 0 pages" in Tree(overview(nothing, [])).text
    failed = Document(1, "locked.pdf", "", "failed", message="It is encrypted.")
    assert "is encrypted." in Tree(document_page(failed, LOCKED, set())).text


def test_the_same_record_gives_the_same_bytes(shown: str) -> None:
    assert document_page(DOCUMENT, OUTCOME, {1}) == shown
    assert overview(RUN, [(RUN.documents[0].output, DOCUMENT)]) == overview(
        RUN, [(RUN.documents[0].output, DOCUMENT)]
    )
