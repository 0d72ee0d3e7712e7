"""O and 0, which look alike in most type: whether a text has each where it belongs.

A group of digits has 0 (`02080`, `LOG-00`), a word has O; what else stands in a group says which of them it is.
"""

import re

_GROUP = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[\dOo]{2,}|[\dOo](?<=-.)")  # of nothing but digits and O: OO is no word


def same_but_for_zeros(text: str) -> str:
    """The text with every O as 0: equal for texts that differ in nothing else."""
    return text.replace("O", "0").replace("o", "0")


def misplaced_zeros(text: str) -> int:
    """How many O stand in numbers, and how many 0 in words.

    >>> [misplaced_zeros(text) for text in ("LOG-OO", "LOG-00", "C0URSE", "COURSE", "O 091517Z", "10:OO")]
    [2, 0, 1, 0, 0, 2]
    """
    count = 0
    for group in _GROUP.finditer(text):
        if _NUMBER.fullmatch(text, *group.span()):
            count += sum(sign in "Oo" for sign in group[0])
        elif not re.search(r"[1-9]", group[0]) and re.search(r"[^\W\dOo]", group[0]):
            count += group[0].count("0")
    return count
