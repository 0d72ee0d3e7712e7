"""The overview counts everything, names the worst pages first and links to what there is."""

import re

import msgspec

from pipeline.record import Document, Grade
from pipeline.report import document_page, overview, page_path
from tests.reported import DOCUMENT, LOCKED, OUTCOME, RUN, Tree, page


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


def test_the_overview_links_only_to_documents_with_a_record() -> None:
    links = [a["href"] for a in Tree(overview(RUN, [(RUN.documents[0].output, DOCUMENT)])).all("a")]
    assert links == [
        "#look",
        "documents/box%207/memo.pdf.html",
        "../text/box%207/memo.pdf.txt",
        "documents/box%207/memo.pdf.html#page-3",
    ]
    assert page_path(OUTCOME) == "documents/box 7/memo.pdf.html"


def test_an_empty_run_and_a_failed_document_have_their_pages() -> None:
    nothing = msgspec.structs.replace(RUN, documents=(), ignored=())
    assert "0 documents, 0 pages" in Tree(overview(nothing, [])).text
    failed = Document(1, "locked.pdf", "", "failed", message="It is encrypted.")
    assert "is encrypted." in Tree(document_page(failed, LOCKED, set())).text
