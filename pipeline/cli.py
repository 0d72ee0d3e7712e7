"""The command line: a group whose commands are loaded when they are asked for. stdout is data, stderr is talk."""

from importlib import import_module

import click

from pipeline.version import __version__

COMMANDS = {
    "check": "check:command",
    "clean": "clean:command",
    "correct": "transcribe:correct",
    "decisions": "decisions:command",
    "doctor": "doctor:command",
    "explain": "explain:command",
    "export": "export:command",
    "ocr": "transcribe:ocr",
    "rasterize": "transcribe:rasterize",
    "report": "transcribe:report",
    "review": "review:command",
    "search": "search:command",
    "strip": "transcribe:strip",
    "suggest": "suggest:command",
    "transcribe": "transcribe:command",
}


class _Commands(click.Group):
    """The commands, each known by its module in `pipeline.commands` and its name there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"pipeline.commands.{module}"), name)
        return command


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="declass")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def main(context: click.Context, debug: bool) -> None:
    """Turn scanned, declassified documents into clean text that can be trusted.

    Every character that differs from what was read is written down, explained, and can be taken back.
    """
    context.obj = debug
