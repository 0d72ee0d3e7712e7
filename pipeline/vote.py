"""Several readings of one line, aligned and voted word by word.

Readings are cut at the spaces that all of them share. Of each piece one reading is taken, whole, as one engine gave
it; the others stay beside it (docs/accuracy.md, the vote).
"""

from collections.abc import Iterator, Sequence

import msgspec
from rapidfuzz.distance import Levenshtein

from pipeline.geometry import Box
from pipeline.lexicon import Lexicon
from pipeline.listmarks import leading_mark
from pipeline.looks import Seen, SeenLine, Take, mean_confidence
from pipeline.record import Reading
from pipeline.zeros import misplaced_zeros, same_but_for_zeros

SIMILAR = 0.5  # a reading less like the first one is of something else, or one of them is garbled through and through
_GARBLED, _SURE = 60.0, 90.0  # mean confidences that tell which (docs/accuracy.md, the vote)
_THE_SAME = 0.75  # a reading that like to a line beside it is that line's
_TRUST = {"rapidocr": 0.95}  # its confidences run higher than Tesseract's (docs/accuracy.md, the vote)


def vote(
    takes: Sequence[Take], lexicon: Lexicon, beside: Sequence[SeenLine] = (), opens: bool = False
) -> tuple[Seen, ...]:
    """The words of a line from several takes of it, the first look first. What the lines `beside` it say, just above
    and below, is not its own. Where they `open` the line, a paragraph's number may stand.
    """
    first = takes[0]
    kept = [first] + [
        take for take in takes[1:] if take.words and _likeness(first.text, take.text) >= SIMILAR
    ]
    if len(kept) == 1:
        return _instead([first, *(take for take in takes[1:] if not _of_another_line(take, first, beside))])
    words: list[Seen] = []
    for pieces in _pieces(kept):
        words += _chosen(pieces, lexicon, beside, opens and not words)
    return tuple(words)


def _likeness(one: str, other: str) -> float:
    """How much of two texts is the same, 0 to 1, whichever of O and 0 they have."""
    return Levenshtein.normalized_similarity(same_but_for_zeros(one), same_but_for_zeros(other))


def _of_another_line(take: Take, first: Take, beside: Sequence[SeenLine]) -> bool:
    """Whether a reading says nothing like the first one, and what a line above or below has at this place."""
    if not take.words or _likeness(first.text, take.text) >= SIMILAR:
        return False
    left, right = min(word.box.left for word in take.words), max(word.box.right for word in take.words)
    there = [
        " ".join(word.text for word in line.words if left < (word.box.left + word.box.right) / 2 < right)
        for line in beside
    ]
    return any(text and _likeness(take.text, text) >= _THE_SAME for text in there)


def _instead(takes: Sequence[Take]) -> tuple[Seen, ...]:
    """The first take's words, or those of one that is unlike it, where the first is garbled and the other sure."""
    first, *others = takes
    best = max(others, key=lambda take: mean_confidence(take.words), default=first)
    if mean_confidence(first.words) >= _GARBLED or mean_confidence(best.words) < _SURE:
        return first.words
    readings = _readings([first, best])
    choice = f"{_number([first.text, best.text])}{best.engine}: sure, where the first look is garbled"
    return tuple(
        msgspec.structs.replace(word, readings=readings, choice=choice)
        for word in _level(best.words, first.words)
    )


def _readings(takes: Sequence[Take]) -> tuple[Reading, ...]:
    return tuple(
        Reading(take.text, round(mean_confidence(take.words), 2), take.engine, take.view) for take in takes
    )


def _number(texts: Sequence[str]) -> str:
    """What a choice begins with where readings of a number differ."""
    return "a number read differently; " if any(sign.isdigit() for text in texts for sign in text) else ""


def _pieces(takes: Sequence[Take]) -> Iterator[list[Take]]:
    """The takes cut at the spaces they all share: for each piece what each take has there."""
    maps = [_shared_spaces(takes[0].text, take.text) for take in takes[1:]]
    spaces = [at for at, sign in enumerate(takes[0].text) if sign == " " and all(at in each for each in maps)]
    begins = [0] * len(takes)
    for space in [*spaces, None]:
        ends = [
            len(takes[0].words) if space is None else takes[0].text[:space].count(" ") + 1,
            *(
                len(take.words) if space is None else take.text[: each[space]].count(" ") + 1
                for take, each in zip(takes[1:], maps, strict=True)
            ),
        ]
        yield [
            msgspec.structs.replace(take, words=take.words[begin:end])
            for take, begin, end in zip(takes, begins, ends, strict=True)
        ]
        begins = ends


def _shared_spaces(base: str, other: str) -> dict[int, int]:
    """The spaces of `base` that stand in `other`, too, each with its place there."""
    shared = {}
    for block in Levenshtein.opcodes(base, other):
        if block.tag == "equal":
            for at in range(block.src_start, block.src_end):
                if base[at] == " ":
                    shared[at] = at - block.src_start + block.dest_start
    return shared


def _chosen(
    pieces: Sequence[Take], lexicon: Lexicon, beside: Sequence[SeenLine], opens: bool
) -> Sequence[Seen]:
    """The words of the best reading of a piece, with all readings of it."""
    readings = _readings(pieces)
    texts = [take.text for take in pieces]
    if len(set(texts)) == 1:
        sure = max(range(len(pieces)), key=lambda index: mean_confidence(pieces[index].words))
        return [
            msgspec.structs.replace(
                word,
                confidence=max(word.confidence, other.confidence),
                readings=tuple(
                    Reading(take.words[at].text, round(take.words[at].confidence, 2), take.engine, take.view)
                    for take in pieces
                ),
            )
            for at, (word, other) in enumerate(zip(pieces[0].words, pieces[sure].words, strict=True))
        ]
    own = [take for take in pieces if not _of_another_line(take, pieces[0], beside)]
    if len(own) < len(pieces) and len({take.text for take in own}) == 1:
        choice = f"{_number(texts)}the first look: the other reading is of the line beside it"
        return [msgspec.structs.replace(word, readings=readings, choice=choice) for word in pieces[0].words]
    scores: dict[str, float] = {}
    for take in own:
        trust = _TRUST.get(take.engine, 1.0)
        scores[take.text] = scores.get(take.text, 0.0) + trust * mean_confidence(take.words) / 100
    known = {text: _share_known(text, lexicon, opens) for text in scores}
    best = max(scores, key=lambda text: (scores[text] + known[text], text == texts[0]))
    why = _why(texts, best, known)
    if (placed := _with_zeros_in_place(best, texts)) != best:
        best, why = placed, "O and 0 where they belong"
    take = pieces[texts.index(best)]
    kept = "the first look" if take is pieces[0] else take.engine
    choice = f"{_number(texts)}{kept}: {why}"
    words = take.words
    if len(words) == len(pieces[0].words):  # the first look's boxes fit the ink best
        words = tuple(
            msgspec.structs.replace(word, box=first.box)
            for word, first in zip(words, pieces[0].words, strict=True)
        )
    else:
        words = _level(words, pieces[0].words)
    return [msgspec.structs.replace(word, readings=readings, choice=choice) for word in words]


def _share_known(text: str, lexicon: Lexicon, opens: bool) -> float:
    """The share of words that are known. A paragraph's number or letter where a line opens is as good as a word."""
    mark = leading_mark(text) if opens else ""
    rest = text[len(mark) :].split()
    return (lexicon.share(" ".join(rest)) * len(rest) + bool(mark)) / max(len(rest) + bool(mark), 1)


def _with_zeros_in_place(best: str, texts: Sequence[str]) -> str:
    """The reading that differs from the best one in O and 0 alone, and has them where they belong."""
    alike = [text for text in texts if same_but_for_zeros(text) == same_but_for_zeros(best)]
    return min(alike, key=lambda text: (misplaced_zeros(text), text != best))


def _level(words: Sequence[Seen], first: Sequence[Seen]) -> tuple[Seen, ...]:
    """Words of another reading with upper and lower edges of the first look, and within its sides."""
    if not first:
        return tuple(words)
    top, bottom = min(word.box.top for word in first), max(word.box.bottom for word in first)
    left, right = min(word.box.left for word in first), max(word.box.right for word in first)
    placed = []
    for word in words:
        start = min(max(word.box.left, left), right - 1)
        end = max(min(word.box.right, right), start + 1)
        placed.append(msgspec.structs.replace(word, box=Box(start, top, end, bottom)))
    return tuple(placed)


def _why(texts: Sequence[str], best: str, known: dict[str, float]) -> str:
    """Why this reading won the vote, in a few words."""
    votes = texts.count(best)
    if votes > 1:
        return f"{votes} of {len(texts)} readings agree"
    if known[best] > max(known[text] for text in known if text != best):
        return "the reading of known words"
    return "the surer reading"
