"""A PDF without its password: Poppler takes passwords on its command line alone, where everybody on the machine can read them.

The path of an encrypted PDF and its password go in; the path of a copy that needs none comes out, made by pikepdf in a folder of
the run, which is swept at its end. Where pikepdf is not installed (`declass[pdf]`) or cannot read the file, Poppler is told the password.
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
    copy = folder / f"unlocked-{sha256(os.fsencode(path)).hexdigest()[:16]}.pdf"
    return (copy, "") if copy.exists() or _copied(path, password, copy) else (path, password)


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
