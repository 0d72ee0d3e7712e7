"""What rasterize hands to ocr: a page as an image on disk."""

from pathlib import Path

import msgspec


class PageImage(msgspec.Struct, frozen=True):
    """A page as rasterized: an 8-bit grey PGM file of `width` x `height` pixels at `dpi` pixels an inch.

    `damage` is what the program that drew it complained of: something may be missing from it. `scanned` says that
    the page is a picture of a page, so that a text layer in it is what somebody's engine read.
    """

    path: Path
    width: int
    height: int
    dpi: float
    message: str = ""
    damage: str = ""
    scanned: bool = True
