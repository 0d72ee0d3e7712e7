"""The words that a page of a PDF holds, as Poppler finds them: a file and a page number in, boxes in points out."""

import xml.etree.ElementTree as ET
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.programs import run

_SECONDS = 60.0
_WORD = "{http://www.w3.org/1999/xhtml}word"

WordBox = tuple[
    float, float, float, float
]  # left, top, right, bottom, from the upper left corner of the page shown


def word_boxes(path: Path, number: int) -> list[WordBox]:
    """The boxes of the words on page `number`, hidden ones among them. Raises DocumentError."""
    told = run(
        ["pdftotext", "-bbox", "-cropbox", "-f", str(number), "-l", str(number), path, "-"], _SECONDS
    ).stdout
    try:
        page = ET.fromstring(told)
    except ET.ParseError as error:
        raise DocumentError(f"the text of page {number} cannot be found ({error}).") from None
    return [
        (
            float(word.get("xMin", 0)),
            float(word.get("yMin", 0)),
            float(word.get("xMax", 0)),
            float(word.get("yMax", 0)),
        )
        for word in page.iter(_WORD)
    ]
