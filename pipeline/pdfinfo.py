"""What Poppler says of a PDF as a whole: its number of pages, the size of a page, or why it cannot be opened.

A path goes in, fields by name come out. A document's own title or producer may hold lines that look like fields; they stand
before those that Poppler writes itself, so that of two with one name the last is true.
"""

from pathlib import Path

from pipeline import programs

_WRONG_PASSWORD = "Incorrect password"
_UNKNOWN_LOCK = "security handler"


class PdfError(Exception):
    """Poppler cannot open the file."""


class PdfLockedError(PdfError):
    """It cannot be opened without its password."""


class PdfLockError(PdfError):
    """It is encrypted in a way that Poppler does not know."""


def pdfinfo(path: Path, password: str = "", timeout: float = 60, page: int = 0) -> dict[str, str]:
    """The fields of a PDF, and with `page` the size of that page. Raises PdfError, or PageTimeoutError after `timeout` seconds."""
    command = ["pdfinfo", *password_options(password)]
    if page:
        command += ["-f", str(page), "-l", str(page)]
    done = programs.run([*command, path.absolute()], timeout)
    # The lines of a document's own fields may hold any sign; a field that Poppler writes has a plain name.
    fields = dict(_field(line) for line in done.stdout.split("\n") if ":" in line)
    if fields.get("Pages", "").isdecimal():
        return fields
    if _WRONG_PASSWORD in done.stderr:
        raise PdfLockedError
    raise PdfLockError if _UNKNOWN_LOCK in done.stderr else PdfError


def password_options(password: str) -> list[str]:
    """How a Poppler program is told a password, which may be the user's or the owner's."""
    return ["-upw", password, "-opw", password] if password else []


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()
