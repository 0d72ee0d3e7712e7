"""The version, in a module of its own: whoever names it need not ask the package, which stands above all modules."""

__version__ = "0.1.0"
