"""The audit of packages fails for a vulnerability, and never for want of a network."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REAL_PATH, ROOT
from tests.makers import program

KNOWN = '{"dependencies": [{"name": "pip-audit", "version": "1", "vulns": []}], "fixes": []}'
NOBODY = '{"dependencies": [{"name": "pip-audit", "skip_reason": "not found"}], "fixes": []}'
BAD = (
    '{"dependencies": [{"name": "good", "version": "1", "vulns": []}, {"name": "odd", "skip_reason": "not found"}, '
    '{"name": "bad", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}]}'
)


def audit(tmp_path: Path, script: str) -> "subprocess.CompletedProcess[str]":
    """The audit with a stand-in for pip-audit; $2 is the file that it is given."""
    program(tmp_path / "programs", "pip-audit", script)
    (tmp_path / "constraints.txt").write_text("good==1\nbad==2\nodd==3\n")
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py", tmp_path / "constraints.txt"],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": f"{tmp_path}/programs:{REAL_PATH}"},
    )


@pytest.mark.parametrize(
    "script", [f"echo '{NOBODY}'", "echo 'no route to host' >&2; exit 1", "echo '<html>'"]
)
def test_where_nobody_answers_that_is_said_once_and_nothing_fails(tmp_path: Path, script: str) -> None:
    done = audit(tmp_path, f'echo "$2" >> {tmp_path}/asked\n{script}')
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No audit of the packages: ")
    assert len((tmp_path / "asked").read_text().splitlines()) == 1


def test_a_vulnerability_fails_and_is_named(tmp_path: Path) -> None:
    done = audit(
        tmp_path, f"case \"$2\" in *constraints.txt) echo '{BAD}'; exit 1;; *) echo '{KNOWN}';; esac"
    )
    assert done.returncode == 1
    assert "bad 2: CVE-1; mended in 3." in done.stdout
    assert "knows nothing: odd." in done.stdout


def test_a_clean_audit_passes(tmp_path: Path) -> None:
    done = audit(tmp_path, f"echo '{KNOWN}'")
    assert done.returncode == 0
    assert "1 packages audited, no vulnerability found." in done.stdout


def test_an_audit_that_breaks_off_fails(tmp_path: Path) -> None:
    done = audit(tmp_path, f"case \"$2\" in *constraints.txt) exit 1;; *) echo '{KNOWN}';; esac")
    assert done.returncode == 1
    assert "cut off" in done.stdout
