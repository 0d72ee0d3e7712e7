"""What stands beside the body: stamps and notes in the right margin that the engine ran into the body's lines.

Lines of one view go in and come out with such parts as lines of their own, below the paragraph that they stood beside.
A speck says nothing and stays in its line: as a line of its own it would part paragraphs that are one.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from pipeline.geometry import Box
from pipeline.looks import Seen, SeenLine, mean_confidence

GAP = 6.0  # capitals between a line and what stands beside it; words and columns of tables stand closer
_WORDS = 3  # of a line of the body, at least
_BODY = 8  # lines, at least, that tell where the body ends
_READ = 60.0  # mean confidence of such a line, at least; stamps above and below the body stay below
_MOST = 0.25  # of a page's letters, at most, stand beside its body
_SAYING = 2  # letters and digits of a word, at least, for it to be one of a stamp or note, such as B6
_WIDTH = 0.95  # of them end left of the body's right edge, for one may be overlong


def parted(lines: Sequence[SeenLine], capitals: float) -> list[SeenLine]:
    """The lines with what stands to the right of the body in lines of its own."""
    body = _body(lines, capitals)
    if body is None:
        return list(lines)
    ends = [
        _end(line.words, body.right, capitals) if body.top <= line.box.top < body.bottom else len(line.words)
        for line in lines
    ]
    ends = [
        end if _says(line.words[end:]) else len(line.words) for line, end in zip(lines, ends, strict=True)
    ]
    beside = sum(len(word.text) for line, end in zip(lines, ends, strict=True) for word in line.words[end:])
    if beside > _MOST * sum(len(line.text) for line in lines):
        return list(lines)  # a second column, or a page that is no text
    done: list[SeenLine] = []
    waiting: list[SeenLine] = []  # what stood beside the paragraph that is not yet at its end
    free = max(line.paragraph for line in lines) + 1
    for line, end in zip(lines, ends, strict=True):
        if done and done[-1].paragraph != line.paragraph:
            done += waiting
            free += len(waiting)
            waiting = []
        done.append(msgspec.structs.replace(line, words=line.words[:end]))
        if end < len(line.words):
            waiting.append(SeenLine(free, line.words[end:]))
    return done + waiting


def _says(words: Sequence[Seen]) -> bool:
    """Whether one of the words is more than a speck."""
    return any(sum(map(str.isalnum, word.text)) >= _SAYING for word in words)


def _body(lines: Sequence[SeenLine], capitals: float) -> Box | None:
    """The box of the page's body, without what is beside it; None where too few lines tell."""
    firsts = [line.words[: _end(line.words, 0, capitals)] for line in lines]
    boxes = [
        SeenLine(0, words).box for words in firsts if len(words) >= _WORDS and mean_confidence(words) >= _READ
    ]
    if len(boxes) < _BODY:
        return None
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        round(float(np.quantile([box.right for box in boxes], _WIDTH)) + capitals),
        max(box.bottom for box in boxes),
    )


def _end(words: Sequence[Seen], edge: int, capitals: float) -> int:
    """How many words come before the first wide gap that has nothing but words right of `edge` behind it."""
    for at in range(1, len(words)):
        gap = words[at].box.left - words[at - 1].box.right
        if gap >= GAP * capitals and words[at].box.left > edge:
            return at
    return len(words)
