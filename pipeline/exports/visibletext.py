"""The words that a page of a PDF holds, as Poppler finds them: a file and a page number in, boxes in points out."""

from contextlib import suppress
from pathlib import Path

from pipeline.programs import run

_SECONDS = 60.0

WordBox = tuple[
    float, float, float, float
]  # left, top, right, bottom, from the upper left corner of the page shown


def word_boxes(path: Path, number: int) -> list[WordBox]:
    """The boxes of the words on page `number`, hidden ones among them."""
    # A table and not Poppler's XML, which a title or a font with control characters breaks.
    where = ["-f", str(number), "-l", str(number), str(path)]
    boxes = []
    for row in run(["pdftotext", "-tsv", "-cropbox", "-enc", "UTF-8", *where, "-"], _SECONDS).stdout.split(
        "\n"
    ):
        cells = row.split("\t", 11)  # level page par block line word left top width height conf text
        if len(cells) == 12 and cells[0] == "5":
            with suppress(ValueError):  # a word may hold line breaks and look like a row
                left, top, wide, high = map(float, cells[6:10])
                boxes.append((left, top, left + wide, top + high))
    return boxes
