"""`declass clean`: the text stages as a filter."""

import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.shared import answering, chosen_text, text_options, write_text
from pipeline.shipped import corrections_folder

_STDIN = Path("-")


@click.command("clean")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("-c", "--corrections", type=click.Path(path_type=Path), help="The corrections dictionary.")
@click.option(
    "--edits", type=click.Path(path_type=Path), help="Write every edit there, one JSON object a line."
)
@click.option("--diff", type=click.Path(path_type=Path), help="Write a unified diff there.")
@click.option("--no-form-feed", is_flag=True, help="Join found pages as they stood, without form feeds.")
@click.option("--lang", default="eng", show_default=True, help="Languages of the text, such as eng+spa.")
@text_options
@answering
def command(
    file: Path,
    corrections: Path | None,
    edits: Path | None,
    diff: Path | None,
    no_form_feed: bool,
    **chosen: Any,
) -> None:
    """Clean OCR text from FILE or standard input: a filter.

    The text stages alone, with clean text on standard output. Pages are parted by form feeds; where there are none, they are found from runs of banners.
    """
    from pipeline.clean import clean_text, edit_lines  # noqa: PLC0415

    text = _read_text(file)
    done = clean_text(text, corrections_folder(corrections), chosen_text(chosen))
    if edits:
        write_text(edits, "".join(edit_lines(done.document)))
    if diff:
        write_text(diff, done.diff(str(file) if file != _STDIN else "stdin"))
    sys.stdout.buffer.write(done.text(form_feeds=not no_form_feed).encode("utf-8"))


def _read_text(file: Path) -> str:
    from pipeline.errors import UsageError  # noqa: PLC0415

    try:
        return (sys.stdin.buffer.read() if file == _STDIN else file.read_bytes()).decode("utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        name = "the text" if file == _STDIN else file
        raise UsageError(
            f"{name} is not UTF-8 (byte {error.start}); convert it first, for example with `iconv -t UTF-8`."
        ) from None
