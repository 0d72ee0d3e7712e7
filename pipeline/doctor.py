"""Is this machine ready? Each thing that declass needs or can use, what was found of it, and what to do where it lacks."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.confinement import walls_stand
from pipeline.errors import DeclassError
from pipeline.extras import EXTRAS
from pipeline.programs import HOW_TO_INSTALL, PROGRAMS, languages, tool_versions
from pipeline.textstages import load_corrections

Verdict = Literal["ok", "lacks", "advice"]

_WORKER = 0.7  # GB that one worker takes at most, reading with both engines (benchmarks/scale.md)
_PAGE = 0.3  # MB that a page takes in the output folder


class Finding(msgspec.Struct, frozen=True):
    """One thing examined. What `lacks` must be mended; `advice` makes declass better or a run safer."""

    what: str
    verdict: Verdict
    said: str


def examine(corrections: Path) -> list[Finding]:
    """Everything declass needs of a machine, in the order in which it needs it, and then what it can use."""
    return [*_needed(corrections), *_useful()]


def _needed(corrections: Path) -> Iterator[Finding]:
    yield _finding("Python", sys.version_info >= (3, 11), f"{sys.version.split()[0]} (3.11 or newer)")
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    for program in PROGRAMS:
        said = shutil.which(program) or f"not installed. {HOW_TO_INSTALL}"
        yield _finding(program, program not in missing, said)
    if not missing:
        for tool in ("tesseract", "poppler"):
            yield _finding(f"version of {tool}", True, tool_versions()[tool])
    if "tesseract" not in missing:
        have = languages()
        for data, use in (("eng", "English text"), ("osd", "the orientation of pages")):
            said = str(have[data]) if data in have else f"no data for {use}. {HOW_TO_INSTALL}"
            yield _finding(f"Tesseract data {data}", data in have, said)
    try:
        load_corrections(corrections)
        yield _finding("corrections", True, f"{corrections} is understood")
    except DeclassError as error:
        yield _finding("corrections", False, str(error))
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    yield _finding("disk", free > 1, f"{free:.1f} GB free here; a page takes about {_PAGE:g} MB of OUTPUT")
    cores, memory = os.cpu_count() or 1, _memory()
    enough = memory >= _WORKER * cores
    advice = "" if enough else f"; read fewer pages at a time: -j {max(int(memory / _WORKER), 1)}"
    yield Finding(
        "memory",
        "ok" if enough else "advice",
        f"{memory:.1f} GB for {cores} pages at a time, which take {_WORKER:g} GB each at most{advice}",
    )


def _useful() -> Iterator[Finding]:
    for extra in EXTRAS.values():
        said = "installed" if not extra.missing else f"for {extra.does}: {extra.how_to_install}"
        yield Finding(extra.name, "advice" if extra.missing else "ok", said)
    if walls_stand():
        yield Finding(
            "bubblewrap", "ok", "programs that open scans have no network and one folder to write in"
        )
    else:
        yield Finding(
            "bubblewrap",
            "advice",
            "keeps programs that open scans off the network and out of your files: `apt-get install bubblewrap`; "
            "inside some containers it cannot work",
        )


def _finding(what: str, ready: bool, said: str) -> Finding:
    return Finding(what, "ok" if ready else "lacks", said)


def _memory() -> float:
    """The memory of this machine, in GB."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
