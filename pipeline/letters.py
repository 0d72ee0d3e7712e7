"""A text by its letters: squeezed together, in capitals or not, and what of it may be digits."""

import re
from collections.abc import Mapping

_MOSTLY = 0.6  # of the letters; the engine reads some capitals of a garbled line as small letters
_LETTERS = re.compile(r"[^\W_]+")


def squeeze(text: str) -> str:
    """Letters and digits alone, in capitals, so that letter-spacing and rules between letters do not count."""
    return "".join(_LETTERS.findall(text)).upper()


def capitals(text: str) -> bool:
    """Whether most letters of a text are capitals; not where it has none."""
    letters = [sign for sign in text if sign.isalpha()]
    return bool(letters) and sum(map(str.isupper, letters)) >= _MOSTLY * len(letters)


def as_digits(text: str, confusions: Mapping[str, str]) -> str:
    """`text` with letters read for digits turned back; "" where something else remains."""
    digits = "".join(sign if sign.isdecimal() else confusions.get(sign, "?") for sign in text)
    return "" if "?" in digits else digits


def is_prose(text: str) -> bool:
    """Whether a line is running text: six words or more, hardly a digit among them."""
    words = [word for word in _LETTERS.findall(text) if len(word) > 1 or word in "aAI"]
    letters, digits = (sum(map(kind, words)) for kind in (str.isalpha, str.isdigit))
    return letters >= 6 and digits <= 2
