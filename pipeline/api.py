"""declass from Python: the functions that other programs call, with the defaults of the command line.

>>> import pipeline
>>> print(pipeline.clean_text("CONFIDENTIAL\\n\\nE.O. 1235b: DECL: OADR\\n\\nCONFIDENTIAL").text())
E.O. 12356: DECL: OADR
<BLANKLINE>
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import clean
from pipeline.clean import Cleaned
from pipeline.export import read_documents
from pipeline.exports.rows import PageRow, page_rows
from pipeline.options import Options, TextOptions
from pipeline.record import Run
from pipeline.shipped import corrections_folder

__all__ = ["Cleaned", "Options", "PageRow", "Run", "TextOptions", "clean_text", "read_pages", "transcribe"]


def transcribe(
    scans: Sequence[str | Path],
    output: str | Path = "output",
    corrections: str | Path | None = None,
    options: Options | None = None,
) -> Run:
    """Transcribe files and folders into the folder `output`, as `declass transcribe` does, silently.

    Returns what became of every input; documents that failed do not raise. Raises DeclassError where nothing can begin.
    Workers are processes, so a script calls it under `if __name__ == "__main__":`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     transcribe(["no such folder"], folder)
    Traceback (most recent call last):
    pipeline.errors.UsageError: no such folder does not exist. Name a folder of scans, or files.
    """
    from pipeline import runner  # noqa: PLC0415 - the engine, which reading records does not need
    from pipeline.talk import Talk  # noqa: PLC0415

    folder = corrections_folder(Path(corrections) if corrections else None)
    return runner.transcribe(
        [Path(scan) for scan in scans], Path(output), folder, options or Options(), Talk()
    )


def clean_text(
    text: str, corrections: str | Path | None = None, options: TextOptions | None = None
) -> Cleaned:
    """Strip and correct OCR text, as `declass clean` does. Raises ConfigurationError where the corrections are wrong.

    >>> done = clean_text("E.O. 1235b: DECL: OADR")
    >>> [(edit.before, edit.after) for edit in done.document.edits if edit.in_force]
    [('1235b', '12356')]
    """
    return clean.clean_text(text, corrections_folder(Path(corrections) if corrections else None), options)


def read_pages(output: str | Path) -> Iterator[PageRow]:
    """Every page of every document in an output folder, one at a time, so that its size does not matter.

    A page has its clean and raw text, where its lines stand, and its edits. Raises UsageError where no run has been,
    RecordError where a record is damaged.

    >>> list(read_pages("no such folder"))
    Traceback (most recent call last):
    pipeline.errors.UsageError: no such folder holds no run.json, so nothing was transcribed there; ...
    """
    for record in read_documents(Path(output)):
        yield from page_rows(record)
