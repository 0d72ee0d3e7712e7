"""Stage 3: what is furniture and not text. The pages of a document go in, strip edits come out.

A line goes only where evidence comes together: it is a marking and nothing else, and it stands where markings
stand. A marking that is mentioned stays, and a bare number goes only where it continues a count of pages.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from pipeline.markings import Banner, Markings, page_number
from pipeline.record import Edit, Line, Page, edit_id

_EDGE_LINES = 2  # lines of text that may stand between a banner and the page's edge (a stamp, a form's title)
_EDGE_BAND = (
    0.1  # of the page's height, at top and bottom, where a banner may stand whatever was read around it
)
_LEVELS_IN_A_LIST = 3  # different levels on neighbouring lines are a list of levels, not banners


class _Place(msgspec.Struct, frozen=True):
    """A line of a page, where it starts, and how many lines that say something lie between it and each edge."""

    page: int
    start: int
    line: Line
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
    """The strip edits of a document, page by page: banners, page numbers, cable continuation headers."""
    banners = {page.number: dict(_banners(page, markings)) for page in pages}
    seen = Counter(
        marking for found in banners.values() for marking in {one.marking for one in found.values()}
    )
    cable_from = _first_cable_page(pages, markings)
    edits: list[Edit] = []
    numbers: list[tuple[_Place, int, str]] = []
    for page in pages:
        in_cable = cable_from is not None and page.number >= cable_from
        for place in _places(page, banners[page.number]):
            text = place.line.text
            banner = banners[page.number].get(place.start)
            if banner and place.edge:
                edits.append(
                    _strip(place, "banner", banner.score, _why(text, banner, place, seen, len(pages)))
                )
            elif banner and in_cable:
                reason = (
                    f"{_alike(text, banner)}, alone on its line in a cable, where levels repeat in mid-page"
                )
                edits.append(_strip(place, "banner", banner.score, reason))
            elif in_cable and any(pattern.search(text) for pattern in markings.continuations):
                edits.append(
                    _strip(place, "continuation-header", 95, "The header that a cable repeats on each page.")
                )
            elif place.edge and (number := page_number(text)):
                numbers.append((place, *number))
    return sorted(edits + _page_numbers(numbers, len(pages)), key=lambda edit: (edit.page, edit.start))


def _banners(page: Page, markings: Markings) -> Iterator[tuple[int, Banner]]:
    """The lines of a page that are banners by their words alone, by their start; lists of levels left out."""
    told = [
        (start, line, markings.banner(line.text)) for start, line in page.located_lines() if line.text.strip()
    ]
    run: list[tuple[int, Banner]] = []
    for start, _, banner in [*told, (-1, Line(), None)]:
        if banner:
            run.append((start, banner))
            continue
        if len({one.marking for _, one in run}) < _LEVELS_IN_A_LIST:
            yield from run
        run = []


def _places(page: Page, banners: dict[int, Banner]) -> Iterator[_Place]:
    """Every line that says something, with its distance from the edges counted in lines that are not furniture."""
    lines = [(start, line) for start, line in page.located_lines() if line.text.strip()]
    solid = [
        0 if start in banners or page_number(line.text) or _specks(line.text) else 1 for start, line in lines
    ]
    above = 0
    total = sum(solid)
    for (start, line), weight in zip(lines, solid, strict=True):
        yield _Place(page.number, start, line, above, total - above - weight, _band(line, page))
        above += weight


def _band(line: Line, page: Page) -> str:
    box = line.box
    if not box or not page.height:
        return ""
    middle = (box.top + box.bottom) / 2 / page.height
    return "top" if middle < _EDGE_BAND else "bottom" if middle > 1 - _EDGE_BAND else ""


def _specks(text: str) -> bool:
    return sum(c.isalnum() for c in text) <= 2


def _page_numbers(numbers: Sequence[tuple[_Place, int, str]], page_count: int) -> list[Edit]:
    """Strip edits for the numbers that count pages: named, set off by dashes, or one in a count up at one edge."""
    at_edge: dict[tuple[str, int], set[int]] = {}
    for place, number, _ in numbers:
        at_edge.setdefault((place.edge, place.page), set()).add(number)
    edits = []
    for place, number, how in numbers:
        before = number - 1 in at_edge.get((place.edge, place.page - 1), ())
        after = number + 1 in at_edge.get((place.edge, place.page + 1), ())
        if before or after:
            neighbour = place.page - 1 if before else place.page + 1
            reason = f"The page number {number}: page {neighbour} carries {number - 1 if before else number + 1} there."
            edits.append(_strip(place, "page-number", 97, reason))
        elif how == "named":
            edits.append(
                _strip(place, "page-number", 95, f"The line says itself that this is page {number}.")
            )
        elif how == "set off":
            edits.append(
                _strip(
                    place,
                    "page-number",
                    90,
                    f"The page number {number}, set off by dashes at the page's edge.",
                )
            )
        elif number == place.page and number > 1 and page_count > 1:
            edits.append(
                _strip(
                    place, "page-number", 85, f"The page number {number} on page {number} of {page_count}."
                )
            )
    return edits


def _first_cable_page(pages: Sequence[Page], markings: Markings) -> int | None:
    for page in pages:
        signs = {
            number
            for number, pattern in enumerate(markings.cable_signs)
            if any(pattern.search(line.text) for line in page.lines)
        }
        if len(signs) >= 2:
            return page.number
    return None


def _alike(text: str, banner: Banner) -> str:
    if banner.score == 100:
        return f"The banner {banner.marking}"
    return f'"{text.strip()}" is the banner {banner.marking}, garbled ({banner.score:.0f} % alike)'


def _why(text: str, banner: Banner, place: _Place, seen: Counter[str], page_count: int) -> str:
    repeats = f", on {seen[banner.marking]} of {page_count} pages" if page_count > 1 else ""
    return f"{_alike(text, banner)}, alone on its line at the {place.edge} of the page{repeats}."


def _strip(place: _Place, rule: str, score: float, reason: str) -> Edit:
    text = place.line.text
    end = place.start + len(text)
    name = edit_id(place.page, place.start, end, "strip", rule, text, "")
    return Edit(name, place.page, place.start, end, text, "", "strip", rule, score, "applied", reason)
