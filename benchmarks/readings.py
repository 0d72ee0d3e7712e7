"""Readings of the corpus, kept in a folder, so that benchmarks of the text stages read each scan once."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.options import TextOptions
from pipeline.record import Document, read_record
from pipeline.textstages import Corrections, edit_document

ROOT = Path(__file__).parent.parent
CORRECTIONS = ROOT / "corrections"
CACHE = Path(tempfile.gettempdir()) / "declass-readings"


def transcribe(scans: Iterable[Path], cache: Path) -> None:
    """Read the scans that there are and whose record the cache does not hold yet."""
    missing = [scan for scan in scans if scan.exists() and not _record(scan, cache).exists()]
    if missing:
        line = [sys.executable, "-m", "pipeline", "transcribe", *map(str, missing), "-o", str(cache)]
        subprocess.run([*line, "-j", "2", "-c", str(CORRECTIONS)], check=False, cwd=ROOT)


def edited(scan: Path, cache: Path, corrections: Corrections) -> Document | None:
    """The kept reading of a scan with the text stages as they are now; None where there is none."""
    record = _record(scan, cache)
    if not record.exists():
        return None
    return edit_document(read_record(record), corrections, TextOptions())


def _record(scan: Path, cache: Path) -> Path:
    return cache / "records" / f"{scan.name}.json"
