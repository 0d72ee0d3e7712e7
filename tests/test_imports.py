"""What is loaded when: help comes at once, and workers load nothing that reading does not need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS

_MOST = 170  # modules of all kinds; Python, click and the options themselves come to some 130


def loaded_by(code: str, path: str = "") -> list[str]:
    """The modules that a fresh Python has loaded after running `code`."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    modules: list[str] = json.loads(shown.stdout.splitlines()[-1])
    return modules


@pytest.mark.parametrize("command", ["", *sorted(COMMANDS)])
def test_help_loads_no_library_but_those_of_the_command_line(command: str) -> None:
    line = [*filter(None, [command]), "--help"]
    modules = loaded_by(f"from pipeline.cli import main\nmain({line!r}, standalone_mode=False)")
    tops = {module.partition(".")[0] for module in modules}
    ours = {module.split(".")[1] for module in modules if module.startswith("pipeline.")}
    assert "click" in tops
    foreign = {top for top in tops - sys.stdlib_module_names if not top.startswith("_")}
    assert foreign <= {"click", "pipeline", "sitecustomize", "usercustomize", "coverage", "$coverage"}
    assert ours <= {"cli", "commands", "errors", "exports", "shipped", "steps", "version"}
    assert len(modules) <= _MOST


def test_workers_do_not_load_pandas(tmp_path: Path) -> None:
    (tmp_path / "pandas.py").write_text("DataFrame = None\n", encoding="utf-8")
    assert "pandas" not in loaded_by("import pipeline.work", str(tmp_path))
    assert "pandas" in loaded_by("import pipeline.work, pandas", str(tmp_path))
