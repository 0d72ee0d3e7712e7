"""What rasterize hands to ocr: a page as an image on disk."""

from pathlib import Path

import msgspec


class PageImage(msgspec.Struct, frozen=True):
    """A page as rasterized: an 8-bit grey PGM file of `width` x `height` pixels at `dpi` pixels an inch.

    `damage` is what the program that drew it complained of: something may be missing from it.
    """

    path: Path
    width: int
    height: int
    dpi: float
    message: str = ""
    damage: str = ""
