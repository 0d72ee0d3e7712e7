"""`declass check`: is the dictionary sound?"""

from pathlib import Path

import click

from pipeline.commands.shared import answering
from pipeline.shipped import corrections_folder


@click.command("check")
@click.argument("corrections", type=click.Path(path_type=Path), required=False)
@answering
def command(corrections: Path | None) -> None:
    """Check the dictionary in CORRECTIONS: every file read, every entry understood."""
    from pipeline.textstages import load_corrections  # noqa: PLC0415 - `--help` need not load it

    folder = corrections_folder(corrections)
    load_corrections(folder)
    click.echo(f"{folder}: all entries are understood.", err=True)
