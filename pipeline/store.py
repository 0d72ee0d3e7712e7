"""The output folder: where each thing lies, written beside its place and renamed, so that no reader sees half of it."""

import contextlib
import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep

import msgspec

from pipeline.errors import UsageError
from pipeline.evidence import NO_EVIDENCE, Evidence
from pipeline.options import TextOptions
from pipeline.record import NO_JSON, DocumentOutcome, Page, RecordError, Run, dump, read_record

_KINDS = (
    ("text", ".txt"),
    ("raw", ".txt"),
    ("records", ".json"),
    ("diffs", ".diff"),
    ("edits", ".jsonl"),
    ("report/documents", ".html"),
)

PICTURES = ".pages"  # the folder of a document's pictures is its page of the report, so named

_DYING_SECONDS = 2.0  # that a program which was ended may still write


class Done(msgspec.Struct, frozen=True):
    """What a document's outputs were made from, and how many edits and decisions they hold.

    `key` stands for all of it; `readings` are the keys of its pages' readings; `evidence` is what the folder
    said of it, `files` the hashes of the outputs.
    """

    key: str
    outcome: DocumentOutcome
    readings: tuple[str, ...]
    options: TextOptions
    edits: dict[str, int]
    decisions: dict[str, int]
    evidence: Evidence = NO_EVIDENCE
    files: dict[str, str] = {}


class Store:
    """The layout of one output folder. A document's `output` is its name below each of the folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.temporary = self.work / "tmp"

    def place(self, kind: str, output: str) -> Path:
        """Where a document's text, raw text, record, diff or report page lies."""
        return self.folder / kind / f"{output}{dict(_KINDS)[kind]}"

    def places(self, output: str) -> list[Path]:
        """Every file that a document may have."""
        return [self.place(kind, output) for kind, _ in _KINDS]

    def page_file(self, key: str) -> Path:
        """Where a page's reading is kept."""
        return self.work / "ocr" / key[:2] / f"{key}.json"

    def picture(self, key: str) -> Path:
        """Where a page's picture for the report is kept."""
        return self.work / "images" / key[:2] / f"{key}.jpg"

    def page_files(self, key: str) -> list[Path]:
        """Every file that a page's reading may have."""
        return [self.page_file(key), self.picture(key)]

    @property
    def witness_file(self) -> Path:
        """Where the folder's evidence on its documents is kept."""
        return self.work / "witness.jsonl"

    def kept_image(self, output: str, page: int) -> Path:
        """Where `--keep-images` puts a page as rasterized."""
        return self.work / "pages" / output / f"{page:06d}.png"

    def report_picture(self, output: str, page: int) -> Path:
        """Where the report keeps its picture of a page: beside the document's own HTML."""
        return self._report_pictures(output) / f"{page:06d}.jpg"

    def report_pictures(self, output: str) -> list[Path]:
        """The pictures of its pages that a document's report has, in their order."""
        return sorted(self._report_pictures(output).glob("[0-9]*.jpg"))

    def read_page(self, key: str) -> Page | None:
        """A page's reading, or None where it is not there or damaged."""
        with contextlib.suppress(OSError, *NO_JSON):
            return msgspec.json.decode(self.page_file(key).read_bytes(), type=Page)
        return None

    def has_page(self, key: str) -> Page | None:
        """The page's reading where its picture is there too, so that nothing need be done."""
        return self.read_page(key) if self.picture(key).exists() else None

    def content_of(self, output: str) -> str:
        """The hash of the file that a document's outputs were made from, or "" where there are none."""
        try:
            return read_record(self.place("records", output)).sha256
        except RecordError:
            return ""

    def last_run(self) -> Run | None:
        """What the last run wrote of itself, or None."""
        with contextlib.suppress(OSError, *NO_JSON):
            run = msgspec.json.decode((self.folder / "run.json").read_bytes(), type=Run)
            # The folder may come from somebody else: names that lead out of it are not believed.
            inside = (outcome for outcome in run.documents if _stays_inside(outcome.output))
            return msgspec.structs.replace(run, documents=tuple(inside))
        return None

    def write(self, path: Path, content: bytes | str) -> bytes:
        """Write a file whole or not at all. Returns its bytes. Raises OSError."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        self.write_lines(path, [data])
        return data

    def write_lines(self, path: Path, lines: Iterable[bytes]) -> None:
        """Write a file line by line, whole or not at all, without holding it in memory. Raises OSError."""
        # First, for it fails where the folder was removed in mid-run: nothing is then put where it had been.
        handle, beside = tempfile.mkstemp(dir=self.temporary)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a handle, no path
                file.writelines(lines)
            path.parent.mkdir(parents=True, exist_ok=True)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(beside).unlink()
            raise

    def made(self, output: str) -> Done | None:
        """What a document's outputs were made from, or None where nobody knows."""
        with contextlib.suppress(OSError, *NO_JSON):
            return msgspec.json.decode(self._mark(output).read_bytes(), type=Done)
        return None

    def done(self, output: str, key: str) -> Done | None:
        """The note on a document whose outputs were made from just what `key` stands for and lie untouched."""
        with contextlib.suppress(OSError):
            mark = self.made(output)
            if (
                mark
                and mark.key == key
                and all(_digest(self.folder / path) == digest for path, digest in mark.files.items())
            ):
                return mark
        return None

    def set_done(self, output: str, done: Done, files: Mapping[Path, str]) -> None:
        """Note that a document's outputs are made, and the hash of each."""
        digests = {path.relative_to(self.folder).as_posix(): digest for path, digest in files.items()}
        self.write(self._mark(output), dump(msgspec.structs.replace(done, files=digests)))

    def orphan(self, output: str) -> bool:
        """Move a document's outputs to orphans/, if there are any: its scan has gone, or is another one now."""
        moved = False
        for path in [*self.places(output), *self.report_pictures(output)]:
            if path.exists():
                moved = True
                target = self.folder / "orphans" / path.relative_to(self.folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                number = 1
                while target.exists() and target.read_bytes() != path.read_bytes():
                    number += 1
                    target = target.with_name(f"{path.name}.{number}")
                path.replace(target)
        with contextlib.suppress(OSError):
            self._report_pictures(output).rmdir()
        self._mark(output).unlink(missing_ok=True)
        return moved

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder ready and keep it for this run alone; what lies in work/tmp goes before and after. Raises
        UsageError where that cannot be.
        """
        for link in (self.work, self.temporary):
            if link.is_symlink():  # what it leads to is not ours to sweep
                raise UsageError(f"{link} is a symbolic link; remove it, or name another folder with -o.")
        with self._said("mend its permissions or name another with -o"):
            self.temporary.mkdir(parents=True, exist_ok=True)
            lock = (self.work / "lock").open("w")
        with lock:
            with self._said("name a folder on another disk with -o"):
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise UsageError(
                        f"Another run is writing to {self.folder}; wait for it, or name another folder with -o."
                    ) from None
            if self._sweep():
                raise UsageError(
                    f"{self.temporary} holds what cannot be removed; mend its permissions, or name another folder "
                    "with -o."
                )
            try:
                yield
            finally:
                self._sweep()

    @contextlib.contextmanager
    def _said(self, way_out: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(
                f"The output folder {self.folder} cannot be written ({error.strerror}); {way_out}."
            ) from None

    def _sweep(self) -> list[Path]:
        """Remove what is left half done, by this run or an earlier one that was killed; returns what cannot be."""
        end = monotonic() + _DYING_SECONDS
        while left := _entries(self.temporary):
            for path in left:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        path.unlink()
            if monotonic() > end:
                break
            if left := _entries(self.temporary):
                sleep(0.05)
        return left

    def _report_pictures(self, output: str) -> Path:
        return self.folder / "report" / "documents" / f"{output}{PICTURES}"

    def _mark(self, output: str) -> Path:
        return self.work / "done" / f"{hashlib.sha256(output.encode()).hexdigest()[:32]}.json"


def _stays_inside(output: str) -> bool:
    return bool(output) and not output.startswith("/") and ".." not in output.split("/")


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # it was removed
        return []


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
