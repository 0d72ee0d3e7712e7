"""`declass review`: decide in the browser."""

from pathlib import Path

import click

from pipeline.commands.shared import answering, say
from pipeline.shipped import corrections_folder


@click.command("review")
@click.argument("output", type=click.Path(path_type=Path), default=Path("output"))
@click.option("-c", "--corrections", type=click.Path(path_type=Path), help="The corrections dictionary.")
@click.option(
    "--reviewer", default="", help="Whose decisions these are [default: your name on this machine]."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to serve on [default: a free one]."
)
@click.option("--browser/--no-browser", default=True, help="Open the browser.")
@answering
def command(output: Path, corrections: Path | None, reviewer: str, port: int, browser: bool) -> None:
    """Decide on the edits in OUTPUT in the browser: accept, reject, correct by hand.

    Nothing leaves this machine. Decisions are kept in CORRECTIONS/local/decisions/, and the next run honours them.
    """
    from pipeline.extras import need  # noqa: PLC0415

    need("review")
    from pipeline.review.server import serve  # noqa: PLC0415

    folder = corrections_folder(corrections)
    serve(output, folder, reviewer, port, browse=browser, say=_tell)


def _tell(text: str) -> None:
    for line in text.split("\n"):
        say(line, err=True)
