"""Other formats: an output folder and the names of formats go in, files come out. Each format is a view of the records.

Formats are modules of `pipeline.exports`; this one finds the records, says where things go, and writes each file
whole or not at all.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import msgspec

from pipeline.errors import DocumentError, UsageError
from pipeline.exports import PER_CORPUS, PER_DOCUMENT, ExportOptions
from pipeline.record import DocumentOutcome, RecordError
from pipeline.recordfile import RecordFile
from pipeline.sources import path_of
from pipeline.store import Store

_PAGE_FILE = re.compile(r"\d{6}\.(txt|xml)")


class Exported(msgspec.Struct, frozen=True):
    """What an export came to: where each format went, and a sentence for everything that was left out."""

    targets: dict[str, Path]
    left_out: tuple[str, ...]


def export(output: Path, formats: Sequence[str], target: Path | None, options: ExportOptions) -> Exported:
    """Export the documents of the folder `output` in each of `formats`.

    `target` is the file or folder for one format, the folder that holds all of them for several; by default they go
    to OUTPUT/exports. Raises UsageError where nothing was transcribed there or the target cannot be written.
    """
    documents = list(readable_documents(output))
    formats = sorted(set(formats))
    left_out = list(_unreadable(output))
    targets: dict[str, Path] = {}
    for name in formats:
        alone = target if target and len(formats) == 1 else None
        own_name = f"corpus{PER_CORPUS[name]}" if name in PER_CORPUS else name
        if alone and name in PER_CORPUS and alone.is_dir():
            alone = alone / own_name
        place = alone or (target or output / "exports") / own_name
        targets[name] = place
        try:
            if name in PER_CORPUS:
                left_out += export_corpus(output, name, place, options)
            else:
                written, said = _export_documents(documents, name, place, options)
                left_out += said
                if target is None:
                    _remove_others(place, written)
        except OSError as error:
            raise UsageError(
                f"{error.filename or place} cannot be written ({error.strerror}); mend that or name another place with -o."
            ) from None
    return Exported(targets, tuple(dict.fromkeys(left_out)))


def readable_documents(output: Path) -> Iterator[tuple[DocumentOutcome, Path]]:
    """The documents of an output folder that have a record, each with the record's path.

    Raises UsageError where no run has been.
    """
    store = Store(output)
    run = store.last_run()
    if run is None:
        raise UsageError(
            f"{output} holds no run.json, so nothing was transcribed there; run `declass transcribe -o {output}` first."
        )
    for outcome in run.documents:
        path = store.place("records", outcome.output)
        if path.exists():
            yield outcome, path


def read_documents(output: Path) -> Iterator[RecordFile]:
    """The records of an output folder, opened one at a time. Raises UsageError, and RecordError at a damaged one."""
    for outcome, path in readable_documents(output):
        yield _opened(outcome, path)


def export_corpus(output: Path, name: str, target: Path, options: ExportOptions) -> list[str]:
    """Write all documents into one file of format `name`; returns a sentence for each one left out."""
    left_out: list[str] = []

    def records() -> Iterator[RecordFile]:
        for outcome, path in readable_documents(output):
            try:
                yield _opened(outcome, path)
            except RecordError as error:
                left_out.append(str(error))

    with _whole(target) as beside:
        _format(name)(records(), beside, options)
    return left_out


def _export_documents(
    documents: Sequence[tuple[DocumentOutcome, Path]], name: str, folder: Path, options: ExportOptions
) -> tuple[set[Path], list[str]]:
    """Write each document to a file of its own, or a folder of pages; returns what was written and what was said."""
    written: set[Path] = set()
    left_out: list[str] = []
    as_folder = name == "alto" or (name == "txt" and options.per == "page")
    for outcome, path in documents:
        place = folder / f"{outcome.output}{'' if as_folder else PER_DOCUMENT[name]}"
        try:
            record = _opened(outcome, path)
            with _whole(place, as_folder) as beside:
                if name == "pdf":
                    left_out += _format(name)(record, beside, path_of(outcome.path))
                else:
                    _format(name)(record, beside, options)
            written.add(place)
        except (RecordError, DocumentError) as error:
            left_out.append(str(error))
    return written, left_out


def _opened(outcome: DocumentOutcome, path: Path) -> RecordFile:
    record = RecordFile(path, outcome.output)
    if record.head.sha256 != outcome.sha256:
        raise RecordError(f"{path} is the record of another file; run `declass transcribe` again.")
    return record


def _unreadable(output: Path) -> Iterator[str]:
    """A sentence for each document that has no record: it could not even be opened."""
    run = Store(output).last_run()
    for outcome in run.documents if run else ():
        if not Store(output).place("records", outcome.output).exists():
            yield f"{outcome.source} was not transcribed and is not exported: {outcome.message}"


def _format(name: str) -> Callable[..., list[str]]:
    write: Callable[..., list[str]] = import_module(f"pipeline.exports.{name}").write
    return write


@contextmanager
def _whole(target: Path, as_folder: bool = False) -> Iterator[Path]:
    """A place beside `target` to write to; what was written there takes the target's place once it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as folder:
        beside = Path(folder) / target.name
        if as_folder:
            beside.mkdir()
        yield beside
        if as_folder and target.is_dir() and not target.is_symlink():
            if not all(_PAGE_FILE.fullmatch(path.name) for path in target.iterdir()):
                raise UsageError(f"{target} holds other files than pages; name another place with -o.")
            shutil.rmtree(target)
        beside.replace(target)


def _remove_others(folder: Path, written: set[Path]) -> None:
    """In the folder that is ours, take away what an earlier export left of documents that have gone."""
    for path in sorted(folder.rglob("*"), reverse=True) if folder.exists() else ():
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not any(place == path or place in path.parents for place in written):
            path.unlink()
