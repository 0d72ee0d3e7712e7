"""The parts of declass that need more packages than it installs by itself: what each is for, and how it is had.

The name of a part comes in; whether its packages are here, and the sentence that says how to install them, come out.
"""

import sys
from importlib.util import find_spec

import msgspec

from pipeline.errors import MissingProgramError


class Extra(msgspec.Struct, frozen=True):
    """One part: its name in `declass[NAME]`, what it does, and its packages."""

    name: str
    does: str
    packages: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(package for package in self.packages if not find_spec(package))

    @property
    def how_to_install(self) -> str:
        """The command that installs its packages beside this very program."""
        return f"`{sys.executable} -m pip install {' '.join(self.packages)}`"


EXTRAS = {
    extra.name: extra
    for extra in (
        Extra("second-reader", "a second engine for doubtful words", ("onnxruntime", "rapidocr")),
        Extra("review", "decisions in the browser", ("starlette", "uvicorn")),
        Extra("pdf", "searchable PDFs", ("pikepdf",)),
        Extra("parquet", "export to Parquet", ("pyarrow",)),
        Extra("cluster", "a run on a Dask cluster", ("distributed",)),
    )
}


def need(name: str) -> None:
    """Raise MissingProgramError, with the way out, where a package of the extra `name` is not installed."""
    extra = EXTRAS[name]
    if extra.missing:
        raise MissingProgramError(
            f"{' and '.join(extra.missing)} lacks, which {extra.does} needs; install it with {extra.how_to_install}."
        )
