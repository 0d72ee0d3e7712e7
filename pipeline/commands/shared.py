"""What commands share: their options, where corrections are found, and how an error becomes a sentence and an exit code."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.errors import DeclassError, ExitCode
from pipeline.steps import READ_STEPS

if TYPE_CHECKING:
    from pipeline.options import TextOptions

F = TypeVar("F", bound=Callable[..., Any])


class _Number(click.FloatRange):
    """A range that holds no "nan", which every comparison lets through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Raises click.BadParameter."""
        if (number := super().convert(value, param, ctx)) != number:
            self.fail(f"{value} is no number.", param, ctx)
        return number


def answering(command: F) -> F:
    """Turn errors into a sentence on stderr and the documented exit code."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        debug = bool(click.get_current_context().find_root().obj)
        try:
            sys.exit(command(*args, **kwargs) or ExitCode.OK)
        except DeclassError as error:
            if debug:
                raise
            for line in f"declass: {error}".split("\n"):
                say(line, err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo(
                "declass: interrupted; run the same command again to go on where it stopped.", err=True
            )
            sys.exit(ExitCode.INTERRUPTED)
        except BrokenPipeError:
            os._exit(ExitCode.OK)  # the reader of our output has seen enough
        except Exception as error:
            if debug:
                raise
            said = f"{type(error).__name__}: {error}"
            say(
                f"declass: something went wrong that should not ({said}). Run with --debug to see where.",
                err=True,
            )
            sys.exit(1)

    return wrapped  # type: ignore[return-value]


def say(text: str, *, err: bool = False) -> None:
    """Write one line to stdout or stderr, with nothing in it that a terminal acts upon."""
    from pipeline.sources import printable  # noqa: PLC0415

    click.echo(printable(text), err=err)


def text_options(command: F) -> F:
    """The options that choose what the text stages do."""
    for decorate in (
        click.option(
            "--keep-first", is_flag=True, help="Leave the banners of each document's first page in the text."
        ),
        click.option(
            "--strip-only",
            multiple=True,
            metavar="KIND",
            help="Strip this kind of furniture alone, such as banner, page-number, continuation-header, release-line or "
            "repeated-line (docs/furniture.md has them all); may be repeated.",
        ),
        click.option(
            "--max-action",
            type=click.Choice(["auto", "suggest"]),
            default="auto",
            show_default=True,
            help="`suggest` applies no correction and only suggests.",
        ),
        click.option("--no-correct", is_flag=True, help="Correct nothing."),
        click.option("--no-strip", is_flag=True, help="Leave banners, stamps and page numbers in."),
    ):
        command = decorate(command)
    return command


def folder_options(command: F) -> F:
    """The options that every command on folders of scans shares."""
    path = click.Path(path_type=Path)
    for decorate in reversed(
        (
            click.argument("scans", nargs=-1, type=path),
            click.option(
                "-o",
                "--output",
                type=path,
                default=Path("output"),
                show_default=True,
                help="Where results go.",
            ),
            click.option(
                "-c",
                "--corrections",
                type=path,
                help="The corrections dictionary [default: ./corrections, else the one that came with declass].",
            ),
            click.option(
                "-j",
                "--jobs",
                type=click.IntRange(1, 1024),
                help="Pages read at a time [default: one a core].",
            ),
            click.option(
                "--scheduler",
                default="",
                metavar="ADDRESS",
                help="Have the workers of this Dask cluster do it, such as tcp://10.0.0.1:8786 (docs/scale.md).",
            ),
            click.option(
                "--lang", default="eng", show_default=True, help="Languages of the text, such as eng+spa."
            ),
            click.option("--pages", help="Only these pages, such as 3-7 or 1,4-6,9-."),
            click.option(
                "--dpi",
                type=_Number(30, 1200),
                help="Render at this resolution [default: the scan's own].",
            ),
            click.option(
                "--effort",
                type=click.Choice(["fast", "balanced", "thorough"]),
                default="balanced",
                show_default=True,
                help="How often a page is looked at: once, again where it is doubtful, or again everywhere.",
            ),
            click.option("--password-file", type=path, help="Passwords for encrypted PDFs, one a line."),
            click.option("--follow-links", is_flag=True, help="Follow links that lead out of SCANS, too."),
            click.option("--keep-images", is_flag=True, help="Keep each page's image in OUTPUT/work/pages/."),
            click.option(
                "--log-json", is_flag=True, help="Say on stderr what happens as JSON, one object a line."
            ),
            click.option(
                "--retry-failed",
                is_flag=True,
                help="Only the documents that did not come out whole last time.",
            ),
        )
    ):
        command = decorate(command)
    return command


def limit_options(command: F) -> F:
    """The options that say what a document may cost."""
    for decorate in reversed(
        (
            click.option(
                "--text-layer",
                type=click.Choice(["auto", "never", "always"]),
                default="auto",
                show_default=True,
                help="Take the words of a PDF's own text: where the page's image bears them out, never, or wherever "
                "ink shows.",
            ),
            click.option(
                "--skip-step",
                multiple=True,
                metavar="STEP",
                type=click.Choice(READ_STEPS),
                help=f"Leave out a step of reading, to see what it does ({', '.join(READ_STEPS)}; docs/accuracy.md tells of each); "
                "may be repeated.",
            ),
            click.option(
                "--page-timeout",
                type=_Number(1, 86_400),
                default=300.0,
                show_default=True,
                help="Seconds a page may take.",
            ),
            click.option(
                "--document-timeout",
                type=_Number(1, 31_536_000),
                default=86_400.0,
                show_default=True,
                help="Seconds the reading of one document may take, all its pages together.",
            ),
            click.option(
                "--max-pages",
                type=click.IntRange(1),
                default=5000,
                show_default=True,
                help="Pages a document may have.",
            ),
            click.option(
                "--max-pixels",
                type=_Number(1, 1000),
                default=100.0,
                show_default=True,
                help="Millions of pixels a page may have; a larger one is drawn smaller.",
            ),
            click.option(
                "--max-file-size",
                type=click.IntRange(1),
                default=4000,
                show_default=True,
                help="Megabytes a file may have.",
            ),
            click.option(
                "--memory",
                type=click.IntRange(500),
                default=4000,
                show_default=True,
                help="Megabytes of memory a worker, and each program it starts, may take.",
            ),
            click.option(
                "--max-disk",
                type=_Number(0.001, 1_000_000),
                default=500.0,
                show_default=True,
                help="Gigabytes OUTPUT may take.",
            ),
            click.option(
                "--redactions",
                type=click.Choice(["token", "blank", "drop"]),
                default="token",
                show_default=True,
                help="What stands where words were blacked or boxed out: [REDACTED B1], a gap, or nothing.",
            ),
        )
    ):
        command = decorate(command)
    return command


def chosen_text(chosen: dict[str, Any], until: str = "report") -> "TextOptions":
    """What the text stages shall do, from the options chosen and the last stage asked for."""
    from pipeline.options import TextOptions  # noqa: PLC0415

    return TextOptions(
        strip=not chosen["no_strip"] and until not in ("rasterize", "ocr"),
        correct=not chosen["no_correct"] and until not in ("rasterize", "ocr", "strip"),
        strip_only=tuple(sorted(set(chosen["strip_only"]))),
        keep_first=chosen["keep_first"],
        max_action=chosen["max_action"],
        lang=chosen["lang"],
        redactions=chosen.get("redactions") if until not in ("rasterize", "ocr") else None,
    )


def write_text(path: Path, text: str) -> None:
    """Write a file that the user named. Raises UsageError where that cannot be."""
    from pipeline.errors import UsageError  # noqa: PLC0415

    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); name another place.") from None
