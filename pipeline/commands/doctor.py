"""`declass doctor`: is this machine ready?"""

import click

from pipeline.commands.shared import answering
from pipeline.errors import ExitCode
from pipeline.shipped import corrections_folder


@click.command("doctor")
@answering
def command() -> ExitCode:
    """Say whether this machine is ready, and what to do where it is not."""
    from pipeline.doctor import examine  # noqa: PLC0415

    findings = examine(corrections_folder(None))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ready else 'LACK'}  {finding.what}: {finding.said}")
    return ExitCode.OK if all(finding.ready for finding in findings) else ExitCode.MISSING_PROGRAM
