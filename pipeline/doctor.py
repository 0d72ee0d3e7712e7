"""Is this machine ready? Each thing that declass needs, what was found of it, and what to do where it lacks."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pipeline.errors import DeclassError
from pipeline.programs import HOW_TO_INSTALL, PROGRAMS, languages, tool_versions
from pipeline.textstages import load_corrections


class Finding(msgspec.Struct, frozen=True):
    """One thing examined."""

    what: str
    ready: bool
    said: str


def examine(corrections: Path) -> list[Finding]:
    """Everything declass needs of a machine, in the order in which it needs it."""
    return list(_examine(corrections))


def _examine(corrections: Path) -> Iterator[Finding]:
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    for program in PROGRAMS:
        ready = program not in missing
        yield Finding(program, ready, shutil.which(program) or f"not installed. {HOW_TO_INSTALL}")
    if not missing:
        for tool, version in tool_versions().items():
            yield Finding(f"version of {tool}", True, version)
    if "tesseract" not in missing:
        have = languages()
        for data, use in (("eng", "English text"), ("osd", "the orientation of pages")):
            said = str(have[data]) if data in have else f"no data for {use}. {HOW_TO_INSTALL}"
            yield Finding(f"Tesseract data {data}", data in have, said)
    try:
        load_corrections(corrections)
        yield Finding("corrections", True, f"{corrections} is understood")
    except DeclassError as error:
        yield Finding("corrections", False, str(error))
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    yield Finding("disk", free > 1, f"{free:.1f} GiB free here; about 0.3 MB a page are needed")
