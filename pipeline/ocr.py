"""Stage 2: the engines read a page's image; words with boxes and confidences come out as a Page.

One full pass, and a second one turned upright only where the first reads poorly; then lines that the pass lost, then
second looks at doubtful lines, as far as the effort asked for allows.
"""

from collections.abc import Collection, Sequence
from time import monotonic

import cv2
import msgspec
import numpy as np

from pipeline.areas import Area, merged, read_areas
from pipeline.blank import is_blank
from pipeline.confidence import calibrated
from pipeline.engines import Engine, Tesseract, Until
from pipeline.errors import PageError
from pipeline.geometry import Affine, Box
from pipeline.layerproof import Proven, is_from_layer, prove
from pipeline.leftmargin import recover_marks
from pipeline.looks import Seen, SeenLine, mean_confidence, words_of
from pipeline.margins import parted
from pipeline.options import Effort
from pipeline.pageimage import PageImage
from pipeline.record import Grade, Line, Page, PageStatus, Redaction, Step, View, Word
from pipeline.redactions import find_redactions
from pipeline.secondlook import Look, Scope, look_again
from pipeline.secondreader import second_reader
from pipeline.steps import ReadStep
from pipeline.textlayer import NAME
from pipeline.uncovered import recover
from pipeline.views import BEST_CAPITALS, Prepared, prepare

# Mean confidence of a page's words and their 5 % quantile, at least, for each grade: good, where one word in twenty
# is wrong and hardly any more likely wrong than right; unreadable, where most are wrong, as in handwriting, noise and
# pictures (docs/accuracy.md, grades).
_GRADES: tuple[tuple[Grade, float, float], ...] = (("good", 95, 50), ("fair", 80, 0), ("poor", 50, 0))
_TURN_WORTH_TRYING = 65.0  # mean confidence below which a page may lie on its side
# A word of so many signs and such confidence at least, or a page holds no text to look at again.
_WORD, _SURE = 3, 60.0
# Tesseract's page segmentation: it finds blocks by itself, but on film takes grain for columns and pictures, and reads
# better when told that the page is one block (docs/accuracy.md, film).
_AUTOMATIC, _BLOCK = 3, 6
# Heights of capitals in pixels for further looks: sizes far from the first differ in their errors (docs/accuracy.md,
# second looks).
_SMALL, _LARGE = 19.0, 40.0


def read_page(
    image: PageImage,
    number: int,
    lang: str = "eng",
    timeout: float = 300,
    effort: Effort = "balanced",
    layer: Sequence[Seen] = (),
    ask: bool = True,
    *,
    skip: Collection[ReadStep] = (),
) -> Page:
    """Read page `number` from its image, without the steps in `skip`. Words of its text `layer` stand for readings where
    the image bears them out, or, without `ask`, wherever it shows ink in their places.

    Raises PageError where the engine fails, PageTimeoutError where it takes longer than `timeout` seconds.
    """
    pixels = cv2.imread(str(image.path), cv2.IMREAD_GRAYSCALE)
    engine = Tesseract(lang, monotonic() + timeout, image.path.parent)
    if pixels is None:
        raise PageError("the image of this page cannot be read back")
    grey = np.asarray(pixels, dtype=np.uint8)
    if is_blank(grey):
        if image.damage:
            raise PageError(
                f"this page came out blank, and {image.damage}; where another program shows it, print it from there to a new PDF"
            )
        image = _with_message(image, Proven([], 0.0, False, len(layer)).said)
        return _as_page(image, number, [View("page")], [])
    prepared = prepare(grey, skip=skip)
    lines = _first_look(prepared, image, engine)
    if "turn" not in skip and mean_confidence(words_of(lines)) < _TURN_WORTH_TRYING:
        turns = engine.turns_needed(image.path)
        if turns:
            turned = prepare(grey, turns, skip)
            again = _first_look(turned, image, engine)
            if _weight(again) > _weight(lines):
                prepared, lines = turned, again
    views = [prepared.view]
    try:
        capitals = prepared.capitals or _capitals_of(lines)
        unread: list[Box] = []
        if "uncovered" not in skip:
            lines, unread = recover(prepared.pixels, lines, capitals, engine)
        if layer:
            to_view = prepared.view.transform.inverse()
            layer = [word.moved(to_view) for word in layer]
            proven = prove(prepared.pixels, layer, lines, capitals, prepared.view.name, engine, ask)
            lines, image = proven.lines, _with_message(image, proven.said)
            if proven.taken:
                views.append(View(NAME, (), Affine.scaling(image.dpi / 72, image.dpi / 72)))
        lines = _look_further(prepared, lines, unread, capitals, views, engine, effort, skip)
        if "uncovered" not in skip and not any(map(is_from_layer, lines)):
            readers = _mark_readers(effort, engine)
            lines, lost = recover_marks(prepared.pixels, lines, capitals, readers, prepared.view.name)
            image = _with_message(image, _said_of_marks(len(lost)))
    except PageError as error:  # what was read stands; a further look is an extra
        image = _with_message(image, f"{error}; the page stands as the first look read it")
    page = _as_page(image, number, views, lines, effort != "fast")
    return msgspec.structs.replace(page, redactions=_redactions(prepared, lines, image))


def _redactions(prepared: Prepared, lines: Sequence[SeenLine], image: PageImage) -> tuple[Redaction, ...]:
    """The boxes in which words were taken out, in the page's frame, with the percent of the page that each covers."""
    found = find_redactions(prepared.pixels, lines, prepared.capitals or _capitals_of(lines))
    placed = [
        (prepared.view.transform.box(one.box).within(image.width, image.height), one.kind) for one in found
    ]
    whole = image.width * image.height
    return tuple(Redaction(box, kind, round(100 * box.width * box.height / whole, 2)) for box, kind in placed)


def _with_message(image: PageImage, said: str) -> PageImage:
    return msgspec.structs.replace(image, message="; ".join(filter(None, (image.message, said))))


def _look_further(
    prepared: Prepared,
    lines: list[SeenLine],
    unread: Sequence[Box],
    capitals: float,
    views: list[View],
    engine: Tesseract,
    effort: Effort,
    skip: Collection[ReadStep],
) -> list[SeenLine]:
    """The lines with what the first look read badly or not at all (`unread`) read as areas of their own, and with
    doubtful ones read again; adds its views to `views`. What came from a text layer stands, line for line.
    """
    typeset = any(map(is_from_layer, lines))
    areas: list[Area] = []
    if "areas" not in skip and not typeset:
        lines, areas = read_areas(prepared, lines, unread, capitals, engine, skip)
        views += [area.prepared.view for area in areas]
    if effort != "fast" and "second-looks" not in skip:
        lines = _again(prepared, lines, capitals, views, engine, effort)
        areas = [
            msgspec.structs.replace(area, lines=tuple(again))
            for area in areas
            for again in [
                _again(area.prepared, area.lines, area.prepared.capitals or capitals, views, engine, effort)
            ]
        ]
    lines = merged(lines, areas)
    return parted(lines, capitals) if "margins" not in skip and not typeset else lines


def _again(
    prepared: Prepared,
    lines: Sequence[SeenLine],
    capitals: float,
    views: list[View],
    engine: Tesseract,
    effort: Effort,
) -> list[SeenLine]:
    """The lines of one view with what is doubtful read again; adds the views of that to `views`."""
    again = [line for line in lines if not is_from_layer(line)]
    if not any(map(_is_text, words_of(again))):
        return list(lines)
    looks = _looks(effort, engine, prepared.film)
    # Tesseract alone finds its way better in a whole line (docs/accuracy.md, second looks).
    scope: Scope = "everything" if effort == "thorough" else "parts" if second_reader() else "lines"
    views += [_line_view(prepared.view, look) for look in looks]
    name, room = prepared.view.name, not prepared.film
    done = iter(look_again(prepared.pixels, again, capitals, looks, name, scope, engine.lang, room))
    return [line if is_from_layer(line) else next(done) for line in lines]


def _is_text(word: Seen) -> bool:
    """Whether a word was read surely enough to show that there is text at all: pictures yield none."""
    return len(word.text) >= _WORD and word.confidence >= _SURE


def _looks(effort: Effort, engine: Tesseract, film: bool) -> list[Look]:
    """The second looks that this effort takes, with the engines that are there."""
    reader = second_reader()
    second = Until(reader, engine.deadline) if reader else None
    looks = [Look(second, BEST_CAPITALS)] if second else []
    if second and effort == "thorough" and not film:
        looks.append(Look(second, _SMALL))
    if effort == "thorough" or film or not second:
        looks.append(Look(engine, _LARGE))
    return looks


def _mark_readers(effort: Effort, engine: Tesseract) -> list[Engine]:
    """The engines that read marks in the margin, with what this effort allows."""
    reader = second_reader() if effort != "fast" else None
    return [Until(reader, engine.deadline), engine] if reader else [engine]


def _said_of_marks(lost: int) -> str:
    if not lost:
        return ""
    what = (
        "mark that may be a paragraph's number was"
        if lost == 1
        else "marks that may be paragraphs' numbers were"
    )
    return f"{lost} {what} not read in the left margin"


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


def _as_page(
    image: PageImage, number: int, views: Sequence[View], seen: Sequence[SeenLine], again: bool = False
) -> Page:
    lines: list[Line] = []
    previous: int | None = None
    for line in seen:
        if previous is not None and line.paragraph != previous:
            lines.append(Line())
        previous = line.paragraph
        lines.append(_as_line(line.words, views[0].transform, image, again))
    if lines:
        lines.append(
            Line()
        )  # a page's text ends with a newline, so that a form feed begins a line of its own
    confidences = [word.confidence or 0.0 for line in lines for word in line.words]
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


def _as_line(words: Sequence[Seen], to_frame: Affine, image: PageImage, again: bool) -> Line:
    text, placed = "", []
    for word in words:
        start = len(text) + 1 if text else 0
        text = f"{text} {word.text}" if text else word.text
        box = to_frame.box(word.box).within(image.width, image.height)
        own = round(word.confidence, 2)
        said = calibrated(word.text, word.confidence, word.readings, again)
        placed.append(Word(start, start + len(word.text), box, said, word.readings, word.choice, own))
    return Line(text, tuple(placed))


def _weight(lines: Sequence[SeenLine]) -> float:
    """How much was read, and how surely: letters times confidence."""
    return sum(len(word.text) * word.confidence for word in words_of(lines))
