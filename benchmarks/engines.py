"""Engines to measure with, each a folder of programs to be put in the place of PATH.

`counted` is the real Tesseract, which notes the processor time that it takes; `recorded` is a small program in its
place that gives a recorded reading in a few milliseconds. Neither folder holds bubblewrap: what runs behind it is not
counted with the process that started it.
"""

import os
import re
from pathlib import Path
from shutil import which

_NEEDED = ("pdftoppm", "pdfinfo", "pdfimages", "pdftotext", "sh", "awk", "cksum", "head")

_COUNTED = """#!/bin/sh
case $1 in --*) exec {real} "$@";; esac
{real} "$@"
status=$?
times >> {log}
exit $status
"""

# Pages differ in the words that a real page differs in, or the folder's documents would all be copies of each other.
_RECORDED = """#!/bin/sh
case $1 in --*) exec {real} "$@";; esac
case $1 in *.txt) exec head -n 1 {reading} > "$2.tsv";; esac
seed=$(head -c 200000 "$1" | cksum)
exec awk -F '\\t' -v OFS='\\t' -v "seed=${{seed%% *}}" '
    NR == FNR {{ if ($12 ~ /^[a-z]+$/) words[count++] = $12; next }}
    $12 ~ /^[a-z]+$/ {{ seed = (seed * 69069 + 1) % 2147483648; $12 = words[seed % count] }}
    {{ print }}' {reading} {reading} > "$2.tsv"
"""


class Counted:
    """The real engine in `folder`, and what it has taken so far."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "times"
        self._log.touch()
        self.path = str(_programs(folder, _COUNTED.format(real=_real(), log=self._log)))

    def seconds(self) -> float:
        """The processor seconds of all its calls: every second line of the log tells those of the shell's children."""
        told = re.findall(r"(\d+)m([\d.]+)s", "\n".join(self._log.read_text().split("\n")[1::2]))
        return sum(60 * int(minutes) + float(seconds) for minutes, seconds in told)


def recorded(folder: Path, reading: Path) -> str:
    """A PATH whose Tesseract gives `reading`, a table as the real one writes it, for every page, with other words on each."""
    return str(_programs(folder, _RECORDED.format(real=_real(), reading=reading)))


def _programs(folder: Path, script: str) -> Path:
    programs = folder / "programs"
    programs.mkdir(parents=True)
    for name in _NEEDED:
        found = which(name)
        if found:
            (programs / name).symlink_to(os.path.realpath(found) if name != "awk" else found)
    (programs / "tesseract").write_text(script)
    (programs / "tesseract").chmod(0o755)
    return programs


def _real() -> str:
    found = which("tesseract")
    if not found:
        raise SystemExit("Tesseract is missing; `make setup` installs it.")
    return found
