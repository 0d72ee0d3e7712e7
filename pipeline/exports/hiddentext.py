"""The text of a PDF page that nobody sees: found and taken out, so that a better layer can take its place.

Hidden is what is drawn in rendering mode 3 (neither filled nor stroked), and what a scan of the whole page covers.
Everything else of the page stays as it was; where text objects mix both, they stay whole.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import pikepdf
from pikepdf import Name, Object, Page, PdfError

_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_MARKS = frozenset({"BMC", "BDC", "EMC"})
_INVISIBLE = 3
_COVERS = 0.9  # of the page, at least, for an image to hide what lies under it
_DEEPEST = 8  # forms within forms; beyond it a file is out to exhaust us

_Matrix = tuple[float, float, float, float, float, float]
_Instructions = list[Any]  # what pikepdf.parse_content_stream gives


class _Text(msgspec.Struct):
    """One text object (BT ... ET): where it stands, when it is painted, and whether all of it is in mode 3."""

    stream: int
    first: int
    last: int
    order: int
    shows: int = 0
    invisible: int = 0


class _State(msgspec.Struct):
    matrix: _Matrix
    mode: int = 0


class _Walk:
    """What is painted on a page, in order: its text objects and the images that cover it."""

    def __init__(self, page: Page) -> None:
        left, bottom, right, top = (float(side) for side in page.cropbox)
        self._area = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
        self.streams: list[tuple[Object | None, _Instructions]] = []
        self.texts: list[_Text] = []
        self.covered = -1  # when the last image that covers the page was painted
        self._order = 0
        self._stream(
            None,
            list(pikepdf.parse_content_stream(page)),
            inherited(page, "/Resources"),
            _State((1, 0, 0, 1, 0, 0)),
            0,
        )

    def hidden(self, text: _Text) -> bool:
        return text.shows > 0 and (text.invisible == text.shows or text.order < self.covered)

    def _stream(
        self, form: Object | None, instructions: _Instructions, resources: Any, state: _State, depth: int
    ) -> None:
        number = len(self.streams)
        self.streams.append((form, instructions))
        stack: list[_State] = []
        text: _Text | None = None
        for index, instruction in enumerate(instructions):
            operator, operands = str(instruction.operator), instruction.operands
            self._order += 1
            if operator == "q":
                stack.append(msgspec.structs.replace(state))
            elif operator == "Q" and stack:
                state = stack.pop()
            elif operator == "cm":
                state.matrix = _times([float(number) for number in operands], state.matrix)
            elif operator == "Tr":
                state.mode = int(operands[0])
            elif operator == "BT":
                text = _Text(number, index, index, self._order)
            elif operator == "ET" and text:
                text.last = index
                self.texts.append(text)
                text = None
            elif operator in _SHOWS and text:
                text.shows += 1
                text.invisible += state.mode == _INVISIBLE
            elif operator == "Do":
                self._draw(operands[0], resources, state, depth)

    def _draw(self, name: Any, resources: Any, state: _State, depth: int) -> None:
        drawn = _looked_up(resources, "/XObject", str(name))
        if drawn is None:
            return
        kind = drawn.get("/Subtype")
        if kind == Name.Image and not any(key in drawn for key in ("/ImageMask", "/SMask", "/Mask")):
            if self._covers(state.matrix):
                self.covered = self._order
        elif kind == Name.Form and depth < _DEEPEST:
            matrix = _times(
                [float(number) for number in drawn.get("/Matrix", [1, 0, 0, 1, 0, 0])], state.matrix
            )
            inside = list(pikepdf.parse_content_stream(drawn))
            self._stream(
                drawn, inside, drawn.get("/Resources", resources), _State(matrix, state.mode), depth + 1
            )

    def _covers(self, matrix: _Matrix) -> bool:
        """Whether the unit square, through this matrix, lies over nearly all of the page."""
        a, b, c, d, e, f = matrix
        xs, ys = [e, e + a, e + c, e + a + c], [f, f + b, f + d, f + b + d]
        left, bottom, right, top = self._area
        wide, high = min(max(xs), right) - max(min(xs), left), min(max(ys), top) - max(min(ys), bottom)
        return wide > 0 and high > 0 and wide * high >= _COVERS * (right - left) * (top - bottom)


def remove_hidden_text(pdf: pikepdf.Pdf, page: Page) -> bool:
    """Take the hidden text out of a page; returns whether text that is seen is left on it. Raises PdfError."""
    try:
        walk = _Walk(page)
    except (TypeError, ValueError, IndexError, RecursionError) as error:  # operands that are none
        raise PdfError(f"the content of the page cannot be understood ({error})") from None
    hidden = [text for text in walk.texts if walk.hidden(text)]
    for number in {text.stream for text in hidden}:
        form, instructions = walk.streams[number]
        kept = list(_without([text for text in hidden if text.stream == number], instructions))
        content = pikepdf.unparse_content_stream(kept)
        if form is None:
            page.obj.Contents = pdf.make_stream(zlib.compress(content), Filter=Name.FlateDecode)
        else:
            form.write(content)
    return any(text.shows and not walk.hidden(text) for text in walk.texts)


def inherited(page: Page, key: str) -> Any:
    """A page's entry, its own or that of the nodes above it; None where there is none."""
    node: Any = page.obj
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _looked_up(resources: Any, kind: str, name: str) -> Any:
    try:
        return resources[kind][name]
    except (KeyError, TypeError, AttributeError):
        return None


def _without(texts: Sequence[_Text], instructions: _Instructions) -> Iterator[Any]:
    """The instructions without what these text objects show. What sets the state for those behind them stays."""
    inside = {index: text for text in texts for index in range(text.first, text.last + 1)}
    balanced = {id(text): _balanced(instructions[text.first : text.last]) for text in texts}
    for index, instruction in enumerate(instructions):
        text = inside.get(index)
        operator = str(instruction.operator)
        if text is None or not (operator in _SHOWS or (operator in _MARKS and balanced[id(text)])):
            yield instruction
        elif operator == '"':  # it sets spacing, too
            yield pikepdf.ContentStreamInstruction([instruction.operands[0]], pikepdf.Operator("Tw"))
            yield pikepdf.ContentStreamInstruction([instruction.operands[1]], pikepdf.Operator("Tc"))


def _balanced(instructions: _Instructions) -> bool:
    """Whether marked content that begins here ends here."""
    depth = 0
    for instruction in instructions:
        operator = str(instruction.operator)
        depth += (operator in ("BMC", "BDC")) - (operator == "EMC")
        if depth < 0:
            return False
    return depth == 0


def _times(inner: Sequence[float], outer: _Matrix) -> _Matrix:
    """The PDF matrix that maps by `inner` first, by `outer` second."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )
