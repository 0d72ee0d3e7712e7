"""parquet: a row a page with flat columns, for pandas, DuckDB and the like; needs the extra `parquet` (pyarrow).

Lines and edits are JSON in a column each, the objects of jsonl.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from pipeline.exports import ExportOptions
from pipeline.exports.flat import FLAT_COLUMNS, flat_row
from pipeline.exports.rows import EXPORT_VERSION, PageMetadata, PageRow, page_rows
from pipeline.extras import need
from pipeline.recordfile import RecordFile

_ROWS_TOGETHER = 256  # in a row group: some ten megabytes


def write(records: Iterable[RecordFile], target: Path, _options: ExportOptions) -> None:
    """Write all pages to `target`. Raises MissingProgramError where pyarrow is not installed."""
    need("parquet")
    import pyarrow  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    told = {**PageRow.__annotations__, **PageMetadata.__annotations__}
    fields = [pyarrow.field(name, types.get(told[name], pyarrow.float64())) for name in FLAT_COLUMNS]
    fields += [pyarrow.field(name, pyarrow.string()) for name in ("lines", "edits")]
    version = {"declass_schema_version": str(EXPORT_VERSION)}
    schema = pyarrow.schema(fields, metadata=version)
    rows = (row for record in records for row in page_rows(record))
    with parquet.ParquetWriter(target, schema, compression="zstd") as file:
        while columns := _columns(islice(rows, _ROWS_TOGETHER)):
            file.write_table(pyarrow.Table.from_pydict(columns, schema))


def _columns(rows: Iterator[PageRow]) -> dict[str, list[Any]]:
    """The values of some rows, column by column; empty where there are no more."""
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in zip(FLAT_COLUMNS, flat_row(row), strict=True):
            columns.setdefault(name, []).append(value)
        columns.setdefault("lines", []).append(msgspec.json.encode(row.lines).decode())
        columns.setdefault("edits", []).append(msgspec.json.encode(row.edits).decode())
    return columns
