"""Writes docs/record.schema.json and docs/export.schema.json, the published JSON schemas."""

import json
from pathlib import Path

from pipeline.exports.rows import schema
from pipeline.record import json_schema

if __name__ == "__main__":
    docs = Path(__file__).parent.parent / "docs"
    for name, content in (("record", json_schema()), ("export", schema())):
        (docs / f"{name}.schema.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
