"""`declass search`: full text over an output folder."""

from pathlib import Path

import click

from pipeline.commands.shared import answering, say


@click.command("search")
@click.argument("output", type=click.Path(path_type=Path))
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Pages shown at most.")
@click.option("--raw", is_flag=True, help="Search the text as it was read, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@answering
def command(output: Path, words: tuple[str, ...], limit: int, raw: bool, as_json: bool) -> None:
    """Search the documents transcribed into OUTPUT for WORDS.

    Shows document, page and snippet, the best first. WORDS may be a query of SQLite's FTS5: "exact words" in quotes, OR, NOT, NEAR(a b), dredg*.
    """
    import msgspec  # noqa: PLC0415

    from pipeline.search import search  # noqa: PLC0415
    from pipeline.sources import printable_json  # noqa: PLC0415

    hits = search(output, " ".join(words), limit, raw=raw)
    for hit in hits:
        if as_json:
            click.echo(printable_json(msgspec.json.encode(hit)))
        else:
            number = f" ({hit.document_number})" if hit.document_number else ""
            say(f"{hit.id}{number}: {' '.join(hit.snippet.split())}")
    if not hits:
        click.echo("No page has these words.", err=True)
