"""What a single line of a cable's header says: its number, its executive order, the messages it refers to."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

from pipeline.headerlines import BRIDGED, CLEAN, DOUBTFUL, Piece, Row, fold, near, piece
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import as_digits, capitals, is_prose

PARAGRAPH = re.compile(r"[^\w(]{0,3}\(?[1Il\\][.,]\s|[^\w(]{0,3}(?:BEGIN )?SUMMARY\b|[^\w(]{0,3}1\. ?[A-Z(]")
_ORDER_NAME = re.compile(
    r"[^\w£€F]*(?:[E£€FM]\s?[.,]?\s?[O0oQD©]\s?[.,:]?|EO[.,]?)\s?(?=[\s\w$§«&]*[\d$§])", re.ASCII
)
_ORDER_WORDS = re.compile(r"\b(?:[DO]E[CG]L|[O0Q][AD][DO]R|N/A|X?GDS)\b")
_ORDER = re.compile(r"[^\s:;.,]{1,7}")
_SECTION_WORD = re.compile(
    r"\bSECTION\s*[0-9OQ©I]{1,3}\s+[O0]F\s+[0-9OQ©I]{1,3}\b|\s[0-9OQ©]{2} OF [0-9OQ©]{2,3}\b"
)
_BETWEEN = re.compile(
    r"\(?\b[A-Z]\)\s*|(?:^|(?<=\s))[A-Z]\.\s+(?=[A-Z]{2})|\s*;\s*|(?<=[\d)])[,:]\s*(?=[A-Z(])|\s+AND\s+(?=[A-Z ]+\d)"
)
_BARE_NUMBER = re.compile(r"\W*(\d{3,6})\W*")
_SMALL_LEAD = re.compile(r"^[a-z]{1,2}(?=[A-Z])")
_TAIL = re.compile(r"[^\w)\"'”’]+$")


def sends(row: Row, patterns: HeaderPatterns) -> bool:
    """Whether a row is `FM POST`, its name garbled by a letter where an address follows."""
    words = row.words
    if len(words) < 2 or not (capitals(row.text) or words[0] == "FM") or row.text.lstrip().startswith("("):
        return False
    first = fold(words[0])
    if first == "FM":
        return True
    return (
        len(first) == 2
        and first != "TO"
        and Levenshtein.distance(first, "FM") == 1
        and any(near(words[1], address) is not None for address in patterns.addresses if len(address) > 4)
    )


def is_order(row: Row) -> re.Match[str] | None:
    """The name of an executive order that a row begins with, up to its number."""
    found = _ORDER_NAME.match(row.text)
    return found if found and (not is_prose(row.text) or _ORDER_WORDS.search(row.text)) else None


def order_end(text: str) -> int:
    """Where the line of an executive order ends: behind OADR and the like, where small letters follow from a stamp."""
    words = list(_ORDER_WORDS.finditer(text))
    return words[-1].end() if words and re.search(r"[a-z]{2}", text[words[-1].end() :]) else len(text)


def message_number(
    text: str, post: str, patterns: HeaderPatterns, serials: Sequence[str]
) -> tuple[int, int, str, float] | None:
    """`POST NNNNN` in a line: its span, what it means and how surely. A known post may be garbled."""
    words = list(re.finditer(r"[^\s:;°•]+", text))
    wanted = "".join(post.split())
    size = len(post.split())
    for at in range(len(words) - size if wanted else 0):
        if at == 0 and len(words) > size + 3:
            continue
        read = "".join(_SMALL_LEAD.sub("", word[0]) for word in words[at : at + size])
        budget = max(1, len(wanted) // 4)
        distance = Levenshtein.distance(fold(read), fold(wanted), score_cutoff=budget)
        number = words[at + size]
        shown = number[0].rstrip(".,-_*'")
        if distance <= budget and 3 <= len(shown) <= 7 and sum(map(str.isdecimal, shown)) > len(shown) / 2:
            digits = _serial(shown, patterns, serials)
            sure = CLEAN if not distance and digits == shown else BRIDGED if digits else DOUBTFUL
            clear = " ".join(word[0] for word in words[at : at + size])
            name = (
                clear if clear.isalpha() and not wanted.isalpha() else post
            )  # the sender's line was read worse
            value = f"{name} {digits}" if digits else ""
            return words[at].start(), number.start() + len(shown), value, sure
    level = next(
        (
            found.end()
            for level in patterns.levels
            if (found := re.match(r"\W*" + r"\s?".join(map(re.escape, level.replace(" ", ""))) + r"\b", text))
        ),
        None,
    )
    if level is None:
        return None
    bare = _BARE_NUMBER.fullmatch(text, level)
    if bare and post:
        return bare.start(1), bare.end(1), f"{post} {bare[1]}", BRIDGED
    rest = _SECTION_WORD.sub(lambda found: " " * len(found[0]), text)
    found = re.match(r"\W*((?:[A-Z][A-Z.'-]+[ •]){1,3})\s*(\d{3,6})\b", rest[level:])
    if not found:
        return None
    return level + found.start(1), level + found.end(2), f"{' '.join(found[1].split())} {found[2]}", CLEAN


def _serial(shown: str, patterns: HeaderPatterns, serials: Sequence[str]) -> str:
    """A message's number in digits; what its page lines most often say where letters stand in it; "" if neither helps."""
    if shown.isdecimal():
        return shown
    common = Counter(one for one in serials if Levenshtein.distance(one, shown) <= 2).most_common(1)
    return common[0][0] if common else as_digits(shown, patterns.digits)


def order_line(text: str, number_at: int, patterns: HeaderPatterns) -> tuple[str, float]:
    """What an executive-order line means: `E.O. 12356: DECL: OADR`, and how surely it was read so."""
    found = _ORDER.match(text, number_at)
    token = found[0] if found else ""
    rest = text[number_at + len(token) :]
    number = token
    if not token.isdecimal():
        candidate = as_digits(token, patterns.digits)
        number = candidate if candidate in patterns.orders else token
    words = re.sub(r"[A-Z/]+", lambda word: _meant(word[0]), rest)
    words = re.sub(r"\s*[:;]\s*", ": ", words.strip()).strip(" .,;:")
    value = f"E.O. {number}" + (f": {words}" if words else "")
    printed = re.sub(r"\s", "", text).replace("EO", "E.O.", 1)
    if number not in patterns.orders:
        return value, DOUBTFUL
    return value, CLEAN if re.sub(r"\s", "", value) == printed else BRIDGED


def _meant(word: str) -> str:
    """DECL, OADR and N/A from what O for D and the like made of them."""
    if word in ("NYA", "NA"):
        return "N/A"
    shape = fold(word).replace("D", "O")
    fits = [
        right
        for right in ("DECL", "OADR")
        if len(word) >= 4 and Levenshtein.distance(shape, right.replace("D", "O"), score_cutoff=1) <= 1
    ]
    return fits[0] if fits else word


def numbers_mended(text: str, patterns: HeaderPatterns) -> str:
    """`text` with the letters read for digits turned back in tokens that hold two digits and are them by half."""

    def mended(found: re.Match[str]) -> str:
        token = found[0]
        digits = sum(map(str.isdecimal, token))
        mostly = digits >= 2 and digits >= (len(token) - 1) / 2  # no word has two
        return as_digits(token, patterns.digits) or token if mostly else token

    return re.sub(r"(?<=\s)\w{3,7}\b", mended, text)


def split_references(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """A REF field cut at `(A)`, `A.`, `;`, `AND` and at commas behind a number; each piece may run over rows."""
    current: list[Piece] = []
    for one in pieces:
        at = one.start
        for found in _BETWEEN.finditer(one.text):
            current.append(without_tail(piece(one.row, at, one.start + found.start())))
            yield from _filled(current)
            current = []
            at = one.start + found.end()
        current.append(without_tail(piece(one.row, at, one.end)))
    yield from _filled(current)


def _filled(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    filled = [one for one in pieces if one.start < one.end]
    if filled:
        yield filled


def without_tail(one: Piece) -> Piece:
    """A stretch without the signs behind its last word."""
    tail = _TAIL.search(one.text)
    return Piece(one.row, one.start, one.start + tail.start()) if tail else one


def numbered_as(sender: str, patterns: HeaderPatterns) -> str:
    """The name under which a sender numbers its messages."""
    words = [_SMALL_LEAD.sub("", word.strip(".,;:*_-")) for word in sender.split()]
    words = [word for word in words if word]
    for known, name in patterns.numbered_as.items():
        wanted = known.split()
        if len(words) >= len(wanted) and all(
            near(word, right) is not None for word, right in zip(words, wanted, strict=False)
        ):
            return name
    return " ".join(words[1:]).upper() if len(words) > 1 else "".join(words)
