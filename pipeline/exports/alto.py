"""alto: the words of clean text in their boxes, as ALTO 4.2; a folder a document, a file a page.

Blocks that were stripped carry a tag that names the kind of furniture. A corrected word has what was read as its
ALTERNATIVE, and one that a person decided has CS="true".
"""

from pathlib import Path

from pipeline.exports import ExportOptions
from pipeline.exports.rows import number_of, page_id
from pipeline.exports.xmlfile import XmlFile
from pipeline.geometry import Box
from pipeline.recordfile import RecordFile, RecordPage
from pipeline.version import __version__
from pipeline.wordplaces import PlacedLine, PlacedWord, box_of, paragraphs, placed_lines

_NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd"


def write(record: RecordFile, target: Path, _options: ExportOptions) -> None:
    """Write the pages of one document into the folder `target`, each as a file named by its number."""
    for page in record.pages():
        with (target / f"{page.page.number:06d}.xml").open("wb") as file:
            _write_page(XmlFile(file), record, page)


def _write_page(xml: XmlFile, record: RecordFile, page: RecordPage) -> None:
    read = page.page
    lines = placed_lines(read, page.clean, page.edits)
    rules: list[tuple[str, str]] = sorted({(line.kind, line.rule) for line in lines if line.kind != "text"})
    tags: dict[tuple[str, str], str] = {
        kind_and_rule: f"furniture_{index}" for index, kind_and_rule in enumerate(rules, 1)
    }
    decided = {edit.id for edit in page.edits if edit.status == "accepted"}
    with xml.element(
        "alto",
        xmlns=_NAMESPACE,
        xmlns_xsi="http://www.w3.org/2001/XMLSchema-instance",
        xsi_schemaLocation=f"{_NAMESPACE} {_SCHEMA}",
        SCHEMAVERSION="4.2",
    ):
        xml.text("\n")
        _write_description(xml, record, page)
        if tags:
            with xml.element("Tags"):
                for (kind, rule), name in tags.items():
                    xml.line("StructureTag", ID=name, TYPE="furniture", LABEL=rule, DESCRIPTION=kind)
        with (
            xml.element("Layout"),
            xml.element(
                "Page",
                ID=f"page_{read.number}",
                PHYSICAL_IMG_NR=read.number,
                WIDTH=read.width,
                HEIGHT=read.height,
                PC=None if read.confidence is None else f"{read.confidence / 100:.4f}",
            ),
            xml.element("PrintSpace", HPOS=0, VPOS=0, WIDTH=read.width, HEIGHT=read.height),
        ):
            for index, block in enumerate(paragraphs(lines), 1):
                place = _place(box_of([line.box for line in block]))
                tag = tags.get((block[0].kind, block[0].rule))
                with xml.element("TextBlock", ID=f"block_{index}", **place, TAGREFS=tag):
                    xml.text("\n")
                    for line in block:
                        _write_line(xml, line, decided)
                xml.text("\n")
    xml.text("\n")


def _write_description(xml: XmlFile, record: RecordFile, page: RecordPage) -> None:
    with xml.element("Description"):
        xml.line("MeasurementUnit", "pixel")
        with xml.element("sourceImageInformation"):
            xml.line("fileName", record.head.source)
            xml.line("fileIdentifier", f"urn:sha256:{record.head.sha256}")
            xml.line("documentIdentifier", page_id(record, page.page), documentIdentifierLocation="declass")
            for kind in ("document-number", "case-number"):
                if number := number_of(kind, record, page):
                    xml.line("documentIdentifier", number, documentIdentifierLocation=kind)
        with xml.element("Processing", ID="declass"), xml.element("processingSoftware"):
            xml.line("softwareName", "declass")
            xml.line("softwareVersion", __version__)
    xml.text("\n")


def _write_line(xml: XmlFile, line: PlacedLine, decided: set[str]) -> None:
    with xml.element("TextLine", **_place(line.box)):
        for index, word in enumerate(line.words):
            if index:
                xml.line("SP")
            _write_word(xml, word, decided)
    xml.text("\n")


def _write_word(xml: XmlFile, word: PlacedWord, decided: set[str]) -> None:
    sure = None if word.confidence is None else f"{word.confidence / 100:.4f}"
    corrected = "true" if decided.intersection(word.edits) else None
    with xml.element("String", CONTENT=word.text, **_place(word.box), WC=sure, CS=corrected):
        if word.raw:
            xml.line("ALTERNATIVE", word.raw, PURPOSE="as read")


def _place(box: Box | None) -> dict[str, object]:
    if box is None:
        return {}
    return {"HPOS": box.left, "VPOS": box.top, "WIDTH": box.width, "HEIGHT": box.height}
