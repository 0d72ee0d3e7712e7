"""declass: clean text that can be trusted, from scanned, declassified documents."""

__version__ = "0.1.0"
