"""The overview counts everything, names the worst pages first and links to what there is."""

import re

import msgspec

from pipeline.record import (
    Document,
)
from pipeline.report import document_page, overview, page_path
from tests.reported import DOCUMENT, LOCKED, OUTCOME, RUN, Tree


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


def test_the_overview_names_the_worst_pages_first_and_charts_all() -> None:
    made = overview(RUN, [(RUN.documents[0].output, DOCUMENT)])
    worst = made[made.index("Worst pages first") :]
    assert worst.index("page 2</a>") < worst.index("page 1</a>")
    assert 'aria-label="Pages by mean confidence: 2 from 85 to 90"' in made


def test_the_overview_links_only_to_documents_with_a_record() -> None:
    links = [a["href"] for a in Tree(overview(RUN, [(RUN.documents[0].output, DOCUMENT)])).all("a")]
    assert links == [
        "documents/box%207/memo.pdf.html#page-2",
        "documents/box%207/memo.pdf.html#page-1",
        "documents/box%207/memo.pdf.html#page-3",
        "documents/box%207/memo.pdf.html",
        "../text/box%207/memo.pdf.txt",
    ]
    assert page_path(OUTCOME) == "documents/box 7/memo.pdf.html"


def test_an_empty_run_and_a_failed_document_have_their_pages() -> None:
    nothing = msgspec.structs.replace(RUN, documents=(), ignored=())
    assert "0 documents, 0 pages" in Tree(overview(nothing, [])).text
    failed = Document(1, "locked.pdf", "", "failed", message="It is encrypted.")
    assert "is encrypted." in Tree(document_page(failed, LOCKED, set())).text
