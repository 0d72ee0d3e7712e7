"""TAGS of a cable, held against the lists of corrections/markings/tags.toml."""

import re
from collections.abc import Iterator

from rapidfuzz.distance import Levenshtein

from pipeline.headerlines import BRIDGED, CLEAN, DOUBTFUL, Piece, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import capitals

_TAG = re.compile(r"[^\s,;.()]+(?:\s*\([^)]*\)?)?")
_NO_TAG = re.compile(r"[^A-Z0-9-]")
_SPECKS = "*°'®»‘’“”\" "


def tags_in(value: Piece, patterns: HeaderPatterns) -> Iterator[tuple[Piece, str, float]]:
    """Each tag of a row: its place, the tag it is understood as, and how surely. A name in brackets belongs to its tag."""
    behind, commas, told = 0, "," in value.text, False
    for found in _TAG.finditer(value.text):
        between = value.text[behind : found.start()]
        apart = not commas or not behind or between.strip() or not value.text[behind - 1].isalnum()
        behind = found.end()
        token, _, name = found[0].partition("(")
        head = _NO_TAG.sub("", token)
        if not head.strip("-") or (head.isdigit() and len(head) < 2):
            continue
        known = known_tag(head, patterns)
        if not known and told and not apart:
            return  # tags parted by commas end where a strange word stands without: a stamp beside the line
        if not known and not (token.isupper() and capitals(token) and len(head) > 1):
            continue
        start = value.start + found.start() + token.index(head[0])
        end = value.start + found.start() + len(found[0].rstrip(_SPECKS))
        sure = CLEAN if known == token.strip() else BRIDGED if known else DOUBTFUL
        told = True
        yield piece(value.row, start, end), (known or head) + (f" ({name.rstrip(')')})" if name else ""), sure


def known_tag(word: str, patterns: HeaderPatterns) -> str:
    """The tag that a word is, or that alone lies one letter away from it; "" where the lists have none."""
    if word in patterns.tags or (len(word) == 2 and word.isalpha() and word.isupper()):
        return word
    if len(word) < 4:
        return ""
    fits = [
        tag
        for tag in patterns.tags
        if len(tag) == len(word) and Levenshtein.distance(word, tag, score_cutoff=1) <= 1
    ]
    return fits[0] if len(fits) == 1 else ""


def all_tags(text: str, patterns: HeaderPatterns) -> bool:
    """Whether a line holds nothing but tags."""
    words = re.findall(r"[^\s,;.]+", text)
    return bool(words) and all(known_tag(word, patterns) == word for word in words)
