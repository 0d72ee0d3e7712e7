"""The formats of `declass export`, a module each. Every one is a view of the record and knows nothing of its own.

A module has one function, `write`. Those in `PER_DOCUMENT` are given one opened record and write one file (or a
folder of files, one a page); those in `PER_CORPUS` are given all records and write one file.
"""

from typing import Literal, NamedTuple

PER_DOCUMENT = {"alto": "", "hocr": ".hocr", "md": ".md", "pdf": ".pdf", "txt": ".txt"}
PER_CORPUS = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet", "sqlite": ".db"}
FORMATS = sorted([*PER_DOCUMENT, *PER_CORPUS])


class ExportOptions(NamedTuple):
    """What the user may choose of an export.

    `per` is what becomes one file (txt) or one line (jsonl), "" for what the format does by itself: txt a document,
    jsonl a page. `reflow` joins lines to paragraphs (txt, md). `spreadsheet_safe` keeps cells from being taken for
    formulas (csv).
    """

    per: Literal["", "page", "document"] = ""
    reflow: bool = False
    spreadsheet_safe: bool = False
