"""Draws the sample scans in scans/ from the words in tests/data/samples/.

For each scan `<name>` of layout.toml, `<name>.raw.txt` holds all that is typed on the pages and `<name>.clean.txt` the
same without banners, stamps and page numbers, and with [REDACTED code] for words that are blacked out. Lines of the
first that the second lacks are set as furniture: centred, and at the foot of the page where they end it. The sheets are typed at 300 dpi, aged, and scanned at the dpi wanted.
All chance is seeded: the same fonts and libraries draw the same bytes.
"""

import sys
import time
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
WORDS = ROOT / "tests" / "data" / "samples"
SCANS = ROOT / "scans"
FONTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
TYPEWRITER = {
    "fonts-courier-prime": "Courier Prime.otf",
    "fonts-freefont-ttf": "FreeMonoBold.ttf",
    "fonts-liberation": "LiberationMono-Regular.ttf",
}
STAMP = {
    "fonts-freefont-ttf": "FreeSansBold.ttf",
    "fonts-liberation": "LiberationSans-Bold.ttf",
    "fonts-dejavu-core": "DejaVuSans-Bold.ttf",
}

DPI = 300  # of the typed sheet, before it is scanned
PITCH = DPI // 10  # pica type: ten letters an inch
LEADING = DPI // 6  # six lines an inch
EDGE = DPI // 2  # from the edge of the sheet to the first and the last line
RELEASE_STAMP = "UNCLASSIFIED"
FAINT = "·"
FAINT_INK = 0.34  # seen by the eye, not by Tesseract 5.3
BAR = 18.0  # of 255: what is blacked out is black all over
SPECKS = 0.4  # a square inch
BLACK_BELOW = 165  # of 255, in a bilevel scan
JPEG_QUALITY = 42
FOUR = ((0.62, 0.0), (0.18, 0.66), (0.95, 0.58)), ((0.74, 0.3), (0.66, 1.1))  # strokes of a handwritten 4

Grey = NDArray[np.float32]
"""Height by width. Of ink: 0 bare, 1 black. Of a scan: 0 black, 255 white."""


class Damage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Worn type at one place of one page."""

    page: int
    meant: str
    drawn: str


class Redaction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of one line that were blacked out before release, and the code of the reason in the margin beside it."""

    page: int
    words: str
    code: str

    @property
    def token(self) -> str:
        """What clean text has in the place of the words."""
        return f"[REDACTED {self.code}]"


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scan, as layout.toml describes it."""

    scan: str
    seed: int
    dpi: int
    left: float
    skews: list[float]
    size: tuple[float, float] = (8.5, 11.0)
    holes: list[tuple[float, float]] = []
    printed: list[str] = []
    struck: list[str] = []
    penned: list[str] = []
    damages: list[Damage] = []
    redacted: list[Redaction] = []


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of layout.toml."""

    documents: list[Document]


@dataclass(frozen=True)
class Line:
    """One typed line: the true text, the glyphs drawn for it, and whether it is furniture."""

    text: str
    drawn: str
    furniture: bool


@dataclass(frozen=True)
class Faces:
    """Paths of the two typefaces."""

    typewriter: Path
    stamp: Path


def find_face(faces: dict[str, str]) -> Path:
    """Return the first installed of the faces, given as {Debian package: file name}."""
    for name in faces.values():
        for folder in FONTS:
            for path in sorted(folder.rglob(name)):
                return path
    package = next(iter(faces))
    sys.exit(f"None of {', '.join(faces.values())} is installed. On Debian: sudo apt-get install {package}")


def read_pages(document: Document) -> list[list[Line]]:
    """Read the two truths of a document and tell its furniture from its text."""
    raw = (WORDS / f"{document.scan}.raw.txt").read_text(encoding="utf-8")
    clean = (WORDS / f"{document.scan}.clean.txt").read_text(encoding="utf-8")
    pages = []
    for number, (page, kept) in enumerate(zip(raw.split("\f"), clean.split("\f"), strict=True), 1):
        drawn = page
        for damage in document.damages:
            if damage.page == number:
                if drawn.count(damage.meant) != 1 or len(damage.meant) != len(damage.drawn):
                    sys.exit(f"{document.scan}, page {number}: cannot place the damage {damage}")
                drawn = drawn.replace(damage.meant, damage.drawn)
        wanted = [line for line in kept.splitlines() if line]
        for redaction in document.redacted:
            if redaction.page == number:
                if page.count(redaction.words) != 1:
                    sys.exit(f"{document.scan}, page {number}: cannot place the redaction {redaction}")
                wanted = [line.replace(redaction.token, redaction.words) for line in wanted]
        lines = []
        for text, glyphs in zip(page.splitlines(), drawn.splitlines(), strict=True):
            is_text = bool(wanted) and text == wanted[0]
            lines.append(Line(text, glyphs, furniture=bool(text) and not is_text))
            wanted = wanted[is_text:]
        if wanted:
            sys.exit(f"{document.scan}, page {number}: not in the raw text: {wanted[0]!r}")
        pages.append(lines)
    return pages


class Sheet:
    """A sheet of paper in the typewriter; `ink` is what has been put on it, `bars` are laid over it when it is old."""

    def __init__(self, document: Document, faces: Faces, rng: np.random.Generator) -> None:
        """Take a bare sheet of the document's size."""
        width, height = (round(side * DPI) for side in document.size)
        self.ink: Grey = np.zeros((height, width), np.float32)
        self.bars: list[tuple[slice, slice]] = []
        self._document = document
        self._faces = faces
        self._rng = rng
        habits = np.random.default_rng(document.seed)  # how far off each typebar always strikes
        self._habits = {chr(code): habits.normal(0, (0.4, 0.6)) for code in range(32, 127)}

    def set_page(self, lines: list[Line], redacted: list[Redaction]) -> None:
        """Type, stamp and write all lines of a page, and black out what was not released."""
        foot = len(list(dropwhile(lambda line: line.furniture or not line.text, reversed(lines))))
        for row, line in enumerate(lines):
            if row < foot:
                y = EDGE + row * LEADING
            else:
                y = self.ink.shape[0] - EDGE - (len(lines) - 1 - row) * LEADING
            self._set_line(line, y)
            for redaction in redacted:
                if redaction.words in line.text:
                    self._black_out(redaction, line.text.index(redaction.words), y)

    def _black_out(self, redaction: Redaction, place: int, y: int) -> None:
        left = round(self._document.left * DPI) + place * PITCH - PITCH // 4
        right = left + len(redaction.words) * PITCH + PITCH // 2
        self.bars.append((slice(y - LEADING * 7 // 10, y + LEADING // 5), slice(left, right)))
        code = self._glyphs(redaction.code, self._faces.stamp, points=14)
        self._put(code, self.ink.shape[1] - DPI, y)

    def _set_line(self, line: Line, y: int) -> None:
        if line.furniture and line.text == RELEASE_STAMP:
            self._print(line.text, y, points=19, weight=0.8, off=self._rng.normal(0, 0.08))
        elif line.text in self._document.printed:
            self._print(line.text, y, points=12, weight=0.9, off=0.0)
        elif line.text in self._document.penned:
            self._pen_four(y)
        elif line.furniture:
            x = (self.ink.shape[1] - len(line.text) * PITCH) // 2
            self._type(line, x, y)
            if line.text.isalpha():
                self._type(line, x + 2, y)  # a banner, unlike a page number, is struck twice
            if line.text in self._document.struck:
                self._strike_through(x, x + len(line.text) * PITCH, y - PITCH // 2)
        else:
            self._type(line, round(self._document.left * DPI), y)

    def _type(self, line: Line, x: int, y: int) -> None:
        for place, (true, glyph) in enumerate(zip(line.text, line.drawn, strict=True)):
            dx, dy = self._habits[true] + self._rng.normal(0, 0.3, 2)
            weight = self._rng.uniform(0.82, 1.0)
            if glyph == FAINT:
                glyph, weight = true, FAINT_INK
            mark = self._glyphs(glyph, self._faces.typewriter, points=12)
            self._put(mark * np.float32(weight), x + place * PITCH + round(dx), y + round(dy))

    def _print(self, text: str, y: int, points: int, weight: float, off: float) -> None:
        mark = self._glyphs(text, self._faces.stamp, points)
        x = (self.ink.shape[1] - mark.shape[1]) // 2 + round(off * DPI)
        self._put(mark * np.float32(weight), x, y)

    def _glyphs(self, text: str, face: Path, points: int) -> Grey:
        """Draw text on a strip whose base line lies at two thirds of its height."""
        font = ImageFont.truetype(str(face), round(points * DPI / 72))
        strip = Image.new("L", (round(font.getlength(text)), LEADING * 3))
        ImageDraw.Draw(strip).text((0, LEADING * 2), text, font=font, fill=255, anchor="ls")
        return np.asarray(strip, np.float32) / np.float32(255)

    def _put(self, mark: Grey, x: int, y: int) -> None:
        """Press a strip on the sheet with its base line at y."""
        top = y - LEADING * 2
        under = self.ink[top : top + mark.shape[0], x : x + mark.shape[1]]
        np.maximum(under, mark[: under.shape[0], : under.shape[1]], out=under)

    def _strike_through(self, left: int, right: int, y: int) -> None:
        xs = np.linspace(left - PITCH, right + PITCH, 8)
        ys = y + np.cumsum(self._rng.normal(0, 1.5, 8))
        self._stroke(np.stack([xs, ys], axis=1), width=5)

    def _pen_four(self, y: int) -> None:
        corner = np.array([self._document.left * DPI, y - LEADING])
        for stroke in FOUR:
            self._stroke(corner + np.array(stroke) * LEADING, width=6)

    def _stroke(self, points: NDArray[np.float64], width: int) -> None:
        cv2.polylines(self.ink, [points.round().astype(np.int32)], False, (0.85,), width, cv2.LINE_AA)


def clouds(shape: tuple[int, int], grain: int, rng: np.random.Generator) -> Grey:
    """Draw smooth noise of mean 0 and deviation 1 or so, `grain` pixels from cloud to cloud."""
    coarse = rng.standard_normal((shape[0] // grain + 2, shape[1] // grain + 2), np.float32)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32)


def age(ink: Grey, document: Document, rng: np.random.Generator) -> Grey:
    """Turn ink into a photographed sheet: ragged uneven ink, toned paper, specks and punch holes."""
    shape = (ink.shape[0], ink.shape[1])
    ink = cv2.GaussianBlur(ink, (0, 0), 1.0).astype(np.float32)
    ink = np.clip((ink + 0.05 * clouds(shape, 2, rng) * (ink > 0.02) - 0.2) * 1.9, 0, 1)
    ink *= np.clip(0.88 + 0.07 * clouds(shape, 240, rng) + 0.08 * clouds(shape, 5, rng), 0.4, 1)
    paper = 226 + 2 * clouds(shape, 900, rng) + 2 * clouds(shape, 3, rng)
    sheet = np.asarray(paper * (1 - 0.84 * ink), np.float32)
    for _ in range(rng.poisson(SPECKS * shape[0] * shape[1] / DPI**2)):
        spot = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
        cv2.circle(sheet, spot, int(rng.integers(1, 3)), (float(rng.uniform(60, 170)),), -1, cv2.LINE_AA)
    for x, y in document.holes:
        cv2.circle(sheet, (round(x * DPI), round(y * DPI)), round(0.14 * DPI), (28.0,), -1, cv2.LINE_AA)
    return sheet


def scan(sheet: Grey, skew: float, dpi: int, rng: np.random.Generator) -> Image.Image:
    """Lay a sheet askew on the black bed of a scanner and scan it to 8-bit grey."""
    height, width = sheet.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    turn = turn + np.array([[0, 0, rng.uniform(4, 14)], [0, 0, rng.uniform(-8, 2)]])  # off the corner
    lying = cv2.warpAffine(sheet, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(24.0,))
    lying = cv2.GaussianBlur(lying, (0, 0), 0.6)
    size = (width * dpi // DPI, height * dpi // DPI)
    small = cv2.resize(lying, size, interpolation=cv2.INTER_AREA)
    seen = small + rng.normal(0, 1.0, small.shape)
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def save(pages: list[Image.Image], target: Path, dpi: int) -> None:
    """Write pages as the kind of file that the name asks for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = pages
    if target.suffix == ".pdf":
        first.save(
            target,
            save_all=True,
            append_images=rest,
            resolution=dpi,
            quality=JPEG_QUALITY,
            creationDate=time.gmtime(0),  # a fixed date, for the same bytes each time
            modDate=time.gmtime(0),
        )
    elif target.suffix == ".tif":
        first, *rest = [page.point(lambda grey: 255 * (grey > BLACK_BELOW)).convert("1") for page in pages]
        first.save(target, save_all=True, append_images=rest, compression="group4", dpi=(dpi, dpi))
    else:
        first.save(target, optimize=True, dpi=(dpi, dpi))


def main() -> None:
    """Draw every document of the layout."""
    faces = Faces(find_face(TYPEWRITER), find_face(STAMP))
    layout = msgspec.toml.decode((WORDS / "layout.toml").read_bytes(), type=Layout)
    for document in layout.documents:
        pages = []
        for number, (lines, skew) in enumerate(zip(read_pages(document), document.skews, strict=True), 1):
            rng = np.random.default_rng((document.seed, number))  # a page's words touch no other page
            sheet = Sheet(document, faces, rng)
            sheet.set_page(lines, [one for one in document.redacted if one.page == number])
            aged = age(sheet.ink, document, rng)
            for bar in sheet.bars:
                aged[bar] = BAR
            pages.append(scan(aged, skew, document.dpi, rng))
        target = SCANS / document.scan
        save(pages, target, document.dpi)
        print(f"{target.relative_to(ROOT)}: {len(pages)} pages, {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
