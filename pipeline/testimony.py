"""Testimony: the folder's evidence on doubtful words becomes edits, or speaks for those that the dictionary made.

A page, the evidence on its document and the edits made to the page so far go in; the page's corrections come out.
A word is replaced only where it is none, where every copy of the passage that differs has the same ordinary word in its place and
none agrees with what was read here. Names, numbers and all else are suggested. Where both sides can be read nothing is
touched: the drafts differ.

The score (0 to 100): 90 for a word replaced, 60 for one suggested from the same passage, 40 for one from elsewhere in the
folder, and more for each doubling of the witnesses, up to 30.
"""

import bisect
from collections.abc import Collection, Iterator, Sequence
from math import log2

import msgspec

from pipeline.collation import running_words
from pipeline.concordance import form_of
from pipeline.evidence import Evidence, Namesake, Reading, Variant
from pipeline.record import Edit, EditStatus, Page, edit_id
from pipeline.wordhood import in_use, is_word

RULE_PASSAGE = "same-passage"
RULE_FOLDER = "same-name-elsewhere"

_REPLACED, _SUGGESTED, _ELSEWHERE = 90.0, 60.0, 40.0
_PER_DOUBLING, _MOST_MORE, _MOST = 5.0, 30.0, 99.0
_MOST_CANDIDATES = 5
_SHORTEST = 3  # letters of a word that is replaced without being asked


class _Claim(msgspec.Struct, frozen=True):
    """One place, the answers for it, best first, and what speaks for them."""

    start: int
    end: int
    text: str
    answers: tuple[str, ...]
    certain: bool
    score: float
    rule: str
    reason: str


def hear(
    page: Page, document: str, evidence: Evidence, edits: Sequence[Edit], known: Collection[str] = ()
) -> list[Edit]:
    """The corrections of `page`: those among `edits`, strengthened where the folder agrees, and the folder's own.

    `document` is the name the evidence knows this document by, `edits` all edits made to this page so far, `known` the
    words in capitals that are never touched, names among them. Of an edit that is already in force nothing changes.
    """
    corrections = {(edit.start, edit.end): edit for edit in edits if edit.kind == "correct"}
    taken = _Places(edit for edit in edits if edit.in_force)
    proposed = _Places(corrections.values())
    for claim in _claims(page, document, evidence, known):
        place = claim.start, claim.end
        if taken.touch(*place):
            continue
        if place in corrections:
            corrections[place] = _strengthened(corrections[place], claim)
        elif claim.certain or not proposed.touch(*place):
            corrections[place] = _edit(page.number, claim)
    return [corrections[place] for place in sorted(corrections)]


def _claims(page: Page, document: str, evidence: Evidence, known: Collection[str]) -> Iterator[_Claim]:
    variants = {(one.start, one.end): one for one in evidence.variants if one.page == page.number}
    namesakes = {one.text: one for one in evidence.namesakes}
    if not variants and not namesakes:
        return
    previous = ""
    for token in running_words([page]):
        variant = variants.get((token.start, token.end))
        namesake = namesakes.get(form_of(token.text, previous))
        previous = token.text
        if token.text.upper() in known:
            continue
        said = _from_passage(variant, document, known) if variant else None
        more = _from_folder(token.start, token.end, token.text, namesake, document) if namesake else None
        if said and more and not said.certain:
            yield _both(said, more)
        elif claim := said or more:
            yield claim


def _from_passage(variant: Variant, document: str, known: Collection[str]) -> _Claim | None:
    """What the copies of a passage say of one of its words."""
    here = variant.text
    if is_word(here):
        return None  # both can be read: the drafts differ, or nobody knows
    words = [reading for reading in variant.readings if _ordinary(reading.text)]
    best = words or [reading for reading in variant.readings if _better(reading, variant)]
    if not best:
        return None
    answers = tuple(_cased_like(here, reading.text) for reading in best[:_MOST_CANDIDATES])
    certain = (
        len(words) == 1
        and variant.agreeing == 0
        and len(here) >= _SHORTEST
        and not in_use(here.casefold())
        and words[0].text.upper() not in known
        and not _name(here)
        and not _name(words[0].text)
    )
    first = best[0]
    reason = f'"{here}" is no word; ' if certain else ""
    reason += (
        f'"{first.text}" stands in the same passage {_where(first, document)}, '
        f'after "{variant.before}" and before "{variant.after}".'
    )
    reason += "".join(f' "{other.text}" stands there {_where(other, document)}.' for other in best[1:])
    if variant.agreeing:
        reason += f' {_copies(variant.agreeing)} "{here}" as here.'
    score = _score(_REPLACED if certain else _SUGGESTED, first.times - variant.agreeing)
    return _Claim(variant.start, variant.end, here, answers, certain, score, RULE_PASSAGE, reason)


def _from_folder(start: int, end: int, text: str, namesake: Namesake, document: str) -> _Claim:
    """What stands elsewhere in the folder in nearly the same form."""
    readings = namesake.readings
    answers = tuple(_cased_like(text, reading.text.rsplit(" ", 1)[-1]) for reading in readings)
    said = (
        f'"{one.text}" stands {_times(one.times)} elsewhere, first {_where(one, document)}'
        for one in readings
    )
    score = _score(_ELSEWHERE, readings[0].times)
    return _Claim(start, end, text, answers, False, score, RULE_FOLDER, "; ".join(said) + ".")


def _ordinary(text: str) -> bool:
    return text.isalpha() and is_word(text)


def _better(reading: Reading, variant: Variant) -> bool:
    """Whether a name or number was read better elsewhere: well formed, or by more copies."""
    here, there = variant.text, reading.text
    if here.isdecimal():
        return False  # a number of digits alone is never changed
    if there.isdecimal():
        return True
    if any(map(str.isdigit, here)) != any(map(str.isdigit, there)):
        return False
    return reading.times > variant.agreeing + 1


def _name(text: str) -> bool:
    """Whether a word is written as a name: a capital first and small letters after it."""
    return text[:1].isupper() and not text.isupper()


def _both(said: _Claim, more: _Claim) -> _Claim:
    answers = tuple(dict.fromkeys((*said.answers, *more.answers)))[:_MOST_CANDIDATES]
    score = min(said.score + (_PER_DOUBLING if said.answers[0] == more.answers[0] else 0.0), _MOST)
    return msgspec.structs.replace(said, answers=answers, score=score, reason=f"{said.reason} {more.reason}")


def _strengthened(edit: Edit, claim: _Claim) -> Edit:
    """A suggestion of the dictionary's with the folder's answers before its own."""
    own = edit.candidates or (edit.after,)
    answers = claim.answers if claim.certain else tuple(dict.fromkeys((*claim.answers, *own)))
    best, status = answers[0], "applied" if claim.certain else edit.status
    agrees = best in own
    return msgspec.structs.replace(
        edit,
        id=edit_id(edit.page, edit.start, edit.end, edit.kind, edit.rule, edit.before, best),
        after=best,
        score=round(min(max(edit.score, claim.score) + (_PER_DOUBLING if agrees else 0.0), _MOST), 1),
        status=status,
        reason=f"{edit.reason} {claim.reason}",
        candidates=answers[:_MOST_CANDIDATES] if len(answers) > 1 else (),
    )


def _edit(page: int, claim: _Claim) -> Edit:
    after = claim.answers[0]
    status: EditStatus = "applied" if claim.certain else "suggested"
    return Edit(
        id=edit_id(page, claim.start, claim.end, "correct", claim.rule, claim.text, after),
        page=page,
        start=claim.start,
        end=claim.end,
        before=claim.text,
        after=after,
        kind="correct",
        rule=claim.rule,
        score=round(claim.score, 1),
        status=status,
        reason=claim.reason,
        candidates=claim.answers if len(claim.answers) > 1 else (),
    )


class _Places:
    """Places of edits that do not overlap each other, and whether one more would overlap them."""

    def __init__(self, edits: Collection[Edit] | Iterator[Edit]) -> None:
        self._spans = sorted((edit.start, edit.end) for edit in edits)

    def touch(self, start: int, end: int) -> bool:
        before = bisect.bisect_left(self._spans, (end, 0))
        return any(other > start for _, other in self._spans[max(before - 2, 0) : before])


def _score(least: float, witnesses: int) -> float:
    return min(least + min(_PER_DOUBLING * log2(max(witnesses, 1)), _MOST_MORE), _MOST)


def _where(reading: Reading, document: str) -> str:
    there = "here" if reading.document == document else f"in {reading.document}"
    place = f"on page {reading.page} {there}" if there != "here" else f"on page {reading.page}"
    return place if reading.times == 1 else f"{place}"


def _times(times: int) -> str:
    return "once" if times == 1 else f"at least {times} times"


def _copies(count: int) -> str:
    return "One other copy has" if count == 1 else f"{count} other copies have"


def _cased_like(token: str, word: str) -> str:
    """`word` in the capitals of `token`."""
    letters = "".join(filter(str.isalpha, token))
    if letters.isupper():
        return word.upper()
    return word.lower() if letters.islower() else word.capitalize() if letters.istitle() else word
