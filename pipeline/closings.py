"""Who signed: the name in capitals behind a cable's last sentence, or the name below a letter's closing words."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from pipeline.headerlines import BRIDGED, CLEAN, Piece, Row, finding, fold, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import capitals, is_prose
from pipeline.record import Finding

_LAST_ROWS = 40
_NAME = re.compile(r"[^\w]*([A-Z][A-Z0-9'’-]{2,}(?: ACTING)?)(?![.,;:?!])[^\w]*")
_QUOTED = re.compile(r"\W*UNQUOTE\W+([A-Z][A-Z'-]{2,})\W*", re.IGNORECASE)
_PAST_PROSE = 14  # rows that columns read out of order may have put behind the name
_RUN_ON = re.compile(r"[.!?\"”’)]\W{0,3}\s([A-Z][A-Z'-]{3,}|[A-Z]{4,}[A-Z:.]+[A-Z])(?:\s+N{3,4})?[^\w,:;]*$")
_SENTENCE_END = re.compile(r"[.!?\"”’)]\W{0,3}$|\.\s")
_NOT_NAMES = frozenset(
    [
        "NNNN",
        "END",
        "TEXT",
        "PAGE",
        "SUMMARY",
        "MESSAGE",
        "COMMENT",
        "DECLASSIFIED",
        "CLASSIFIED",
        "ENTIAL",
        "QUOTE",
        "UNQUOTE",
    ]
)
_PERSON = re.compile(r"\W*((?:[A-Z][A-Za-z.'’-]*\s+){1,3}[A-Z][A-Za-z'’-]+)\W*")


def signature(rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns) -> Iterator[Finding]:
    """The surname in capitals at a cable's end, alone on its line or at the end of the last sentence's line."""
    if not any(is_prose(row.text) for row in rows):
        return
    last = rows[-_LAST_ROWS:]
    alone: list[tuple[bool, Piece]] = []
    prose, below = False, 0
    for at in range(len(last) - 1, 0, -1):
        row = last[at]
        if run_on := _RUN_ON.search(row.text):
            name = run_on[1]
            if _is_name(name, patterns) and not any(ended for ended, _ in alone):
                yield finding("signature", [piece(row, run_on.start(1), run_on.end(1))], texts, None, BRIDGED)
                return
        if quoted := _QUOTED.fullmatch(row.text):
            yield finding("signature", [piece(row, quoted.start(1), quoted.end(1))], texts)
            return
        found = _NAME.fullmatch(row.text)
        if found and _is_name(found[1], patterns):
            ended = bool(_SENTENCE_END.search(last[at - 1].text)) and len(last[at - 1].words) > 1
            if ended or not prose:
                alone.append((ended, piece(row, found.start(1), found.end(1))))
        elif is_prose(row.text) and capitals(row.text):
            if alone or below >= _PAST_PROSE:
                break
            prose = True
        below += prose
    best = next((one for ended, one in alone if ended), alone[-1][1] if alone else None)
    if best is not None:
        yield finding("signature", [best], texts, None, CLEAN if best.text.isalpha() else BRIDGED)


def _is_name(text: str, patterns: HeaderPatterns) -> bool:
    if patterns.ends_letter.fullmatch(text) or len(set(text)) < 3:
        return False
    words = [fold(word) for word in text.split()]
    never = [fold("".join(level.split())) for level in (*patterns.levels, *patterns.captions)] + [
        fold(word) for word in _NOT_NAMES
    ]
    return not any(
        Levenshtein.distance(word, other) <= max(len(other) // 3, 1) or (len(word) > 4 and word in other)
        for word in [*words, "".join(words)]
        for other in never
    )


def letter_signature(
    rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns
) -> Iterator[Finding]:
    """The person named within five lines below a letter's closing words."""
    for at, row in enumerate(rows):
        if patterns.ends_letter.fullmatch(row.text.strip()):
            for below in rows[at + 1 : at + 6]:
                if found := _PERSON.fullmatch(below.text):
                    yield finding("signature", [piece(below, found.start(1), found.end(1))], texts)
                    return
