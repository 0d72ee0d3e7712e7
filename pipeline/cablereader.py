"""Reads the header of one cable, part by part: each method takes a row's number and adds what it finds there."""

import re
from collections.abc import Mapping, Sequence

from pipeline.addressees import addressee, is_address, looks_addressed, sender, understood
from pipeline.cablelines import (
    PARAGRAPH,
    is_order,
    message_number,
    numbered_as,
    numbers_mended,
    order_end,
    order_line,
    split_references,
    without_tail,
)
from pipeline.dates import time_group
from pipeline.drafts import OFFICE
from pipeline.headerlines import BRIDGED, CLEAN, DOUBTFUL, Piece, Row, finding, named, piece, without_specks
from pipeline.headerlists import HeaderPatterns
from pipeline.letters import capitals, is_prose
from pipeline.record import Finding
from pipeline.tags import all_tags, tags_in

_SUBJECT_ROWS = 6
_REFERENCE_ROWS = 10

_SPECK_BEHIND = re.compile(r"(?<=\d) [A-Z]$|(?<=\))\w$")  # behind a message's number or (NOTAL)
_SPECKS = " |:;.,*°#~_»«©®-"


class CableReader:
    """Reads one cable's header, row by row; `fields` grows."""

    def __init__(
        self, rows: Sequence[Row], texts: Mapping[int, str], patterns: HeaderPatterns, serials: Sequence[str]
    ) -> None:
        self.serials = serials
        self.rows = rows
        self.texts = texts
        self.patterns = patterns
        self.names = [named(row, patterns.cable) for row in rows]
        self.fields: list[Finding] = []
        self.post = ""

    def add(self, kind: str, pieces: Sequence[Piece], value: str | None = None, sure: float = CLEAN) -> None:
        """Add a finding where `pieces` hold anything."""
        pieces = [one for one in pieces if one.start < one.end]
        if pieces:
            self.fields.append(finding(kind, pieces, self.texts, value, sure))

    def field_at(self, number: int) -> str:
        """The field whose name stands at a row; "" where none does or it may well be a word of the text."""
        name = self.names[number]
        row = self.rows[number]
        if name is None or not capitals(row.text[: name.value]):
            return ""
        if name.field == "refs" and not (name.colon or re.search(r"\d", row.text)):
            return ""
        if name.field == "from" and not name.exact:
            return ""
        return name.field

    def value_at(self, number: int) -> Piece:
        """What stands behind a row's name."""
        name = self.names[number]
        row = self.rows[number]
        return piece(row, _behind_specks(row.text, name.value if name else 0))

    def sure_at(self, number: int) -> float:
        """How surely a row's name is the name of its field."""
        name = self.names[number]
        return CLEAN if name and name.exact else BRIDGED

    # The parts of a header, in the order in which they stand.

    def drafting(self, end: int) -> None:
        """DRAFTED BY, APPROVED BY and the clearances that follow, above row `end`."""
        for at in range(end):
            field = self.field_at(at)
            if field not in ("drafter", "approved_by", "clearances"):
                continue
            value = self.value_at(at)
            if field != "clearances":
                self.add(field, [without_tail(value)], sure=self.sure_at(at))
                following = at + 1
            else:
                following = at
            if field == "drafter":
                continue
            for row in self.rows[following:end]:
                self.clearances(row, value.start if row is self.rows[at] else 0)

    def clearances(self, row: Row, start: int = 0) -> None:
        """Each OFFICE:NAME of a row."""
        for found in OFFICE.finditer(row.text, start):
            self.add("clearances", [piece(row, found.start(), found.end())])

    def time(self, number: int) -> None:
        """Precedence letters and the date-time group."""
        row = self.rows[number]
        group = time_group(row.text, self.patterns.digits)
        if not group:
            return
        told: set[str] = set()
        for at in reversed(range(*group.letters)):
            letter = "O" if row.text[at] in "0©Q" else row.text[at]
            if letter in self.patterns.precedence and letter not in told:
                told.add(letter)
                sure = CLEAN if letter == row.text[at] else BRIDGED
                self.add("precedence", [piece(row, at, at + 1)], self.patterns.precedence[letter], sure)
        sure = DOUBTFUL if not group.value else CLEAN if group.exact else BRIDGED
        self.add("dtg", [piece(row, group.start, group.end)], group.value, sure)

    def addresses(self, start: int) -> int:
        """FM, TO and INFO from row `start` on; returns the row behind them."""
        kind = ""
        at = start
        skipped = 0
        while at < len(self.rows):
            row, field = self.rows[at], self.field_at(at)
            if at == start:
                kind = "from"
                first = row.words[0]
                behind = row.text.index(first) + len(first)
                one = sender(piece(row, _behind_specks(row.text, behind)), self.patterns)
                self.address(kind, one)
                self.post = numbered_as(understood(one.text, self.patterns), self.patterns)
            elif field in ("to", "info"):
                kind = field
                self.address(kind, addressee(self.value_at(at), self.patterns))
            elif field in ("eo", "tags", "subject", "refs") or self.order_at(at) or self.number_at(at):
                break
            elif kind in ("to", "info") and looks_addressed(row.text, self.patterns):
                self.address(kind, addressee(piece(row), self.patterns))
                skipped = 0
            elif PARAGRAPH.match(row.text) or is_prose(row.text) or skipped >= 4:
                break
            else:
                skipped += 1
            at += 1
        return at

    def sends_unnamed(self, number: int) -> bool:
        """Whether a row whose FM was not read stands where the sender does: before TO, with an address in it."""
        if number + 1 >= len(self.rows) or self.field_at(number + 1) != "to":
            return False
        words = self.rows[number].words[1:3]
        return any(len(word) > 4 and is_address(word, self.patterns) for word in words)

    def address(self, kind: str, one: Piece) -> None:
        """A sender or addressee as read, and as understood."""
        value = understood(one.text, self.patterns)
        sure = CLEAN if value == one.text else BRIDGED
        self.add(kind, [one], value, sure if capitals(value) else DOUBTFUL)

    def number_at(self, number: int) -> tuple[int, int, str, float] | None:
        """The message number in a row, as `LA PAZ 4733` behind a level: its span, meaning and certainty."""
        return message_number(self.rows[number].text, self.post, self.patterns, self.serials)

    def number(self, start: int) -> None:
        """The cable's own level-and-number line, from row `start` on."""
        for at in range(start, min(start + 8, len(self.rows))):
            found = self.number_at(at)
            if found:
                low, high, value, sure = found
                self.add("message_number", [piece(self.rows[at], low, high)], value, sure)
                return
            if self.field_at(at) in ("tags", "subject", "refs") or self.order_at(at):
                return

    def order_at(self, number: int) -> re.Match[str] | None:
        """Whether a row is the line of the executive order."""
        return is_order(self.rows[number])

    def order(self, number: int) -> None:
        """The line of the executive order."""
        found = self.order_at(number)
        if found:
            row = self.rows[number]
            start = next(at for at, sign in enumerate(row.text) if sign.isalnum() or sign in "£€")
            value = without_tail(without_specks(piece(row, start, order_end(row.text))))
            meant, sure = order_line(value.text, found.end() - start, self.patterns)
            self.add("eo", [value], meant, sure)

    def tags(self, number: int) -> None:
        """TAGS, one each; they may go on over a second row."""
        rows = [self.value_at(number)]
        if number + 1 < len(self.rows) and not self.field_at(number + 1):
            further = self.rows[number + 1]
            if rows[0].text.endswith(",") and all_tags(further.text, self.patterns):
                rows.append(piece(further))
        for row in rows:
            for one, value, sure in tags_in(row, self.patterns):
                self.add("tags", [one], value, sure)

    def running(self, number: int, most: int) -> list[Piece]:
        """The value of a field that may go on over the next rows."""
        pieces = [without_specks(self.value_at(number))]
        for at in range(number + 1, min(number + most, len(self.rows))):
            row = self.rows[at]
            if (
                self.field_at(at)
                or self.order_at(at)
                or PARAGRAPH.match(row.text)
                or (
                    row.gap and row.page == pieces[-1].row.page and pieces[-1].text[-1:] not in ("", ",", "-")
                )
            ):
                break
            if re.search(r"[A-Za-z]{2}", row.text):
                lead = re.match(r"\W*(?<![\"(“])", row.text)
                one = without_specks(piece(row, lead.end() if lead else 0))
                if not re.search(r"[A-Z0-9]{2}", one.text) or capitals(pieces[0].text) > capitals(one.text):
                    break
                pieces.append(one)
        return pieces

    def subject(self, number: int) -> None:
        """SUBJECT, over several lines."""
        pieces = self.running(number, _SUBJECT_ROWS)
        first = pieces[0]
        within = named(
            Row(first.row.page, first.row.start, " " * first.start + first.text, False, False, 0),
            self.patterns.cable,
        )
        if within and within.field == "refs" and re.search(r"\d", first.text):
            pieces[0] = piece(first.row, within.value, first.end)
            kind = "refs"
        else:
            kind = "subject"
        pieces[-1] = without_tail(pieces[-1])
        self.add(kind, pieces, sure=self.sure_at(number))

    def references(self, number: int) -> None:
        """REF: one finding for each message referred to."""
        for pieces in split_references(self.running(number, _REFERENCE_ROWS)):
            read = " ".join(" ".join(one.text for one in pieces).split())
            value = _SPECK_BEHIND.sub("", numbers_mended(read, self.patterns))
            self.add("refs", pieces, value, self.sure_at(number) if value == read else BRIDGED)


def _behind_specks(text: str, start: int) -> int:
    while start < len(text) and text[start] in _SPECKS:
        start += 1
    return start
