"""Addressees of a cable, one a line behind TO and INFO."""

import re

from pipeline.headerlines import Piece, near, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import capitals

_WORD = re.compile(r"[^\s,]+")
_SMALL_LEAD = re.compile(r"^[a-z]{1,2}(?=[A-Z]{2})")
_SERIAL = re.compile(r"\s*(\d{1,5})(?=\s|$)")
_ENDS = re.compile(r"[A-Z0-9/.'()&-]*[A-Z0-9)]")


def is_precedence(word: str, patterns: HeaderPatterns) -> bool:
    """Whether a word is IMMEDIATE, PRIORITY and so on, a letter or two garbled."""
    return any(near(word, right) is not None for right in patterns.precedence.values())


def is_address(word: str, patterns: HeaderPatterns) -> bool:
    """Whether an addressee begins with this word."""
    return any(near(word, address) is not None for address in patterns.addresses if " " not in address)


def addressee(value: Piece, patterns: HeaderPatterns) -> Piece:
    """An addressee without the noise behind it: it ends with its precedence and serial number, or its last capitals."""
    words = list(_WORD.finditer(value.text))
    end = 0
    for number, word in enumerate(words):
        shown = word[0].strip("().,*'’”\"°®-")
        if number and is_precedence(shown, patterns):
            end = word.start() + word[0].index(shown) + len(shown) if shown else word.end()
            serial = _SERIAL.match(value.text, end)
            if number + 1 == len(words) or not is_precedence(words[number + 1][0], patterns):
                end = serial.end() if serial else end
                break
        elif any(map(str.islower, word[0])) and not capitals(word[0]) and number:
            break
        else:
            found = _ENDS.search(word[0])
            end = word.start() + found.end() if found else end if number else word.end()
    return piece(value.row, value.start, value.start + end)


def looks_addressed(text: str, patterns: HeaderPatterns) -> bool:
    """Whether a line below TO or INFO is a further addressee."""
    words = re.findall(r"[^\W_]{2,}", text)
    if not words or not patterns.captions.isdisjoint((*words, " ".join(words[:3]))):
        return False
    if len(words[0]) > 4 and is_address(words[0], patterns):
        return True
    if not capitals(text):
        return False
    if any(is_address(word, patterns) for word in words[:3]) or any(
        is_precedence(word, patterns) for word in words
    ):
        return True
    return (
        2 <= len(words) <= 6
        and (any(len(word) >= 5 and word.isupper() for word in words) or (len(words) > 2 and text.isupper()))
        and sum(len(word) for word in words if word.isupper()) >= 0.7 * len("".join(text.split()))
        and not re.search(r"[:;]|\bFOR\b|\bPASS\b", text)
    )


def understood(text: str, patterns: HeaderPatterns) -> str:
    """An address with the words mended that lie near to just one word of addresses: `SECSTAT@ WASHOC`."""
    return " ".join(
        _mended(_SMALL_LEAD.sub("", word), patterns)
        for word in re.split(r"[\s°*•]+|(?<=[A-Z]{3})[.\"](?=[A-Z]{3})", text)
    )


def _mended(word: str, patterns: HeaderPatterns) -> str:
    fits = {
        right: distance
        for right in patterns.address_words
        if (distance := near(word, right)) is not None and not right.endswith(word)
    }
    if word in patterns.address_words or not fits:
        return word
    least = min(fits.values())
    best = [right for right, distance in fits.items() if distance == least]
    return best[0] if len(best) == 1 and len(best[0]) > 4 else word


def sender(value: Piece, patterns: HeaderPatterns) -> Piece:
    """Who sent a cable: words up to the first that holds no letters."""
    one = addressee(value, patterns)
    end = len(one.text)
    for word in _WORD.finditer(one.text):
        if word.start() and not re.search(r"[A-Za-z]{2}|[A-Z]\d", word[0]):
            end = word.start()
            break
    return piece(one.row, one.start, one.start + end)
