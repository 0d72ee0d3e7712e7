"""`declass transcribe`, and its stages as commands of their own."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.commands.shared import (
    answering,
    chosen_text,
    folder_options,
    limit_options,
    text_options,
)
from pipeline.errors import ExitCode, UsageError
from pipeline.shipped import corrections_folder

if TYPE_CHECKING:
    from pipeline.talk import Talk


@click.command("transcribe")
@folder_options
@limit_options
@text_options
@answering
def command(**chosen: Any) -> ExitCode:
    """Transcribe SCANS (folders or files; default: scans) into OUTPUT: the whole pipeline."""
    return _run(chosen)


def _stage(name: str, text: str) -> click.Command:
    @click.command(name, help=f"{text}\n\nStages before it run only where their results are missing.")
    @folder_options
    @limit_options
    @text_options
    @answering
    def stage(**chosen: Any) -> ExitCode:
        return _run(chosen, until=name)

    return stage


rasterize = _stage("rasterize", "Render the pages of SCANS as images into OUTPUT/work/pages/.")
ocr = _stage("ocr", "Read SCANS into raw text, and stop there. OUTPUT/text is then the raw text.")
strip = _stage(
    "strip", "Read SCANS and strip banners, stamps and page numbers. Nothing in OUTPUT/text is corrected."
)
correct = _stage("correct", "Read SCANS, strip and correct: all that changes text.")


@click.command("report")
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "text"]),
    default="html",
    show_default=True,
    help="`text` also lists on stdout what was stripped, withheld, corrected and suggested.",
)
@folder_options
@limit_options
@text_options
@answering
def report(form: str, **chosen: Any) -> ExitCode:
    """Bring the report of SCANS up to date.

    Stages before it run only where their results are missing.
    """
    code = _run(chosen)
    if form == "text":
        from pipeline.corpus import records  # noqa: PLC0415
        from pipeline.reporttext import listing  # noqa: PLC0415
        from pipeline.store import Store  # noqa: PLC0415

        store = Store(chosen["output"])
        run = store.last_run()
        for _, document in records(run, store) if run else ():
            for line in listing(document):
                click.echo(line)
    return code


def _run(chosen: dict[str, Any], until: str = "report") -> ExitCode:
    from pipeline import options, runner  # noqa: PLC0415 - `--help` need not load the engine

    if chosen["jobs"] and chosen["scheduler"]:
        raise UsageError(
            "--jobs and --scheduler exclude each other: a cluster reads as many pages at a time as it has threads."
        )
    settings = options.Options(
        options.ReadOptions(
            chosen["lang"],
            chosen["dpi"],
            round(chosen["max_pixels"] * 1_000_000),
            chosen["effort"],
            chosen["text_layer"],
            tuple(sorted(set(chosen["skip_step"]))),
        ),
        chosen_text(chosen, until),
        options.Limits(**{name: chosen[name] for name in options.Limits.__struct_fields__}),
        chosen["jobs"] or os.cpu_count() or 1,
        options.parse_pages(chosen["pages"]) if chosen["pages"] else (),
        chosen["keep_images"],
        options.read_passwords(chosen["password_file"]) if chosen["password_file"] else (),
        chosen["follow_links"],
        chosen["scheduler"],
    )
    scans = chosen["scans"] or (Path("scans"),)
    with _talk(chosen["log_json"]) as telling:
        run = runner.transcribe(
            scans,
            chosen["output"],
            corrections_folder(chosen["corrections"]),
            settings,
            telling,
            retry_failed=chosen["retry_failed"],
            rasterize_only=until == "rasterize",
        )
        telling.end(run, chosen["output"], images_only=until == "rasterize")
    return runner.exit_code(run)


def _talk(as_json: bool) -> "Talk":
    from pipeline import talk  # noqa: PLC0415

    if as_json:
        return talk.JsonTalk()
    return talk.BarTalk() if sys.stderr.isatty() else talk.PlainTalk()
