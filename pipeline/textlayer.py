"""The text layer of a PDF's page: its words with their places in the page's frame, as Poppler finds them.

Nothing is believed here: whether a word shows on the page is proven against its image (layerproof).
"""

import math
import unicodedata
from pathlib import Path

from pipeline import programs
from pipeline.errors import MissingProgramError, PageTimeoutError
from pipeline.geometry import Box
from pipeline.looks import Seen
from pipeline.pageimage import PageImage
from pipeline.pdfinfo import password_options

NAME = "text-layer"  # as an engine and as a view
SURE = 99.0  # confidence of a word that stands in the layer and that the image bears out

_NO_SPACE = 0.1  # of a word's height; spaces between words are twice as wide and more
_MOST_WORDS = 20_000  # no page of print has as many; such a layer is not looked at
_FARTHEST = 10.0**7  # pixels from the page's corner; what claims to lie beyond lies nowhere


def layer_words(
    path: Path, number: int, password: str, image: PageImage, timeout: float = 30
) -> tuple[Seen, ...]:
    """The words of page `number`'s text layer, in the frame of `image`; none where it has none or it cannot be read.

    A layer that takes longer than `timeout` seconds counts as none, for the page can be read without it.
    """
    command = ["pdftotext", "-tsv", "-cropbox", "-enc", "UTF-8", "-f", str(number), "-l", str(number)]
    command += password_options(password)
    try:
        table = programs.run([*command, path.absolute(), "-"], timeout).stdout
    except (PageTimeoutError, MissingProgramError):
        return ()
    return parse(table, image.width, image.height, image.dpi / 72)


def parse(table: str, width: int, height: int, scale: float) -> tuple[Seen, ...]:
    """The words of Poppler's table of one page (level page par block line word left top width height conf text),
    `scale` pixels a point, on a frame of `width` x `height` pixels. What is no word of a table is passed over.
    """
    words: list[Seen] = []
    before: tuple[list[str], float] = ([], 0.0)  # the line of the word before, and where that word ends
    for row in table.split("\n"):
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != "5":
            continue
        try:
            left, top, wide, high = (float(cell) * scale for cell in cells[6:10])
        except ValueError:
            continue
        if not (wide > 0 and high > 0 and max(map(abs, (left, top, wide, high))) < _FARTHEST):
            continue
        box = Box(math.floor(left), math.floor(top), math.ceil(left + wide), math.ceil(top + high))
        box = box.within(width, height)
        parts = _plain(cells[11]).split()
        if box.width > 0 and box.height > 0 and parts:
            # Poppler parts words where the size of type changes, as within small capitals: "C OOPER".
            if words and before[0] == cells[2:5] and abs(left - before[1]) < _NO_SPACE * high:
                joined = words.pop()
                parts[0], box = joined.text + parts[0], joined.box.union(box)
            words += [Seen(part, box, SURE) for part in parts]
            before = cells[2:5], left + wide
        if len(words) > _MOST_WORDS:
            return ()
    return tuple(words)


def _plain(text: str) -> str:
    """The text in NFC with ligatures taken apart, and without signs that no page shows."""
    text = "".join(
        unicodedata.normalize("NFKC", sign) if "\ufb00" <= sign <= "\ufb06" else sign for sign in text
    )
    return unicodedata.normalize(
        "NFC",
        "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cn", "Cs")),
    )
