"""The command line: thin wrappers around the stages' plain functions. stdout is data, stderr is talk."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline import __version__
from pipeline.errors import DeclassError, ExitCode

if TYPE_CHECKING:
    from pipeline.options import TextOptions

F = TypeVar("F", bound=Callable[..., Any])

_STDIN = Path("-")


class _Number(click.FloatRange):
    """A range that holds no "nan", which every comparison lets through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number. Raises click.BadParameter."""
        if (number := super().convert(value, param, ctx)) != number:
            self.fail(f"{value} is no number.", param, ctx)
        return number


_STAGES = {
    "rasterize": "Render the pages of SCANS as images into OUTPUT/work/pages/.",
    "ocr": "Read SCANS into raw text, and stop there: OUTPUT/text is then the raw text.",
    "strip": "Read SCANS and take out banners, stamps and page numbers, but correct nothing in OUTPUT/text.",
    "correct": "Read SCANS, strip and correct: all that changes text.",
    "report": "Bring the report of SCANS up to date.",
}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="declass")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def main(context: click.Context, debug: bool) -> None:
    """Turn scanned, declassified documents into clean text that can be trusted.

    Every character that differs from what was read is written down, explained, and can be taken back.
    """
    context.obj = debug


def _answering(command: F) -> F:
    """Turn errors into a sentence on stderr and the documented exit code."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        debug = bool(click.get_current_context().find_root().obj)
        try:
            sys.exit(command(*args, **kwargs) or ExitCode.OK)
        except DeclassError as error:
            if debug:
                raise
            click.echo(f"declass: {_shown(str(error))}", err=True)
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
            said = _shown(f"{type(error).__name__}: {error}")
            click.echo(
                f"declass: something went wrong that should not ({said}). Run with --debug to see where.",
                err=True,
            )
            sys.exit(1)

    return wrapped  # type: ignore[return-value]


def _shown(text: str) -> str:
    from pipeline.sources import printable  # noqa: PLC0415

    return "\n".join(map(printable, text.split("\n")))


def _text_options(command: F) -> F:
    """The options that choose what the text stages do."""
    for decorate in (
        click.option("--keep-first", is_flag=True, help="Keep the banners of the first page."),
        click.option(
            "--strip-only",
            multiple=True,
            metavar="KIND",
            help="Strip this kind of furniture alone, such as banner or page-number; may be repeated.",
        ),
        click.option("--no-correct", is_flag=True, help="Correct nothing."),
        click.option("--no-strip", is_flag=True, help="Leave banners, stamps and page numbers in."),
    ):
        command = decorate(command)
    return command


def _folder_options(command: F) -> F:
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
            click.option(
                "--page-timeout",
                type=_Number(1, 86_400),
                default=300.0,
                show_default=True,
                help="Seconds a page may take.",
            ),
            click.option(
                "--max-pages",
                type=click.IntRange(1),
                default=5000,
                show_default=True,
                help="Pages a document may have.",
            ),
            click.option("--password-file", type=path, help="Passwords for encrypted PDFs, one a line."),
            click.option("--keep-images", is_flag=True, help="Keep each page's image in OUTPUT/work/pages/."),
            click.option(
                "--retry-failed",
                is_flag=True,
                help="Only the documents that did not come out whole last time.",
            ),
        )
    ):
        command = decorate(command)
    return command


@main.command()
@_folder_options
@_text_options
@_answering
def transcribe(**chosen: Any) -> ExitCode:
    """Transcribe SCANS (folders or files; default: scans) into OUTPUT: the whole pipeline."""
    return _run(chosen)


def _stage(name: str, text: str) -> None:
    @main.command(name, help=f"{text}\n\nStages before it run only where their results are missing.")
    @_folder_options
    @_text_options
    @_answering
    def command(**chosen: Any) -> ExitCode:
        return _run(chosen, until=name)


for _name, _text in _STAGES.items():
    _stage(_name, _text)


def _run(chosen: dict[str, Any], until: str = "report") -> ExitCode:
    from pipeline import options, runner, talk  # noqa: PLC0415 - `--help` need not load the engine

    settings = options.Options(
        options.ReadOptions(chosen["lang"], chosen["dpi"], effort=chosen["effort"]),
        _chosen_text(chosen, until),
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
            _corrections(chosen["corrections"]),
            settings,
            telling,
            retry_failed=chosen["retry_failed"],
            rasterize_only=until == "rasterize",
        )
    click.echo(talk.summary(run, chosen["output"]), err=True)
    return runner.exit_code(run)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("-c", "--corrections", type=click.Path(path_type=Path), help="The corrections dictionary.")
@click.option(
    "--edits", type=click.Path(path_type=Path), help="Write every edit there, one JSON object a line."
)
@click.option("--diff", type=click.Path(path_type=Path), help="Write a unified diff there.")
@click.option("--no-form-feed", is_flag=True, help="Join found pages as they stood, without form feeds.")
@_text_options
@_answering
def clean(
    file: Path,
    corrections: Path | None,
    edits: Path | None,
    diff: Path | None,
    no_form_feed: bool,
    **chosen: Any,
) -> None:
    """Clean OCR text from FILE (or standard input) to standard output: the text stages as a filter.

    Pages are parted by form feeds; where there are none, they are found from runs of banners.
    """
    from pipeline.clean import clean_text, edit_lines  # noqa: PLC0415

    text = _read_text(file)
    done = clean_text(text, _corrections(corrections), _chosen_text(chosen))
    if edits:
        _write(edits, "".join(edit_lines(done.document)))
    if diff:
        _write(diff, done.diff(str(file) if file != _STDIN else "stdin"))
    sys.stdout.buffer.write(done.text(form_feeds=not no_form_feed).encode("utf-8"))


@main.command()
@_answering
def doctor() -> ExitCode:
    """Say whether this machine is ready, and what to do where it is not."""
    from pipeline.doctor import examine  # noqa: PLC0415

    findings = examine(_corrections(None))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.ready else 'LACK'}  {finding.what}: {finding.said}")
    return ExitCode.OK if all(finding.ready for finding in findings) else ExitCode.MISSING_PROGRAM


@main.command()
@click.argument("corrections", type=click.Path(path_type=Path), required=False)
@_answering
def check(corrections: Path | None) -> None:
    """Check the dictionary in CORRECTIONS: every file read, every entry understood."""
    from pipeline.textstages import load_corrections  # noqa: PLC0415

    folder = _corrections(corrections)
    load_corrections(folder)
    click.echo(f"{folder}: all entries are understood.", err=True)


def _chosen_text(chosen: dict[str, Any], until: str = "report") -> "TextOptions":
    from pipeline.options import TextOptions  # noqa: PLC0415

    return TextOptions(
        strip=not chosen["no_strip"] and until not in ("rasterize", "ocr"),
        correct=not chosen["no_correct"] and until not in ("rasterize", "ocr", "strip"),
        strip_only=tuple(sorted(set(chosen["strip_only"]))),
        keep_first=chosen["keep_first"],
    )


def _corrections(chosen: Path | None) -> Path:
    """The corrections folder: the one named, else ./corrections, else the one that came with the package."""
    if chosen:
        return chosen
    here = Path("corrections")
    if here.is_dir():
        return here
    package = Path(__file__).parent
    packed = package / "corrections"
    return packed if packed.is_dir() else package.parent / "corrections"


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


def _write(path: Path, text: str) -> None:
    from pipeline.errors import UsageError  # noqa: PLC0415

    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}); name another place.") from None


if __name__ == "__main__":
    main()
