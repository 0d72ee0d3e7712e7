"""What the lines of a page may be: each with its words' meaning as a marking, and where on the page it stands."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

import msgspec
from rapidfuzz import fuzz

from pipeline.beside import openings
from pipeline.letters import is_prose, squeeze
from pipeline.markings import Banner, Markings, page_number
from pipeline.noise import holds_words
from pipeline.record import Line, Page
from pipeline.stamps import Stamp

LONGEST_LINE = 400  # characters; a longer line is prose, and no pattern need be held against it
_EDGE_LINES = 2  # lines of text that may stand between a banner and the page's edge (a form's title)
_EDGE_BAND = (
    0.1  # of the page's height, at top and bottom, where furniture may stand whatever was read around it
)
_LEVELS_IN_A_LIST = 3  # different levels on neighbouring lines are a list of levels, not banners
_SOLID = re.compile(r"[A-Z]{3}|\d{3}")  # what doubt alone does not make a speck
_LETTERHEAD_ALIKE = 85.0  # percent, for a line to be a letterhead with some letters wrong
_SPECK = 2  # letters and digits, at most
_SURE = 60.0  # word confidence below which a word beside a banner may be a speck


Found = TypeVar("Found")


class Place(msgspec.Struct, frozen=True):
    """A line of a page, where it starts, what its words may be, and where on the page it stands.

    `heads_text` where running text stands below it and none above.
    """

    page: int
    number: int
    start: int
    line: Line
    banner: Banner | None
    stamps: Sequence[Stamp]
    from_top: int
    from_bottom: int
    in_band: str
    heads_text: bool

    @property
    def edge(self) -> str:
        """`top`, `bottom` or "" for the middle of the page."""
        if self.from_top <= _EDGE_LINES or self.in_band == "top":
            return "top"
        if self.from_bottom <= _EDGE_LINES or self.in_band == "bottom":
            return "bottom"
        return ""


def places_of(
    page: Page, markings: Markings, noise: Collection[int], in_cable: bool = False
) -> Iterator[Place]:
    """Every line that says something, with its distance from the edges counted in lines that are neither furniture
    nor noise; `noise` holds the starts of those lines.
    """
    lines = [(start, line) for start, line in page.located_lines() if line.text.strip()]
    read = [banner_of(line, markings) for _, line in lines]
    banners = _unlisted(read)
    stamps = [
        _first(lambda text: stamps_of(text, markings), line.text, _mostly_sure(line), _before_a_speck(line))
        for _, line in lines
    ]
    solid = [
        not (banner or stamp or page_number(line.text) or start in noise or _specks(line))
        for (start, line), banner, stamp in zip(lines, banners, stamps, strict=True)
    ]
    prose = [number for number, (_, line) in enumerate(lines) if solid[number] and is_prose(line.text)]
    first = prose[0] if prose else 0
    above, total = 0, sum(solid)
    for number, ((start, line), banner, stamp) in enumerate(zip(lines, banners, stamps, strict=True)):
        below = total - above - solid[number]
        place = Place(
            page.number, number, start, line, banner, stamp, above, below, band(line, page), number < first
        )
        if not read[number] and place.edge:
            place = msgspec.structs.replace(
                place, banner=banner_of(line, markings, at_edge=True, in_cable=in_cable)
            )
        yield place
        above += solid[number]


def banner_of(
    line: Line, markings: Markings, *, at_edge: bool = False, in_cable: bool = False
) -> Banner | None:
    """What banner a line is, specks beside it passed over; see `Markings.banner`."""
    surely = _first(markings.banner, line.text, _surely_read(line))
    if surely or not at_edge:
        return surely
    return markings.banner(line.text, at_edge=True, in_cable=in_cable)


def stamps_of(text: str, markings: Markings) -> list[Stamp]:
    """The stamps that a line may be. A letterhead must be one to the letter, for they are made of the same words;
    a line that only a cable has (TAGS, E.O., ENTIRE TEXT) is content, whatever was stamped beside it.
    """
    if not text or len(text) > LONGEST_LINE:
        return []
    letters = squeeze(text)
    letterhead = any(fuzz.ratio(letters, other) >= _LETTERHEAD_ALIKE for other in markings.letterheads)
    content = any(pattern.search(text) for pattern in markings.cable_signs)
    return [
        stamp
        for stamp in markings.stamps.find(text)
        if (stamp.score == 100 or not letterhead) and (stamp.kind == "printout" or not content)
    ]


def band(line: Line, page: Page, share: float = _EDGE_BAND) -> str:
    """`top` or `bottom` where the line stands in that share of the page's height, else ""."""
    box = line.box
    if not box or not page.height:
        return ""
    middle = (box.top + box.bottom) / 2 / page.height
    return "top" if middle < share else "bottom" if middle > 1 - share else ""


def _first(find: Callable[[str], Found], *texts: str) -> Found:
    """What is found in the first of the texts that holds it; one that stands twice is asked once."""
    for text in dict.fromkeys(texts):
        if found := find(text):
            break
    return found


def _surely_read(line: Line) -> str:
    """The line without the words that the engine itself doubts and that look like specks read as letters."""
    words = ((line.text[word.start : word.end], word.sureness or 0.0) for word in line.words)
    return " ".join(text for text, confidence in words if confidence >= _SURE or _SOLID.search(text))


def _mostly_sure(line: Line) -> str:
    """The words of a line that were read surely; "" where they are the smaller part of it."""
    sure = _surely_read(line)
    return sure if 2 * len(squeeze(sure)) >= len(squeeze(line.text)) else ""


def _before_a_speck(line: Line) -> str:
    """What a line says before a wide gap behind which no more than a speck stands; "" of a line without one."""
    begin = next((at for at in openings(line) if at), len(line.text))
    rest = sum(map(str.isalnum, line.text[begin:]))
    return line.text[:begin] if begin < len(line.text) and rest <= _SPECK else ""


def _unlisted(banners: Sequence[Banner | None]) -> list[Banner | None]:
    """Banners without those that neighbour each other as a list of levels does."""
    kept: list[Banner | None] = []
    run: list[Banner] = []
    for banner in [*banners, None]:
        if banner:
            run.append(banner)
            continue
        listed = len({one.marking for one in run}) >= _LEVELS_IN_A_LIST
        kept += [None if listed else one for one in run]
        kept.append(None)
        run = []
    return kept[:-1]


def _specks(line: Line) -> bool:
    """Whether a line says nothing: hardly a sign, or no word that was read surely, where that is known."""
    known = any(word.sureness is not None for word in line.words)
    return sum(c.isalnum() for c in line.text) <= _SPECK or (known and not holds_words(line))
