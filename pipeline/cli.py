"""The command line: a group whose commands are loaded when they are asked for. stdout is data, stderr is talk."""

import sys
from difflib import get_close_matches
from importlib import import_module

import click

from pipeline.errors import ExitCode
from pipeline.version import __version__

# The commands by what they are for, each with its module in `pipeline.commands` and its name there.
GROUPS = {
    "Scans to clean text": {"transcribe": "transcribe:command"},
    "One stage of it": {
        "rasterize": "transcribe:rasterize",
        "ocr": "transcribe:ocr",
        "strip": "transcribe:strip",
        "correct": "transcribe:correct",
        "report": "transcribe:report",
    },
    "Look, and decide": {
        "review": "review:command",
        "decisions": "decisions:command",
        "explain": "explain:command",
        "search": "search:command",
    },
    "The dictionary": {"check": "check:command", "suggest": "suggest:command"},
    "Other tools": {"export": "export:command", "clean": "clean:command"},
    "This machine": {"doctor": "doctor:command"},
}
COMMANDS = {name: place for group in GROUPS.values() for name, place in group.items()}


class _Commands(click.Group):
    """The commands, imported one by one."""

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

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was typed; ctrl-C is answered alike before it has begun and after."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("declass: interrupted before it began; run the same command again.", err=True)
            sys.exit(ExitCode.INTERRUPTED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed. Raises click.UsageError, which names the nearest one."""
        near = (
            [] if args[0] in COMMANDS or args[0].startswith("-") else get_close_matches(args[0], COMMANDS, 1)
        )
        if near:
            ctx.fail(f"There is no command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in the help, by what they are for."""
        wide = max(map(len, COMMANDS))
        for title, group in GROUPS.items():
            with formatter.section(title):
                commands = ((name, self.get_command(ctx, name)) for name in group)
                formatter.write_dl(
                    [
                        (name.ljust(wide), command.get_short_help_str(88))
                        for name, command in commands
                        if command
                    ]
                )


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Begin with: declass transcribe scans",
)
@click.version_option(__version__, prog_name="declass")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def main(context: click.Context, debug: bool) -> None:
    """Turn scanned, declassified documents into clean text that can be trusted.

    Every character that differs from what was read is written down, explained, and can be taken back.
    """
    context.obj = debug
