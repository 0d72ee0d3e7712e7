"""Text of a record as HTML that shows what is there: escaped, invisible characters named, edits marked."""

import bisect
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.edits import apply
from pipeline.record import Edit, Line, Page, Word

# Words below this confidence are tinted. For the eye alone: nothing is decided by it.
UNSURE = 60

# Above this many pairs of words a comparison takes too long to be worth it, and the whole text is marked.
_MOST_PAIRS = 40_000

_GONE, _COME = Markup("<del>{}</del>"), Markup("<ins>{}</ins>")


def plain(text: str) -> str:
    """Text in which control characters, direction marks and other signs without a shape are named: ‹U+202E›.

    Markup passes as it is: it comes from `visible`, or from our own files.
    """
    if isinstance(text, Markup) or text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _code(sign) for sign in text)


def visible(text: str) -> Markup:
    """The same as HTML, each such sign set off from the text around it, its full name in a tooltip."""
    if text.isprintable():
        return escape(text)
    parts = (
        escape("".join(run)) if printable else Markup("").join(map(_sign, run))
        for printable, run in groupby(text, str.isprintable)
    )
    return Markup("").join(parts)


def twins(before: str, after: str) -> tuple[Markup, Markup]:
    """`before` and `after` as HTML, the words that went in <del> and the words that came in <ins>.

    Where one of them is a single word, or none, all of both has changed.
    """
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    if min(len(old), len(new)) < 2 or len(old) * len(new) > _MOST_PAIRS:
        return _marked(_GONE, before), _marked(_COME, after)
    was, now = Markup(""), Markup("")
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        was += visible(gone) if tag == "equal" else _marked(_GONE, gone)
        now += visible(come) if tag == "equal" else _marked(_COME, come)
    return was, now


def marked_lines(page: Page, edits: Mapping[int, list[Edit]]) -> list[Markup]:
    """Each line of a page as clean text has it, edits and doubtful words marked; stripped lines stand there dimmed.

    `edits` are those of the page by the index of their line. Raises RecordError where one in force does not fit.
    """
    gone = _gone(page, [edit for here in edits.values() for edit in here])
    return [
        _line(line, at, f"p{page.number}l{index + 1}", edits.get(index, ()), gone)
        for index, (at, line) in enumerate(page.located_lines())
    ]


def _marked(frame: Markup, text: str) -> Markup:
    return frame.format(visible(text)) if text else Markup("")


def _code(sign: str) -> str:
    return f"‹U+{ord(sign):04X}›"


def _sign(sign: str) -> Markup:
    name = unicodedata.name(sign, "character without a name")
    return Markup('<span class="sign" title="{}">{}</span>').format(name.capitalize(), _code(sign))


def _gone(page: Page, edits: Iterable[Edit]) -> dict[tuple[int, int], str]:
    """The raw spans of the lines that clean text lacks, blank lines that went with a banner among them."""
    edits = list(edits)
    takes_lines = {edit.id for edit in edits if edit.kind in ("strip", "withhold")}
    return {
        (piece.raw_start, piece.raw_end): piece.edits[0]
        for piece in apply(page.text, edits).pieces
        if piece.edits and piece.edits[0] in takes_lines and piece.clean_start == piece.clean_end
    }


def _line(
    line: Line, at: int, name: str, edits: Iterable[Edit], gone: Mapping[tuple[int, int], str]
) -> Markup:
    """One line of clean text with its marks; a line that was stripped is there, dimmed."""
    end = at + len(line.text)
    # `apply` takes the newline behind a line along, or the one before where the line ends the page.
    taken = gone.get((at, end + 1)) or gone.get((at - 1, end)) or gone.get((at, end))
    if taken:
        text = (
            Markup('<a class="mark gone" href="#e-{0}" aria-describedby="e-{0}"><del>{1}</del></a>').format(
                taken, visible(line.text)
            )
            if line.text
            else ""
        )
        return Markup('<div class="l gone" id="{}">{}</div>').format(name, text)
    marks: list[tuple[int, int, Markup]] = []
    shown = [edit for edit in edits if edit.in_force or edit.status == "suggested"]
    for edit in sorted(shown, key=lambda edit: (not edit.in_force, edit.start)):
        _put(marks, edit.start - at, edit.end - at, _mark(edit))
    for word in line.words:
        if tint := _tint(word):
            text = visible(line.text[word.start : word.end])
            span = Markup('<span class="{}" title="{}">{}</span>').format(tint, plain(told(word)), text)
            _put(marks, word.start, word.end, span)
    parts, reached = [], 0
    for start, stop, mark in marks:
        parts += [visible(line.text[reached:start]), mark]
        reached = stop
    parts.append(visible(line.text[reached:]))
    return Markup('<div class="l" id="{}">{}</div>').format(name, Markup("").join(parts))


def _put(marks: list[tuple[int, int, Markup]], start: int, end: int, mark: Markup) -> None:
    """Keep `marks` sorted and apart: what comes later and would overlap is left out."""
    index = bisect.bisect_left(marks, (start, end), key=lambda mark: mark[:2])
    if (index == 0 or marks[index - 1][1] <= start) and (index == len(marks) or end <= marks[index][0]):
        marks.insert(index, (start, end, mark))


def told(word: Word) -> str:
    """How sure a word is and what was read of it by all looks: "confidence 61; read as 1986 (3 times), 1936"."""
    parts = [] if word.confidence is None else [f"confidence {word.confidence:.0f}"]
    if word.readings:
        looks = Counter(one.text for one in word.readings)
        read = (f"{text} ({times} times)" if times > 1 else text for text, times in looks.items())
        parts.append(f"read as {', '.join(read)}")
    return "; ".join([*parts, word.choice] if word.choice else parts)


def _tint(word: Word) -> str:
    """The classes that a word without an edit is shown with, if any."""
    names = {
        "unsure": word.confidence is not None and word.confidence < UNSURE,
        "twice": len({reading.text for reading in word.readings}) > 1,
        "figure": word.is_doubtful_number,
    }
    return " ".join(name for name, holds in names.items() if holds)


def _mark(edit: Edit) -> Markup:
    if not edit.in_force:
        text = visible(edit.before) or Markup("‸")
    else:
        text = (
            Markup("<ins>{}</ins>").format(visible(edit.after)) if edit.after else twins(edit.before, "")[0]
        )
    state = edit.kind if edit.in_force else "suggested"
    link = Markup('<a class="mark {0}" href="#e-{1}" aria-describedby="e-{1}">{2}</a>')
    return link.format(state, edit.id, text)


def html_templates(package: str) -> Environment:
    """The templates of a package. Nothing reaches a page unescaped, nor without its invisible signs named."""
    templates = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if isinstance(value, str) else value,
    )
    templates.filters["visible"] = visible
    templates.filters["words"] = lambda status: status.replace("_", " ")
    return templates
