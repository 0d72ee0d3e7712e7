"""What the user may choose, frozen; each stage is given its own part, and caches are keyed by that part alone."""

import re
from pathlib import Path
from typing import Literal

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.programs import languages
from pipeline.steps import ReadStep

Effort = Literal["fast", "balanced", "thorough"]
TextLayer = Literal["auto", "never", "always"]
MaxAction = Literal["auto", "suggest"]
RedactionStyle = Literal["token", "blank", "drop"]


class ReadOptions(msgspec.Struct, frozen=True):
    """What the reading of a page depends on. `dpi` None takes the resolution of the scan inside the page.

    `effort` is how often a page is looked at: once, again where it is doubtful, or again everywhere. `text_layer` says
    whether the text layer of a PDF may stand for readings: where its image bears it out, never, or wherever ink shows.
    Steps named in `skip` are left out.
    """

    lang: str = "eng"
    dpi: float | None = None
    max_pixels: int = 100_000_000
    effort: Effort = "balanced"
    text_layer: TextLayer = "auto"
    skip: tuple[ReadStep, ...] = ()


class TextOptions(msgspec.Struct, frozen=True):
    """What the text stages depend on: `strip_only` names the kinds of furniture to strip, all where it is empty;
    `keep_first` leaves the banners of the first page; `max_action` "suggest" applies no correction; `lang` names the
    languages whose words are known, as Tesseract names them; `redactions` says what stands where words were taken out before
    release, None for what the engine made of it.
    """

    strip: bool = True
    correct: bool = True
    strip_only: tuple[str, ...] = ()
    keep_first: bool = False
    max_action: MaxAction = "auto"
    lang: str = "eng"
    redactions: RedactionStyle | None = "token"


class Limits(msgspec.Struct, frozen=True):
    """What strangers' documents may cost: seconds a page and a document, pages a document, megabytes a file, megabytes of
    memory a worker and each program it starts, gigabytes that the output folder may take.
    """

    page_timeout: float = 300.0
    document_timeout: float = 86_400.0
    max_pages: int = 5000
    max_file_size: int = 4000
    memory: int = 4000
    max_disk: float = 500.0


class Options(msgspec.Struct, frozen=True):
    """Everything about one run. `passwords` are tried in turn; `follow_links` reads what links lead to outside the scans;
    `scheduler` is the address of the Dask cluster whose workers do it, and then `jobs` says nothing.
    """

    read: ReadOptions = ReadOptions()
    text: TextOptions = TextOptions()
    limits: Limits = Limits()
    jobs: int = 1
    pages: tuple[tuple[int, int], ...] = ()
    keep_images: bool = False
    passwords: tuple[str, ...] = ()
    follow_links: bool = False
    scheduler: str = ""

    def wants(self, page: int) -> bool:
        """Whether page number `page` was asked for."""
        return not self.pages or any(first <= page <= last for first, last in self.pages)

    def shown(self) -> dict[str, object]:
        """The options as run.json keeps them: passwords only counted."""
        shown: dict[str, object] = msgspec.to_builtins(self)
        return shown | {"passwords": len(self.passwords)}


def parse_pages(text: str) -> tuple[tuple[int, int], ...]:
    """Page ranges from `3-7,9,12-`. Raises ConfigurationError where it is none."""
    ranges = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,6})\s*(-?)\s*(\d{0,6})\s*", part)
        if not found:
            raise ConfigurationError(f"--pages {text!r} is no page range; write it like 3-7 or 1,4-6,9-.")
        first, dash, last = found.groups()
        ranges.append((int(first), int(last) if last else (10**6 if dash else int(first))))
        if ranges[-1][0] < 1 or ranges[-1][1] < ranges[-1][0]:
            raise ConfigurationError(
                f"--pages {text!r} counts backwards or from zero; pages are numbered from 1."
            )
    return tuple(ranges)


def check_languages(lang: str) -> None:
    """Raise ConfigurationError where Tesseract lacks data for a language of `eng+spa`."""
    installed = languages()
    for name in lang.split("+"):
        if name not in installed:
            have = ", ".join(sorted(set(installed) - {"osd"})) or "none"
            raise ConfigurationError(
                f"--lang {lang}: Tesseract has no data for {name!r} (it has {have}). Languages have three letters, such as "
                f"eng or fra; install one with `apt-get install tesseract-ocr-{name[:3].lower()}`, or name another."
            )


def read_passwords(path: Path) -> tuple[str, ...]:
    """The passwords in a file, one a line. Raises ConfigurationError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows editors put a mark in front
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"--password-file {path} cannot be read ({why}); name a text file with one password a line."
        ) from None
    return tuple(line for line in text.split("\n") if line)
