"""The invisible text of a PDF page: placed words and the way from the page's frame to PDF's space in, content out.

Every word is set in Courier, rendering mode 3, stretched to its box. Courier is one of PDF's own fonts, all its
letters are 600 wide, and invisible it need not be embedded: so the layer costs a few kilobytes a page.
"""

from collections.abc import Iterable, Sequence

import pikepdf
from pikepdf import Dictionary, Name

from pipeline.geometry import Affine, Box
from pipeline.wordplaces import PlacedWord

_WIDE = 0.6  # of the font size: every letter of Courier
_ASCENT, _DESCENT = 0.629, 0.157  # of the font size: Courier's own, of which viewers make the box of a word
_CODES = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]  # all that WinAnsi has a letter for
_IN_A_FONT = len(_CODES)
_SPACE = 0x20


class Fonts:
    """The fonts of one file: Courier as it is, and under other codes what WinAnsi cannot write.

    The letters of those are only known when all words are, so `finish` writes their tables at the end.
    """

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._own: dict[str, int] = {}
        self._fonts = [pdf.make_indirect(_courier())]

    def encode(self, text: str) -> list[tuple[int, bytes]]:
        """Stretches of a word that one font can write: the font's number and the codes."""
        stretches: list[tuple[int, bytes]] = []
        for sign in text:
            font, code = self._code(sign)
            if stretches and stretches[-1][0] == font:
                stretches[-1] = (font, stretches[-1][1] + bytes([code]))
            else:
                stretches.append((font, bytes([code])))
        return stretches

    def dictionary(self, numbers: Iterable[int]) -> dict[str, pikepdf.Object]:
        """Those fonts by the names that content calls them by."""
        return {font_name(number): self._fonts[number] for number in sorted(numbers)}

    def finish(self) -> None:
        """Write down which letters the codes of our own fonts stand for."""
        for number, font in enumerate(self._fonts[1:]):
            signs = list(self._own)[number * _IN_A_FONT : (number + 1) * _IN_A_FONT]
            font.ToUnicode = self._pdf.make_stream(_to_unicode(dict(zip(_CODES, signs, strict=False))))

    def _code(self, sign: str) -> tuple[int, int]:
        code = sign.encode("cp1252", "ignore")
        if code and code[0] > _SPACE and code[0] not in (0x7F, 0xA0, 0xAD):
            return 0, code[0]
        place = self._own.setdefault(sign, len(self._own))
        if place // _IN_A_FONT + 1 == len(self._fonts):
            self._fonts.append(self._pdf.make_indirect(_courier()))
        return place // _IN_A_FONT + 1, _CODES[place % _IN_A_FONT]


def font_name(number: int) -> str:
    """What content calls a font."""
    return f"/DeclassInvisible{number}"


def text_layer(
    lines: Iterable[Sequence[PlacedWord]], to_space: Affine, along: tuple[int, int], fonts: Fonts
) -> tuple[bytes, set[int]]:
    """The content that sets words invisibly, and the fonts it uses.

    `to_space` leads from pixels of the frame to PDF's space; `along` is the direction of the text in the frame, (1, 0)
    on an upright page.
    """
    parts = [b"q BT 3 Tr\n"]
    used: set[int] = set()
    for words in lines:
        for word in words:
            if word.box and word.box.width > 0 and word.box.height > 0:
                stretches = fonts.encode(word.text)
                used.update(font for font, _ in stretches)
                parts.append(_word(word.box, stretches, to_space, along))
    return b"".join([*parts, b"ET Q\n"]) if used else b"", used


def _word(box: Box, stretches: list[tuple[int, bytes]], to_space: Affine, along: tuple[int, int]) -> bytes:
    """One word stretched to its box, a space behind it so that no reader joins it to the next."""
    x, y = along
    up = (y, -x)
    start = (
        box.left if x + up[0] > 0 else box.right,  # the corner where the text begins and its foot is
        box.top if y + up[1] > 0 else box.bottom,
    )
    long, high = (box.width, box.height) if x else (box.height, box.width)
    origin, end, top = (
        to_space.point(*start),
        to_space.point(start[0] + x * long, start[1] + y * long),
        to_space.point(start[0] + up[0] * high, start[1] + up[1] * high),
    )
    across, rise = (end[0] - origin[0], end[1] - origin[1]), (top[0] - origin[0], top[1] - origin[1])
    length, height = (across[0] ** 2 + across[1] ** 2) ** 0.5, (rise[0] ** 2 + rise[1] ** 2) ** 0.5
    size = height / (_ASCENT + _DESCENT)
    letters = sum(len(codes) for _, codes in stretches)
    stretch = 100 * length / (letters * _WIDE * size)
    foot = _DESCENT * size / height
    place = (
        *(number / length for number in across),
        *(number / height for number in rise),
        origin[0] + foot * rise[0],
        origin[1] + foot * rise[1],
    )
    said = [_numbers(*place) + b" Tm ", _numbers(stretch) + b" Tz "]
    for index, (font, codes) in enumerate(stretches):
        last = b" " if index == len(stretches) - 1 else b""
        said.append(
            f"{font_name(font)} {size:.2f} Tf ".encode() + pikepdf.String(codes + last).unparse() + b" Tj "
        )
    return b"".join(said) + b"\n"


def _numbers(*numbers: float) -> bytes:
    return (
        " ".join(f"{number:.3f}".rstrip("0").rstrip(".") for number in numbers).replace("-0 ", "0 ").encode()
    )


def _courier() -> Dictionary:
    return Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier, Encoding=Name.WinAnsiEncoding
    )


def _to_unicode(letters: dict[int, str]) -> bytes:
    """A CMap from codes to letters (PDF 1.7, 9.10.3)."""
    rows = [f"<{code:02X}> <{sign.encode('utf-16-be').hex().upper()}>" for code, sign in letters.items()]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]  # no block may hold more
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Declass-Invisible def /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
