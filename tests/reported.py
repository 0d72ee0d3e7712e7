"""An invented run for the report: two pages, every kind of edit, hostile words."""

import re
from html.parser import HTMLParser
from pathlib import Path

import cv2
import msgspec
import numpy as np

from pipeline.geometry import Box
from pipeline.record import (
    Document,
    DocumentOutcome,
    Edit,
    EditKind,
    EditStatus,
    Line,
    Page,
    PageOutcome,
    Run,
    Word,
    edit_id,
)

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


def part(page: str, start: str) -> str:
    """The HTML of the element that begins at `start`, as far as the next edit or section."""
    begin = page.index(start)
    return re.split(r'<div class="edit |<div class="row|</section>', page[begin + len(start) :])[0]
