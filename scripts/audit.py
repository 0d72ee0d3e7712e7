"""Hold the packages of constraints.txt against the vulnerabilities that are known of them. Usage: audit.py [CONSTRAINTS].

The answers come over the network, from the service that pip-audit asks. Where nobody answers, that is said in a sentence and
nothing fails; a known vulnerability fails.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

_SECONDS = 600
_ONE = "pip-audit"  # a package that every service knows


def audit(constraints: Path) -> tuple[list[str], int]:
    """What is to be said, and the exit code."""
    if not shutil.which("pip-audit"):
        return ["No audit of the packages: pip-audit is not installed; `make .venv/.dev` installs it."], 0
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder, "one.txt")
        one.write_text(f"{_ONE}=={version(_ONE)}\n", encoding="utf-8")
        asked = _ask(one)  # so that where nobody answers nobody is asked a hundred times
        if not _known(asked):
            return [
                "No audit of the packages: no service with known vulnerabilities can be reached from here."
            ], 0
    told = _ask(constraints)
    if not told:
        return [f"No audit of the packages: pip-audit could not read {constraints} or was cut off."], 1
    said = [
        f"{one['name']} {one['version']}: {found['id']}; mended in {', '.join(found['fix_versions']) or 'no version yet'}."
        for one in _known(told)
        for found in one["vulns"]
    ]
    unknown = [one["name"] for one in told if "skip_reason" in one]
    if unknown:
        said.append(f"Of these packages the service knows nothing: {', '.join(unknown)}.")
    bad = any(one["vulns"] for one in _known(told))
    return [
        *said,
        f"{len(_known(told))} packages audited, {'vulnerabilities' if bad else 'no vulnerability'} found.",
    ], int(bad)


def _ask(requirements: Path) -> list[dict[str, Any]]:
    """What the service says of each package; nothing where it says nothing at all."""
    line = ["pip-audit", "--requirement", str(requirements), "--no-deps", "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(
            [*line, "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        told: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return []
    return told


def _known(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in told if "vulns" in one]


if __name__ == "__main__":
    lines, code = audit(Path(sys.argv[1] if len(sys.argv) > 1 else "constraints.txt"))
    print("\n".join(lines))
    sys.exit(code)
