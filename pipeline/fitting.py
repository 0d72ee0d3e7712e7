"""Places of decisions: a span of a page goes in, a `Place` comes out, and a place leads back to its span on a page read anew.

A box finds the words that overlap it by at least half; without boxes the words around find it. What stands there must
then be the text decided upon, to the letter.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from pipeline.decisions import Place
from pipeline.geometry import Box
from pipeline.record import Line, Page

_HALF = 0.5  # of the smaller of two boxes, that they must share to be of the same place
_AROUND = 3  # words kept of the text before and behind a place

Fits = Literal["before", "after", "not"]


class Spot(msgspec.Struct, frozen=True):
    """Where a place is now (`start`:`end` of the page's raw text) and what stands there.

    `fits` is "before" where the text decided upon stands there, "after" where its correction does already, and "not"
    otherwise, with `found` for what stands there instead.
    """

    fits: Fits
    start: int = 0
    end: int = 0
    found: str = ""


def place_of(page: Page, start: int, end: int, sha256: str, source: str = "") -> Place:
    """The place of start:end, which lies within one line. Raises ValueError where it does not."""
    for at, line in page.located_lines():
        if at <= start and end <= at + len(line.text):
            break
    else:
        raise ValueError(f"{start}:{end} lies in no line of page {page.number}")
    raw = page.text
    before, context = raw[start:end], _context(raw, start, end)
    found = _alike(raw, before, context) if before else _inserts(page, line.text, start - at, context)
    occurrence = sum(other <= start for other in found)
    return Place(
        sha256,
        page.number,
        before,
        line.text,
        start - at,
        _box(line, start - at, end - at),
        (page.width, page.height),
        context,
        max(occurrence, 1),
        source,
    )


def find(place: Place, after: str, page: Page) -> Spot:
    """Where `place` is on `page` now; `after` is what was decided to stand there."""
    if place.box is not None and page.width and any(line.box for line in page.lines):
        return _by_box(place, after, page)
    return _by_words(place, after, page)


def _by_box(place: Place, after: str, page: Page) -> Spot:
    assert place.box is not None
    box = _scaled(place.box, place.frame, (page.width, page.height))
    lines = []
    for at, line in page.located_lines():
        words = [word for word in line.words if word.box and _same_place(word.box, box)]
        if words:
            shared = sum(_shared(word.box, box) for word in words if word.box)
            lines.append((-shared, at, line, words[0].start, words[-1].end))
    lines.sort(key=lambda found: found[:2])
    end = place.at + len(place.before)
    for _, at, line, _, _ in lines:
        if line.text == place.line and line.text[place.at : end] == place.before:
            return Spot("before", at + place.at, at + end)
    for fits, text in (("before", place.before), ("after", after)):
        for _, at, line, low, high in lines:
            spans = [low + found for found in _bounded(text, line.text[low:high], place)] if text else []
            if len(spans) == 1:
                return Spot(fits, at + spans[0], at + spans[0] + len(text))  # type: ignore[arg-type]
    if not lines:
        return Spot("after" if not after else "not")  # what was to go is read no longer
    _, at, line, low, high = lines[0]
    return Spot("not", at + low, at + high, line.text[low:high])


def _by_words(place: Place, after: str, page: Page) -> Spot:
    raw = page.text
    for fits, text in (("before", place.before), ("after", after)):
        if fits == "before" and not text:
            spans = list(_inserts(page, place.line, place.at, place.context))
        else:
            spans = list(_alike(raw, text, place.context)) if text else []
        if len(spans) >= place.occurrence:
            start = spans[place.occurrence - 1]
            return Spot(fits, start, start + len(text))  # type: ignore[arg-type]
    return Spot("not")


def _alike(raw: str, text: str, context: tuple[str, str]) -> Iterator[int]:
    """Where `text` stands in `raw` between the same words."""
    at = raw.find(text)
    while at >= 0:
        if _context(raw, at, at + len(text)) == context:
            yield at
        at = raw.find(text, at + 1)


def _inserts(page: Page, text: str, inside: int, context: tuple[str, str]) -> Iterator[int]:
    """Where nothing stands between the same words, `inside` characters into the same line."""
    raw = page.text
    for at, line in page.located_lines():
        if line.text == text and _context(raw, at + inside, at + inside) == context:
            yield at + inside


def _context(raw: str, start: int, end: int) -> tuple[str, str]:
    """Three words on either side; half a word counts as one, so that a span inside a word is told from a whole one."""
    reach = 200  # characters in which three words are sought
    head = re.findall(r"\S+|\s+(?=$)", raw[max(start - reach, 0) : start])
    tail = re.findall(r"^\s+|\S+", raw[end : end + reach])
    return " ".join(word.strip() for word in head[-_AROUND - 1 :]), " ".join(
        word.strip() for word in tail[: _AROUND + 1]
    )


def _bounded(text: str, within: str, place: Place) -> list[int]:
    """Where `text` stands in `within` as whole words, unless the place itself parted a word."""
    end = place.at + len(place.before)
    head = r"(?<!\w)" if not _joined(place.line, place.at) and text[:1].isalnum() else ""
    tail = r"(?!\w)" if not _joined(place.line, end) and text[-1:].isalnum() else ""
    return [found.start() for found in re.finditer(f"{head}{re.escape(text)}{tail}", within)]


def _joined(line: str, at: int) -> bool:
    """Whether a word goes on across this place."""
    return 0 < at < len(line) and line[at - 1].isalnum() and line[at].isalnum()


def _box(line: Line, start: int, end: int) -> Box | None:
    """The box around the words that a span touches; of the whole line where it touches none."""
    boxes = [word.box for word in line.words if word.box and word.start < end and start < word.end]
    if not boxes:
        return line.box
    whole = boxes[0]
    for box in boxes[1:]:
        whole = whole.union(box)
    return whole


def _same_place(one: Box, other: Box) -> bool:
    smaller = min(one.width * one.height, other.width * other.height)
    return smaller > 0 and _shared(one, other) >= _HALF * smaller


def _shared(one: Box, other: Box) -> int:
    """The pixels that two boxes share."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width * height if width > 0 and height > 0 else 0


def _scaled(box: Box, was: tuple[int, int], now: tuple[int, int]) -> Box:
    """The box in a frame of another resolution."""
    if was == now or not all(was):
        return box
    x, y = now[0] / was[0], now[1] / was[1]
    return Box(round(box.left * x), round(box.top * y), round(box.right * x), round(box.bottom * y))
