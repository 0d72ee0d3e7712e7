"""Stage 1: a page of a document becomes one grey image on disk, at the resolution of the scan inside it.

A source's path goes in; a PageImage (the path of a PGM file, its size and resolution) comes out. One page at a time.
"""

import math
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec
from pdf2image import convert_from_path
from pdf2image.exceptions import PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError
from PIL import Image

from pipeline import programs
from pipeline.copies import WrongPasswordError, mended, unlocked
from pipeline.errors import DocumentError, PageCrashError, PageError, PageTimeoutError
from pipeline.imagefile import opened, rasterize_image
from pipeline.options import ReadOptions
from pipeline.pageimage import PageImage
from pipeline.pdfinfo import PdfError, PdfLockedError, PdfLockError, password_options, pdfinfo
from pipeline.sources import PDF, TIFF, sniff, why_unreadable

DEFAULT_DPI = 300.0  # what Tesseract's makers advise, for pages that hold no scan
HIGHEST_DPI = 600.0  # beyond it letters only grow past what the engine reads best

_MENDED = "read from a copy whose damaged structure was mended"
_LEGIBLE_DPI = 30.0  # below it no letter is left; such a page is no blank one
_LONGEST = 32_767  # pixels along a side, the most that Tesseract takes
_SMALLEST = 1650  # pixels along the page's longer side: a letter page at 150 dpi
_NO_SCAN = (
    60,
    1000,
)  # below this resolution and this many pixels an image is a background, not a scan of text
_SCAN_COVERS = 0.5  # of the page, at least, for its images to be taken as the scan of the page
_PIECE_COVERS = 0.05  # of the page, at least, for images of one resolution to be that scan and no logo


class Inspection(msgspec.Struct, frozen=True):
    """What a file is and how many pages it has; `password` is the one that opened it, `mended` says that only a copy
    of it does, whose structure was mended.
    """

    media_type: str
    page_count: int
    password: str = ""
    mended: bool = False


def inspect(
    path: Path, passwords: Sequence[str] = (), timeout: float = 60, folder: Path | None = None
) -> Inspection:
    """Say what the file at `path` is, by its content alone; `folder` is for a copy where it needs one.

    Raises DocumentError where it cannot be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise DocumentError(why_unreadable(error)) from None
    if size == 0:
        raise DocumentError("it is empty (0 bytes); copy it again from where it came from.")
    media_type = sniff(path)
    if media_type == PDF:
        return _inspect_pdf(path, passwords, timeout, folder)
    if not media_type:
        raise DocumentError(
            "its content is neither PDF, TIFF, PNG nor JPEG, whatever its name says; convert it to one of these."
        )
    with opened(path, DocumentError) as image:
        # Only a TIFF's images are pages; those of a PNG or JPEG are previews, gain maps and animations.
        return Inspection(media_type, getattr(image, "n_frames", 1) if media_type == TIFF else 1)


def rasterize(
    path: Path,
    inspection: Inspection,
    number: int,
    folder: Path,
    options: ReadOptions,
    timeout: float = 120,
    copies: Path | None = None,
) -> PageImage:
    """Render page `number` (from 1) of the file at `path` into `folder`; `copies` keeps what all its pages may need.

    Raises PageError where the page cannot be drawn, PageTimeoutError after `timeout` seconds.
    """
    if inspection.media_type == PDF:
        return _rasterize_pdf(path, inspection, number, folder, options, timeout, copies or folder)
    return rasterize_image(path, number, folder, options)


def _inspect_pdf(path: Path, passwords: Sequence[str], timeout: float, folder: Path | None) -> Inspection:
    for password in ("", *passwords):
        try:
            with tempfile.TemporaryDirectory(dir=folder) as beside:
                info, copied = _info(*unlocked(path, password, Path(beside)), timeout, Path(beside))
        except (PdfLockedError, WrongPasswordError):
            continue
        except PdfLockError:
            raise DocumentError(
                "it is encrypted in a way that Poppler does not know; save it without encryption where it can be opened."
            ) from None
        except PdfError:
            raise DocumentError(
                "it is damaged: no page of this PDF can be found. Copy it again, or print it into a new PDF where it can be shown."
            ) from None
        except PageTimeoutError:
            raise DocumentError(
                f"its number of pages was not found within {timeout:.0f} seconds; it may be damaged."
            ) from None
        if count := int(info["Pages"]):
            return Inspection(PDF, count, password, copied)
        raise DocumentError("it is a PDF without pages; copy it again from where it came from.")
    way_out = "none of the passwords given opens it" if passwords else "give one with --password-file"
    raise DocumentError(f"it is encrypted with a password; {way_out}.")


def _info(path: Path, password: str, timeout: float, folder: Path) -> tuple[dict[str, str], bool]:
    """What Poppler says of a PDF, and whether it says so of a mended copy only. Raises PdfError."""
    try:
        return pdfinfo(path, password, timeout), False
    except (PdfLockedError, PdfLockError):
        raise
    except PdfError:
        copy = mended(path, folder)
        if copy is None:
            raise
        return pdfinfo(copy, "", timeout), True


def _rasterize_pdf(
    path: Path,
    inspection: Inspection,
    number: int,
    folder: Path,
    options: ReadOptions,
    timeout: float,
    copies: Path,
) -> PageImage:
    path = path.absolute()
    password = inspection.password
    end = monotonic() + timeout
    try:
        info = pdfinfo(path, password, _left(end), number)
    except PageTimeoutError:
        raise PageTimeoutError(f"its size was not found within {timeout:.0f} seconds") from None
    except PdfError:
        raise PageError("this page of the PDF is damaged") from None
    width, height = _page_inches(info.get(f"Page {number:>4} size") or info.get("Page size") or "")
    images = _images_on(path, number, password, _left(end))
    dpi = options.dpi or scan_dpi(images, width, height)
    finest = max(_scans(images, width, height), default=0.0)
    message = _MENDED if inspection.mended else ""
    if not options.dpi and finest > HIGHEST_DPI:
        message = _and(message, f"rendered smaller, at {dpi:.0f} dpi where the scan has {finest:.0f}")
    most = min(math.sqrt(options.max_pixels / (width * height)), _LONGEST / max(width, height))
    if most < _LEGIBLE_DPI:
        raise PageError(f"its {width:.0f} x {height:.0f} inches are too large to be drawn legibly")
    if dpi > most:
        dpi = most
        message = _and(
            _MENDED if inspection.mended else "",
            f"rendered smaller, at {dpi:.0f} dpi, to stay within {options.max_pixels} pixels",
        )
    target = folder / f"{number:06d}_rasterize.pgm"
    said = _draw(path, number, target, dpi, password, _left(end))
    if said and not inspection.mended and _drawn_again(path, number, target, dpi, _left(end), copies):
        message, said = _and(message, _MENDED), ""
    damage = f"Poppler found damage in it ({said})" if said else ""
    if not target.exists():
        if damage:
            raise PageError(f"this page of the PDF cannot be drawn: {damage}")
        raise PageCrashError("this page of the PDF cannot be drawn")  # without complaint: Poppler crashed
    try:
        with Image.open(target) as image:
            size = image.size
    except (OSError, ValueError, Image.DecompressionBombError):
        raise PageCrashError("the image that Poppler drew of this page is unusable") from None
    if target.stat().st_size < size[0] * size[1]:
        raise PageCrashError("the image that Poppler drew of this page is cut short; the disk may be full")
    return PageImage(target, *size, dpi, message, damage, finest > 0)


def _drawn_again(path: Path, number: int, target: Path, dpi: float, timeout: float, copies: Path) -> bool:
    """Draw a page of which Poppler complained from a mended copy; whether that took the target's place.

    It does where there is no complaint of it and it is not all white: mending may leave out what is damaged.
    """
    again = target.with_stem(f"{target.stem}_mended")
    with suppress(PageError):
        copy = mended(path, copies)
        if copy and not _draw(copy, number, again, dpi, "", timeout) and _shows_something(again):
            again.replace(target)
            return True
    return False


def _shows_something(image: Path) -> bool:
    try:
        with Image.open(image) as drawn:
            darkest, lightest = drawn.getextrema()
    except (OSError, ValueError, TypeError):
        return False
    return bool(darkest != lightest)


def _draw(path: Path, number: int, target: Path, dpi: float, password: str, timeout: float) -> str:
    """Have Poppler draw a page; returns what it complains of when all is drawn that can be, or ""."""
    try:
        convert_from_path(
            path,
            dpi=dpi,  # type: ignore[arg-type] # pdftoppm takes fractions, and a scan's own resolution may be one
            output_folder=target.parent,
            output_file=target.stem,
            first_page=number,
            last_page=number,
            userpw=password,
            ownerpw=password,
            use_cropbox=True,
            grayscale=True,
            single_file=True,
            paths_only=True,
            strict=True,  # or its complaints are lost
            timeout=math.ceil(timeout),
        )
    except PDFPopplerTimeoutError:
        raise PageTimeoutError(f"drawing it took longer than {timeout:.0f} seconds") from None
    except PDFSyntaxError as error:
        return _complaint(str(error))
    except PDFPageCountError:
        # pdf2image counts the pages itself, and takes what the document says of itself for a number.
        chosen = ["-f", str(number), "-l", str(number), "-r", str(dpi), "-gray", "-cropbox", "-singlefile"]
        line = ["pdftoppm", *chosen, *password_options(password), str(path), str(target.with_suffix(""))]
        said = programs.run(line, timeout).stderr
        return _complaint(said) if "Syntax Error" in said else ""
    except (OSError, ValueError):
        raise PageError("this page of the PDF cannot be drawn") from None
    return ""


def _and(said: str, more: str) -> str:
    return f"{said}; {more}" if said else more


def _left(end: float) -> int:
    """Seconds until `end`; never none, which would mean no limit."""
    return max(math.ceil(end - monotonic()), 1)


def _complaint(said: str) -> str:
    """The first of Poppler's complaints about a page; they name no path."""
    found = re.search(r"Syntax Error[^\n]*", said)
    return found.group()[:200] if found else "Syntax Error"


def scan_dpi(images: Sequence[tuple[int, int, float, float]], width: float, height: float) -> float:
    """The resolution at which to draw a page of `width` x `height` inches.

    It is the resolution of the scan that makes up the page, where its images cover half of it or more, and
    DEFAULT_DPI elsewhere. A scan of few pixels (a declared size may be absurd for its image, such as
    774 x 1006 pixels on 2.6 x 3.3 inches) is drawn at the whole multiple that brings its longer side to
    1,650 pixels. `images` are (width, height, x-ppi, y-ppi) as pdfimages lists them.
    """
    resolutions = _scans(images, width, height)
    if not resolutions:
        return DEFAULT_DPI
    ppi = min(max(resolutions), HIGHEST_DPI)
    longer = max(width, height) * ppi
    if ppi < _NO_SCAN[0] and longer < _NO_SCAN[1]:
        return DEFAULT_DPI
    return ppi * max(math.ceil(_SMALLEST / longer), 1)


def _scans(images: Sequence[tuple[int, int, float, float]], width: float, height: float) -> list[float]:
    """The resolutions of the images that make up a page of `width` x `height` inches; none where it is no scan."""
    shares: dict[float, float] = {}  # of the page, by resolution: a scan may lie in it as dozens of strips
    for wide, high, x_ppi, y_ppi in images:
        if x_ppi > 0 and y_ppi > 0:
            ppi = max(x_ppi, y_ppi)
            shares[ppi] = shares.get(ppi, 0.0) + wide / x_ppi * high / y_ppi / (width * height)
    shares = {ppi: share for ppi, share in shares.items() if share >= _PIECE_COVERS}
    return list(shares) if sum(shares.values()) >= _SCAN_COVERS else []


def _images_on(path: Path, number: int, password: str, timeout: float) -> list[tuple[int, int, float, float]]:
    command = ["pdfimages", "-list", "-f", str(number), "-l", str(number), *password_options(password)]
    listed = programs.run([*command, path], timeout).stdout
    rows = [line.split() for line in listed.split("\n")[2:]]
    images = []
    for row in rows:
        # page num type width height color comp bpc enc interp object ID x-ppi y-ppi size ratio
        if len(row) >= 14 and row[2] in ("image", "stencil"):
            x_ppi, y_ppi = (row[12], row[13]) if row[10] != "[inline]" else (row[11], row[12])
            try:
                images.append((int(row[3]), int(row[4]), float(x_ppi), float(y_ppi)))
            except ValueError:
                continue
    return images


def _page_inches(size: object) -> tuple[float, float]:
    found = re.match(r"(\d[\d.e+-]*) x (\d[\d.e+-]*) pts", str(size))
    width, height = (float(found.group(1)) / 72, float(found.group(2)) / 72) if found else (8.5, 11.0)
    if (
        not width or not height
    ):  # so Poppler calls a page that it cannot find; where only the size lacks, it takes letter
        raise PageError(
            "this page is not in the file, which counts it among its pages: it may be cut short, so copy it again"
        )
    return width, height
