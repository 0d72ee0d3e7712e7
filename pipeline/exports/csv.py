"""csv: a row a page for spreadsheets and whatever else reads tables; UTF-8, a comma between cells, a header row.

Text keeps its line breaks inside quotes. Lines and edits are not carried: they are no flat values.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from pipeline.exports import ExportOptions
from pipeline.exports.flat import FLAT_COLUMNS, flat_row
from pipeline.exports.rows import page_rows
from pipeline.recordfile import RecordFile

_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # begin what spreadsheets take for a formula (OWASP, CSV injection)


def write(records: Iterable[RecordFile], target: Path, options: ExportOptions) -> None:
    """Write all pages to `target`; with `spreadsheet_safe` a quote stands before what may be taken for a formula."""
    with target.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(FLAT_COLUMNS)
        for record in records:
            for row in page_rows(record):
                cells = flat_row(row)
                table.writerow(map(safe_cell, cells) if options.spreadsheet_safe else cells)


def safe_cell(cell: object) -> object:
    """A cell with a quote before it where it begins as a formula may."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
