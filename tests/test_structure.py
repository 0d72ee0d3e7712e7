"""How the modules stand to each other: who may import whom, and that the design names them all."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from pipeline import keys

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "pipeline").rglob("*.py")
}
STAGES = {f"pipeline.{stage}" for stage in ("rasterize", "ocr", "strip", "correct", "report")}
LONGEST = 400  # lines


def imports(path: Path) -> Iterator[str]:
    """Whatever a module imports, at its head or within a function, as the name of a module of ours or of a package."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "imports name the whole module"
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in MODULES else node.module


GRAPH = {name: {one for one in imports(path) if one in MODULES} for name, path in MODULES.items()}


def reached(name: str) -> set[str]:
    """Every module that one needs, directly or by way of others."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        new = GRAPH[ahead.pop()] - found
        found |= new
        ahead += new
    return found


def test_imports_run_in_no_circle() -> None:
    order = list(TopologicalSorter(GRAPH).static_order())  # raises CycleError, which names the circle
    assert set(order) == set(MODULES)


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_knows_no_other_stage(stage: str) -> None:
    assert not reached(stage) & STAGES


def test_the_command_line_alone_knows_click() -> None:
    knowing = {name for name, path in MODULES.items() if "click" in imports(path)}
    assert knowing
    assert {name for name in knowing if not name.startswith(("pipeline.cli", "pipeline.commands."))} == set()


def test_nothing_below_knows_the_command_line() -> None:
    upper = re.compile(r"pipeline\.(cli|__main__|commands\b.*)")
    for name, known in GRAPH.items():
        assert upper.fullmatch(name) or not any(map(upper.fullmatch, known)), name


@pytest.mark.parametrize("folder", ["pipeline", "benchmarks", "scripts", "tests"])
def test_modules_are_short(folder: str) -> None:
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in (ROOT / folder).rglob("*.py")}
    assert {path.name: count for path, count in lines.items() if count > LONGEST} == {}


def test_every_module_says_what_it_is_for() -> None:
    """Those of the package; what stands in it ruff's D1 rules hold to the same."""
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_the_design_names_every_module_and_no_other() -> None:
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    table = design.partition("\n## Modules\n")[2].partition("\n## ")[0]
    rows = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    of_rows = {name for row in rows for name in re.findall(r"`(\w+/?)`", row)}
    told = set(re.findall(r"`(\w+/?)`", table))
    for name in sorted(MODULES.keys() - {"pipeline"}):
        _, first, *inner = name.split(".")
        assert f"{first}/" in told if inner or MODULES[name].name == "__init__.py" else first in told, name
    assert {name for name in of_rows if f"pipeline.{name.rstrip('/')}" not in MODULES} == set()


def test_the_key_of_a_reading_covers_all_that_reading_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is never done twice, but done anew when the code that does it changes."""
    digested: set[str] = set()
    monkeypatch.setattr(keys, "_digest_of_files", lambda paths: digested.update(path.stem for path in paths))
    keys.read_version.__wrapped__()
    needed = {
        name.removeprefix("pipeline.")
        for stage in ("rasterize", "ocr")
        for name in reached(f"pipeline.{stage}")
    }
    harmless = {"confinement", "errors"}  # limits and messages: they end a reading, and change none
    assert needed - digested == harmless
