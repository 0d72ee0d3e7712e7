"""A place in a line with the answers that fit it: what matching and the rules hand to correct."""

from collections.abc import Iterable

import msgspec

SEVERAL = 30.0  # what an answer's score loses where it is not the only one
MOST_CANDIDATES = 5


class Find(msgspec.Struct, frozen=True):
    """A place in a line (`start`:`end`), the answers that fit it, best first, and what speaks for them.

    `rule` is the id of an entry or the name of a rule; `auto` says that the first answer may be applied without being
    asked, `never` that the place is to be left alone.
    """

    start: int
    end: int
    answers: tuple[str, ...]
    rule: str
    score: float
    reason: str
    auto: bool = False
    never: bool = False

    @property
    def claim(self) -> tuple[bool, bool, float, int, str, int]:
        """Order of claim: a place to be left alone, auto, the higher score, the longer place, the rule's name."""
        return not self.never, not self.auto, -self.score, self.start - self.end, self.rule, self.start


def merged(finds: Iterable[Find]) -> Find:
    """Several finds at one place: the same answer is one find, different answers are candidates of a suggestion."""
    first, *others = sorted(finds, key=lambda find: find.claim)
    answers = list(first.answers)
    reason = first.reason
    for other in others:
        new = [answer for answer in other.answers if answer not in answers]
        if new and not first.never:
            answers += new
            reason += f" Entry {other.rule} says {' or '.join(new)}."
    if len(answers) == len(first.answers):
        return first
    score = max(first.score - SEVERAL, 0.0)
    return msgspec.structs.replace(
        first, answers=tuple(answers[:MOST_CANDIDATES]), reason=reason, score=score, auto=False
    )
