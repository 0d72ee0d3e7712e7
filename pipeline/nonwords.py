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
from pipeline.slips import ANY, Slips
from pipeline.vocabulary import RAREST, Vocabulary

RULE = "non-word"
STOP_RULE = "full-stop-read-as-e"

_TOKEN = re.compile(r"[@®]?[^\W_](?:[^\W_]|['’@®&$£€|!](?=[^\W_]))*")
_SHORTEST = 4  # letters
_HARDLY_KNOWN = (
    2.3  # frequency below which a word in small letters may be a slip of a common one: 1 in 5 million
)
_SEEN_TWICE = 2  # a slip hardly comes out the same twice; a name does
_OUTNUMBERED = 3  # unless the right form stands there this many times as often
_SURE = 0.85  # of all candidates' weight, for the best one to stand alone
_SLIPPED = 0.85  # what the slips may cost: less than an exchange that no entry of the table names
_IN_USE = 3.0  # frequency of a right form that ordinary text holds
_SELDOM = 2.8  # frequency of a right form that is the only one
_FAMILIAR = 4.0  # the same where the word has a capital and may be a name
_COMMON = 4.5  # the same where the word read is itself in some list
_MANY_LETTERS = 6  # of a word that may be mended as a piece of a compound
_SOME_LETTERS = 5  # of a word that may be mended without the table
_ALONE = 0.99  # of all candidates' weight, where the table says nothing
_TWO_SLIPS = 1.6  # what two slips may cost together, where nothing else is near
_WORTH_ASKING = 0.75  # of all candidates' weight, for a suggestion
_UNKNOWN_SHARE = 0.4  # of the words around, above which a passage is in another language or badly read
_AROUND = 2  # lines above and below that make a passage
_ENOUGH = 8  # words that say something about a passage
_STOPPED = 2.5  # frequency of a word before a full stop
_SCRAPS = 3.0  # letters a word of a line has on average at least, where it is no noise
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
        for start, end in tokens_of(line.text):
            token = _Token(line, number, start, end, line.text[start:end])
            if stop := _full_stop(token, lines, vocabulary):
                yield number, stop
                continue
            if token.text.endswith(("'s", "’s")):
                token = msgspec.structs.replace(token, end=end - 2, text=token.text[:-2])
            if not _is_nonword(token, vocabulary):
                continue
            if token.text not in cache:
                cache[token.text] = find_candidates(token.text, vocabulary, slips)
            if cache[token.text]:
                around = unknown[max(number - _AROUND, 0) : number + _AROUND + 1]
                strange = _strange([unknown[number]]) or _strange(around)
                if found := _decide(token, cache[token.text], lines, vocabulary, strange):
                    yield number, found


def has_scraps(text: str) -> bool:
    """Whether a line is scraps of letters: noise."""
    lengths = [end - start for start, end in tokens_of(text)]
    return sum(lengths) < _SCRAPS * len(lengths)


def _unknown(line: FlowLine, vocabulary: Vocabulary) -> tuple[int, int]:
    """How many of a line's words of three letters and more are unknown, and how many there are."""
    tokens = [line.text[start:end].lower() for start, end in tokens_of(line.text)]
    words = [token for token in tokens if len(token) >= 3]
    if has_scraps(line.text):
        return _ENOUGH, _ENOUGH
    return sum(not vocabulary.knows(word) for word in words), len(words)


def _strange(counts: Sequence[tuple[int, int]]) -> bool:
    """Whether so many words around are unknown that the passage is no text in a language that is known here."""
    unknown, words = map(sum, zip(*counts, strict=True))
    return words >= _ENOUGH and unknown > _UNKNOWN_SHARE * words


def _is_nonword(token: _Token, vocabulary: Vocabulary) -> bool:
    text, line = token.text, token.line.text
    if len(text) < _SHORTEST or text.isupper():
        return False
    if vocabulary.frequency(text.lower()) >= (_HARDLY_KNOWN if text.islower() else RAREST):
        return False
    letters = sum(sign.isalpha() for sign in text)
    signs = any(sign.isdecimal() or sign in "'’" for sign in text)
    if letters < len(text) - 1 or signs or vocabulary.derives(text.lower()):
        return False
    beside = line[max(token.start - 1, 0) : token.start] + line[token.end : token.end + 1]
    if set(beside) & set("¬/\\_=*~@") or re.match(r"\.\w", line[token.end : token.end + 2]):
        return False
    if re.match(r"[-¬]\W*$", line[token.end :]):
        return False  # cut at the end of the line
    return "-" not in beside or len(text) >= _MANY_LETTERS  # a piece of a compound


class _Evidence(msgspec.Struct, frozen=True):
    """What speaks for and against the best candidate of a token."""

    best: Candidate
    share: float  # of the weight of all candidates and of the token itself
    capital: bool
    opens: bool  # it begins a sentence
    hardly_known: bool
    often: bool  # the document has the token more than once, and the candidate not many times as often
    half: bool  # it may be a piece of a word that was cut at the end of a line
    strange: bool
    longer: bool  # it has more letters than the candidate
    letters: int
    only: bool  # no other word in use is one letter or one slip away
    here: int  # how often the document has the candidate, in these capitals
    witnessed: bool  # another reading of this very word says the candidate
    agreed: bool  # two engines read the token: a typist's slip, if any

    @property
    def certain(self) -> bool:
        """Whether the candidate may be applied without being asked."""
        if self.often or self.half or self.strange or (self.agreed and self.best.cost > _SLIPPED):
            return False
        if self.witnessed and not self.capital and self.share >= _WORTH_ASKING:
            return True
        slipped = self.best.cost <= _SLIPPED and self.share >= _SURE
        if self.hardly_known:
            return slipped and self.best.frequency >= _COMMON
        if self.capital:
            common = self.only and self.best.frequency >= _COMMON
            known = self.here > 0 or (self.opens and self.only) or common
            return slipped and known and self.best.frequency >= _FAMILIAR and not self.longer
        alone = self.letters >= _SOME_LETTERS and self.share >= _ALONE and self.best.cost <= _TWO_SLIPS
        alike = self.letters == len(self.best.word) or self.best.cost < ANY  # typists lose letters, too
        if self.letters < _SOME_LETTERS:
            return slipped and self.best.frequency >= _FAMILIAR
        return (slipped or (alone and alike)) and self.best.frequency >= _SELDOM

    @property
    def worth_asking(self) -> bool:
        """Whether the candidate is worth a suggestion."""
        if self.strange or self.longer or self.share < _WORTH_ASKING or self.best.frequency < _IN_USE:
            return False
        if self.hardly_known or self.half:
            return False
        return not self.capital or self.here > 0 or self.best.cost <= _SLIPPED


def _decide(
    token: _Token,
    candidates: Sequence[Candidate],
    lines: Sequence[FlowLine],
    vocabulary: Vocabulary,
    strange: bool,
) -> Find | None:
    best = candidates[0]
    own = vocabulary.frequency(token.text.lower())
    seen = vocabulary.seen(token.text)
    capital = not token.text.islower()
    evidence = _Evidence(
        best,
        best.share / (1 + best.share * 10 ** (own - best.weight)) if own else best.share,
        capital,
        capital and _opens_sentence(token, lines),
        own > 0,
        seen >= _SEEN_TWICE and (capital or vocabulary.seen(best.word) < _OUTNUMBERED * seen),
        _may_be_half(token, lines, vocabulary),
        strange,
        len(token.text) > len(best.word) and best.cost >= ANY,
        len(token.text),
        all(one.cost > ANY or one.frequency < _SELDOM for one in candidates[1:]),
        vocabulary.seen_so(best.word),
        _second_reading(token, best.word),
        _engines_agree(token),
    )
    if not (evidence.certain or evidence.worth_asking):
        return None
    answers = tuple(candidate.word for candidate in candidates[:_MOST] if candidate.share > 0.01)
    reason = _why(token, evidence, candidates, vocabulary)
    return Find(
        token.start, token.end, answers or (best.word,), RULE, 100 * evidence.share, reason, evidence.certain
    )


def _why(token: _Token, evidence: _Evidence, candidates: Sequence[Candidate], vocabulary: Vocabulary) -> str:
    best = evidence.best
    what = "hardly a word" if evidence.hardly_known else "no word that a list knows"
    reason = f'"{token.text}" is {what}; "{best.word}" is, and costs {best.cost:.2f} in slips'
    if times := vocabulary.seen(best.word):
        reason += (
            f" and stands {times} times in this document" if times > 1 else " and stands in this document"
        )
    if len(candidates) > 1:
        reason += f'. The next best is "{candidates[1].word}" ({candidates[1].cost:.2f}).'
    else:
        reason += ". Nothing else is near."
    if evidence.witnessed:
        reason += " Another reading of this very word says the same."
    return reason


def _may_be_half(token: _Token, lines: Sequence[FlowLine], vocabulary: Vocabulary) -> bool:
    """Whether a token beside the end of a line may be a piece of a word that goes on in the other line."""
    line = token.line.text
    if not line[: token.start].strip(" \"'“‘([") and token.number:
        above = lines[token.number - 1].text
        last = [above[start:end] for start, end in tokens_of(above)][-1:]
        cut = re.search(r"[^\W\d_]\W{0,2}[-¬~=_*]\W{0,2}$", above) is not None
        return token.text.islower() and (cut or not all(_usual(word, vocabulary) for word in last))
    if not line[token.end :].strip() and token.number + 1 < len(lines):
        below = lines[token.number + 1].text
        first = [below[start:end] for start, end in tokens_of(below)][:1]
        return not all(_usual(word, vocabulary) or word[0].isupper() for word in first)
    return False


def _usual(word: str, vocabulary: Vocabulary) -> bool:
    return vocabulary.frequency(word.lower()) >= _IN_USE


def _engines_agree(token: _Token) -> bool:
    """Whether two engines read this very word just as it stands."""
    return any(
        len({reading.engine for reading in word.readings if _bare(reading.text) == token.text}) > 1
        for word in _words_at(token)
    )


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
    if vocabulary.knows(token.text.lower()) or vocabulary.frequency(word.lower()) < (
        _STOPPED if token.text.islower() else _FAMILIAR
    ):
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
