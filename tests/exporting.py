"""An output folder made by hand, to be exported: pages as an engine that reads without mistakes would give them."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from pipeline.geometry import Box
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    Edit,
    Finding,
    Line,
    Page,
    PageOutcome,
    Part,
    Run,
    Word,
    dump,
    edit_id,
)
from pipeline.sources import sha256

ROOT = Path(__file__).parent.parent
LETTERS = 40
RAW = [
    "CONFIDENTIAL",
    "",
    "=E.O. 1235b: DECL: OADR",
    "",
    "The dredging paper was read in co-",
    "operation by the <committee>.",
    "",
]


def drawn_page(number: int, lines: list[str] = RAW) -> tuple[Image.Image, Page]:
    """A typed page and what an engine that reads without mistakes says of it."""
    font = ImageFont.load_default(size=LETTERS)
    image = Image.new("L", (1000, 800), 255)
    draw = ImageDraw.Draw(image)
    read = []
    for row, text in enumerate(lines):
        words = []
        for word in re.finditer(r"\S+", text):
            left = 80 + font.getlength(text[: word.start()])
            draw.text((left, 80 * (row + 1)), word[0], font=font, fill=0)
            box = draw.textbbox((left, 80 * (row + 1)), word[0], font=font)
            words.append(Word(word.start(), word.end(), Box(*map(round, box)), 90.0))
        read.append(Line(text, tuple(words)))
    return image, Page(number, "ok", tuple(read), 1000, 800, 150.0, confidence=90.0, grade="good")


def edits_of(page: Page) -> tuple[Edit, ...]:
    def edit(before: str, after: str, kind: Any, rule: str, status: Any = "applied") -> Edit:
        start = page.text.index(before)
        place = (page.number, start, start + len(before))
        return Edit(
            edit_id(*place, kind, rule, before, after), *place, before, after, kind, rule, 95.0, status, "why"
        )

    return (
        edit("CONFIDENTIAL", "", "strip", "banner"),
        edit("1235b", "12356", "correct", "eo"),
        edit("paper", "papers", "correct", "plural", "suggested"),
    )


def put(output: Path, scan: Path, name: str, pages: list[Page], media_type: str) -> DocumentOutcome:
    edits = tuple(edit for page in pages for edit in edits_of(page))
    number = Finding("document-number", 1, 0, 12, "CONFIDENTIAL", "C05779634", 95.0)
    part = Part("cable", 1, 0, len(pages), 12, (Finding("eo", 1, 14, 24, "E.O. 1235b", "E.O. 12356", 75.0),))
    document = Document(
        SCHEMA_VERSION,
        name,
        sha256(scan),
        "ok",
        media_type,
        metadata={"highest_banner": "CONFIDENTIAL"},
        pages=tuple(pages),
        edits=edits,
        markings=(number,),
        parts=(part,),
    )
    record = output / "records" / f"{name}.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_bytes(dump(document))
    outcomes = tuple(PageOutcome(page.number, page.status) for page in pages)
    return DocumentOutcome(name, str(scan), name, document.sha256, "ok", media_type, pages=outcomes)


def finish(output: Path, *outcomes: DocumentOutcome) -> Path:
    (output / "work").mkdir(parents=True, exist_ok=True)
    (output / "run.json").write_bytes(dump(Run(1, "0", "", 0.0, {}, {}, outcomes)))
    return output


def made_folder(base: Path) -> Path:
    """An output folder in `base`, with a PDF of two pages, of which the first has an old text layer, and a black and white TIFF."""
    drawn = [drawn_page(1), drawn_page(2)]
    images = [image for image, _ in drawn]
    scan = base / "memo.pdf"
    images[0].save(scan, "PDF", resolution=150, save_all=True, append_images=images[1:])
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        pdf.pages[0].obj.Resources.Font = pikepdf.Dictionary(F1=font)
        pdf.pages[0].contents_add(b"BT 3 Tr /F1 12 Tf 50 50 Td (0LDGARBLE) Tj ET")
        pdf.save(scan)
    fax = base / "fax.tif"
    drawn[0][0].convert("1", dither=Image.Dither.NONE).save(fax, compression="group4", dpi=(150, 150))
    output = base / "output"
    return finish(
        output,
        put(output, fax, "a/fax.tif", [drawn[0][1]], "image/tiff"),
        put(output, scan, "memo.pdf", [page for _, page in drawn], "application/pdf"),
    )


CLEAN = "=E.O. 12356: DECL: OADR\n\nThe dredging paper was read in co-\noperation by the <committee>.\n"


def pdftotext(path: Path, *options: str) -> str:
    return subprocess.run(
        ["pdftotext", *options, path, "-"], capture_output=True, text=True, check=True
    ).stdout
