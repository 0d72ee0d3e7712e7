"""Stage 2: the engine reads a page's image; words with boxes and confidences come out as a Page.

One full pass, and a second one turned upright only where the first reads poorly.
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from time import monotonic

import cv2
import msgspec
import numpy as np
import pytesseract

from pipeline.errors import PageError, PageTimeoutError
from pipeline.geometry import Affine, Box
from pipeline.pageimage import PageImage
from pipeline.record import Line, Page, PageStatus, View, Word
from pipeline.views import Prepared, is_blank, prepare

LOW_CONFIDENCE = 60.0  # a page's mean word confidence below which it is handwriting, noise or a picture
_TURN_WORTH_TRYING = 65.0  # mean confidence below which a page may lie on its side
# What Tesseract is told: the resolution at which letters of the size that views bring them to are usual. A declared
# size that is absurd for its image would have it take them for specks (docs/accuracy.md, resolution).
_RESOLUTION = "--dpi 300"
_SURE_OF_TURN = 1.0  # Tesseract's own score for an orientation; below it the answer is a guess


class _Read(msgspec.Struct, frozen=True):
    """A word as the engine gave it: its place in the reading order, its box in the view, its confidence."""

    paragraph: tuple[int, int]
    line: int
    text: str
    box: Box
    confidence: float


def read_page(image: PageImage, number: int, lang: str = "eng", timeout: float = 300) -> Page:
    """Read page `number` from its image.

    Raises PageError where the engine fails, PageTimeoutError where it takes longer than `timeout` seconds.
    """
    deadline = monotonic() + timeout
    page = cv2.imread(str(image.path), cv2.IMREAD_GRAYSCALE)
    if page is None:
        raise PageError("the image of this page cannot be read back")
    grey = np.asarray(page, dtype=np.uint8)
    if is_blank(grey):
        if image.damage:
            raise PageError(f"this page came out blank, and {image.damage}")
        return _as_page(image, number, View("page"), [])
    prepared = prepare(grey)
    words = _engine(prepared, image, lang, deadline)
    if _mean(words) < _TURN_WORTH_TRYING:
        turns = _turns_needed(image, deadline)
        if turns:
            turned = prepare(grey, turns)
            again = _engine(turned, image, lang, deadline)
            if _weight(again) > _weight(words):
                prepared, words = turned, again
    return _as_page(image, number, prepared.view, words)


def _engine(prepared: Prepared, image: PageImage, lang: str, deadline: float) -> list[_Read]:
    """One full pass of Tesseract over a view."""
    path = image.path
    if prepared.view.steps:
        path = image.path.with_name(f"{image.path.stem}_{prepared.view.name}.pgm")
        cv2.imwrite(str(path), prepared.pixels)
    with _sentences(deadline) as seconds_left:
        table = pytesseract.image_to_data(str(path), lang=lang, config=_RESOLUTION, timeout=seconds_left)
        return list(_words(table))


def _words(table: str) -> Iterator[_Read]:
    """The words of Tesseract's TSV: level page block par line word left top width height conf text.

    Raises ValueError where it is none.
    """
    head, *rows = table.split("\n")
    if not head.startswith("level\t"):
        raise ValueError("no table of words")
    if not table.endswith("\n"):
        raise ValueError("its table of words is cut short; the disk may be full")
    for row in rows:
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        _, _, block, paragraph, line, _, left, top, width, height = map(int, cells[:10])
        box = Box(left, top, left + width, top + height)
        text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", cells[11].strip()))
        yield _Read((block, paragraph), line, text, box, float(cells[10]))


def _turns_needed(image: PageImage, deadline: float) -> int:
    """The quarter turns clockwise that would set the page upright, as far as the engine is sure of them."""
    with _sentences(deadline) as seconds_left, contextlib.suppress(pytesseract.TesseractError):
        # Raises TesseractError on a page with too few letters to tell.
        found = pytesseract.image_to_osd(
            str(image.path), config=_RESOLUTION, output_type=pytesseract.Output.DICT, timeout=seconds_left
        )
        if float(found["orientation_conf"]) >= _SURE_OF_TURN:
            return int(found["rotate"]) // 90
    return 0


def _as_page(image: PageImage, number: int, view: View, words: Sequence[_Read]) -> Page:
    lines: list[Line] = []
    previous: tuple[tuple[int, int], int] | None = None
    collected: list[_Read] = []

    def close() -> None:
        if collected:
            lines.append(_as_line(collected, view.transform, image))
            collected.clear()

    for word in words:
        place = (word.paragraph, word.line)
        if place != previous:
            close()
            if previous and previous[0] != word.paragraph:
                lines.append(Line())
            previous = place
        collected.append(word)
    close()
    if lines:
        lines.append(
            Line()
        )  # a page's text ends with a newline, so that a form feed begins a line of its own
    mean = round(_mean(words), 2) if words else None
    status: PageStatus = "ok" if words else "empty"
    if mean is not None and mean < LOW_CONFIDENCE:
        status = "low_confidence"
    message = "; ".join(said for said in (image.message, image.damage) if said)
    return Page(number, status, tuple(lines), image.width, image.height, image.dpi, (view,), mean, message)


def _as_line(words: Sequence[_Read], to_frame: Affine, image: PageImage) -> Line:
    text, placed = "", []
    for word in words:
        start = len(text) + 1 if text else 0
        text = f"{text} {word.text}" if text else word.text
        box = to_frame.box(word.box).within(image.width, image.height)
        placed.append(Word(start, start + len(word.text), box, round(word.confidence, 2)))
    return Line(text, tuple(placed))


@contextlib.contextmanager
def _sentences(deadline: float) -> Iterator[float]:
    """Give the seconds left, and turn what the engine may raise into our errors."""
    left = deadline - monotonic()
    if left <= 0:
        raise PageTimeoutError("reading it took too long")
    try:
        yield left
    except pytesseract.TesseractError as error:
        # Where its temporary files lay says nothing to a reader, and would differ from run to run.
        said = re.sub(r"/\S*/|\btess_\w+", "", " ".join(str(error.message).split()))[:200]
        raise PageError(f"Tesseract failed on this page ({said})") from None
    except RuntimeError as error:  # pytesseract's time limit has no type of its own
        if "timeout" not in str(error):
            raise
        raise PageTimeoutError("reading it took too long") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PageError(f"Tesseract gave back nothing usable for this page ({said})") from None


def _mean(words: Sequence[_Read]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _weight(words: Sequence[_Read]) -> float:
    """How much was read, and how surely: letters times confidence."""
    return sum(len(word.text) * word.confidence for word in words)
