"""Slips that recur: a document whose capitals come out alike wrong, such as every D as O, mends its own words.

A word in capitals that no list knows is as often a code as a slip, so that nonwords.py leaves it alone. But where one
exchange of letters explains many different ones of them, each by a word in use, and a good part of all that hold the
letter, it is no chance: codes and names do not do that (docs/corrections.md). Lines and a vocabulary go in, corrections
and suggestions come out, weighed by how often this document makes the exchange.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import product

import msgspec

from pipeline.candidates import find_candidates
from pipeline.finds import Find
from pipeline.flow import FlowLine
from pipeline.nonwords import has_scraps, tokens_of
from pipeline.slips import Slips
from pipeline.vocabulary import Vocabulary
from pipeline.wordhood import is_name

RULE = "recurring-slip"

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORDS, _SHARE = 6, 0.25  # different words explained, and what part of the unknown ones with that letter
_FEWER, _LESS = 3, 0.2  # the same where the answers are only suggested
_SHORTEST, _LONG_ENOUGH = 3, 4  # letters of a word that is mended; of one that bears witness
_IN_USE = 3.0  # frequency of a right form: once in a million words
_VERY_COMMON = 5.5  # the same where three letters were read, as codes have
_SURE, _KNOWN = 0.99, 0.999  # of all weight, for an answer to be applied; where the word read is one itself
_WORTH_ASKING = 0.75  # the same for a suggestion
_MOST_LETTERS = 6  # of one kind in a word; the ways to exchange them double with each
_MOST_WORDS = 20_000  # unknown ones in capitals; a document with more is noise, and trying them takes long
_MOST = 4  # candidates shown


class Exchange(msgspec.Struct, frozen=True):
    """A letter as `read` and what was `meant`: `words` different words show it, `sure` is whether they prove it, and
    `rate` how often the letter that was meant came out so in this document, 0 to 1.
    """

    read: str
    meant: str
    words: int
    rate: float
    sure: bool


def find_recurring(
    lines: Sequence[FlowLine], vocabulary: Vocabulary, slips: Slips, names: Container[str] = frozenset()
) -> Iterator[tuple[int, Find]]:
    """What recurring exchanges say about each word in capitals, in the order of places; `names` are only suggested."""
    if vocabulary.empty:
        return
    places = [
        (number, start, end)
        for number, line in enumerate(lines)
        if not has_scraps(line.text)
        for start, end in _capital_words(line.text)
    ]
    counts = Counter(lines[number].text[start:end] for number, start, end in places)
    exchanges = recurring_exchanges(counts, vocabulary)
    if not exchanges:
        return
    found = {word: _answer(word, exchanges, vocabulary, slips, names) for word in counts}
    for number, start, end in places:
        text = lines[number].text
        if answer := found[text[start:end]]:
            auto = answer.auto and not _hangs_on(text[:start][::-1]) and not _hangs_on(text[end:])
            yield number, msgspec.structs.replace(answer, start=start, end=end, auto=auto)


def _capital_words(text: str) -> Iterator[tuple[int, int]]:
    """The words in capitals of a line, without a possessive ending."""
    for start, end in tokens_of(text):
        cut = end - 2 if text[end - 2 : end] in ("'S", "’S") else end
        word = text[start:cut]
        if word.isupper() and word.isalpha() and len(word) >= _SHORTEST:
            yield start, cut


def _hangs_on(beside: str) -> bool:
    """Whether the signs beside a word, nearest first, make it a piece of a code, or of a word cut at the line's end."""
    return re.match(r"[\\_=*~@&]|[-¬/]\d|[-¬]\s*$", beside) is not None


def recurring_exchanges(counts: Mapping[str, int], vocabulary: Vocabulary) -> list[Exchange]:
    """The exchanges that recur among words in capitals, each with how often it stands there."""
    known = {word for word in counts if vocabulary.knows(word.lower())}
    unknown = [
        word
        for word in counts
        if len(word) >= _LONG_ENOUGH and word not in known and not vocabulary.derives(word.lower())
    ]
    if len(unknown) > _MOST_WORDS:
        return []
    holding = Counter(letter for word in unknown for letter in set(word))
    explained: dict[tuple[str, str], set[str]] = defaultdict(set)
    for word in unknown:
        for read, meant in product(sorted(set(word)), _LETTERS):
            forms = [form for form, _ in _forms(word, read, meant) if _in_use(form, vocabulary)]
            if len(forms) == 1:
                explained[read, meant].add(word)
    exchanges: list[Exchange] = []
    taken: set[str] = set()
    for (read, meant), words in sorted(explained.items(), key=lambda each: (-len(each[1]), each[0])):
        own = words - taken  # AGREEO may be AGREES, but where most are of D, so is it
        share = len(own) / holding[read]
        if len(own) < _FEWER or share < _LESS:
            continue
        taken |= words
        wrong = sum(counts[word] for word in own)
        right = sum(counts[word] for word in known if meant in word)
        sure = len(own) >= _WORDS and share >= _SHARE
        exchanges.append(Exchange(read, meant, len(own), wrong / (wrong + right), sure))
    return exchanges


def _answer(
    word: str,
    exchanges: Sequence[Exchange],
    vocabulary: Vocabulary,
    slips: Slips,
    names: Container[str],
) -> Find | None:
    """What a word may have been, its place left open."""
    weights: dict[str, float] = {}
    by: dict[str, Exchange] = {}
    for exchange in exchanges:
        for form, times in _forms(word, exchange.read, exchange.meant):
            if _in_use(form, vocabulary):
                weight = vocabulary.frequency(form.lower()) + times * math.log10(exchange.rate)
                if weight > weights.get(form, -math.inf):
                    weights[form], by[form] = weight, exchange
    if not weights:
        return None
    best = max(weights, key=lambda form: (weights[form], form))
    own = vocabulary.frequency(word.lower())
    if not own and vocabulary.derives(word.lower()):
        return None
    for rival in find_candidates(word, vocabulary, slips):
        weights.setdefault(rival.word, rival.weight)
    total = sum(10**weight for weight in weights.values()) + (10**own if own else 0.0)
    share = 10 ** weights[best] / total
    frequency, exchange = vocabulary.frequency(best.lower()), by[best]
    common = frequency >= (_IN_USE if len(word) >= _LONG_ENOUGH else _VERY_COMMON)
    certain = exchange.sure and common and share >= (_KNOWN if own else _SURE)
    certain = certain and best not in names and not is_name(best.lower())
    certain = certain and vocabulary.in_language(best.lower())  # the dictionary alone knows codes
    if not certain and (share < _WORTH_ASKING or not (common or own == 0)):
        return None
    ranked = sorted(weights, key=lambda form: (-weights[form], form))
    answers = tuple(form for form in ranked[:_MOST] if 10 ** weights[form] > 0.01 * total)
    what = "hardly a word" if own else "no word that a list knows"
    reason = (
        f'"{word}" is {what}; "{best}" is, and {exchange.read} stands for {exchange.meant} in '
        f"{exchange.words} different words of this document."
    )
    return Find(0, 0, answers or (best,), RULE, 100 * share, reason, certain)


def _forms(word: str, read: str, meant: str) -> Iterator[tuple[str, int]]:
    """Each word that comes out where `meant` was `read` once or more, with how often."""
    places = [at for at, letter in enumerate(word) if letter == read][:_MOST_LETTERS]
    if read == meant:
        return
    for chosen in product((False, True), repeat=len(places)):
        if any(chosen):
            changed = {at for at, change in zip(places, chosen, strict=True) if change}
            yield "".join(meant if at in changed else letter for at, letter in enumerate(word)), len(changed)


def _in_use(form: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.frequency(form.lower()) >= _IN_USE
