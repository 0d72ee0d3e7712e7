"""What people decided, carried out: a document's pages, its decisions and the edits of a stage in, those edits as decided out.

A decision that changes the text is an edit of status accepted; one that keeps what was read makes rejected what would
have changed it, and a mere suggestion of any other change there. Of one reviewer's decisions on one place the later
holds. Where two reviewers contradict each other neither holds: the text stays as it was read, and both answers are
suggested until one of them is taken back. What a run's options leave out changes nothing, and is told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from pipeline.decisions import Decision
from pipeline.fitting import find
from pipeline.record import Decided, DecidedState, Edit, EditKind, EditStatus, Page, edit_id

RULE = "person"  # the rule of edits that a person made and no stage proposed
_SCORE = 100.0

Family = Literal["lines", "words"]
_FAMILY: dict[EditKind, Family] = {
    "strip": "lines",
    "withhold": "lines",
    "correct": "words",
    "insert": "words",
}
_KEPT_WHOLE = ("confirm", "restore")  # what they say is of the place, not of one edit there


class _Fitted(msgspec.Struct):
    """A decision with its place on the page as it is now, and what has become of it."""

    decision: Decision
    page: int
    start: int
    end: int
    state: DecidedState = "applied"
    reason: str = ""
    edit: str = ""

    @property
    def family(self) -> Family:
        return _FAMILY[self.decision.kind]

    @property
    def says(self) -> str:
        one = self.decision
        if not one.changes:
            return f"{one.reviewer} keeps it as read"
        return f"{one.reviewer} takes it out" if not one.after else f'{one.reviewer} says "{one.after}"'


class Deciding:
    """The decisions on one document, each at its place; `over` carries them out on the edits of a stage.

    `left_out` says why a decision is not to be carried out, or "" where it is.
    """

    def __init__(
        self,
        pages: Sequence[Page],
        decisions: Iterable[Decision],
        left_out: Callable[[Decision], str] = lambda _: "",
    ) -> None:
        by_number = {page.number: page for page in pages}
        self._all = [_fit(one, by_number) for one in decisions]
        for one in self._all:
            if one.state == "applied" and (reason := left_out(one.decision)):
                one.state, one.reason = "left_out", reason
        fitting = [one for one in self._all if one.state == "applied"]
        for here in _by_page(fitting).values():
            _settle_people(here)

    def over(self, edits: Iterable[Edit], family: Family) -> list[Edit]:
        """The edits with what was decided of strips ("lines") or of corrections ("words")."""
        mine = [one for one in self._all if one.family == family and one.state in ("applied", "conflict")]
        by_page = _by_page(mine)
        decided = _whole_groups([_decided(edit, by_page.get(edit.page, ())) for edit in edits])
        made = list(_made(mine, decided))
        return [_gives_way(edit, by_page.get(edit.page, ())) for edit in decided] + made

    def outcomes(self) -> tuple[Decided, ...]:
        """What became of each decision, in their order."""
        return tuple(
            Decided(one.decision.id, one.decision.reviewer, one.state, one.page, one.edit, one.reason)
            for one in self._all
        )


def _fit(decision: Decision, pages: dict[int, Page]) -> _Fitted:
    place = decision.place
    assert place is not None
    page = pages.get(place.page)
    if page is None:
        return _Fitted(decision, place.page, 0, 0, "not_fitting", "The document has no such page now.")
    spot = find(place, decision.after, page)
    fitted = _Fitted(decision, place.page, spot.start, spot.end)
    if spot.fits == "after" and decision.changes:
        fitted.state, fitted.reason = "satisfied", "What was decided is what is read there now."
    elif spot.fits != "before":
        found = decision.after if spot.fits == "after" else spot.found
        now = f'"{found}" is read there now' if found else "it is not found there now"
        fitted.state, fitted.reason = "not_fitting", f'It was decided of "{place.before}", and {now}.'
    return fitted


def _by_page(fitted: Iterable[_Fitted]) -> dict[int, list[_Fitted]]:
    pages: dict[int, list[_Fitted]] = {}
    for one in fitted:
        pages.setdefault(one.page, []).append(one)
    return pages


def _settle_people(here: Sequence[_Fitted]) -> None:
    """Of one reviewer the later decision on a place holds; two reviewers who contradict leave it open."""
    order = {id(one): number for number, one in enumerate(here)}
    here = sorted(here, key=lambda one: one.start)
    pairs = [
        (one, other)
        for number, one in enumerate(here)
        for other in _reaching(here, number)
        if _contradict(one, other)
    ]
    for one, other in pairs:
        if one.decision.reviewer == other.decision.reviewer:
            earlier = min(one, other, key=lambda either: order[id(either)])
            earlier.state, earlier.reason = (
                "superseded",
                "A later decision of the same reviewer is in its place.",
            )
    for one, other in pairs:
        if one.decision.reviewer != other.decision.reviewer and "superseded" not in (one.state, other.state):
            for mine, theirs in ((one, other), (other, one)):
                mine.state, mine.reason = (
                    "conflict",
                    f"{theirs.says}; until one takes it back, neither holds.",
                )


def _reaching(here: Sequence[_Fitted], number: int) -> Iterator[_Fitted]:
    """Those behind number `number`, in the order of their places, that begin before it ends."""
    for other in here[number + 1 :]:
        if other.start > here[number].end:
            return
        yield other


def _contradict(one: _Fitted, other: _Fitted) -> bool:
    mine, theirs = one.decision, other.decision
    if not (mine.changes or theirs.changes) or not _overlap(one, other):
        return False
    if mine.changes and theirs.changes:
        same = (one.start, one.end, mine.after) == (other.start, other.end, theirs.after)
        return not (same and one.family == other.family)
    return one.family == other.family


def _overlap(one: _Fitted | Edit, other: _Fitted | Edit) -> bool:
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end and _points_meet(one, other)
    return one.start < other.end and other.start < one.end


def _points_meet(one: _Fitted | Edit, other: _Fitted | Edit) -> bool:
    """An insert meets another at the same place, and what it stands within."""
    low, high = max(one.start, other.start), min(one.end, other.end)
    same = (one.start, one.end) == (other.start, other.end)
    return same or (low == high and min(one.start, other.start) < low < max(one.end, other.end))


def _decided(edit: Edit, here: Iterable[_Fitted]) -> Edit:
    """A stage's edit with the status that decisions give it."""
    decided = edit
    for one in here:
        decision = one.decision
        same = _what(one) == _what(edit)
        if not _overlap(one, edit) or not (same or decision.verdict in _KEPT_WHOLE):
            continue
        one.edit = edit.id
        if one.state == "applied" and decided is edit:
            status: EditStatus = "accepted" if decision.changes else "rejected"
            decided = _with(edit, status, f"{status.capitalize()} by {decision.reviewer}.")
    return decided


def _what(one: "_Fitted | Edit") -> tuple[int, int, int, str, Family]:
    """What an edit does where; a decision of the same is about it."""
    kind, after = (one.kind, one.after) if isinstance(one, Edit) else (one.decision.kind, one.decision.after)
    return one.page, one.start, one.end, after, _FAMILY[kind]


def _gives_way(edit: Edit, here: Iterable[_Fitted]) -> Edit:
    """A stage's edit where people decided otherwise: it is superseded by their text, and never more than suggested
    where they keep what was read or do not agree.
    """
    if edit.status not in ("applied", "suggested"):
        return edit
    for one in here:
        if not _overlap(one, edit):
            continue
        if one.state == "conflict" and edit.in_force:
            return _with(edit, "suggested", f"Reviewers do not agree: {one.says}.")
        if one.state == "applied" and one.decision.changes:
            return _with(edit, "superseded", f"{one.decision.reviewer} decided otherwise.")
        if one.state == "applied" and edit.in_force:
            return _with(edit, "suggested", f"Not applied, because {one.says}.")
    return edit


def _made(here: Iterable[_Fitted], edits: Iterable[Edit]) -> Iterator[Edit]:
    """The edits that no stage proposed: what people wrote, and one suggestion for each text that they do not agree on."""
    there = {_what(edit): edit.id for edit in edits}
    for one in here:
        decision, place = one.decision, one.decision.place
        if one.edit or not decision.changes or place is None:
            continue
        if _what(one) in there:  # somebody else decided the same
            one.edit = there[_what(one)]
            continue
        agreed = one.state == "applied"
        said = f"{_VERBS.get(decision.verdict, 'Accepted')} by {decision.reviewer}."
        one.edit = edit_id(one.page, one.start, one.end, decision.kind, RULE, place.before, decision.after)
        there[_what(one)] = one.edit
        yield Edit(
            id=one.edit,
            page=one.page,
            start=one.start,
            end=one.end,
            before=place.before,
            after=decision.after,
            kind=decision.kind,
            rule=RULE,
            score=_SCORE,
            status="accepted" if agreed else "suggested",
            reason=said if agreed else f"Reviewers do not agree: {one.says}.",
        )


_VERBS = {"choose": "Chosen", "edit": "Written", "strip": "Stripped"}


def _whole_groups(edits: list[Edit]) -> list[Edit]:
    """Edits that share a group are decided as one: what was said of one of them holds for all."""
    said: dict[str, Edit] = {}
    for edit in edits:
        if edit.group and edit.status in ("accepted", "rejected"):
            first = said.setdefault(edit.group, edit)
            if first.status == "accepted" and edit.status == "rejected":
                said[edit.group] = edit
    return [
        msgspec.structs.replace(edit, status=said[edit.group].status)
        if edit.group in said and edit.status != "superseded"
        else edit
        for edit in edits
    ]


def _with(edit: Edit, status: EditStatus, said: str) -> Edit:
    return msgspec.structs.replace(edit, status=status, reason=f"{edit.reason} {said}".strip())
