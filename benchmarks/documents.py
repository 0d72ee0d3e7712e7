"""Documents made to measure with: as many pages as are asked for, each a sample scan with another number above it, so that
no two are the same.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pikepdf

from benchmarks.accuracy import ROOT

_DPI = 200
_SIZE = (612, 792)  # points


def sample_page(folder: Path) -> Path:
    """A page of the sample scans as a grey JPEG of letter size."""
    target = folder / "page"
    sample = ROOT / "scans" / "memorandum.pdf"
    line: list[str | Path] = [
        "pdftoppm",
        "-r",
        str(_DPI),
        "-gray",
        "-jpeg",
        "-singlefile",
        "-f",
        "2",
        sample,
        target,
    ]
    subprocess.run(line, check=True)
    return target.with_suffix(".jpg")


def write_pdf(path: Path, page: Path, numbers: Sequence[int]) -> Path:
    """A PDF with a page for each number: the scan `page`, and the number above it."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    width, height = _SIZE
    with pikepdf.new() as pdf:
        scan = pdf.make_stream(page.read_bytes())
        scan.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=round(width / 72 * _DPI),
            Height=round(height / 72 * _DPI),
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        resources = pdf.make_indirect(
            pikepdf.Dictionary(
                Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(Im=pdf.make_indirect(scan))
            )
        )
        for number in numbers:
            shown = f"q {width} 0 0 {height} 0 0 cm /Im Do Q BT /F1 12 Tf 280 772 Td ({number:05d}) Tj ET"
            one = pikepdf.Dictionary(
                Type=pikepdf.Name.Page,
                MediaBox=[0, 0, width, height],
                Resources=resources,
                Contents=pdf.make_stream(shown.encode()),
            )
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(one)))
        pdf.save(path)
    return path


def write_folder(folder: Path, page: Path, numbers: Sequence[int]) -> Path:
    """A folder with a PDF of one page for each number."""
    folder.mkdir(parents=True)
    for number in numbers:
        write_pdf(folder / f"{number:05d}.pdf", page, [number])
    return folder
