"""Numbers in which letters stand for digits: a token, its entry and the confusions go in, the numbers it may be come out.

The score: 95 for a number of the entry's values and 80 for one that has only the right shape or that no known
confusion explains, less 5 for each letter exchanged.
"""

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.entries import Entry
from pipeline.finds import MOST_CANDIDATES, SEVERAL, Find

_LISTED = 95.0
_SHAPE_ONLY = 80.0
_PER_LETTER = 5.0
_MOST_SPELLINGS = 256  # a token with more readings than this is noise, not a number
_ENDED = re.compile(r"$|[\s:;,.)/\]]")


def read_number(
    found: re.Match[str],
    context: str,
    entry: Entry,
    shape: re.Pattern[str],
    confusions: Mapping[str, str],
    when: date | None,
) -> Find | None:
    """A token that holds letters where its entry wants digits, directly after `context`, in a document of `when`."""
    token = found[0]
    letters = [sign for sign in token if sign.isalpha() or sign == "|"]
    digits = [sign for sign in token if sign.isdecimal()]
    if not letters or not digits or shape.fullmatch(token):
        return None
    readings = [sign + confusions.get(sign, "") for sign in token]
    if math.prod(map(len, readings)) > _MOST_SPELLINGS:
        return None
    values = [value for value in entry.values if _existed(value, entry, when)]
    spelled = ("".join(signs) for signs in itertools.product(*readings))
    answers = [text for text in spelled if shape.fullmatch(text) and (not entry.values or text in values)]
    agree = [value for value in values if _agrees(token, value) and value not in answers]
    explained = bool(answers)
    if not explained and len(letters) < len(digits):
        answers = agree  # no known confusion leads anywhere, yet the digits do
    if not answers:
        return None
    answers.sort(key=lambda answer: not _in_force(answer, entry, when))
    # Noise at a number's end says that the number itself was read badly.
    certain = explained and len(answers) == 1 and _ENDED.match(found.string, found.end()) is not None
    why = " and ".join(_exchanged(token, answers[0])) if explained else "no known confusion explains it"
    changed = sum(old != new for old, new in zip(token, answers[0], strict=True))
    score = (_LISTED if entry.values and explained else _SHAPE_ONLY) - _PER_LETTER * changed
    reason = f'"{token}" was read after "{context}"; {why}, which leaves {_listed(answers)}.'
    if entry.values and explained and len(answers) == 1:
        reason += (
            f" The digits read would also agree with {_listed(agree)}."
            if agree
            else " No other number on the entry's list agrees with the digits read."
        )
    if when and entry.years:
        reason += f" The document is of {when.year}."
    if len(answers) > 1:
        score -= SEVERAL
    return Find(
        found.start(),
        found.end(),
        tuple(answers[:MOST_CANDIDATES]),
        entry.id,
        max(score, 0.0),
        reason,
        certain and entry.action == "auto",
        entry.action == "never",
    )


def _existed(value: str, entry: Entry, when: date | None) -> bool:
    """Whether a document of `when` can name the value: nothing is cited before it begins."""
    years = entry.years.get(value)
    return years is None or when is None or years[0] <= when.year


def _in_force(value: str, entry: Entry, when: date | None) -> bool:
    years = entry.years.get(value)
    if years is None or when is None:
        return False
    return years[0] <= when.year and (len(years) == 1 or when.year <= years[-1])


def _agrees(token: str, value: str) -> bool:
    """Whether every digit of `token` stands at its place in `value`."""
    return len(token) == len(value) and all(
        old == new or not old.isdecimal() for old, new in zip(token, value, strict=True)
    )


def _exchanged(token: str, answer: str) -> list[str]:
    pairs = dict.fromkeys((old, new) for old, new in zip(token, answer, strict=True) if old != new)
    return [f"{old} stands for {new}" for old, new in pairs]


def _listed(answers: Iterable[str]) -> str:
    return " or ".join(answers)
