"""Stage 3: what is furniture and not text. The pages of a document go in, strip and withhold edits come out.

A line goes only where evidence comes together: what it says (a marking or a stamp and nothing else), where it
stands, and whether it stands there on page after page. A marking that is mentioned stays, and a bare number goes
only where it continues a count of pages.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from rapidfuzz import fuzz

from pipeline.markings import Banner, Markings, page_number
from pipeline.noise import noise_lines
from pipeline.record import Edit, EditKind, Line, Page, edit_id
from pipeline.repetition import EdgeLine, repeated
from pipeline.stamps import Stamp, squeeze

_LONGEST_LINE = 400  # characters; a longer line is prose, and no pattern need be held against it
_EDGE_LINES = 2  # lines of text that may stand between a banner and the page's edge (a form's title)
_EDGE_BAND = (
    0.1  # of the page's height, at top and bottom, where furniture may stand whatever was read around it
)
_LEVELS_IN_A_LIST = 3  # different levels on neighbouring lines are a list of levels, not banners
_BESIDE = 3  # lines of one stamp stand no further apart
_STROKE = re.compile(r"[A-Z]?[—–].*[A-Z].*[—–]|[A-Z][—–][A-Z]")
_SOLID = re.compile(r"[A-Z]{3}|\d{3}")  # what doubt alone does not make a speck
_LETTERHEAD_ALIKE = 85.0  # percent, for a line to be a letterhead with some letters wrong
_SURE = 60.0  # word confidence below which a word beside a banner may be a speck
_LIKE_A_BANNER = (
    50.0  # percent; a line at the edge that repeats and is that like a banner is one, struck through
)


class _Place(msgspec.Struct, frozen=True):
    """A line of a page, where it starts, what its words may be, and where on the page it stands."""

    page: int
    number: int
    start: int
    line: Line
    banner: Banner | None
    stamps: Sequence[Stamp]
    from_top: int
    from_bottom: int
    in_band: str

    @property
    def edge(self) -> str:
        """`top`, `bottom` or "" for the middle of the page."""
        if self.from_top <= _EDGE_LINES or self.in_band == "top":
            return "top"
        if self.from_bottom <= _EDGE_LINES or self.in_band == "bottom":
            return "bottom"
        return ""


def strip_pages(pages: Sequence[Page], markings: Markings) -> list[Edit]:
    """The strip and withhold edits of a document, in the order of their places."""
    cable_from = _first_cable_page(pages, markings)
    places = {page.number: list(_places(page, markings)) for page in pages}
    lines = [place for on_page in places.values() for place in on_page]
    seen = Counter(
        marking
        for on_page in places.values()
        for marking in {place.banner.marking for place in on_page if place.banner and place.edge}
    )
    edits: dict[tuple[int, int], Edit] = {}

    def keep(found: Iterable[Edit]) -> None:
        for edit in found:
            edits.setdefault((edit.page, edit.start), edit)

    for page in pages:
        in_cable = cable_from is not None and page.number >= cable_from
        keep(_banners(places[page.number], in_cable, seen, len(pages)))
        keep(_spoilt_banners(places[page.number], markings))
        keep(_stamps(places[page.number], in_cable, markings))
        if in_cable:
            keep(_continuations(places[page.number], markings))
            keep(_misread_rules(places[page.number], markings))
    keep(_page_numbers(lines, len(pages)))
    keep(_repetitions(lines, edits.keys(), len(pages), markings))
    for page in pages:
        numbered = {place.start: place for place in places[page.number]}
        keep(
            _edit(numbered[start], "noise", 80, reason, "withhold")
            for start, _, reason in noise_lines(page)
            if start in numbered
        )
    return [edits[place] for place in sorted(edits)]


def _places(page: Page, markings: Markings) -> Iterator[_Place]:
    """Every line that says something, with its distance from the edges counted in lines that are not furniture."""
    lines = [(start, line) for start, line in page.located_lines() if line.text.strip()]
    read = [markings.banner(line.text) or markings.banner(_surely_read(line)) for _, line in lines]
    banners = _unlisted(read)
    stamps = [_stamps_of(line.text, markings) for _, line in lines]
    solid = [
        not (banner or stamp or page_number(line.text) or _specks(line.text))
        for (_, line), banner, stamp in zip(lines, banners, stamps, strict=True)
    ]
    above, total = 0, sum(solid)
    for number, ((start, line), banner, stamp) in enumerate(zip(lines, banners, stamps, strict=True)):
        below = total - above - solid[number]
        place = _Place(page.number, number, start, line, banner, stamp, above, below, _band(line, page))
        if not read[number] and place.edge and (struck := markings.banner(line.text, at_edge=True)):
            place = msgspec.structs.replace(place, banner=struck)
        yield place
        above += solid[number]


def _surely_read(line: Line) -> str:
    """The line without the words that the engine itself doubts and that look like specks read as letters."""
    words = ((line.text[word.start : word.end], word.sureness or 0.0) for word in line.words)
    return " ".join(text for text, confidence in words if confidence >= _SURE or _SOLID.search(text))


def _stamps_of(text: str, markings: Markings) -> list[Stamp]:
    """The stamps that a line may be. A letterhead must be one to the letter, for they are made of the same words;
    a line that only a cable has (TAGS, E.O., ENTIRE TEXT) is content, whatever was stamped beside it.
    """
    if len(text) > _LONGEST_LINE:
        return []
    letters = squeeze(text)
    letterhead = any(fuzz.ratio(letters, other) >= _LETTERHEAD_ALIKE for other in markings.letterheads)
    content = any(pattern.search(text) for pattern in markings.cable_signs)
    return [
        stamp
        for stamp in markings.stamps.find(text)
        if (stamp.score == 100 or not letterhead) and (stamp.kind == "printout" or not content)
    ]


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


def _banners(places: Sequence[_Place], in_cable: bool, seen: Counter[str], page_count: int) -> Iterator[Edit]:
    for place in places:
        if not place.banner:
            continue
        said = _alike(place.line.text, place.banner)
        if place.edge:
            repeats = f", on {seen[place.banner.marking]} of {page_count} pages" if page_count > 1 else ""
            reason = f"{said}, alone on its line at the {place.edge} of the page{repeats}."
            yield _edit(place, "banner", place.banner.score, reason)
        elif in_cable:
            reason = f"{said}, alone on its line in a cable, where levels repeat in mid-page."
            yield _edit(place, "banner", place.banner.score, reason)
        elif _STROKE.search(place.line.text):
            reason = f"{said}, alone on its line with a stroke drawn through it."
            yield _edit(place, "banner", place.banner.score, reason)


def _spoilt_banners(places: Sequence[_Place], markings: Markings) -> Iterator[Edit]:
    """Struck-through lines that are like a banner and stand next to one: overstamped pages carry both."""
    banners = {place.number for place in places if place.banner and place.edge}
    for place in places:
        beside = {place.number - 1, place.number + 1} & banners
        if not place.banner and place.edge and beside and _like_a_banner(place, markings):
            reason = f"It is like a banner, struck through, next to another at the {place.edge} of the page."
            yield _edit(place, "banner", 75, reason)


def _stamps(places: Sequence[_Place], in_cable: bool, markings: Markings) -> Iterator[Edit]:
    sure: dict[int, Stamp] = {}
    for place in places:
        for stamp in place.stamps:
            if (
                stamp.where == "anywhere"
                or (stamp.where == "edge" and place.edge)
                or (stamp.where == "cable" and in_cable)
            ):
                sure.setdefault(place.number, stamp)
    beside = {
        place.number: stamp
        for place in places
        for stamp in place.stamps
        if stamp.where == "beside" and place.number not in sure and _has_neighbour(place, sure)
    }
    for place in places:
        if found := sure.get(place.number) or beside.get(place.number):
            where = "beside another stamp" if place.number in beside else "alone on its line"
            reason = f"The words of a {found.kind.replace('-', ' ')} ({found.score:.0f} % alike), {where}."
            box = markings.stamps.first_box(place.line.text) if found.kind == "review-box" else None
            if box is not None:
                reason = "The boxes to tick of a review, stamped beside a line of text, which stays."
            yield _edit(place, found.kind, found.score, reason, begin=box or 0)


def _has_neighbour(place: _Place, sure: dict[int, Stamp]) -> bool:
    """Whether a line that can only be a stamp stands within three lines."""
    return any(abs(number - place.number) <= _BESIDE for number in sure)


def _continuations(places: Sequence[_Place], markings: Markings) -> Iterator[Edit]:
    for place in places:
        if any(pattern.search(place.line.text[:_LONGEST_LINE]) for pattern in markings.continuations):
            yield _edit(place, "continuation-header", 95, "The header that a cable repeats on each page.")


def _misread_rules(places: Sequence[_Place], markings: Markings) -> Iterator[Edit]:
    reason = "The dashed rule above a cable's number, read as letters."
    for place in places:
        for pattern in markings.misread_rules:
            if found := pattern.match(place.line.text[:_LONGEST_LINE]):
                yield _edit(place, "noise", 85, reason, "withhold", found.end())


def _page_numbers(places: Sequence[_Place], page_count: int) -> Iterator[Edit]:
    """The numbers that count pages: named, set off by dashes, or one in a count up at one edge."""
    numbers = [(place, *found) for place in places if place.edge and (found := page_number(place.line.text))]
    at_edge: dict[tuple[str, int], set[int]] = {}
    for place, number, _ in numbers:
        at_edge.setdefault((place.edge, place.page), set()).add(number)
    for place, number, how in numbers:
        before = number - 1 in at_edge.get((place.edge, place.page - 1), ())
        after = number + 1 in at_edge.get((place.edge, place.page + 1), ())
        if before or after:
            neighbour = place.page - 1 if before else place.page + 1
            reason = f"The page number {number}: page {neighbour} carries {number - 1 if before else number + 1} there."
            yield _edit(place, "page-number", 97, reason)
        elif how == "named":
            yield _edit(place, "page-number", 95, f"The line says itself that this is page {number}.")
        elif how == "set off":
            yield _edit(
                place, "page-number", 90, f"The page number {number}, set off by dashes at the page's edge."
            )
        elif number == place.page and number > 1 and page_count > 1:
            yield _edit(
                place, "page-number", 85, f"The page number {number} on page {number} of {page_count}."
            )


def _repetitions(
    places: Sequence[_Place], gone: Iterable[tuple[int, int]], page_count: int, markings: Markings
) -> Iterator[Edit]:
    """Lines that stand at one edge of page after page. The first of them stays, if it says anything of its own."""
    done = set(gone)
    edge_lines = {
        (place.page, place.start): EdgeLine(
            place.page, place.edge, place.start, place.line.text, _like_a_banner(place, markings)
        )
        for place in places
        if place.edge and squeeze(place.line.text) not in markings.letterheads
    }
    found = repeated(list(edge_lines.values()), page_count)
    for place in places:
        pages = found.get((place.page, place.start))
        if not pages or (place.page, place.start) in done:
            continue
        listed = ", ".join(map(str, pages[:6])) + (" ..." if len(pages) > 6 else "")
        if edge_lines[place.page, place.start].spoilt_banner:
            reason = f"It is like a banner, spoilt, and stands at the {place.edge} of pages {listed}."
            yield _edit(place, "banner", 75, reason)
        elif place.page != pages[0]:
            reason = f"It repeats at the {place.edge} of pages {listed}; the first is kept."
            yield _edit(place, "repeated-line", 85, reason)


def _like_a_banner(place: _Place, markings: Markings) -> bool:
    text = place.line.text
    return place.banner is not None or (
        markings.struck(text)
        and sum(c.islower() for c in text) <= 2
        and markings.likeness(text) >= _LIKE_A_BANNER
    )


def _first_cable_page(pages: Sequence[Page], markings: Markings) -> int | None:
    for page in pages:
        signs = {
            number
            for number, pattern in enumerate(markings.cable_signs)
            if any(pattern.search(line.text[:_LONGEST_LINE]) for line in page.lines)
        }
        if len(signs) >= 2:
            return page.number
    return None


def _band(line: Line, page: Page) -> str:
    box = line.box
    if not box or not page.height:
        return ""
    middle = (box.top + box.bottom) / 2 / page.height
    return "top" if middle < _EDGE_BAND else "bottom" if middle > 1 - _EDGE_BAND else ""


def _specks(text: str) -> bool:
    return sum(c.isalnum() for c in text) <= 2


def _alike(text: str, banner: Banner) -> str:
    if banner.score == 100:
        return f"The banner {banner.marking}"
    return f'"{text.strip()}" is the banner {banner.marking}, garbled ({banner.score:.0f} % alike)'


def _edit(
    place: _Place,
    rule: str,
    score: float,
    reason: str,
    kind: EditKind = "strip",
    length: int | None = None,
    begin: int = 0,
) -> Edit:
    """An edit of a whole line, or of its characters from `begin` up to `length`."""
    text = place.line.text[begin:length]
    start = place.start + begin
    end = start + len(text)
    name = edit_id(place.page, start, end, kind, rule, text, "")
    return Edit(name, place.page, start, end, text, "", kind, rule, score, "applied", reason)
