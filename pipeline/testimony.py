"""Testimony: the folder's evidence on doubtful words becomes edits, or speaks for those that the dictionary made.

A document, the evidence on it and the edits made to it so far go in; the edits with those of the folder come out.
A word is replaced only where it is none, where every copy of the passage that differs has the same ordinary word in its place and
none agrees with what was read here. Names, numbers and all else are suggested. Where both sides can be read nothing is
touched: the drafts differ.

The score (0 to 100): 90 for a word replaced, 60 for one suggested from the same passage, 40 for one from elsewhere in the
folder, and more for each doubling of the witnesses, up to 30.
"""

import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from math import log2

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.collation import Token, running_words
from pipeline.concordance import form_of, is_time
from pipeline.evidence import Evidence, Namesake, Reading, Variant
from pipeline.record import Document, Edit, EditStatus, Page, edit_id
from pipeline.wordhood import in_use, is_name, is_word

RULE_PASSAGE = "same-passage"
RULE_FOLDER = "same-name-elsewhere"

_REPLACED, _SUGGESTED, _ELSEWHERE = 90.0, 60.0, 40.0
_PER_DOUBLING, _MOST_MORE, _MOST = 5.0, 30.0, 99.0
_MOST_CANDIDATES = 5
_USUAL = " .,;:!?'\"()-/"  # signs that stand beside words by right
_LONGER = 1  # letters that a misread word may have more or less; where more differ both copies may be misread
_SHORTEST = 3  # letters of a word that is replaced without being asked


class _Claim(msgspec.Struct, frozen=True):
    """One place, the answers for it, best first, and what speaks for them."""

    start: int
    end: int
    answers: tuple[str, ...]
    certain: bool
    score: float
    rule: str
    reason: str


def hear(
    document: Document,
    evidence: Evidence,
    edits: Sequence[Edit],
    known: Collection[str] = (),
    *,
    suggest_only: bool = False,
) -> list[Edit]:
    """The edits of `document` so far, suggestions strengthened where the folder agrees, and the folder's own.

    `known` are the words in capitals that are never touched nor put in, names among them; with `suggest_only` nothing is
    applied. Of an edit that is in force already, or decided together with others, nothing changes.
    """
    by_page: dict[int, list[Edit]] = {page.number: [] for page in document.pages}
    for edit in edits:
        by_page.setdefault(edit.page, []).append(edit)
    for page in document.pages:
        claims = _claims(page, document.source, evidence, known)
        if suggest_only:
            claims = (msgspec.structs.replace(claim, certain=False) for claim in claims)
        by_page[page.number] = _heard(page, claims, by_page[page.number])
    return [edit for on_page in by_page.values() for edit in on_page]


def _heard(page: Page, claims: Iterable[_Claim], edits: Sequence[Edit]) -> list[Edit]:
    """The edits of one page with what is claimed of it."""
    taken = _Places(edit for edit in edits if edit.in_force)
    suggested = {
        (edit.start, edit.end): edit for edit in edits if edit.kind == "correct" and not edit.in_force
    }
    asked = _Places(suggested.values())
    others = [edit for edit in edits if suggested.get((edit.start, edit.end)) is not edit]
    for claim in claims:
        place = claim.start, claim.end
        if taken.touch(*place):
            continue
        if place not in suggested:
            if claim.certain or not asked.touch(*place):
                suggested[place] = _edit(page, claim)
        elif not suggested[place].group:
            suggested[place] = _strengthened(suggested[place], claim)
    return [*others, *suggested.values()]


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
        more = _from_folder(token, namesake, document) if namesake else None
        if said and more and not said.certain:
            yield _both(said, more)
        elif claim := said or more:
            yield claim


def _from_passage(variant: Variant, document: str, known: Collection[str]) -> _Claim | None:
    """What the copies of a passage say of one of its words."""
    here = variant.text
    if is_word(here):
        return None  # both can be read: the drafts differ, or nobody knows
    if not here.isalnum() and in_use(here.casefold()):
        return None  # N/A, which some copies write NA
    heard = [reading for reading in variant.readings if reading.times > variant.agreeing]
    words = [reading for reading in heard if _ordinary(reading.text)]
    best = words or [reading for reading in heard if _better(reading, variant)]
    if not best:
        return None
    answers = tuple(_cased_like(here, reading.text) + reading.stop for reading in best[:_MOST_CANDIDATES])
    certain = (
        len(words) == 1
        and variant.agreeing == 0
        and len(here) >= _SHORTEST
        and abs(len(here) - len(words[0].text)) <= _LONGER
        and not in_use(here.casefold())
        and words[0].text.upper() not in known
        and not _name(here, words[0].text)
        and not _far(here, words[0].text)
        and not _cut_or_joined(here, words[0])
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
    start, end = variant.start - first.lead, variant.end + first.trail
    return _Claim(start, end, answers, certain, score, RULE_PASSAGE, reason)


def _from_folder(token: Token, namesake: Namesake, document: str) -> _Claim | None:
    """What stands elsewhere in the folder in nearly the same form."""
    first, here = namesake.readings[0], token.text.casefold()
    right = first.text.casefold()
    odd_lead, odd_trail = (bool(signs.strip(_USUAL)) for signs in (token.lead, token.trail))
    lead, trail = right.endswith(here) and odd_lead, right.startswith(here) and odd_trail
    if right.endswith(here) and not lead:
        return None  # a word cut in two, as often as not
    answers = tuple(_cased_like(token.text, one.text.rsplit(" ", 1)[-1]) for one in namesake.readings)
    said = (
        f'"{one.text}" stands {_times(one.times)} elsewhere, first {_where(one, document)}'
        for one in namesake.readings
    )
    start, end = token.start - len(token.lead) * lead, token.end + len(token.trail) * trail
    score = _score(_ELSEWHERE, first.times)
    return _Claim(start, end, answers, False, score, RULE_FOLDER, "; ".join(said) + ".")


def _ordinary(text: str) -> bool:
    return text.isalpha() and is_word(text)


def _better(reading: Reading, variant: Variant) -> bool:
    """Whether a name or number was read better elsewhere: well formed, or by more copies."""
    here, there = variant.text, reading.text
    if any(map(str.isdigit, here)) or any(
        map(str.isdigit, there)
    ):  # forms are alike everywhere but for their numbers
        near = len(here) == len(there) and Levenshtein.distance(here, there, score_cutoff=1) == 1
        return near and there.isdecimal() and not is_time(here)
    return reading.times > variant.agreeing + 1


def _cut_or_joined(here: str, reading: Reading) -> bool:
    """Whether a word only lacks letters at its edge, or has more there: the rest may stand beside it, as `\\ OLUNTEERED`
    and `LINDICATED` for `I INDICATED`.
    """
    one, other = here.casefold(), reading.text.casefold()
    joined = (one.endswith(other) or one.startswith(other)) and not reading.stop
    cut = (other.endswith(one) and not reading.lead) or (other.startswith(one) and not reading.trail)
    return joined or cut


def _name(here: str, there: str) -> bool:
    """Whether a word is written as a name, a capital first and small letters after it, or is in capitals and may be one."""
    if here.isupper() or there.isupper():
        return is_name(there.casefold())
    return here[0].isupper() or there[0].isupper()


def _far(here: str, there: str) -> bool:
    """Whether more than two letters of five differ: then this may be another word, or none of the copies is right."""
    return 5 * Levenshtein.distance(here.casefold(), there.casefold()) > 2 * max(len(here), len(there))


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


def _edit(page: Page, claim: _Claim) -> Edit:
    before, after = page.text[claim.start : claim.end], claim.answers[0]
    status: EditStatus = "applied" if claim.certain else "suggested"
    return Edit(
        id=edit_id(page.number, claim.start, claim.end, "correct", claim.rule, before, after),
        page=page.number,
        start=claim.start,
        end=claim.end,
        before=before,
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

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._spans = sorted((edit.start, edit.end) for edit in edits)

    def touch(self, start: int, end: int) -> bool:
        before = bisect.bisect_left(self._spans, (end, 0))
        return any(other > start for _, other in self._spans[max(before - 2, 0) : before])


def _score(least: float, witnesses: int) -> float:
    return min(least + min(_PER_DOUBLING * log2(max(witnesses, 1)), _MOST_MORE), _MOST)


def _where(reading: Reading, document: str) -> str:
    return f"on page {reading.page}" + (f" of {reading.document}" if reading.document != document else "")


def _times(times: int) -> str:
    return "once" if times == 1 else f"at least {times} times"


def _copies(count: int) -> str:
    return "One other copy has" if count == 1 else f"{count} other copies have"


def _cased_like(token: str, word: str) -> str:
    """`word` in the capitals of `token`, or in its own where both have small letters."""
    letters = "".join(filter(str.isalpha, token))
    capitals = sum(map(str.isupper, letters))
    if capitals == len(letters) or (word.isupper() and 2 * capitals > len(letters)):
        return word.upper()
    if word.isupper():
        return word.capitalize() if token[0].isupper() else word.lower()
    return word.lower() if letters.islower() and letters[:1] == word[:1].lower() else word
