"""Stage 4, correct: what was misread in a document becomes edits, each with its reason; nothing else is touched.

Raw pages, the dictionary, a vocabulary and the edits of strip go in, edits of kind "correct" come out. An edit is
applied only where an entry or a rule is certain of exactly one answer; all else is a suggestion with its candidates.
A number of digits alone is never changed, a right word never touched. The dictionary comes first (matching.py), then
words that no list knows (nonwords.py), then words that are always flagged. docs/corrections.md tells the order.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

import msgspec

from pipeline.candidates import find_candidates
from pipeline.dictionary import Dictionary
from pipeline.finds import MOST_CANDIDATES, Find, merged
from pipeline.flow import FlowLine, Seam, Span, Taken, cut_answer, flow_lines, seams
from pipeline.linecontext import LineContext
from pipeline.matching import find_all, find_phrases
from pipeline.nonwords import find_nonwords, tokens_of
from pipeline.options import MaxAction
from pipeline.record import Edit, EditStatus, Page, edit_id
from pipeline.recurring import find_recurring
from pipeline.setting import Setting
from pipeline.vocabulary import Vocabulary

SUSPECT_RULE = "suspect"
_COMMON = 3.0  # frequency: once in a million words
_DIGITS_ALONE = re.compile(r"(?<!\w)\d+(?!\w)")


def correct_pages(
    pages: Sequence[Page],
    dictionary: Dictionary,
    stripped: Sequence[Edit] = (),
    setting: Setting | None = None,
    lang: str = "eng",
    max_action: MaxAction = "auto",
) -> list[Edit]:
    """The corrections of a document, sorted by place, none overlapping another or an edit in force of `stripped`.

    Each is applied or suggested; `rule` is the id of its dictionary entry or the name of a rule, offsets are those of
    the page's raw text. `lang` names the languages of the text as Tesseract does; with `max_action` "suggest" nothing
    is applied.
    """
    taken = Taken(stripped)
    lines = flow_lines(pages, taken)
    setting = setting or Setting()
    words = [line.text[start:end] for line in lines for start, end in tokens_of(line.text)]
    vocabulary = Vocabulary(lang, dictionary.known, words)
    edits: list[Edit] = []
    for group in _groups(lines, dictionary, setting, vocabulary, taken):
        for line, find in group:
            taken.add(line.page, line.start + find.start, line.start + find.end)
        if not group[0][1].never:
            edits += _edits(group, max_action)
    return sorted(edits, key=lambda edit: (edit.page, edit.start))


_Group = Sequence[tuple[FlowLine, Find]]


def _groups(
    lines: Sequence[FlowLine], dictionary: Dictionary, setting: Setting, vocabulary: Vocabulary, taken: Taken
) -> Iterator[_Group]:
    """What is found, in the order of claim: the dictionary, non-words, suspect words. `taken` is read as it grows."""

    def free(line: FlowLine, find: Find) -> bool:
        return not taken.holds(line.page, line.start + find.start, line.start + find.end)

    def common(word: str) -> bool:
        return vocabulary.frequency(word) >= _COMMON

    for number, line in enumerate(lines):
        context = _context(lines, number, dictionary, setting)
        finds = [find for find in find_all(context, dictionary, common) if free(line, find)]
        for find in _choose(finds):
            yield [(line, find)]
    for seam in seams(lines, dictionary.longest - 1) if dictionary.longest else ():
        for find in _choose(find_phrases(LineContext(seam.text, dictionary), dictionary, common)):
            group = _cut(seam, find)
            if group and all(free(line, part) for line, part in group):
                yield group
    nonwords = find_nonwords(lines, vocabulary, dictionary.slips)
    recurring = find_recurring(lines, vocabulary, dictionary.slips, dictionary.names)
    for number, find in itertools.chain(nonwords, recurring):
        if free(lines[number], find):
            yield [(lines[number], find)]
    for line in lines if dictionary.suspect else ():
        for start, end in tokens_of(line.text):
            suspected = _suspected(line.text, start, end, dictionary, vocabulary)
            if suspected and free(line, suspected):
                yield [(line, suspected)]


def _context(lines: Sequence[FlowLine], number: int, dictionary: Dictionary, setting: Setting) -> LineContext:
    line = lines[number]
    above = lines[number - 1].text if number else ""
    below = lines[number + 1].text if number + 1 < len(lines) else ""
    return LineContext(
        line.text,
        dictionary,
        (above, below),
        lambda start: setting.fields(line.page, line.start + start),
        lambda start: setting.date(line.page, line.start + start),
    )


def _choose(finds: Iterable[Find]) -> list[Find]:
    """One find a place, none overlapping, in the order of their places."""
    places: dict[Span, list[Find]] = {}
    for find in finds:
        places.setdefault((find.start, find.end), []).append(find)
    chosen: list[Find] = []
    for find in sorted(map(merged, places.values()), key=lambda find: find.claim):
        if all(find.end <= other.start or other.end <= find.start for other in chosen):
            chosen.append(find)
    return sorted(chosen, key=lambda find: find.start)


def _cut(seam: Seam, find: Find) -> _Group:
    """A find over the end of a line as one find for each line it changes; empty where it lies in one line."""
    if not find.start < seam.cut < find.end:
        return ()
    (above, end_above), (below, end_below) = seam.places(find.start, find.end)
    first, second = seam.text[find.start : seam.cut], seam.text[seam.cut : find.end]
    answers = [cut_answer(first + second, answer, len(first)) for answer in find.answers[:1]]
    halves = []
    for line, start, end, before, after in (
        (seam.above, above, end_above, first.rstrip(), answers[0][0].rstrip()),
        (seam.below, below, end_below, second, answers[0][1].lstrip()),
    ):
        if before != after and end > start:
            part = msgspec.structs.replace(
                find, start=start - line.start, end=end - line.start, answers=(after,)
            )
            halves.append((line, part))
    return halves


def _suspected(
    text: str, start: int, end: int, dictionary: Dictionary, vocabulary: Vocabulary
) -> Find | None:
    """A word that is always flagged: what it may have been, or nothing but a request to look."""
    token = text[start:end]
    if token.upper() not in dictionary.suspect:
        return None
    near = find_candidates(token, vocabulary, dictionary.slips)
    answers = tuple(candidate.word for candidate in near[:MOST_CANDIDATES]) or (token,)
    reason = f'"{token}" is on the list of suspect words; look at the scan.'
    return Find(start, end, answers, SUSPECT_RULE, 0.0, reason)


def _edits(group: _Group, max_action: MaxAction) -> Iterator[Edit]:
    """The edits of a group of finds; several lines of one find share a `group`."""
    name = ""
    if len(group) > 1:
        places = [f"{line.page}:{line.start + find.start}:{find.answers[0]}" for line, find in group]
        name = sha256("|".join(places).encode()).hexdigest()[:10]
    safe = all(_keeps_digits(line.text[find.start : find.end], find.answers[0]) for line, find in group)
    for line, find in group:
        before, after = line.text[find.start : find.end], find.answers[0]
        reason = find.reason
        if find.auto and not safe:
            reason = f"{reason} A number of digits alone is never changed without being asked."
        status: EditStatus = "applied" if find.auto and safe and max_action == "auto" else "suggested"
        start, end = line.start + find.start, line.start + find.end
        yield Edit(
            id=edit_id(line.page, start, end, "correct", find.rule, before, after),
            page=line.page,
            start=start,
            end=end,
            before=before,
            after=after,
            kind="correct",
            rule=find.rule,
            score=round(find.score, 1),
            status=status,
            reason=reason,
            candidates=find.answers if len(find.answers) > 1 else (),
            group=name,
        )


def _keeps_digits(before: str, after: str) -> bool:
    """Whether every number of digits alone in `before` stands in `after`, too, in the same order."""
    kept = iter(_DIGITS_ALONE.findall(after))
    return all(number in kept for number in _DIGITS_ALONE.findall(before))
