"""Words that no list knows: lines of text and a vocabulary go in, corrections and suggestions come out.

A word is corrected only where it is certainly none (four letters and more, in no list, once in the document, no
capitals, digits, hyphens or name), where one right form is far more likely than all others together, and where a
slip of the table leads there. With less evidence it is suggested; a known word is never touched. A full stop read as
`e` (`closede People`) is another such slip. What pays, and what does harm, stands in docs/corrections.md.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from pipeline.candidates import Candidate, find_candidates
from pipeline.finds import Find
from pipeline.flow import FlowLine
from pipeline.record import Word
from pipeline.slips import Slips
from pipeline.vocabulary import Vocabulary

RULE = "non-word"
STOP_RULE = "full-stop-read-as-e"

_TOKEN = re.compile(r"[@®]?[^\W_](?:[^\W_]|['’@®&$£€|!](?=[^\W_]))*")
_SHORTEST = 4  # letters
_SEEN_TWICE = 2  # a slip hardly comes out the same twice; a name does
_SURE = 0.9  # of all candidates' weight, for the best one to stand alone
_SLIPPED = 0.85  # what the slips may cost: less than an exchange that no entry of the table names
_MANY_LETTERS = 6  # of a word that may be mended without the table
_ALONE = 0.99  # of all candidates' weight, where the table says nothing
_IN_USE = 3.0  # frequency of a right form that ordinary text holds
_FAMILIAR = 4.0  # the same where the word has a capital and may be a name
_WORTH_ASKING = 0.5  # of all candidates' weight, for a suggestion
_UNKNOWN_SHARE = 0.4  # of the words around, above which a passage is in another language or badly read
_AROUND = 2  # lines above and below that make a passage
_ENOUGH = 8  # words that say something about a passage
_MOST = 4  # candidates shown


class _Token(msgspec.Struct, frozen=True):
    """A word of a line, without a possessive ending."""

    line: FlowLine
    number: int
    start: int
    end: int
    text: str


def tokens_of(text: str) -> Iterator[tuple[int, int]]:
    """The words of a text: letters and digits, with the signs that reading puts in their place."""
    for found in _TOKEN.finditer(text):
        yield found.span()


def find_nonwords(
    lines: Sequence[FlowLine], vocabulary: Vocabulary, slips: Slips
) -> Iterator[tuple[int, Find]]:
    """What can be said about each unknown word of a document, in the order of places."""
    if vocabulary.empty:
        return
    unknown = [_unknown(line, vocabulary) for line in lines]
    cache: dict[str, tuple[Candidate, ...]] = {}
    for number, line in enumerate(lines):
        for start, end in tokens_of(line.text) if unknown[number][0] else ():
            token = _Token(line, number, start, end, line.text[start:end])
            if stop := _full_stop(token, lines, vocabulary):
                yield number, stop
                continue
            if token.text.endswith(("'s", "’s")):
                token = msgspec.structs.replace(token, end=end - 2, text=token.text[:-2])
            if not _is_nonword(token, lines, vocabulary):
                continue
            if token.text not in cache:
                cache[token.text] = find_candidates(token.text, vocabulary, slips)
            if cache[token.text]:
                strange = _strange(unknown[max(number - _AROUND, 0) : number + _AROUND + 1])
                if found := _decide(token, cache[token.text], lines, vocabulary, strange):
                    yield number, found


def _unknown(line: FlowLine, vocabulary: Vocabulary) -> tuple[int, int]:
    """How many of a line's words of three letters and more are unknown, and how many there are."""
    words = [line.text[start:end].lower() for start, end in tokens_of(line.text) if end - start >= 3]
    return sum(not vocabulary.knows(word) for word in words), len(words)


def _strange(counts: Sequence[tuple[int, int]]) -> bool:
    """Whether so many words around are unknown that the passage is no text in a language that is known here."""
    unknown, words = map(sum, zip(*counts, strict=True))
    return words >= _ENOUGH and unknown > _UNKNOWN_SHARE * words


def _is_nonword(token: _Token, lines: Sequence[FlowLine], vocabulary: Vocabulary) -> bool:
    text, line = token.text, token.line.text
    word = text.lower()
    letters = [sign for sign in text if sign.isalpha()]
    if len(text) < _SHORTEST or len(letters) < len(text) - 1 or any(sign.isdecimal() for sign in text):
        return False
    if text.isupper() or "'" in text or "’" in text or vocabulary.knows(word):
        return False
    if vocabulary.seen(word) >= _SEEN_TWICE or vocabulary.derives(word):
        return False
    beside = line[token.start - 1 : token.start] + line[token.end : token.end + 1]
    if set(beside) & set("-¬/\\_=*~@.") - {"."} or re.match(r"\.\w", line[token.end : token.end + 2]):
        return False
    first = not line[: token.start].strip(" \"'“‘([")
    return not (first and token.number and _breaks(lines[token.number - 1]))


def _breaks(line: FlowLine) -> bool:
    """Whether a line's last word may go on in the next line: a hyphen there, or what was read for one."""
    return re.search(r"[^\W\d_]\W{0,2}[-¬~=_*]\W{0,2}$", line.text) is not None


def _decide(
    token: _Token,
    candidates: Sequence[Candidate],
    lines: Sequence[FlowLine],
    vocabulary: Vocabulary,
    strange: bool,
) -> Find | None:
    best = candidates[0]
    other = candidates[1] if len(candidates) > 1 else None
    witness = _second_reading(token, best.word)
    capital = token.text[0].isupper()
    opens = capital and _opens_sentence(token, lines)
    certain = (
        (
            (best.cost <= _SLIPPED and best.share >= _SURE)
            or (
                len(token.text) >= _MANY_LETTERS
                and best.share >= _ALONE
                and best.frequency >= 3.5
                and best.cost <= 1.6
                and len(best.word) >= len(token.text) - (best.cost != 1)
            )
        )
        and best.frequency >= (_FAMILIAR if capital else _IN_USE)
        and (not capital or opens or vocabulary.seen_so(best.word) > 0)
        and not strange
    )
    certain = certain or (witness and best.share >= _WORTH_ASKING and not capital)
    if not certain and (best.share < _WORTH_ASKING or strange or (capital and not opens)):
        return None
    reason = (
        f'"{token.text}" is no word that a list knows; "{best.word}" is, and costs {best.cost:.2f} in slips'
    )
    if vocabulary.seen(best.word):
        reason += f" and stands {vocabulary.seen(best.word)} times in this document"
    reason += f'. The next best is "{other.word}" ({other.cost:.2f}).' if other else ". Nothing else is near."
    if witness:
        reason += " Another reading of this very word says the same."
    answers = tuple(candidate.word for candidate in candidates[:_MOST] if candidate.share > 0.01)
    return Find(token.start, token.end, answers or (best.word,), RULE, 100 * best.share, reason, certain)


def _opens_sentence(token: _Token, lines: Sequence[FlowLine]) -> bool:
    before = token.line.text[: token.start].rstrip(" \"'“‘([")
    if before:
        return before[-1] in ".!?:"
    if token.line.opens or not token.number:
        return True
    return lines[token.number - 1].text.rstrip(" \"'”’)]")[-1:] in (".", "!", "?", ":")


def _second_reading(token: _Token, answer: str) -> bool:
    """Whether another look at this very word read the answer."""
    return any(
        _bare(reading.text) == answer
        for word in _words_at(token)
        for reading in word.readings
        if " " not in reading.text.strip()
    )


def _words_at(token: _Token) -> Iterator[Word]:
    for word in token.line.words:
        if word.start < token.end and token.start < word.end:
            yield word


def _bare(text: str) -> str:
    return re.sub(r"^[^\w@®]+|\W+$", "", text)


def _full_stop(token: _Token, lines: Sequence[FlowLine], vocabulary: Vocabulary) -> Find | None:
    """A word with an `e` too many where a sentence ends: the `e` was a full stop."""
    word = token.text[:-1]
    if not token.text.endswith("e") or len(word) < 2 or not token.text.isalpha() or token.text.isupper():
        return None
    if vocabulary.knows(token.text.lower()) or vocabulary.frequency(word.lower()) < _IN_USE:
        return None
    after = token.line.text[token.end :]
    if after.strip(" "):
        ends = re.match(r" +[\"'“(]?[A-Z][a-z]* *", after) is not None
        ends = ends or re.match(r" +[\"'“(]?[A-Z][A-Z.]+\b", after) is not None
    else:
        below = lines[token.number + 1] if token.number + 1 < len(lines) else None
        ends = below is None or below.opens or below.text.lstrip(" \"'“(")[:1].isupper()
    if not ends or vocabulary.seen(token.text) >= _SEEN_TWICE:
        return None
    reason = f'"{token.text}" is no word that a list knows, "{word}" is, and a sentence ends here: the e was a full stop.'
    return Find(token.start, token.end, (f"{word}.",), STOP_RULE, 90.0, reason, True)
