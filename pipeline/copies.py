"""A PDF as Poppler can read it: a copy without its password, or one whose structure was mended.

Poppler takes passwords on its command line alone, where everybody on the machine can read them; and it gives up on some files that
qpdf can mend. The path of a PDF goes in, the path of a copy in a folder of the run comes out, which is swept at the run's end. Needs
pikepdf (`declass[pdf]`), which is qpdf: without it, or where it cannot read the file, there is no copy.
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path


class WrongPasswordError(Exception):
    """The password does not open the file."""


def unlocked(path: Path, password: str, folder: Path) -> tuple[Path, str]:
    """The document, as a copy in `folder` where need be, and the password that it still asks for: "" for a copy.

    Raises WrongPasswordError; OSError and MemoryError where the copy cannot be made.
    """
    if not password:
        return path, ""
    copy = _place(path, "unlocked", folder)
    return (copy, "") if copy.exists() or _copied(path, password, copy) else (path, password)


def mended(path: Path, folder: Path) -> Path | None:
    """A copy in `folder` with its tables and lengths made anew, or None where there is nothing to be mended.

    Raises OSError and MemoryError where the copy cannot be made.
    """
    copy = _place(path, "mended", folder)
    try:
        return copy if copy.exists() or _copied(path, "", copy) else None
    except WrongPasswordError:
        return None


def _place(path: Path, what: str, folder: Path) -> Path:
    return folder / f"{what}-{sha256(os.fsencode(path)).hexdigest()[:16]}.pdf"


def _copied(path: Path, password: str, copy: Path) -> bool:
    try:
        import pikepdf  # noqa: PLC0415 - an extra
    except ImportError:
        return False
    # A folder of its own keeps the copy from other users, and half a copy from other workers.
    with tempfile.TemporaryDirectory(dir=copy.parent) as beside:
        written = Path(beside, copy.name)
        try:
            with pikepdf.open(path, password=password) as pdf:
                written.touch(mode=0o600)
                pdf.save(
                    written,
                    encryption=False,
                    compress_streams=False,
                    stream_decode_level=pikepdf.StreamDecodeLevel.none,
                )
        except pikepdf.PasswordError:
            raise WrongPasswordError from None
        except pikepdf.PdfError:
            return False
        written.replace(copy)
    return True
