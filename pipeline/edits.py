"""The edit algebra: raw text and edits in, clean text and the way back out.

`settle` decides which edits are in force, `apply` is the only place where offsets are computed, and the law is
`undo(apply(raw, edits)) == raw`, page by page.
"""

import bisect
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.record import Edit, EditKind, RecordError

# Order of claim where two edits want the same place: the lower wins.
_CLAIM: dict[EditKind, int] = {"strip": 1, "withhold": 2, "insert": 3, "correct": 4}
_Span = tuple[int, int, bool]  # start, end, and whether the edit may take whole lines
_LINE_TAKING: frozenset[EditKind] = frozenset({"strip", "withhold"})


class Piece(msgspec.Struct, frozen=True):
    """A stretch of raw text and what stands for it in clean text; `edits` is empty where it was kept as it is."""

    raw_start: int
    raw_end: int
    clean_start: int
    clean_end: int
    raw: str = ""
    edits: tuple[str, ...] = ()


class Clean(msgspec.Struct, frozen=True):
    """Clean text of a page with the pieces that lead back to raw text, in order and without gaps."""

    text: str
    pieces: tuple[Piece, ...]

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span that the clean span start:end came from; a changed piece counts whole."""
        return _cross(self.pieces, start, end, from_clean=True)

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """The clean span that stands for the raw span start:end; empty where that was stripped."""
        return _cross(self.pieces, start, end, from_clean=False)


def settle(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Make edits in force never overlap: what loses its claim becomes superseded; groups stand or fall whole.

    A person's edit (accepted) comes first, then strip, withhold, insert, correct; among equals the higher score,
    then the earlier place. Returns all edits in the order of their places.
    """
    edits = list({edit.id: edit for edit in edits}.values())  # the same edit found twice is one edit
    groups: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.in_force:
            groups.setdefault(edit.group or f"alone:{edit.id}", []).append(edit)
    taken: dict[int, _Claims] = {}
    lost: set[str] = set()
    for group in sorted(groups.values(), key=lambda group: min(map(_claim, group))):
        claimed: list[Edit] = []
        for edit in group:
            claims = taken.setdefault(edit.page, _Claims())
            if claims.collides(edit):
                lost.update(one.id for one in group)
                for one in claimed:
                    taken[one.page].remove(one)
                break
            claims.add(edit)
            claimed.append(edit)
    settled = (
        msgspec.structs.replace(edit, status="superseded") if edit.in_force and edit.id in lost else edit
        for edit in edits
    )
    return tuple(sorted(settled, key=lambda edit: (edit.page, edit.start, edit.end, edit.id)))


def apply(raw: str, edits: Iterable[Edit]) -> Clean:
    """Clean text of one page: `raw` with its edits in force carried out.

    A strip or withhold that covers a line takes the line's newline along, and the blank lines below it where
    a blank line (or nothing) stands above, and those above it at the head of a page: a banner leaves no hole.
    Raises RecordError where an edit does not fit the text or two in force overlap.
    """
    force = sorted((edit for edit in edits if edit.in_force), key=lambda edit: (edit.start, edit.end))
    for edit in force:
        if edit.end > len(raw) or raw[edit.start : edit.end] != edit.before:
            raise RecordError(f"edit {edit.id} expects {edit.before!r} at {edit.start}, which is not there")
    spans = [(edit.start, edit.end, edit.after, edit.id) for edit in force]
    removed = _removed_lines(raw, force)
    whole = {edit_id for _, _, edit_id in removed}
    spans = [span for span in spans if span[3] not in whole]
    spans += [(start, end, "", edit_id) for start, end, edit_id in removed]
    spans.sort(key=lambda span: span[:2])

    pieces: list[Piece] = []
    text: list[str] = []
    at = written = 0

    def put(start: int, end: int, after: str, edit_ids: tuple[str, ...]) -> None:
        nonlocal at, written
        pieces.append(
            Piece(start, end, written, written + len(after), raw[start:end] if edit_ids else "", edit_ids)
        )
        text.append(after)
        at, written = end, written + len(after)

    for start, end, after, edit_id in spans:
        if start < at:
            raise RecordError(f"edit {edit_id} overlaps another edit in force; settle them first")
        if start > at:
            put(at, start, raw[at:start], ())
        put(start, end, after, (edit_id,))
    if at < len(raw):
        put(at, len(raw), raw[at:], ())
    return Clean("".join(text), tuple(pieces))


def undo(clean: Clean) -> str:
    """The raw text that `apply` started from."""
    return "".join(
        piece.raw if piece.edits else clean.text[piece.clean_start : piece.clean_end]
        for piece in clean.pieces
    )


def _claim(edit: Edit) -> tuple[int, float, int, int, str]:
    order = 0 if edit.status == "accepted" else _CLAIM[edit.kind]
    return order, -edit.score, edit.page, edit.start, edit.id


class _Claims:
    """The places taken on one page, kept sorted so that thousands of edits settle in linearithmic time."""

    def __init__(self) -> None:
        self._spans: list[_Span] = []

    def collides(self, edit: Edit) -> bool:
        mine = _span(edit)
        at = bisect.bisect_left(self._spans, mine)
        return any(_overlap(mine, other) for other in self._spans[max(at - 2, 0) : at + 2])

    def add(self, edit: Edit) -> None:
        bisect.insort(self._spans, _span(edit))

    def remove(self, edit: Edit) -> None:
        self._spans.remove(_span(edit))


def _span(edit: Edit) -> _Span:
    return edit.start, edit.end, edit.kind in _LINE_TAKING


def _overlap(one: _Span, other: _Span) -> bool:
    (start, end, takes), (other_start, other_end, other_takes) = one, other
    if start == end or other_start == other_end:  # an insert may touch a correction, but not a line that goes
        if start == end and other_start == other_end:
            return start == other_start
        closed = takes if other_start == other_end else other_takes
        low, high, point = (other_start, other_end, start) if start == end else (start, end, other_start)
        return low <= point <= high if closed else low < point < high
    return start < other_end and other_start < end


def _removed_lines(raw: str, force: Sequence[Edit]) -> list[tuple[int, int, str]]:
    """The spans of whole lines that go, newlines shared out so that they never overlap."""
    lines: list[tuple[int, int]] = []
    at = 0
    for text in raw.split("\n"):
        lines.append((at, at + len(text)))
        at += len(text) + 1
    whole = {(e.start, e.end): e.id for e in force if e.kind in _LINE_TAKING and not e.after}
    touched = sorted(edit.start for edit in force)
    owners: dict[int, str] = {}
    head = next((span for span in lines if raw[span[0] : span[1]].strip()), None)
    if head in whole:  # blank lines above a banner that heads the page
        owners = {n: whole[head] for n in range(lines.index(head)) if not _touched(lines[n], touched)}
    above_is_blank = True
    owner = ""
    for number, (start, end) in enumerate(lines):
        blank = not raw[start:end].strip()
        if (start, end) in whole:
            owner = owners[number] = whole[start, end]
        elif blank and owner and above_is_blank and not _touched((start, end), touched):
            owners[number] = owner
        else:
            owner, above_is_blank = "", blank
    kept = [number for number in range(len(lines)) if number not in owners]
    last_kept = kept[-1] if kept else -1
    spans = []
    for number, edit_id in owners.items():
        start, end = lines[number]
        if number < last_kept:
            spans.append((start, end + 1, edit_id))
        else:
            spans.append((start - 1 if number else start, end, edit_id))
    return spans


def _touched(line: tuple[int, int], places: Sequence[int]) -> bool:
    """Whether an edit begins on a line; `places` are sorted."""
    at = bisect.bisect_left(places, line[0])
    return at < len(places) and places[at] <= line[1]


def _cross(pieces: Sequence[Piece], start: int, end: int, *, from_clean: bool) -> tuple[int, int]:
    if not pieces:
        return 0, 0
    here = [(p.clean_start, p.clean_end) if from_clean else (p.raw_start, p.raw_end) for p in pieces]
    there = [(p.raw_start, p.raw_end) if from_clean else (p.clean_start, p.clean_end) for p in pieces]
    starts = [span[0] for span in here]

    def cross(place: int, *, opening: bool) -> int:
        # An opening bound belongs to the piece that begins at or before it, a closing one to the piece that ends there.
        find = bisect.bisect_right if opening else bisect.bisect_left
        index = max(find(starts, place) - 1, 0)
        (low, high), (low_there, high_there) = here[index], there[index]
        if not pieces[index].edits:
            return low_there + min(max(place - low, 0), high - low)
        return low_there if opening else high_there

    first, last = cross(start, opening=True), cross(max(end, start), opening=start == end)
    return min(first, last), max(first, last)
