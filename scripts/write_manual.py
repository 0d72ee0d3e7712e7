"""Writes the command reference in docs/manual.md, between its two markers, from the commands themselves."""

from inspect import cleandoc
from pathlib import Path

import click

from pipeline.cli import main as declass

MANUAL = Path(__file__).parent.parent / "docs" / "manual.md"
OPEN, CLOSE = "<!-- commands -->", "<!-- /commands -->"


def with_commands(manual: str) -> str:
    """The manual with its command reference brought up to date. Raises ValueError where a marker lacks."""
    before, _, rest = manual.partition(OPEN)
    _, found, after = rest.partition(CLOSE)
    if not found:
        raise ValueError(f"the manual lacks {OPEN} or {CLOSE}")
    return f"{before}{OPEN}\n\n{command_reference()}\n{CLOSE}{after}"


def command_reference() -> str:
    """Every command with its arguments and options, as Markdown. Options that two commands share stand once."""
    context = declass.make_context("declass", [], resilient_parsing=True)
    parts = _section(declass, context, _options(declass, context))
    told: dict[str, str] = {}
    names = sorted(declass.list_commands(context), key=lambda name: (name != "transcribe", name))
    for name in names:
        command = declass.get_command(context, name)
        assert command is not None
        inner = command.make_context(name, [], parent=context, resilient_parsing=True)
        options = _options(command, inner)
        first = told.setdefault(options, name)
        shared = f"Options: those of `declass {first}`.\n" if options and first != name else options
        parts += _section(command, inner, shared)
    return "\n".join(part for part in parts if part)


def _section(command: click.Command, context: click.Context, options: str) -> list[str]:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    return [f"### {context.command_path}\n", f"    {usage}\n", f"{cleandoc(command.help or '')}\n", options]


def _options(command: click.Command, context: click.Context) -> str:
    """A table of the options, without `--help`, which all have; empty where there is no other."""
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option) and "--help" not in parameter.opts:
            names, said = (" ".join(cell.replace("|", r"\|").split()) for cell in record)
            rows.append(f"| `{names}` | {said} |\n")
    return "".join(["| option | what it does |\n", "|---|---|\n", *rows]) if rows else ""


if __name__ == "__main__":
    MANUAL.write_text(with_commands(MANUAL.read_text(encoding="utf-8")), encoding="utf-8")
