"""Small scans made on the spot: typed pages, and the files that hold them."""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

TYPED = (
    "The committee met in the small room",
    "and read the minutes of last week",
    "before the vote was taken",
)


def typed(
    lines: Sequence[str] = TYPED, letters: int = 40, size: tuple[int, int] | None = None, ink: int = 0
) -> Image.Image:
    """A grey page with lines of type, `letters` pixels high, on white."""
    font = ImageFont.load_default(size=letters)
    wide = max((round(font.getlength(line)) for line in lines), default=0)
    page = Image.new("L", size or (wide + 4 * letters, 2 * letters * (len(lines) + 2)), 255)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        draw.text((2 * letters, 2 * letters * (row + 1)), line, font=font, fill=ink)
    return page


def pasted(*parts: tuple[Image.Image, tuple[int, int]]) -> Image.Image:
    """A white page that holds these images, each with its left upper corner at its place."""
    width = max(left + part.width for part, (left, _) in parts) + 60
    height = max(top + part.height for part, (_, top) in parts) + 60
    page = Image.new("L", (width, height), 255)
    for part, place in parts:
        page.paste(part, place)
    return page


def ink_box(page: Image.Image) -> tuple[int, int, int, int]:
    """The box around all that is dark on a page."""
    found = page.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert found
    return found


def scan_pdf(
    path: Path, pages: Sequence[Image.Image], dpi: float = 150, passwords: tuple[str, str] = ("", "")
) -> Path:
    """A PDF whose pages are images; `passwords` are the user's and the owner's."""
    pages[0].save(path, "PDF", resolution=dpi, save_all=True, append_images=pages[1:])
    if any(passwords):
        user, owner = passwords
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            pdf.save(path, encryption=pikepdf.Encryption(user=user, owner=owner))
    return path


def drawn_pdf(
    path: Path,
    contents: Sequence[bytes] = (b"BT /F1 24 Tf 40 100 Td (Plain words) Tj ET",),
    size: tuple[float, float] = (300, 200),
    image: tuple[Image.Image, tuple[float, float, float, float]] | None = None,
) -> Path:
    """A PDF whose pages are drawn, `size` in points; `image` lies at (left, bottom, width, height) on each."""
    with pikepdf.new() as pdf:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for content in contents:
            resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
            if image:
                grey, (left, bottom, width, height) = image
                resources.XObject = pikepdf.Dictionary(Im=_image_object(pdf, grey))
                content = b"q %f 0 0 %f %f %f cm /Im Do Q " % (width, height, left, bottom) + content
            page = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=[0, 0, *size],
                Resources=resources,
                Contents=pdf.make_stream(content),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        pdf.save(path)
    return path


def _image_object(pdf: pikepdf.Pdf, grey: Image.Image) -> pikepdf.Stream:
    stream = pdf.make_stream(grey.convert("L").tobytes())
    stream.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=grey.width,
        Height=grey.height,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Length=grey.width * grey.height,
    )
    return stream


def damaged_scan_pdf(path: Path, page: Image.Image) -> Path:
    """A PDF whose one page is a JPEG 2000 scan of which only rubbish is left: Poppler draws it white."""
    with pikepdf.new() as pdf:
        stream = pdf.make_stream(b"rubbish where a scan was")
        stream.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=page.width,
            Height=page.height,
            Filter=pikepdf.Name.JPXDecode,
        )
        pdf.pages.append(
            pikepdf.Page(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    MediaBox=[0, 0, 300, 200],
                    Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream)),
                    Contents=pdf.make_stream(b"q 300 0 0 200 0 0 cm /Im Do Q"),
                )
            )
        )
        pdf.save(path)
    return path


def claiming_tiff(path: Path, width: int, height: int) -> Path:
    """A TIFF of a few bytes that says it is `width` x `height` pixels."""
    tags = (
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, 1),
    )
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(tags)) + directory + b"\0\0\0\0")
    return path


def program(folder: Path, name: str, script: str) -> Path:
    """A stand-in for an external program: a shell script of that name in `folder`."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def undecodable(folder: Path, name: bytes) -> Path:
    """A path in `folder` whose name is no UTF-8."""
    return folder / os.fsdecode(name)
