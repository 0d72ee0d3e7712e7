"""What an engine is, and the first of them: Tesseract, which reads whole pages and single lines."""

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

import cv2

from pipeline.errors import PageCrashError, PageError, PageTimeoutError
from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine
from pipeline.programs import hidden

# Where pandas is installed pytesseract loads it, which takes each worker as long as half a page, and memory.
with hidden("pandas"):
    import pytesseract

# What Tesseract is told: the resolution at which letters of the size that views bring them to are usual. A declared
# size that is absurd for its image would have it take them for specks (docs/accuracy.md, resolution).
_RESOLUTION = "--dpi 300"
_KILLED = 128  # a status from here on says that a signal ended the program
_SURE_OF_TURN = 1.0  # Tesseract's own score for an orientation; below it the answer is a guess


class Engine(Protocol):
    """Whatever turns images of single lines into words with places and confidences."""

    name: str

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        """The words of each line, boxes in that line's pixels; none where nothing was read."""
        ...


class Until:
    """An engine that keeps to a deadline, which it knows nothing of itself: asked for one line at a time.

    `recognize` raises PageTimeoutError where the next line would begin after it.
    """

    def __init__(self, engine: Engine, deadline: float) -> None:
        self.name, self._engine, self._deadline = engine.name, engine, deadline

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        """The words of each line."""
        read = []
        for line in lines:
            if monotonic() > self._deadline:
                raise PageTimeoutError("reading it took too long")
            read += self._engine.recognize([line])
        return read


class Tesseract:
    """Tesseract with the data of `lang`, until `deadline`; its files lie in `folder`."""

    name = "tesseract"

    def __init__(self, lang: str, deadline: float, folder: Path) -> None:
        self.lang, self.deadline, self._folder = lang, deadline, folder

    def read_page(self, image: Path, psm: int = 3) -> list[SeenLine]:
        """One full pass over an image file, with page segmentation mode `psm`."""
        return self._read(image, psm)[0]

    def read_pixels(self, pixels: Image, psm: int = 3) -> list[SeenLine]:
        """One full pass over an image in memory."""
        path = self._folder / "area.pgm"
        cv2.imwrite(str(path), pixels)
        return self.read_page(path, psm)

    def recognize(self, lines: Sequence[Image]) -> list[tuple[Seen, ...]]:
        """The words of each line, all read by one process."""
        if not lines:
            return []
        paths = []
        for number, line in enumerate(lines):
            path = self._folder / f"line{number:05d}.pgm"
            cv2.imwrite(str(path), line)
            paths.append(path)
        listed = self._folder / "lines.txt"
        listed.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
        pages = self._read(listed, 7, len(lines))
        return [tuple(word for line in page for word in line.words) for page in pages]

    def turns_needed(self, image: Path) -> int:
        """The quarter turns clockwise that would set the page upright, as far as the engine is sure of them."""
        with self._sentences() as seconds_left, contextlib.suppress(pytesseract.TesseractError):
            # Raises TesseractError on a page with too few letters to tell.
            found = pytesseract.image_to_osd(
                str(image), config=_RESOLUTION, output_type=pytesseract.Output.DICT, timeout=seconds_left
            )
            if float(found["orientation_conf"]) >= _SURE_OF_TURN:
                return int(found["rotate"]) // 90
        return 0

    def _read(self, path: Path, psm: int, pages: int = 1) -> list[list[SeenLine]]:
        config = f"{_RESOLUTION} --psm {psm}" if psm != 3 else _RESOLUTION
        with self._sentences() as seconds_left:
            table = pytesseract.image_to_data(str(path), lang=self.lang, config=config, timeout=seconds_left)
            return _lines(table, pages)

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[float]:
        """Give the seconds left, and turn what the engine may raise into our errors."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise PageTimeoutError("reading it took too long")
        try:
            yield left
        except pytesseract.TesseractError as error:
            # Where its temporary files lay says nothing to a reader, and would differ from run to run.
            said = re.sub(r"/\S*/|\btess_\w+", "", " ".join(str(error.message).split()))[:200]
            crashed = not 0 <= error.status < _KILLED or "bad_alloc" in said
            raise (PageCrashError if crashed else PageError)(
                f"Tesseract failed on this page ({said or f'status {error.status}'})"
            ) from None
        except RuntimeError as error:  # pytesseract's time limit has no type of its own
            if "timeout" not in str(error):
                raise
            raise PageTimeoutError("reading it took too long") from None
        except (OSError, UnicodeDecodeError, ValueError) as error:
            said = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise PageCrashError(f"Tesseract gave back nothing usable for this page ({said})") from None


def _lines(table: str, pages: int) -> list[list[SeenLine]]:
    """The lines of each page of Tesseract's TSV: level page block par line word left top width height conf text.

    Raises ValueError where it is none.
    """
    head, *rows = table.split("\n")
    if not head.startswith("level\t"):
        raise ValueError("no table of words")
    if not table.endswith("\n"):
        raise ValueError("its table of words is cut short; the disk may be full")
    lines: dict[tuple[int, int, int, int], list[Seen]] = {}
    for row in rows:
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        _, page, block, paragraph, line, _, left, top, width, height = map(int, cells[:10])
        box = Box(left, top, left + width, top + height)
        for text in unicodedata.normalize("NFC", cells[11]).split():
            lines.setdefault((page, block, paragraph, line), []).append(Seen(text, box, float(cells[10])))
    found: list[list[SeenLine]] = [[] for _ in range(pages)]
    paragraphs: dict[tuple[int, int, int], int] = {}
    for (page, block, paragraph, _), words in lines.items():
        number = paragraphs.setdefault((page, block, paragraph), len(paragraphs))
        if 1 <= page <= pages:
            found[page - 1].append(SeenLine(number, tuple(words)))
    return found
