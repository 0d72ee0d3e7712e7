"""`declass suggest`: what should the dictionary know?"""

import sys
from pathlib import Path

import click

from pipeline.commands.shared import answering, say, write_text
from pipeline.shipped import corrections_folder


@click.command("suggest")
@click.argument("output", type=click.Path(path_type=Path), default=Path("output"))
@click.option("-o", "--to", type=click.Path(path_type=Path), help="Write the entries there.")
@click.option("-c", "--corrections", type=click.Path(path_type=Path), help="The corrections dictionary.")
@click.option(
    "--least",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="How often a family of garbles must have been seen.",
)
@answering
def command(output: Path, to: Path | None, corrections: Path | None, least: int) -> None:
    """Propose entries for the corrections dictionary from the finished run in OUTPUT.

    Misread forms that the run left in doubt are gathered around the right form of each, counted, and written as a
    corrections file: read it, take out what is wrong, and move it into corrections/local/.
    """
    from pipeline.suggest import suggest_entries  # noqa: PLC0415

    text = suggest_entries(output, corrections_folder(corrections), least)
    if "[[entry]]" not in text:
        say(
            f"The run in {output} left nothing in doubt {least} times or more; --least asks for less.",
            err=True,
        )
    if to:
        write_text(to, text)
    else:
        sys.stdout.buffer.write(text.encode("utf-8"))
