"""Proof of a text layer: which of its words the page's image bears out, and whether the layer deserves belief at all.

The layer's words and the lines that the engine read in the image come in; the lines come out with the layer's words in
the place of the engine's readings of them. What the image does not show is not taken, and is counted.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import cv2
import msgspec
import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.crops import cut_line
from pipeline.engines import Engine
from pipeline.geometry import Box
from pipeline.looks import Image, Seen, SeenLine, mean_confidence, words_of
from pipeline.record import Reading
from pipeline.textlayer import NAME, SURE
from pipeline.uncovered import put

BELIEVED = (
    0.8  # of the words that show, read in the image just as the layer has them (docs/accuracy.md, text layer)
)

_SIMILAR = 0.5  # of a word's signs; a reading less like it is of something else
_SHORT = 2  # signs; so short a word may be misread wholly and be the same
_STROKES = 0.5  # a letter or digit, at least: how often ink begins along some row of a word's place
_SOLID = 0.9  # of a word's place that is ink: it is blacked out
_SHARED = 0.5  # of the smaller one's width and height, for two boxes to be of the same word
_REACH = 6.0  # capitals; a word further away from its neighbours is of another line
_MOST_ROWS = 80  # looked at again; a layer of which the engine passed over more is none of print
_CAPITALS = 24.0  # pixels, for another look at words that the engine passed over
_STRAIGHT = str.maketrans("‘’“”–—−", "''\"\"---")


class Proven(msgspec.Struct, frozen=True):
    """What came of a layer: the page's lines; the share of its words that the engine read alike, and whether that was
    enough to take them; how many of its words do not show, and how many show as something else.
    """

    lines: list[SeenLine]
    agreement: float
    taken: bool
    hidden: int = 0
    contradicted: int = 0

    @property
    def said(self) -> str:
        """What a reader of the page's record should know; nothing where all went well."""
        told = []
        if self.hidden:
            told.append(f"{_words(self.hidden)} of its text layer left out that no ink shows")
        if self.contradicted:
            told.append(f"{_words(self.contradicted)} of its text layer left out that the image contradicts")
        if not self.taken and self.agreement:
            told.append(
                f"its text layer was not believed: {self.agreement:.0%} of it was read alike in the image"
            )
        return "; ".join(told)


class _Match(msgspec.Struct, frozen=True):
    """Words of a layer that stand where the words start:end of a line were read."""

    start: int
    end: int
    words: tuple[Seen, ...]
    seen: tuple[Seen, ...]

    @property
    def same(self) -> bool:
        return _signs(self.words) == _signs(self.seen)

    @property
    def alike(self) -> bool:
        """Whether both may be readings of the same ink."""
        ours, theirs = _signs(self.words), _signs(self.seen)
        if len(ours) <= _SHORT and len(theirs) <= _SHORT + 1:
            return True
        if len(ours) > _SHORT and ours in theirs:  # a row of dashes before it was read as letters
            return True
        if all(_is_flat(word) and not _is_word(word) for word in self.words):
            return True
        return Levenshtein.normalized_similarity(ours, theirs) >= _SIMILAR or (
            Levenshtein.normalized_similarity(_text(self.words), _text(self.seen)) >= _SIMILAR
        )


def prove(
    pixels: Image,
    layer: Sequence[Seen],
    lines: Sequence[SeenLine],
    capitals: float,
    view: str,
    engine: Engine,
    ask: bool = True,
) -> Proven:
    """The lines with the layer's words in place of what was read there; `ask` has the image speak for each of them.

    Without `ask` every word is taken whose place shows ink like letters.
    """
    showing = shown(pixels, layer)
    hidden = len(layer) - len(showing)
    found = _matches(lines, showing)
    # Engines cannot read rules of dashes and dots: words alone speak for a layer.
    same = [word for matches in found for match in matches if match.same for word in match.words]
    agreement = sum(map(_is_word, same)) / max(sum(map(_is_word, showing)), 1)
    if not showing or (ask and agreement < BELIEVED):
        return Proven(list(lines), agreement, False, hidden)
    believed, left = [], _without(showing, found)
    contradicted = 0
    for line, matches in zip(lines, found, strict=True):
        words = list(line.words)
        for match in reversed(matches):
            if not ask or match.alike:
                words[match.start : match.end] = _from_layer(match, view)
            else:
                contradicted += len(match.words)
        believed.append(msgspec.structs.replace(line, words=tuple(words)))
    rows = _rows(left, capitals)
    for match in (
        _read_rows(pixels, rows, capitals, engine) if ask else [_Match(0, 0, row, ()) for row in rows]
    ):
        left = _without(left, [[match]])
        for word in _from_layer(match, view):
            believed = _put(believed, word, capitals)
    contradicted += len(left)
    return Proven(believed, agreement, True, hidden, contradicted)


def shown(pixels: Image, words: Iterable[Seen]) -> list[Seen]:
    """Those of the words whose places show ink like letters, with boxes drawn in to that ink.

    Blank places, and places blacked out, show none: letters leave paper between their strokes.
    """
    _, ink = cv2.threshold(pixels, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    showing = []
    for word in words:
        box = word.box.within(pixels.shape[1], pixels.shape[0])
        place = ink[box.top : box.bottom, box.left : box.right]
        rows, columns = np.flatnonzero(place.any(axis=1)), np.flatnonzero(place.any(axis=0))
        if not len(rows) or place.mean() >= _SOLID:
            continue
        begins = np.count_nonzero(np.diff(place, axis=1, prepend=0) == 1, axis=1).max()
        if begins < _STROKES * sum(map(str.isalnum, word.text)):
            continue
        left, top = box.left + int(columns[0]), box.top + int(rows[0])
        tight = Box(left, top, box.left + int(columns[-1]) + 1, box.top + int(rows[-1]) + 1)
        showing.append(msgspec.structs.replace(word, box=tight))
    return showing


def is_from_layer(line: SeenLine) -> bool:
    """Whether any of the line's words was taken from a text layer."""
    return any(word.readings and word.readings[0].engine == NAME for word in line.words)


def _matches(lines: Sequence[SeenLine], layer: Sequence[Seen]) -> list[list[_Match]]:
    """For each line, from left to right, which of the layer's words stand where which of its words were read."""
    seen = words_of(lines)
    if not seen:
        return [[] for _ in lines]
    line_of = np.repeat(np.arange(len(lines)), [len(line.words) for line in lines])
    first = np.cumsum([0, *(len(line.words) for line in lines)])
    left, top, right, bottom = np.array([[*_sides(word.box)] for word in seen]).T
    spans: list[list[tuple[int, int, Seen]]] = [[] for _ in lines]
    for word in layer:
        box = word.box
        across = np.minimum(right, box.right) - np.maximum(left, box.left)
        down = np.minimum(bottom, box.bottom) - np.maximum(top, box.top)
        same = (across >= _SHARED * np.minimum(right - left, box.width)) & (across > 0)
        same &= (down >= _SHARED * np.minimum(bottom - top, box.height)) & (down > 0)
        if not same.any():
            continue
        line = int(line_of[np.argmax(np.where(same, across * down, -1))])
        at = np.flatnonzero(same & (line_of == line)) - first[line]
        spans[line].append((int(at.min()), int(at.max()) + 1, word))
    return [list(_joined(line.words, each)) for line, each in zip(lines, spans, strict=True)]


def _joined(words: Sequence[Seen], spans: list[tuple[int, int, Seen]]) -> Iterator[_Match]:
    """Matches of spans that hold words in common, made one."""
    spans.sort(key=lambda span: (span[0], span[1], span[2].box.left))
    while spans:
        start, end, word = spans.pop(0)
        ours = [word]
        while spans and spans[0][0] < end:
            _, further, word = spans.pop(0)
            end = max(end, further)
            ours.append(word)
        ours.sort(key=lambda word: word.box.left)
        yield _Match(start, end, tuple(ours), tuple(words[start:end]))


def _without(layer: Sequence[Seen], found: Iterable[Sequence[_Match]]) -> list[Seen]:
    """The words that stand in no match."""
    matched = {id(word) for matches in found for match in matches for word in match.words}
    return [word for word in layer if id(word) not in matched]


def _read_rows(
    pixels: Image, rows: Sequence[tuple[Seen, ...]], capitals: float, engine: Engine
) -> list[_Match]:
    """What another look at rows of words that the first one passed over bears out of them."""
    rows = rows[:_MOST_ROWS]
    crops = [cut_line(pixels, row, capitals, _CAPITALS) for row in rows]
    borne_out = []
    for row, crop, read in zip(rows, crops, engine.recognize([crop.pixels for crop in crops]), strict=True):
        line = SeenLine(0, tuple(word.moved(crop.to_view) for word in read))
        borne_out += [match for match in _matches([line], row)[0] if match.alike]
    return borne_out


def _rows(words: Sequence[Seen], capitals: float) -> list[tuple[Seen, ...]]:
    """Words gathered into rows of neighbours, from the top down."""
    rows: list[list[Seen]] = []
    for word in sorted(words, key=lambda word: (word.box.left, word.box.top)):
        for row in rows:
            last = row[-1].box
            if _level(last, word.box) and word.box.left - last.right <= 3 * capitals:
                row.append(word)
                break
        else:
            rows.append([word])
    return [tuple(row) for row in sorted(rows, key=lambda row: (row[0].box.top, row[0].box.left))]


def _put(lines: list[SeenLine], word: Seen, capitals: float) -> list[SeenLine]:
    """The lines with a word at its place: between the words of its line, else as `uncovered.put` has it."""
    for index, line in enumerate(lines):
        after = sum(each.box.left < word.box.left for each in line.words)
        beside = line.words[max(after - 1, 0) : after + 1]
        gaps = [max(word.box.left - each.box.right, each.box.left - word.box.right) for each in beside]
        level = all(_level(each.box, word.box) for each in beside)
        if level and -capitals / 2 <= min(gaps) <= _REACH * capitals:
            words = (*line.words[:after], word, *line.words[after:])
            return [*lines[:index], msgspec.structs.replace(line, words=words), *lines[index + 1 :]]
    return put(lines, (word,), capitals)


def _from_layer(match: _Match, view: str) -> list[Seen]:
    """The layer's words of a match, with what was read in their place beside them."""
    readings = [Reading(_text(match.words), None, NAME, NAME)]
    choice = ""
    if match.seen:
        sure = round(mean_confidence(match.seen), 2)
        readings.append(Reading(_text(match.seen), sure, "tesseract", view))
        choice = "" if readings[0].text == readings[1].text else "the text layer, which the image bears out"
    return [
        msgspec.structs.replace(word, confidence=SURE, readings=tuple(readings), choice=choice)
        for word in match.words
    ]


def _signs(words: Sequence[Seen]) -> str:
    """The letters and digits of words, or all their signs where there are none; how dashes are drawn says nothing."""
    text = unicodedata.normalize("NFKC", "".join(word.text for word in words)).translate(_STRAIGHT)
    return "".join(filter(str.isalnum, text)) or text


def _is_word(word: Seen) -> bool:
    return any(map(str.isalnum, word.text))


def _is_flat(word: Seen) -> bool:
    """Whether a word's ink is as flat as that of dashes and dots: each sign at least twice as wide as it is high."""
    return 2 * word.box.height * len(word.text) <= word.box.width


def _text(words: Sequence[Seen]) -> str:
    return " ".join(word.text for word in words)


def _level(one: Box, other: Box) -> bool:
    return min(one.bottom, other.bottom) - max(one.top, other.top) >= _SHARED * min(one.height, other.height)


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.left, box.top, box.right, box.bottom


def _words(count: int) -> str:
    return f"{count} word{'s' if count != 1 else ''}"
