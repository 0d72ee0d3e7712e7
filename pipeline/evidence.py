"""What the folder says of a document's doubtful words: the types that the builder and the text stages share.

In textual criticism a *witness* is another copy of a text, a *reading* what it has at a place, and *collation* the
laying of copies side by side. Offsets are code points of a page's raw text.
"""

import msgspec


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """What witnesses have at one place: their `text`, how many have it, and where the first of them has it.

    `confidence` is the highest with which it was read, 0 to 100. `lead` and `trail` count the signs around the word
    here that stand for letters of this reading (`(ONGRESS` for `CONGRESS`), and `stop` is the sign behind it for which
    letters stand here (`severitye` for `severity.`).
    """

    text: str
    times: int
    document: str
    page: int
    confidence: float = 0.0
    lead: int = 0
    trail: int = 0
    stop: str = ""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """A doubtful word at start:end of a page, and what the same passage has in its place elsewhere.

    `before` and `after` are the words on either side that the copies share; `agreeing` counts the witnesses that
    have the word as it was read here, `readings` holds the others, those with most witnesses first. `confidence` is
    that of the word here, 0 to 100.
    """

    page: int
    start: int
    end: int
    text: str
    before: str
    after: str
    readings: tuple[Reading, ...]
    agreeing: int = 0
    confidence: float = 0.0


class Namesake(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name or number that stands here as `text` and nearly so, but more often or better formed, elsewhere.

    A number is kept with the word before it (`STATE 26193b`).
    """

    text: str
    readings: tuple[Reading, ...]


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that the folder says of one document."""

    variants: tuple[Variant, ...] = ()
    namesakes: tuple[Namesake, ...] = ()


NO_EVIDENCE = Evidence()
