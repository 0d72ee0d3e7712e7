"""hocr: the words of clean text in their boxes, as hOCR 1.2; one file a document.

What was stripped is there, too, as `ocr_header` or `ocr_footer` by its half of the page, with the attributes
`data-kind` and `data-rule`. A corrected word has what was read in `data-raw` and its edits in `data-edits`.
"""

from pathlib import Path
from urllib.parse import quote

from pipeline.exports import ExportOptions
from pipeline.exports.rows import number_of, page_id
from pipeline.exports.xmlfile import XmlFile
from pipeline.geometry import Box
from pipeline.record import Page
from pipeline.recordfile import RecordFile, RecordPage
from pipeline.version import __version__
from pipeline.wordplaces import PlacedLine, PlacedWord, box_of, paragraphs, placed_lines

_DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
_CAPABILITIES = "ocr_page ocr_par ocr_line ocr_header ocr_footer ocrx_word"


def write(record: RecordFile, target: Path, _options: ExportOptions) -> None:
    """Write one document to `target`."""
    with target.open("wb") as file:
        xml = XmlFile(file, _DOCTYPE)
        with xml.element("html", xmlns="http://www.w3.org/1999/xhtml"):
            with xml.element("head"):
                xml.line("title", record.head.source)
                xml.line("meta", name="ocr-system", content=f"declass {__version__}")
                xml.line("meta", name="ocr-capabilities", content=_CAPABILITIES)
                xml.line("meta", name="ocr-number-of-pages", content=len(record))
                xml.line("meta", name="DC.source", content=record.head.source)
                xml.line("meta", name="DC.identifier", content=f"urn:sha256:{record.head.sha256}")
                for kind in ("document-number", "case-number"):
                    if number := number_of(kind, record):
                        xml.line("meta", name=kind, content=number)
            with xml.element("body"):
                for page in record.pages():
                    _write_page(xml, record, page)


def _write_page(xml: XmlFile, record: RecordFile, page: RecordPage) -> None:
    read = page.page
    frame = Box(0, 0, read.width, read.height)
    title = f'image "{quote(record.head.source)}"; {_bbox(frame)}; ppageno {read.number - 1}'
    if read.dpi:
        title += f"; scan_res {read.dpi:.0f} {read.dpi:.0f}"
    number = number_of("document-number", record, page) or None
    with xml.element(
        "div",
        class_="ocr_page",
        id=f"page_{read.number}",
        title=title,
        data__id=page_id(record, read),
        data__document__number=number,
    ):
        xml.text("\n")
        lines = placed_lines(read, page.clean, page.edits)
        for index, paragraph in enumerate(paragraphs(lines), 1):
            box = box_of([line.box for line in paragraph]) or frame
            with xml.element("p", class_="ocr_par", id=f"par_{read.number}_{index}", title=_bbox(box)):
                xml.text("\n")
                for line in paragraph:
                    _write_line(xml, line, read)
            xml.text("\n")
    xml.text("\n")


def _write_line(xml: XmlFile, line: PlacedLine, page: Page) -> None:
    box = line.box or Box(0, 0, page.width, page.height)
    kind, name = None, "ocr_line"
    if line.kind != "text":
        kind, name = line.kind, "ocr_header" if box.top + box.bottom < page.height else "ocr_footer"
    with xml.element("span", class_=name, title=_bbox(box), data__kind=kind, data__rule=line.rule or None):
        for index, word in enumerate(line.words):
            xml.text(" " if index else "")
            _write_word(xml, word, word.box or box)
    xml.text("\n")


def _write_word(xml: XmlFile, word: PlacedWord, box: Box) -> None:
    title = _bbox(box)
    if word.confidence is not None:
        title += f"; x_wconf {word.confidence:.0f}"
    raw, edits = word.raw or None, " ".join(word.edits) or None
    with xml.element("span", class_="ocrx_word", title=title, data__raw=raw, data__edits=edits):
        xml.text(word.text)


def _bbox(box: Box) -> str:
    return f"bbox {box.left} {box.top} {box.right} {box.bottom}"
