"""Correct: known garbles of a page become edits, each with its reason; nothing else is touched.

A raw page and the dictionary go in, edits of kind "correct" come out. An edit is applied only where its entry says
`auto` and exactly one answer fits; all else is a suggestion with its candidates. A number of digits alone is never
changed, a right word never touched. How the score is reckoned stands in matching.py.
"""

import bisect
import re
from collections.abc import Iterable, Sequence
from operator import itemgetter

import msgspec

from pipeline.dictionary import Dictionary
from pipeline.matching import MOST_CANDIDATES, SEVERAL, Find, find_all
from pipeline.record import Edit, EditStatus, Page, edit_id

_Span = tuple[int, int]
_DIGITS_ALONE = re.compile(r"(?<!\w)\d+(?!\w)")


def correct_page(page: Page, dictionary: Dictionary, stripped: Sequence[Edit] = ()) -> list[Edit]:
    """The corrections of `page`, sorted by place, none overlapping another or an edit in force of `stripped`.

    Each is applied or suggested; `rule` is the id of its dictionary entry, offsets are those of the page's raw text.
    """
    gone: list[_Span] = []
    for edit in sorted(stripped, key=lambda edit: edit.start):
        if edit.in_force and edit.page == page.number and not _taken(gone, edit.start, edit.end):
            gone.append((edit.start, edit.end))
    edits = []
    for offset, line in page.located_lines():
        for find in _choose(find_all(line.text, dictionary)):
            if not _taken(gone, offset + find.start, offset + find.end):
                edits.append(_edit(page.number, offset, line.text, find))
    return edits


def _choose(finds: Iterable[Find]) -> list[Find]:
    """One find a place, none overlapping, in the order of their places."""
    places: dict[tuple[int, int], list[Find]] = {}
    for find in finds:
        places.setdefault((find.start, find.end), []).append(find)
    taken: list[_Span] = []
    chosen = []
    for find in sorted(map(_merge, places.values()), key=lambda find: find.claim):
        if not _taken(taken, find.start, find.end):
            bisect.insort(taken, (find.start, find.end))
            chosen.append(find)
    return sorted((find for find in chosen if find.entry.action != "never"), key=lambda find: find.start)


def _taken(spans: Sequence[_Span], start: int, end: int) -> bool:
    """Whether start:end overlaps one of `spans`, which are sorted and do not overlap each other."""
    before = bisect.bisect_left(spans, end, key=itemgetter(0))
    return before > 0 and spans[before - 1][1] > start


def _merge(finds: list[Find]) -> Find:
    """Several finds at one place: the same answer is one find, different answers are candidates of a suggestion."""
    first, *others = sorted(finds, key=lambda find: find.claim)
    answers = list(first.answers)
    reason = first.reason
    for other in others:
        new = [answer for answer in other.answers if answer not in answers]
        if new and first.entry.action != "never":
            answers += new
            reason += f" Entry {other.entry.id} says {' or '.join(new)}."
    if len(answers) == len(first.answers):
        return first
    score = max(first.score - SEVERAL, 0.0)
    return msgspec.structs.replace(
        first, answers=tuple(answers[:MOST_CANDIDATES]), reason=reason, score=score, certain=False
    )


def _edit(page: int, offset: int, text: str, find: Find) -> Edit:
    before, after = text[find.start : find.end], find.answers[0]
    reason = f"{find.reason} Entry {find.entry.id}" + (f": {find.entry.note}" if find.entry.note else ".")
    auto = find.auto
    if auto and not _keeps_digits(before, after):
        auto, reason = False, f"{reason} A number of digits alone is never changed without being asked."
    status: EditStatus = "applied" if auto else "suggested"
    start, end = offset + find.start, offset + find.end
    return Edit(
        id=edit_id(page, start, end, "correct", find.entry.id, before, after),
        page=page,
        start=start,
        end=end,
        before=before,
        after=after,
        kind="correct",
        rule=find.entry.id,
        score=round(find.score, 1),
        status=status,
        reason=reason,
        candidates=find.answers if len(find.answers) > 1 else (),
    )


def _keeps_digits(before: str, after: str) -> bool:
    """Whether every number of digits alone in `before` stands in `after`, too, in the same order."""
    kept = iter(_DIGITS_ALONE.findall(after))
    return all(number in kept for number in _DIGITS_ALONE.findall(before))
