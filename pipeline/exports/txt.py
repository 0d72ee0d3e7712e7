"""txt: clean text, line by line as on the page or reflowed; form feeds between pages, or a file a page."""

from pathlib import Path

from pipeline.exports import ExportOptions
from pipeline.recordfile import RecordFile
from pipeline.reflow import page_text


def write(record: RecordFile, target: Path, options: ExportOptions) -> None:
    """Write the text of one document to `target`: a file, or with `per` "page" a folder of files named by page."""
    if options.per == "page":
        for page in record.pages():
            (target / f"{page.page.number:06d}.txt").write_bytes(page_text(page, options.reflow).encode())
        return
    with target.open("wb") as file:
        for index, page in enumerate(record.pages()):
            file.write(b"\f" if index else b"")
            file.write(page_text(page, options.reflow).encode())
