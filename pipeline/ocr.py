"""Stage 2: the engines read a page's image; words with boxes and confidences come out as a Page.

One full pass, and a second one turned upright only where the first reads poorly; then lines that the pass lost, then
second looks at doubtful lines, as far as the effort asked for allows.
"""

from collections.abc import Sequence
from time import monotonic

import cv2
import msgspec
import numpy as np

from pipeline.engines import Tesseract
from pipeline.errors import PageError
from pipeline.geometry import Affine, Box
from pipeline.looks import Seen, SeenLine, mean_confidence, words_of
from pipeline.options import Effort
from pipeline.pageimage import PageImage
from pipeline.record import Grade, Line, Page, PageStatus, Redaction, Step, View, Word
from pipeline.redactions import find_redactions
from pipeline.secondlook import Look, Scope, look_again
from pipeline.secondreader import second_reader
from pipeline.uncovered import recover
from pipeline.views import BEST_CAPITALS, Prepared, is_blank, prepare

# Mean confidence of a page's words and their 5 % quantile, at least, for each grade (docs/accuracy.md, grades). Below
# the last one it is handwriting, noise or a picture.
_GRADES: tuple[tuple[Grade, float, float], ...] = (("good", 90, 60), ("fair", 80, 0), ("poor", 60, 0))
_TURN_WORTH_TRYING = 65.0  # mean confidence below which a page may lie on its side
# Tesseract's page segmentation: it finds blocks by itself, but on film takes grain for columns and pictures, and reads
# better when told that the page is one block (docs/accuracy.md, film).
_AUTOMATIC, _BLOCK = 3, 6
# Heights of capitals in pixels for further looks: sizes far from the first differ in their errors (docs/accuracy.md,
# second looks).
_SMALL, _LARGE = 19.0, 40.0


def read_page(
    image: PageImage, number: int, lang: str = "eng", timeout: float = 300, effort: Effort = "balanced"
) -> Page:
    """Read page `number` from its image.

    Raises PageError where the engine fails, PageTimeoutError where it takes longer than `timeout` seconds.
    """
    page = cv2.imread(str(image.path), cv2.IMREAD_GRAYSCALE)
    engine = Tesseract(lang, monotonic() + timeout, image.path.parent)
    if page is None:
        raise PageError("the image of this page cannot be read back")
    grey = np.asarray(page, dtype=np.uint8)
    if is_blank(grey):
        if image.damage:
            raise PageError(f"this page came out blank, and {image.damage}")
        return _as_page(image, number, [View("page")], [])
    prepared = prepare(grey)
    lines = _first_look(prepared, image, engine)
    if mean_confidence(words_of(lines)) < _TURN_WORTH_TRYING:
        turns = engine.turns_needed(image.path)
        if turns:
            turned = prepare(grey, turns)
            again = _first_look(turned, image, engine)
            if _weight(again) > _weight(lines):
                prepared, lines = turned, again
    views = [prepared.view]
    try:
        lines = _look_further(prepared, lines, views, engine, effort)
    except PageError as error:  # what was read stands; a further look is an extra
        damage = f"{error}; the page stands as the first look read it"
        image = msgspec.structs.replace(
            image, message=f"{image.message}; {damage}" if image.message else damage
        )
    found = find_redactions(prepared.pixels, lines, prepared.capitals or _capitals_of(lines))
    placed = [
        (prepared.view.transform.box(one.box).within(image.width, image.height), one.kind) for one in found
    ]
    redactions = tuple(Redaction(box, kind, _percent(box, image)) for box, kind in placed)
    return msgspec.structs.replace(_as_page(image, number, views, lines), redactions=redactions)


def _percent(box: Box, image: PageImage) -> float:
    """The share of the page that a box covers."""
    return round(100 * box.width * box.height / (image.width * image.height), 2)


def _look_further(
    prepared: Prepared, lines: list[SeenLine], views: list[View], engine: Tesseract, effort: Effort
) -> list[SeenLine]:
    """The lines with what the first look lost, and with doubtful ones read again; adds its views to `views`."""
    capitals = prepared.capitals or _capitals_of(lines)
    lines = recover(prepared.pixels, lines, capitals, engine)
    if effort != "fast" and lines:
        looks = _looks(effort, engine, prepared.film)
        # Tesseract alone finds its way better in a whole line (docs/accuracy.md, second looks).
        scope: Scope = "everything" if effort == "thorough" else "parts" if second_reader() else "lines"
        lines = look_again(prepared.pixels, lines, capitals, looks, prepared.view.name, scope)
        views += [_line_view(prepared.view, look) for look in looks]
    return lines


def _looks(effort: Effort, engine: Tesseract, film: bool) -> list[Look]:
    """The second looks that this effort takes, with the engines that are there."""
    second = second_reader()
    looks = [Look(second, BEST_CAPITALS)] if second else []
    if second and effort == "thorough" and not film:
        looks.append(Look(second, _SMALL))
    if effort == "thorough" or film or not second:
        looks.append(Look(engine, _LARGE))
    return looks


def _first_look(prepared: Prepared, image: PageImage, engine: Tesseract) -> list[SeenLine]:
    """One full pass of Tesseract over a view."""
    path = image.path
    if prepared.view.steps:
        path = image.path.with_name(f"{image.path.stem}_{prepared.view.name}.pgm")
        cv2.imwrite(str(path), prepared.pixels)
    return engine.read_page(path, _BLOCK if prepared.film else _AUTOMATIC)


def _capitals_of(lines: Sequence[SeenLine]) -> float:
    """The usual height of words, where letters could not be measured."""
    heights = [word.box.height for word in words_of(lines)]
    return float(min(max(np.median(heights), 8), 120)) if heights else BEST_CAPITALS


def _line_view(view: View, look: Look) -> View:
    """The record of lines cut out of a view; places in them are given in that view's pixels."""
    return View(
        f"{view.name}/{look.name}", (*view.steps, Step("lines", {"capitals": look.capitals})), view.transform
    )


def _as_page(image: PageImage, number: int, views: Sequence[View], seen: Sequence[SeenLine]) -> Page:
    lines: list[Line] = []
    previous: int | None = None
    for line in seen:
        if previous is not None and line.paragraph != previous:
            lines.append(Line())
        previous = line.paragraph
        lines.append(_as_line(line.words, views[0].transform, image))
    if lines:
        lines.append(
            Line()
        )  # a page's text ends with a newline, so that a form feed begins a line of its own
    confidences = [word.confidence for word in words_of(seen)]
    mean = round(float(np.mean(confidences)), 2) if confidences else None
    low = round(float(np.quantile(confidences, 0.05)), 2) if confidences else None
    grade = _grade(mean, low)
    status: PageStatus = "empty" if mean is None else "low_confidence" if grade == "unreadable" else "ok"
    return Page(
        number,
        status,
        tuple(lines),
        image.width,
        image.height,
        image.dpi,
        tuple(views),
        mean,
        "; ".join(said for said in (image.message, image.damage) if said),
        low,
        grade,
    )


def _grade(mean: float | None, low: float | None) -> Grade:
    """The name for a page's confidences; none of a page without words."""
    if mean is None or low is None:
        return ""
    for grade, least_mean, least_low in _GRADES:
        if mean >= least_mean and low >= least_low:
            return grade
    return "unreadable"


def _as_line(words: Sequence[Seen], to_frame: Affine, image: PageImage) -> Line:
    text, placed = "", []
    for word in words:
        start = len(text) + 1 if text else 0
        text = f"{text} {word.text}" if text else word.text
        box = to_frame.box(word.box).within(image.width, image.height)
        confidence = round(word.confidence, 2)
        placed.append(Word(start, start + len(word.text), box, confidence, word.readings, word.choice))
    return Line(text, tuple(placed))


def _weight(lines: Sequence[SeenLine]) -> float:
    """How much was read, and how surely: letters times confidence."""
    return sum(len(word.text) * word.confidence for word in words_of(lines))
