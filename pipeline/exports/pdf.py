"""pdf: the original pages, searchable: a record and its scan in, a PDF with clean text invisible in its place out.

Images are not touched; their bytes are those of the original. A hidden text layer that was there goes. Text that is
seen stays, and nothing is laid over it. A page with visible text under a redaction box is not exported: in its place,
so that pages keep their numbers, stands an empty page that says so. Needs the extra `pdf` (pikepdf) and Poppler.
"""

import hashlib
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import DocumentError, PageTimeoutError
from pipeline.exports.rows import number_of
from pipeline.extras import need
from pipeline.geometry import Affine, Box
from pipeline.record import Page as PageRead
from pipeline.recordfile import RecordFile
from pipeline.sources import PDF
from pipeline.wordplaces import PlacedWord, placed_lines

if TYPE_CHECKING:
    import pikepdf

    from pipeline.exports.textlayer import Fonts

_UNDER = 0.3  # of a word, at least, within a box for it to lie under it


def write(record: RecordFile, target: Path, original: Path) -> list[str]:
    """Write the searchable PDF of one document to `target`; returns a sentence for each page left out.

    Raises DocumentError where the scan is gone, changed or cannot be opened, MissingProgramError without pikepdf.
    """
    need("pdf")
    import pikepdf  # noqa: PLC0415 - an extra

    from pipeline.exports.disarm import disarm  # noqa: PLC0415
    from pipeline.exports.textlayer import Fonts  # noqa: PLC0415

    name = record.head.source
    _check(record, original)
    try:
        with _opened(record, original) as pdf:
            left_out: list[str] = []
            seen = _remove_hidden_text(pdf, name, left_out)
            words_seen = _visible_words(pdf, seen) if seen else {}
            fonts = Fonts(pdf)
            for number, page in enumerate(record.pages(), 1):
                visible = words_seen.get(number, ())
                if _under_redaction(page.page, visible):
                    _withhold(pdf, number)
                    left_out.append(
                        f"{name}: page {number} is not exported: text that can be read lies under a redaction box."
                    )
                    continue
                lines = [
                    line.words
                    for line in placed_lines(page.page, page.clean, page.edits)
                    if line.kind == "text"
                ]
                _lay(pdf, number, page.page, [_unseen(words, visible, page.page) for words in lines], fonts)
            fonts.finish()
            if any("redaction" in said for said in left_out) and "/StructTreeRoot" in pdf.Root:
                del pdf.Root.StructTreeRoot  # it may repeat the text of the page
            _cite(pdf, record)
            disarm(pdf)
            pdf.save(
                target,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                deterministic_id=True,
            )
    except pikepdf.PasswordError:
        raise DocumentError(
            f"{name} is not exported as PDF: it is encrypted; decrypt it first, with `qpdf --decrypt`."
        ) from None
    except pikepdf.PdfError as error:
        raise DocumentError(f"{name} is not exported as PDF: it is damaged ({error}).") from None
    except PageTimeoutError as error:
        raise DocumentError(f"{name} is not exported as PDF: {error}.") from None
    return left_out


def _check(record: RecordFile, original: Path) -> None:
    """The scan must be the very file that was read, or the text would lie on other pages."""
    name = record.head.source
    try:
        with original.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == record.head.sha256
    except OSError as error:
        raise DocumentError(
            f"{name} is not exported as PDF: {original} cannot be read ({error.strerror})."
        ) from None
    if not same:
        raise DocumentError(
            f"{name} is not exported as PDF: {original} has changed since it was read; run `declass transcribe` again."
        )


def _opened(record: RecordFile, original: Path) -> "pikepdf.Pdf":
    import pikepdf  # noqa: PLC0415

    from pipeline.exports.imagepdf import image_pdf  # noqa: PLC0415

    if record.head.media_type == PDF:
        pdf = pikepdf.open(original)
        if len(pdf.pages) < len(record):
            raise pikepdf.PdfError("pages are missing")
        return pdf
    sizes = [(page.page.width, page.page.height, page.page.dpi) for page in record.pages()]
    return image_pdf(original, record.head.media_type, sizes)


def _remove_hidden_text(pdf: "pikepdf.Pdf", name: str, said: list[str]) -> list[int]:
    """Take hidden text out of all pages; returns those that show text of their own."""
    import pikepdf  # noqa: PLC0415

    from pipeline.exports.hiddentext import remove_hidden_text  # noqa: PLC0415

    seen = []
    for number, page in enumerate(pdf.pages, 1):
        try:
            if remove_hidden_text(pdf, page):
                seen.append(number)
        except pikepdf.PdfError as error:
            said.append(f"{name}: page {number} keeps the text layer it had: {error}.")
            seen.append(number)
    return seen


def _visible_words(
    pdf: "pikepdf.Pdf", pages: Sequence[int]
) -> dict[int, list[tuple[float, float, float, float]]]:
    """The places of the words that pages show of their own, in points from the upper left corner, as Poppler sees them."""
    from pipeline.exports.visibletext import word_boxes  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        stripped = Path(folder) / "stripped.pdf"
        pdf.save(stripped)
        return {number: word_boxes(stripped, number) for number in pages}


def _under_redaction(page: PageRead, visible: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether a word that the file shows lies under a box that was found on the image of the page."""
    return any(_within(word, redaction.box, page) for word in visible for redaction in page.redactions)


def _within(word: tuple[float, float, float, float], box: Box, page: PageRead) -> bool:
    scale = page.dpi / 72
    left, top, right, bottom = (side * scale for side in word)
    wide = min(right, box.right) - max(left, box.left)
    high = min(bottom, box.bottom) - max(top, box.top)
    return wide > 0 and high > 0 and wide * high >= _UNDER * (right - left) * (bottom - top)


def _unseen(
    words: Sequence[PlacedWord], visible: Sequence[tuple[float, float, float, float]], page: PageRead
) -> list[PlacedWord]:
    """The words that no text of the file shows already."""
    return [word for word in words if word.box and not any(_within(seen, word.box, page) for seen in visible)]


def _lay(
    pdf: "pikepdf.Pdf", number: int, page: PageRead, lines: list[list[PlacedWord]], fonts: "Fonts"
) -> None:
    """Lay the words of one page under it."""
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415

    from pipeline.exports.hiddentext import inherited  # noqa: PLC0415
    from pipeline.exports.textlayer import text_layer  # noqa: PLC0415

    target = pdf.pages[number - 1]
    if not page.dpi and not page.width:
        return
    content, used = text_layer(lines, _to_space(target, page), _along(page), fonts)
    if not content:
        return
    # Resources that pages share are copied, so that no other page changes.
    resources = Dictionary(dict(inherited(target, "/Resources") or {}))
    own = Dictionary(dict(resources.get("/Font", {})))
    for name, font in fonts.dictionary(used).items():
        own[name] = font
    resources.Font = own
    target.obj.Resources = resources
    # Before all else on the page, where the state is what PDF begins with.
    layer = pdf.make_stream(zlib.compress(content), Filter=Name.FlateDecode)
    before = target.obj.get("/Contents", Array())
    target.obj.Contents = Array([layer, *before]) if isinstance(before, Array) else Array([layer, before])


def _to_space(target: "pikepdf.Page", page: PageRead) -> Affine:
    """From pixels of the frame, the page as it is shown, to PDF's space, where it may lie turned."""
    from pipeline.exports.hiddentext import inherited  # noqa: PLC0415

    left, bottom, right, top = (float(side) for side in target.cropbox)
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    turned = int(inherited(target, "/Rotate") or 0) % 360
    across = top - bottom if turned in (90, 270) else right - left
    unit = 72 / page.dpi if page.dpi else across / page.width
    points = Affine.scaling(unit, unit)
    return points.then(
        {
            90: Affine(0, 1, left, 1, 0, bottom),
            180: Affine(-1, 0, right, 0, 1, bottom),
            270: Affine(0, -1, right, -1, 0, top),
        }.get(turned, Affine(1, 0, left, 0, -1, top))
    )


def _along(page: PageRead) -> tuple[int, int]:
    """The direction in which the text of a page runs, in its frame: that of the view it was read in."""
    transform = page.views[0].transform if page.views else Affine()
    x, y = transform.a, transform.d
    return (1 if x > 0 else -1, 0) if abs(x) >= abs(y) else (0, 1 if y > 0 else -1)


def _withhold(pdf: "pikepdf.Pdf", number: int) -> None:
    """An empty page of the same size that says that the page is not there."""
    from pikepdf import Array, Dictionary, Name, Page  # noqa: PLC0415

    from pipeline.exports.hiddentext import inherited  # noqa: PLC0415

    old = pdf.pages[number - 1]
    size = Array(list(old.cropbox))
    turned = int(inherited(old, "/Rotate") or 0)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    said = f"Page {number} is not exported: text lies under a redaction box."
    content = f"BT /F1 11 Tf {float(size[0]) + 36:.2f} {float(size[3]) - 72:.2f} Td ({said}) Tj ET"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=size,
        Rotate=turned,
        Resources=Dictionary(Font=Dictionary(F1=font)),
        Contents=pdf.make_stream(content.encode()),
    )
    pdf.pages[number - 1] = Page(pdf.make_indirect(page))


def _cite(pdf: "pikepdf.Pdf", record: RecordFile) -> None:
    """Name the source in the document's properties, so that the copy can be traced."""
    known = {
        "/DeclassSource": record.head.source,
        "/DeclassSHA256": record.head.sha256,
        "/DeclassDocumentNumber": number_of("document-number", record),
        "/DeclassCaseNumber": number_of("case-number", record),
    }
    for key, value in known.items():
        if value:
            pdf.docinfo[key] = value
