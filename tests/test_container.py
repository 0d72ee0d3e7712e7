"""The Dockerfile says what the rest of the project says. No engine is needed: it is read, not built."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def steps() -> list[tuple[str, str]]:
    """Each instruction with what follows it."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


def told(instruction: str) -> list[str]:
    return [rest for word, rest in steps() if word == instruction]


def left_out(path: str) -> bool:
    """What .dockerignore says of a path: the last line that fits it decides, and a folder takes its content along."""
    out = False
    for line in (ROOT / ".dockerignore").read_text().split("\n"):
        pattern = line.removeprefix("!")
        parents = [*map(str, Path(path).parents), path]
        if line and not line.startswith("#") and any(fits(each, pattern) for each in parents if each != "."):
            out = not line.startswith("!")
    return out


def fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return path.split("/")[-1] == pattern[3:]
    return path.count("/") == pattern.count("/") and fnmatch(path, pattern)


def test_the_programs_are_those_that_the_installer_installs() -> None:
    script = (ROOT / "scripts" / "install-programs.sh").read_text()
    (wanted,) = re.findall(r'^packages="([^"]+)"', script, re.MULTILINE)
    (installed,) = re.findall(r"--no-install-recommends ([a-z0-9 -]+) &&", "\n".join(told("RUN")))
    assert installed.split() == wanted.split()


def test_both_stages_have_one_plain_base_with_a_python_that_the_project_takes() -> None:
    bases = {base.split(" ")[0] for base in told("FROM")}
    (base,) = bases
    found = re.fullmatch(r"python:3\.(\d+)-slim-\w+", base)
    assert found
    assert int(found[1]) >= int(PROJECT["requires-python"].removeprefix(">=3."))


def test_all_packages_are_pinned_and_the_extras_exist() -> None:
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().split("\n")
    }
    assert {"hatchling", "distributed"} <= pinned
    (extras,) = re.findall(r"\[([a-z,-]+)\]", "".join(told("RUN")))
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    for run in told("RUN"):
        for install in re.findall(r"pip install [^&]+", run):
            assert "--constraint constraints.txt" in install


def test_what_is_copied_is_there_and_is_let_through_and_nothing_private_is() -> None:
    copied = [word for rest in told("COPY") if not rest.startswith("--from") for word in rest.split()[:-1]]
    for path in copied:
        assert (ROOT / path).exists()
        assert not left_out(path)
    readme = PROJECT["readme"]
    assert {"pyproject.toml", readme, "pipeline", "corrections", *PROJECT["license-files"][:1]} <= set(copied)
    assert not left_out("corrections/markings/banners.toml")
    assert not left_out("corrections/local/README.md")
    for private in (
        "corrections/local/mine.toml",
        "corrections/local/decisions/me.jsonl",
        "scans/memorandum.pdf",
    ):
        assert left_out(private)
    for waste in (".git", ".venv", "output/run.json", "pipeline/__pycache__/cli.pyc", "tests/conftest.py"):
        assert left_out(waste)


def test_it_runs_the_command_as_nobody_in_particular() -> None:
    words = [word for word, _ in steps()]
    assert "RUN" not in words[words.index("USER") :]
    (user,) = told("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    (entry,) = told("ENTRYPOINT")
    assert entry == '["declass"]' and "declass" in PROJECT["scripts"]
