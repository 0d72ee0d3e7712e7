"""Writes docs/record.schema.json, the published JSON schema of a record."""

import json
from pathlib import Path

from pipeline.record import json_schema

if __name__ == "__main__":
    target = Path(__file__).parent.parent / "docs" / "record.schema.json"
    target.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
