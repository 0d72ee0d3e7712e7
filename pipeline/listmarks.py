"""The numbers and letters of paragraphs: `3.`, `b.`, `(a)`, `12)`. What is one, and whether a text begins with one."""

import re

_BARE = r"(?:\d{1,2}|[A-Za-z]|[ivx]{2,4}|[IVX]{2,4})"
_MARK = re.compile(rf"\({_BARE}\)|{_BARE}[.)]")


def is_list_mark(text: str) -> bool:
    """Whether a word has the form of a paragraph's number or letter.

    >>> [is_list_mark(text) for text in ("3.", "(a)", "b.", "iv)", "1986.", "it.", "3")]
    [True, True, True, True, False, False, False]
    """
    return _MARK.fullmatch(text) is not None


def leading_mark(text: str) -> str:
    """The paragraph's number or letter that a text begins with; empty where it begins with none.

    A number may run into its word (`1.Strategic`), a letter may not: `U.S.` and `J.Smith` are names.
    """
    found = _MARK.match(text)
    if not found or not text[found.end() :].strip():
        return found[0] if found else ""
    after = text[found.end()]
    return found[0] if after == " " or (found[0][0].isdigit() and after.isalpha()) else ""
