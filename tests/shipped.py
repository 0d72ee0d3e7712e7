"""The corrections as shipped, without what the user of this checkout has added in corrections/local/."""

import shutil
import tempfile
from pathlib import Path

_FOLDER = tempfile.TemporaryDirectory()  # removed when the tests end
CORRECTIONS = Path(_FOLDER.name) / "corrections"
shutil.copytree(
    Path(__file__).parent.parent / "corrections", CORRECTIONS, ignore=shutil.ignore_patterns("local")
)
