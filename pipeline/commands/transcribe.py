"""`declass transcribe`, and its stages as commands of their own."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.shared import answering, chosen_text, folder_options, text_options
from pipeline.errors import ExitCode
from pipeline.shipped import corrections_folder


@click.command("transcribe")
@folder_options
@text_options
@answering
def command(**chosen: Any) -> ExitCode:
    """Transcribe SCANS (folders or files; default: scans) into OUTPUT: the whole pipeline."""
    return _run(chosen)


def _stage(name: str, text: str) -> click.Command:
    @click.command(name, help=f"{text}\n\nStages before it run only where their results are missing.")
    @folder_options
    @text_options
    @answering
    def stage(**chosen: Any) -> ExitCode:
        return _run(chosen, until=name)

    return stage


rasterize = _stage("rasterize", "Render the pages of SCANS as images into OUTPUT/work/pages/.")
ocr = _stage("ocr", "Read SCANS into raw text, and stop there: OUTPUT/text is then the raw text.")
strip = _stage(
    "strip", "Read SCANS and take out banners, stamps and page numbers, but correct nothing in OUTPUT/text."
)
correct = _stage("correct", "Read SCANS, strip and correct: all that changes text.")
report = _stage("report", "Bring the report of SCANS up to date.")


def _run(chosen: dict[str, Any], until: str = "report") -> ExitCode:
    from pipeline import options, runner, talk  # noqa: PLC0415 - `--help` need not load the engine

    settings = options.Options(
        options.ReadOptions(chosen["lang"], chosen["dpi"], effort=chosen["effort"]),
        chosen_text(chosen, until),
        chosen["jobs"] or os.cpu_count() or 1,
        options.parse_pages(chosen["pages"]) if chosen["pages"] else (),
        chosen["page_timeout"],
        chosen["max_pages"],
        chosen["keep_images"],
        options.read_passwords(chosen["password_file"]) if chosen["password_file"] else (),
    )
    scans = chosen["scans"] or (Path("scans"),)
    with talk.BarTalk() if sys.stderr.isatty() else talk.PlainTalk() as telling:
        run = runner.transcribe(
            scans,
            chosen["output"],
            corrections_folder(chosen["corrections"]),
            settings,
            telling,
            retry_failed=chosen["retry_failed"],
            rasterize_only=until == "rasterize",
        )
    click.echo(talk.summary(run, chosen["output"]), err=True)
    return runner.exit_code(run)
