"""`declass export`: clean text in the formats of other tools."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

import click

from pipeline.commands.shared import answering, say
from pipeline.errors import ExitCode
from pipeline.exports import FORMATS

_STDOUT = Path("-")
_LINES = ("csv", "jsonl")  # what makes sense on standard output


@click.command("export")
@click.argument("output", type=click.Path(path_type=Path), default=Path("output"))
@click.option(
    "--to",
    "formats",
    multiple=True,
    required=True,
    type=click.Choice(FORMATS),
    help="The format; may be repeated.",
)
@click.option(
    "-o",
    "target",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where it goes [default: OUTPUT/exports]: a file, or a folder for formats with a file a document and for "
    "several formats at once; - is standard output, for csv and jsonl.",
)
@click.option(
    "--per",
    type=click.Choice(["page", "document"]),
    help="What is a file (txt) or a line (jsonl) of its own.",
)
@click.option("--reflow", is_flag=True, help="Join lines to paragraphs (txt, md).")
@click.option(
    "--spreadsheet-safe",
    is_flag=True,
    help="Put a quote before cells that a spreadsheet takes for formulas (csv).",
)
@answering
def command(
    output: Path,
    formats: tuple[str, ...],
    target: Path | None,
    per: Literal["page", "document"] | None,
    reflow: bool,
    spreadsheet_safe: bool,
) -> ExitCode:
    """Export the documents transcribed into OUTPUT for other tools."""
    from pipeline.errors import UsageError  # noqa: PLC0415
    from pipeline.export import export  # noqa: PLC0415
    from pipeline.exports import ExportOptions  # noqa: PLC0415

    if spreadsheet_safe and "csv" not in formats:
        raise UsageError("--spreadsheet-safe is for csv; add --to csv, or leave it out.")
    options = ExportOptions(per or "", reflow, spreadsheet_safe)
    if target == _STDOUT:
        if len(formats) != 1 or formats[0] not in _LINES:
            raise UsageError("Only one of csv and jsonl can go to standard output; name a place with -o.")
        with tempfile.TemporaryDirectory() as folder:
            done = export(output, formats, Path(folder) / "lines", options)
            with (Path(folder) / "lines").open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
    else:
        done = export(output, formats, target, options)
        for name, place in done.targets.items():
            say(f"{name:12} {place}", err=True)
    for said in done.left_out:
        say(f"left out     {said}", err=True)
    return ExitCode.PARTLY_FAILED if done.left_out else ExitCode.OK
