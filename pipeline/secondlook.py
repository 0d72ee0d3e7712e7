"""Second looks where they pay: lines with a doubtful word are read again, at other sizes and by other engines.

Which lines those are, and what a second look gains: docs/accuracy.md, second looks.
"""

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from pipeline.crops import cut_line
from pipeline.engines import Engine
from pipeline.lexicon import Lexicon, bare
from pipeline.looks import Image, Seen, SeenLine, Take, words_of
from pipeline.vote import vote

DOUBTFUL = 80.0  # confidence below which a word is looked at again (docs/accuracy.md, second looks)
NEIGHBOURS = 2  # words beside a doubtful one that are read with it (docs/accuracy.md, second looks)
COLUMN_GAP = 6.0  # capitals (docs/accuracy.md, second looks)
Scope = Literal["parts", "lines", "everything"]


class Look(msgspec.Struct, frozen=True):
    """Lines read by `engine` at `capitals` pixels of letter height."""

    engine: Engine
    capitals: float

    @property
    def name(self) -> str:
        """Its name in a view's name."""
        return f"lines-{self.capitals:.0f}"


def look_again(
    pixels: Image,
    lines: Sequence[SeenLine],
    capitals: float,
    looks: Sequence[Look],
    view: str,
    scope: Scope = "parts",
    lang: str = "eng",
    room: bool = True,
) -> list[SeenLine]:
    """The lines, with what is doubtful in them read again and voted on word by word: parts, or the lines they stand
    in, or everything. `lang` names the languages of the text as Tesseract does. There is `room` at the ends of lines
    unless grain stands there.
    """
    lexicon = Lexicon((word.text for word in words_of(lines)), lang)
    parts = [
        (index, start, end)
        for index, line in enumerate(lines)
        for start, end in _parts([is_doubtful(word, lexicon) for word in line.words], scope)
        for start, end in _within_columns(line.words, start, end, capitals)
    ]
    takes = [[Take("tesseract", view, lines[index].words[start:end])] for index, start, end in parts]
    for look in looks:
        crops = [
            cut_line(pixels, part[0].words, capitals, look.capitals, room and end == len(words), words)
            for (index, _, end), part in zip(parts, takes, strict=True)
            for words in (lines[index].words,)
        ]
        read = look.engine.recognize([crop.pixels for crop in crops])
        for part, crop, words in zip(takes, crops, read, strict=True):
            moved = tuple(word.moved(crop.to_view) for word in words)
            part.append(Take(look.engine.name, f"{view}/{look.name}", moved))
    for first, *others in takes:
        lexicon.forget(_read_otherwise(first, others))
    done = [list(line.words) for line in lines]
    for (index, start, end), part in reversed(list(zip(parts, takes, strict=True))):
        beside = list(_beside(lines, index, start, end, capitals))
        done[index][start:end] = vote(part, lexicon, beside, opens=start == 0)
    return [
        msgspec.structs.replace(line, words=tuple(words)) for line, words in zip(lines, done, strict=True)
    ]


def _beside(
    lines: Sequence[SeenLine], index: int, start: int, end: int, capitals: float
) -> Iterator[SeenLine]:
    """The lines just above and below a part, into which its crop may reach."""
    part = SeenLine(0, lines[index].words[start:end]).box
    for number, line in enumerate(lines):
        box = line.box
        near = max(box.top - part.bottom, part.top - box.bottom) < 2 * capitals
        if near and number != index and box.left < part.right and part.left < box.right:
            yield line


def _read_otherwise(first: Take, others: Sequence[Take]) -> Iterator[str]:
    """The words of the first look that another one does not have. A garble that the engine makes every time stands on
    the page as often as a name does.
    """
    texts = [{bare(word.text) for word in other.words} for other in others]
    for word in first.words:
        if any(bare(word.text) not in text for text in texts):
            yield word.text


def _parts(doubtful: Sequence[bool], scope: Scope) -> list[tuple[int, int]]:
    """The stretches of a line to be read again: its doubtful words, each with `NEIGHBOURS` on either side."""
    if scope != "parts":
        return [(0, len(doubtful))] if scope == "everything" or any(doubtful) else []
    parts: list[tuple[int, int]] = []
    for at, doubt in enumerate(doubtful):
        if doubt:
            start, end = max(at - NEIGHBOURS, 0), min(at + NEIGHBOURS + 1, len(doubtful))
            if parts and start <= parts[-1][1]:
                start = parts.pop()[0]
            parts.append((start, end))
    return parts


def _within_columns(
    words: Sequence[Seen], start: int, end: int, capitals: float
) -> Iterator[tuple[int, int]]:
    """The stretch start:end cut at gaps that part columns: an engine shown both sides may run them together."""
    for at in range(start + 1, end):
        if words[at].box.left - words[at - 1].box.right > COLUMN_GAP * capitals:
            yield start, at
            start = at
    yield start, end


def is_doubtful(word: Seen, lexicon: Lexicon) -> bool:
    """Whether a word may be read wrongly: an unsure one, or one that is no word and stands here alone."""
    if word.confidence < DOUBTFUL or not lexicon.can_tell:
        return word.confidence < DOUBTFUL
    plain = bare(word.text)
    return len(plain) >= 3 and plain.isalpha() and not lexicon.knows(plain) and lexicon.seen(plain) < 2
