"""`declass check`: is the dictionary sound?"""

from pathlib import Path

import click

from pipeline.commands.shared import answering, say
from pipeline.errors import ExitCode
from pipeline.shipped import corrections_folder


@click.command("check")
@click.argument("corrections", type=click.Path(path_type=Path), required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Also say how often each of your own entries matched in this output folder, and which others never did.",
)
@answering
def command(corrections: Path | None, output: Path | None) -> ExitCode:
    """Check the dictionary in CORRECTIONS.

    Every file is read, every entry understood and held against the others. Findings go to standard output, one a line, with
    file and line. Errors make exit code 4, warnings do not.
    """
    from pipeline.check import check_dictionary  # noqa: PLC0415 - `--help` need not load it
    from pipeline.textstages import load_corrections  # noqa: PLC0415

    folder = corrections_folder(corrections)
    troubles = check_dictionary(folder, output)
    for trouble in troubles:
        say(str(trouble))
    errors = sum(trouble.severity == "error" for trouble in troubles)
    if not errors:
        load_corrections(folder)  # the lists of markings/, too
    warnings = sum(trouble.severity == "warning" for trouble in troubles)
    if errors or warnings:
        said = (
            f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}."
        )
    else:
        said = "all entries are understood."
    say(f"{folder}: {said}", err=True)
    return ExitCode.BAD_CONFIGURATION if errors else ExitCode.OK
