"""A page as flat values, for formats that are tables: a PageRow in, a tuple in the order of FLAT_COLUMNS out."""

import msgspec

from pipeline.exports.rows import PageMetadata, PageRow

_OWN = ("id", "source", "sha256", "page", "document_number", "case_number")
FLAT_COLUMNS = (*_OWN, *PageMetadata.__struct_fields__, "text", "raw")


def flat_row(row: PageRow) -> tuple[str | int | float | None, ...]:
    """The page's values; None where nothing was measured."""
    own = tuple(getattr(row, name) for name in _OWN)
    return (*own, *msgspec.structs.astuple(row.metadata), row.text, row.raw)
