"""`declass explain`: what was done to one page, and why."""

from pathlib import Path

import click

from pipeline.commands.shared import answering, say


@click.command("explain")
@click.argument("output", type=click.Path(path_type=Path))
@click.argument("page", metavar="FILE:PAGE")
@answering
def command(output: Path, page: str) -> None:
    """Tell all that was done to one page of OUTPUT, and why.

    How it was looked at, read, stripped and corrected.
    """
    from pipeline.explain import explain  # noqa: PLC0415

    for line in explain(output, page):
        say(line)
