"""Stage 3: what is furniture and not text. The pages of a document go in, strip and withhold edits come out.

A line goes only where evidence comes together: what it says (a marking or a stamp and nothing else), where it
stands, and whether it stands there on page after page. A marking that is mentioned stays, and a bare number goes
only where it continues a count of pages.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from pipeline.beside import openings, part, rests
from pipeline.letters import capitals, squeeze
from pipeline.markings import Banner, Markings, page_number
from pipeline.noise import holds_words, is_unreadable, noise_lines
from pipeline.places import LONGEST_LINE, Place, band, places_of, stamps_of
from pipeline.record import Edit, EditKind, Line, Page, edit_id
from pipeline.repetition import EdgeLine, repeated
from pipeline.reviewboxes import inside
from pipeline.stamps import Stamp

_OUTERMOST = 0.06  # of the page's height: what was put on a film stands there, and no line of a cable
_BESIDE = 3  # lines of one stamp stand no further apart
_STROKE = re.compile(r"[A-Z]?[—–].*[A-Z].*[—–]|[A-Z][—–][A-Z]")
_LIKE_A_BANNER = (
    50.0  # percent; a line at the edge that repeats and is that like a banner is one, struck through
)


def strip_pages(pages: Sequence[Page], markings: Markings) -> list[Edit]:
    """The strip and withhold edits of a document, in the order of their places."""
    cable_from = _first_cable_page(pages, markings)
    noise = {page.number: {start: reason for start, _, reason in noise_lines(page)} for page in pages}
    in_cable = {page.number: cable_from is not None and page.number >= cable_from for page in pages}
    places = {
        page.number: list(places_of(page, markings, noise[page.number], in_cable[page.number]))
        for page in pages
    }
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
        keep(_banners(places[page.number], in_cable[page.number], seen, len(pages)))
        keep(_spoilt_banners(places[page.number], markings))
        if in_cable[page.number]:
            keep(_worn_stamps(page, places[page.number], markings))
        whole = [place for place in places[page.number] if (place.page, place.start) not in edits]
        keep(_stamps(whole, in_cable[page.number], markings))
        if in_cable[page.number]:
            keep(_continuations(places[page.number], markings))
            keep(_misread_rules(places[page.number], markings))
    keep(_page_numbers(lines, len(pages)))
    keep(_repetitions(lines, edits.keys(), len(pages), markings))
    for page in pages:
        keep(
            _edit(place, "noise", 80, noise[page.number][place.start], "withhold")
            for place in places[page.number]
            if place.start in noise[page.number]
        )
        whole = [place for place in places[page.number] if not _has_edit(place, edits)]
        keep(_rests(page, whole, in_cable[page.number], markings))
        if not in_cable[page.number]:
            keep(_inside_boxes(places[page.number], edits, markings))
    return [edits[place] for place in sorted(edits)]


def _banners(places: Sequence[Place], in_cable: bool, seen: Counter[str], page_count: int) -> Iterator[Edit]:
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
        elif place.banner.score == 100 and place.heads_text:
            yield _edit(place, "banner", 95, f"{said}, alone on its line above all running text of the page.")
        elif _STROKE.search(place.line.text):
            reason = f"{said}, alone on its line with a stroke drawn through it."
            yield _edit(place, "banner", place.banner.score, reason)


def _spoilt_banners(places: Sequence[Place], markings: Markings) -> Iterator[Edit]:
    """Struck-through lines that are like a banner and stand next to one: overstamped pages carry both."""
    banners = {place.number for place in places if place.banner and place.edge}
    for place in places:
        beside = {place.number - 1, place.number + 1} & banners
        if not place.banner and place.edge and beside and _like_a_banner(place, markings):
            reason = f"It is like a banner, struck through, next to another at the {place.edge} of the page."
            yield _edit(place, "banner", 75, reason)


def _stamps(places: Sequence[Place], in_cable: bool, markings: Markings) -> Iterator[Edit]:
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
            begin = found.begin
            if not markings.stamps.holds_text(place.line.text[:begin]) or _own_print(place.line, begin):
                begin = 0
            if begin:
                reason = "A review box, stamped beside a line of text, which stays."
            yield _edit(place, found.kind, found.score, reason, begin=begin)


def _worn_stamps(page: Page, places: Sequence[Place], markings: Markings) -> Iterator[Edit]:
    """What is left of a release line on microfilm: at the very edge of a page, not in the capitals of the cable."""
    if not capitals(page.text):
        return
    for place in places:
        if band(place.line, page, _OUTERMOST) and not capitals(place.line.text):
            kind, words = markings.stamps.worn(place.line.text[:LONGEST_LINE])
            if words:
                reason = (
                    f"It stands at the very edge of the page, not in capitals as the cable is, and holds {words} "
                    f"word{'s' if words > 1 else ''} of a {kind.replace('-', ' ')}."
                )
                yield _edit(place, kind, 70, reason)


def _rests(page: Page, places: Sequence[Place], in_cable: bool, markings: Markings) -> Iterator[Edit]:
    """What stands beside the text: the ends of lines that run on into it, and lines of its own."""
    starts = [start for start, _ in page.located_lines()]
    at = {place.start: place for place in places}
    for rest in rests(page, lambda text: stamps_of(text, markings), in_cable and capitals(page.text)):
        place = at.get(starts[rest.line])
        if not place:
            continue
        if rest.stamp:
            reason = f"The words of a {rest.stamp.kind.replace('-', ' ')}, far to the right of the line's text, which stays."
            yield _edit(place, rest.stamp.kind, rest.stamp.score, reason, begin=rest.begin)
        elif rest.specks:
            reason = "Specks to the right of where the page's text ends."
            yield _edit(place, "noise", 80, reason, "withhold", begin=rest.begin)
        else:
            reason = "It stands to the right of where the lines of the cable end, as notes and stamps do."
            yield _edit(place, "marginalia", 75, reason, begin=rest.begin)


def _inside_boxes(
    places: Sequence[Place], edits: Mapping[tuple[int, int], Edit], markings: Markings
) -> Iterator[Edit]:
    """What stands among the lines of a review box."""
    known = [
        box
        for place in places
        if any(stamp.kind == "review-box" for stamp in place.stamps)
        for at in range(len(place.line.text))
        if (edit := edits.get((place.page, place.start + at))) and edit.rule == "review-box"
        if (box := part(place.line, at, len(place.line.text)).box)
    ]
    free = [place for place in places if known and not _has_edit(place, edits)]
    for number in inside([place.line for place in free], known):
        line = free[number].line
        words = re.findall(r"[A-Za-z]{4,}", line.text)
        if not words or is_unreadable(line) or any(map(markings.stamps.is_box_word, words)):
            reason = "It stands among the lines of a review box and holds no sentence."
            yield _edit(free[number], "review-box", 75, reason)


def _has_edit(place: Place, edits: Container[tuple[int, int]]) -> bool:
    """Whether an edit takes the line or a part of it."""
    return any((place.page, place.start + at) in edits for at in range(len(place.line.text)))


def _own_print(line: Line, box: int) -> bool:
    """Whether what stands before a box to tick is no text beside the stamp: no word, and not apart from it."""
    return (
        bool(line.words)
        and not holds_words(part(line, 0, box))
        and not any(0 < at <= box for at in openings(line))
    )


def _has_neighbour(place: Place, sure: dict[int, Stamp]) -> bool:
    """Whether a line that can only be a stamp stands within three lines."""
    return any(abs(number - place.number) <= _BESIDE for number in sure)


def _continuations(places: Sequence[Place], markings: Markings) -> Iterator[Edit]:
    for place in places:
        if any(pattern.search(place.line.text[:LONGEST_LINE]) for pattern in markings.continuations):
            yield _edit(place, "continuation-header", 95, "The header that a cable repeats on each page.")


def _misread_rules(places: Sequence[Place], markings: Markings) -> Iterator[Edit]:
    reason = "The dashed rule above a cable's number, read as letters."
    for place in places:
        for pattern in markings.misread_rules:
            if found := pattern.match(place.line.text[:LONGEST_LINE]):
                yield _edit(place, "noise", 85, reason, "withhold", found.end())


def _page_numbers(places: Sequence[Place], page_count: int) -> Iterator[Edit]:
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
    places: Sequence[Place], gone: Iterable[tuple[int, int]], page_count: int, markings: Markings
) -> Iterator[Edit]:
    """Lines that stand at one edge of page after page. The first of them stays, if it says anything of its own."""
    done = set(gone)
    edge_lines = {
        (place.page, place.start): EdgeLine(
            place.page, place.edge, place.start, place.line.text, _like_a_banner(place, markings)
        )
        for place in places
        if place.edge
        and len(place.line.text) <= LONGEST_LINE
        and not any(pattern.search(place.line.text) for pattern in markings.cable_signs)
        and squeeze(place.line.text) not in markings.letterheads
    }
    found = repeated(list(edge_lines.values()), page_count)
    for place in places:
        repetition = found.get((place.page, place.start))
        if not repetition or (place.page, place.start) in done:
            continue
        pages = repetition.first_pages
        listed = ", ".join(map(str, pages)) + (" ..." if repetition.count > len(pages) else "")
        if edge_lines[place.page, place.start].spoilt_banner:
            reason = f"It is like a banner, spoilt, and stands at the {place.edge} of pages {listed}."
            yield _edit(place, "banner", 75, reason)
        elif place.page != pages[0]:
            reason = f"It repeats at the {place.edge} of pages {listed}; the first is kept."
            yield _edit(place, "repeated-line", 85, reason)


def _like_a_banner(place: Place, markings: Markings) -> bool:
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
            if any(pattern.search(line.text[:LONGEST_LINE]) for line in page.lines)
        }
        if len(signs) >= 2:
            return page.number
    return None


def _alike(text: str, banner: Banner) -> str:
    if banner.score == 100:
        return f"The banner {banner.marking}"
    return f'"{text.strip()}" is the banner {banner.marking}, garbled ({banner.score:.0f} % alike)'


def _edit(
    place: Place,
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
