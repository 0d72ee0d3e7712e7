"""`declass doctor`: is this machine ready?"""

import click

from pipeline.commands.shared import answering
from pipeline.errors import ExitCode
from pipeline.shipped import corrections_folder


@click.command("doctor")
@answering
def command() -> ExitCode:
    """Say whether this machine is ready, and what to do.

    What can be had besides is told as advice.
    """
    from pipeline.doctor import examine  # noqa: PLC0415

    findings = examine(corrections_folder(None))
    for finding in findings:
        click.echo(f"{finding.verdict:<6}  {finding.what}: {finding.said}")
    if lacking := [finding.what for finding in findings if finding.verdict == "lacks"]:
        click.echo(f"This machine is not ready: {', '.join(lacking)}.", err=True)
        return ExitCode.MISSING_PROGRAM
    click.echo("This machine is ready.", err=True)
    return ExitCode.OK
