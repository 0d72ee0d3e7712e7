"""declass: clean text that can be trusted, from scanned, declassified documents.

What other programs need is here: `transcribe`, `clean_text`, `read_record` and `read_pages`. Each is loaded when it
is first asked for, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.version import __version__ as __version__

if TYPE_CHECKING:
    from pipeline.api import clean_text, read_pages, transcribe
    from pipeline.record import read_record

__all__ = ["clean_text", "read_pages", "read_record", "transcribe"]


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    return getattr(import_module("pipeline.record" if name == "read_record" else "pipeline.api"), name)
