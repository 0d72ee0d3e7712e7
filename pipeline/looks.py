"""What the parts of reading hand to each other: words and lines as an engine saw them in one view."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.geometry import Affine, Box
from pipeline.record import Reading

Image = npt.NDArray[np.uint8]
Letters = npt.NDArray[np.int32]  # components that may be letters, a row each: left, top, width, height, area


class Seen(msgspec.Struct, frozen=True):
    """A word as an engine gave it: its text, its box in the view, its confidence from 0 to 100.

    `readings` and `choice` are filled where several looks were taken at it.
    """

    text: str
    box: Box
    confidence: float
    readings: tuple[Reading, ...] = ()
    choice: str = ""

    def moved(self, transform: Affine) -> "Seen":
        """The same word where `transform` takes it."""
        return msgspec.structs.replace(self, box=transform.box(self.box))


class SeenLine(msgspec.Struct, frozen=True):
    """A line of words in reading order; lines of one `paragraph` follow each other."""

    paragraph: int
    words: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """The line's words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """The box around all its words."""
        whole = self.words[0].box
        for word in self.words[1:]:
            whole = whole.union(word.box)
        return whole


class Take(msgspec.Struct, frozen=True):
    """What one engine read of one line in one view."""

    engine: str
    view: str
    words: tuple[Seen, ...]

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)


def mean_confidence(words: Sequence[Seen]) -> float:
    """The mean of the words' confidences; 0.0 of none."""
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def words_of(lines: Iterable[SeenLine]) -> list[Seen]:
    """All words of all lines, in order."""
    return [word for line in lines for word in line.words]
