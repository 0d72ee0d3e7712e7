"""`declass decisions`: list, explain and undo what people decided."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.shared import answering, say
from pipeline.shipped import corrections_folder

if TYPE_CHECKING:
    from pipeline.decisions import Decision
    from pipeline.record import Decided

_FOLDER = click.option(
    "-c", "--corrections", type=click.Path(path_type=Path), help="The corrections dictionary."
)


@click.command("decisions")
@click.argument("ids", nargs=-1)
@_FOLDER
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    help="Whose records say what became of them.",
)
@click.option("--undo", is_flag=True, help="Take the decisions IDS back.")
@click.option("--reviewer", default="", help="Who takes them back [default: your name on this machine].")
@answering
def command(ids: tuple[str, ...], corrections: Path | None, output: Path, undo: bool, reviewer: str) -> None:
    """List all decisions, explain those named by IDS, or take them back with --undo."""
    from pipeline.decisions import load_decisions  # noqa: PLC0415
    from pipeline.errors import UsageError  # noqa: PLC0415

    folder = corrections_folder(corrections)
    known = load_decisions(folder)
    by_id = {one.id: one for one in known.lines}
    for name in ids:
        if name not in by_id:
            raise UsageError(f"There is no decision {name!r} in {folder}; `declass decisions` lists them.")
    if undo:
        _undo(ids, folder, reviewer, known.standing)
        return
    if not known.lines:
        say(f"There are no decisions in {folder} yet; `declass review` makes them.", err=True)
    became = _became(output)
    for one in known.lines:
        if one.verdict != "undo" and (not ids or one.id in ids):
            state, reason = ("taken back", "")
            if one.id in known.standing:
                found = became.get(one.id)
                state = found.state.replace("_", " ") if found else "not run yet"
                reason = found.reason if found else ""
            for text in _explained(one, state, reason) if ids else [_line(one, state)]:
                say(text)


def _undo(ids: tuple[str, ...], folder: Path, reviewer: str, standing: frozenset[str]) -> None:
    from pipeline.decisions import Decision, append, default_reviewer, new_id, now  # noqa: PLC0415
    from pipeline.errors import UsageError  # noqa: PLC0415

    if not ids:
        raise UsageError(
            "--undo needs the ids of the decisions to take back; `declass decisions` lists them."
        )
    for name in ids:
        if name not in standing:
            raise UsageError(f"The decision {name} is taken back or replaced already; nothing was undone.")
    undone = [Decision(new_id(), "undo", name, now()) for name in dict.fromkeys(ids)]
    append(folder, reviewer or default_reviewer(), undone)
    click.echo(f"{len(undone)} taken back; run `declass transcribe` to make the text anew.", err=True)


def _became(output: Path) -> "dict[str, Decided]":
    from pipeline.corpus import records  # noqa: PLC0415
    from pipeline.store import Store  # noqa: PLC0415

    store = Store(output)
    run = store.last_run()
    found = records(run, store) if run else ()
    return {decided.id: decided for _, document in found for decided in document.decisions}


def _line(one: "Decision", state: str) -> str:
    place = one.place
    assert place is not None
    said = f"{place.before!r} -> {one.after!r}" if one.changes else f"{place.before!r} stays"
    return f"{one.id}  {one.reviewer}  {one.verdict}  {state}  {place.source}:{place.page}  {said}"


def _explained(one: "Decision", state: str, reason: str) -> list[str]:
    place = one.place
    assert place is not None
    return [
        _line(one, state),
        f"  line    {place.line}",
        f"  kind    {one.kind}, rule {one.rule or 'none'}",
        f"  time    {one.time}",
        *([f"  instead of {one.replaces}"] if one.replaces else []),
        *([f"  why     {reason}"] if reason else []),
    ]
