"""What the dictionary has to say about one line: garbles, numbers, fuzzy words and patterns, each with its reasons.

The score (0 to 100) says how much stands behind an answer: 95 for a garble or a pattern that an entry spells out; for a
number see numbers.py; for a fuzzy word the share of its letters that were read right; less 30 where several answers fit.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from pipeline.dictionary import Dictionary
from pipeline.entries import LONGEST_LINE, TOKEN, Entry
from pipeline.finds import MOST_CANDIDATES, SEVERAL, Find
from pipeline.linecontext import LineContext, told
from pipeline.numbers import read_number

Common = Callable[[str], bool]  # whether a word in lower case is in common use

_SPELLED_OUT = 95.0
_SHORTEST_WORD = 3

# What may be a number: letters and digits, with the marks that stand inside dates and references.
_NUMBER = re.compile(r"[\w|](?:[\w|/.-]*[\w|])?")
_BLANKS = re.compile(r"\s*")


def find_all(
    line: LineContext, dictionary: Dictionary, common: Common = lambda word: False
) -> Iterator[Find]:
    """Every place of a line that an entry has an answer for; they may overlap and contradict each other.

    A fuzzy entry leaves words in common use alone.
    """
    for find in itertools.chain(
        _garbles(line, dictionary),
        _numbers(line, dictionary),
        _fuzzy_words(line, dictionary, common),
        _patterns(line, dictionary),
    ):
        if _changes(find, line.text[find.start : find.end], dictionary):
            yield find


def find_phrases(
    line: LineContext, dictionary: Dictionary, common: Common = lambda word: False
) -> Iterator[Find]:
    """The garbles and fuzzy words alone: what may run over the end of a line."""
    for find in itertools.chain(_garbles(line, dictionary), _fuzzy_words(line, dictionary, common)):
        if _changes(find, line.text[find.start : find.end], dictionary):
            yield find


def _changes(find: Find, before: str, dictionary: Dictionary) -> bool:
    """Whether a find changes what stands there, and that is no right word; capitals alone may change (`thiS`)."""
    if find.answers == (before,):
        return False
    return before.upper() not in dictionary.known or find.answers[0].upper() == before.upper() != before


def _find(
    line: LineContext, entry: Entry, start: int, end: int, answers: Sequence[str], score: float, reason: str,
    certain: bool = True,
) -> Find | None:  # fmt: skip
    """The find of an entry, where its context allows it."""
    verdict = line.verdict(entry, start, end)
    if verdict == "no":
        return None
    if len(answers) > 1:
        score -= SEVERAL
    return Find(
        start,
        end,
        tuple(answers[:MOST_CANDIDATES]),
        entry.id,
        score,
        reason + told(entry, line, start) + _signed(entry),
        certain and entry.action == "auto" and verdict == "yes" and len(answers) == 1,
        entry.action == "never",
    )


def _signed(entry: Entry) -> str:
    return f" Entry {entry.id}" + (f": {entry.note}" if entry.note else ".")


def _garbles(line: LineContext, dictionary: Dictionary) -> Iterator[Find]:
    for start, end, entry in dictionary.garbles.find(line.text):
        reason = f'"{line.text[start:end]}" is a known garble of "{entry.right}".'
        if find := _find(line, entry, start, end, (entry.right,), _SPELLED_OUT, reason):
            yield find


def _patterns(line: LineContext, dictionary: Dictionary) -> Iterator[Find]:
    for pattern, entry in dictionary.patterns if len(line.text) <= LONGEST_LINE else ():
        for found in pattern.finditer(line.text):
            if found[0]:
                after = found.expand(entry.right)
                reason = f'"{found[0]}" fits what the entry describes and becomes "{after}".'
                if find := _find(line, entry, *found.span(), (after,), _SPELLED_OUT, reason):
                    yield find


def _numbers(line: LineContext, dictionary: Dictionary) -> Iterator[Find]:
    for start, end, entry in dictionary.contexts.find(line.text):
        blanks = _BLANKS.match(line.text, end)
        found = _NUMBER.match(line.text, blanks.end() if blanks else end)
        if not found or (verdict := line.verdict(entry, *found.span())) == "no":
            continue
        shape = dictionary.regexes[entry.shape]
        when = line.when(found.start()) if entry.years else None
        find = read_number(found, line.text[start:end], entry, shape, dictionary.confusions, when)
        if find:
            yield Find(
                find.start, find.end, find.answers, find.rule, find.score, find.reason + _signed(entry),
                find.auto and verdict == "yes", find.never,
            )  # fmt: skip


def _fuzzy_words(line: LineContext, dictionary: Dictionary, common: Common) -> Iterator[Find]:
    if not dictionary.fuzzy:
        return
    phrases = dictionary.phrases
    tokens = list(TOKEN.finditer(line.text))
    for number, found in enumerate(tokens):
        near = dictionary.near.find(found[0].upper())
        firsts = [word for word, _ in near if word in phrases]
        if not firsts:
            continue
        answers = [
            answer
            for first in firsts
            for words in phrases[first]
            if (answer := _compared(line, tokens[number : number + len(words)], words, dictionary, common))
        ]
        for length in sorted({answer[2].end() for answer in answers}):
            yield from _fuzzy_word(
                line, found, [one for one in answers if one[2].end() == length], dictionary
            )


_Answer = tuple[int, str, re.Match[str], Entry]  # letters away, as written, last token, entry


def _compared(
    line: LineContext,
    tokens: Sequence[re.Match[str]],
    words: tuple[str, ...],
    dictionary: Dictionary,
    common: Common,
) -> _Answer | None:
    """How far tokens are from the words of an entry that allows them here; None where too far, or not at all."""
    if len(tokens) < len(words):
        return None
    away = 0
    for token, word in zip(tokens, words, strict=True):
        text = token[0].upper()
        if text != word:
            if not _may_be_word(token[0]) or common(token[0].lower()) or text in dictionary.known:
                return None
            away += int(Levenshtein.distance(text, word))
    for earlier, later in itertools.pairwise(tokens):
        if line.text[earlier.end() : later.start()].strip():
            return None
    for written, entry in dictionary.fuzzy[words]:
        near = 0 < away <= entry.allowance(written.replace(" ", ""))
        if near and line.verdict(entry, tokens[0].start(), tokens[-1].end()) != "no":
            return away, written, tokens[-1], entry
    return None


def _may_be_word(token: str) -> bool:
    letters = sum(sign.isalpha() for sign in token)
    return len(token) >= _SHORTEST_WORD and 2 * letters > len(token)


def _fuzzy_word(
    line: LineContext, first: re.Match[str], answers: Sequence[_Answer], dictionary: Dictionary
) -> Iterator[Find]:
    start, end = first.start(), answers[0][2].end()
    text = " ".join(line.text[start:end].split())
    cased = {written: _cased_like(text, written) for _, written, _, _ in answers}
    ranked = list(answers)
    if len(ranked) > 1:
        ranked.sort(key=lambda one: (one[0], dictionary.slips.cost(text, cased[one[1]]), one[1]))
    away, word, _, entry = ranked[0]
    misread = _signs_for_letters(text, word)
    if misread:
        reason = f'"{text}" is "{word}" with a digit or sign in the place of a letter.'
    else:
        reason = f'"{text}" is {_letters(away)} away from "{word}".'
    rest = {written: far for far, written, _, _ in ranked[1:] if written != word}
    reason += "".join(
        f' "{written}" is {_letters(far)} away.' for written, far in list(rest.items())[: MOST_CANDIDATES - 1]
    )
    score = 100.0 * (1 - away / max(len(text), len(word)))
    found = list(dict.fromkeys(cased[written] for _, written, _, _ in ranked))
    if find := _find(line, entry, start, end, found, score, reason, misread):
        yield find


def _signs_for_letters(token: str, word: str) -> bool:
    """Whether `token` differs from `word` only where it holds a digit or a sign."""
    token, word = token.upper(), word.upper()
    return len(token) == len(word) and all(
        old == new or not old.isalpha() for old, new in zip(token, word, strict=True)
    )


def _cased_like(token: str, word: str) -> str:
    """`word` in the capitals of `token`, as far as its letters show them (`0ctober` hides its first)."""
    letters = "".join(sign for sign in token if sign.isalpha())
    if letters.isupper():
        return word.upper()
    if not token[0].isalpha():
        return word
    return word.lower() if letters.islower() else word.capitalize() if letters.istitle() else word


def _letters(count: int) -> str:
    return "one letter" if count == 1 else f"{count} letters"
