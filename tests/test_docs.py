"""The documentation says what is so: commands, options, links, targets and the example are held against the program."""

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pipeline.cli import main as declass
from pipeline.geometry import Box
from pipeline.record import SCHEMA_VERSION, Document, Edit, Line, Page, Word, dump, edit_id

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
# The changelog may name what is gone.
TOLD = [page for page in PAGES if page.name != "CHANGELOG.md"]


def commands() -> dict[str, click.Command]:
    """Every command by its name."""
    context = declass.make_context("declass", [], resilient_parsing=True)
    found = {name: declass.get_command(context, name) for name in declass.list_commands(context)}
    return {name: command for name, command in found.items() if command}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code(page: Path) -> Iterator[str]:
    """Each line of fenced code and each code span."""
    text = page.read_text(encoding="utf-8")
    fenced = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
    for block in fenced.findall(text):
        yield from block.split("\n")[1:-1]
    yield from re.findall(r"`([^`\n]+)`", fenced.sub("", text))


def invocations(page: Path) -> Iterator[list[str]]:
    """What stands behind `declass` wherever the page calls it."""
    for line in code(page):
        for part in re.split(r"\||&&|;", line):
            found = re.match(r"\s*(?:\.venv/bin/)?declass(\s.*)?$", part)
            if found:
                yield shlex.split(found[1] or "", comments=True)


def options(command: click.Command) -> set[str]:
    context = declass.make_context("declass", [], resilient_parsing=True)
    inner = command.make_context("", [], parent=context, resilient_parsing=True)
    return {name for parameter in command.get_params(inner) for name in parameter.opts}


def heading_anchors(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_the_command_reference_is_current():
    script = runpy.run_path(str(ROOT / "scripts" / "write_manual.py"))
    manual = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
    assert script["with_commands"](manual) == manual, "run scripts/write_manual.py"


def test_every_command_has_help_and_stands_in_the_manual():
    manual = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
    for name, command in commands().items():
        assert command.help
        assert f"### declass {name}\n" in manual


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), target
        if anchor:
            assert anchor in heading_anchors(goal), target


@pytest.mark.parametrize("page", TOLD, ids=named)
def test_every_command_and_option_exists(page):
    for words in invocations(page):
        command: click.Command = declass
        known = options(declass)
        for word in words:
            if word.startswith("-") and word != "-":
                assert word.partition("=")[0] in known, words
            elif command is declass:
                assert word == "COMMAND" or word in commands(), words
                command = commands().get(word, declass)
                known = options(command)


@pytest.mark.parametrize("page", TOLD, ids=named)
def test_every_option_named_alone_exists(page):
    known = options(declass).union(*map(options, commands().values()))
    for span in code(page):
        found = re.match(r"--[a-z][a-z-]*", span)
        assert found is None or found[0] in known, span


@pytest.mark.parametrize("page", TOLD, ids=named)
def test_every_make_target_and_variable_exists(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {
        word for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE) for word in line.split()
    }
    targets |= set(re.findall(r"^STAGES +:= (.*)$", makefile, re.MULTILINE)[0].split())
    variables = set(re.findall(r"^([A-Z]+) +\?=", makefile, re.MULTILINE))
    for span in code(page):
        if span.startswith("make "):
            for word in shlex.split(span, comments=True)[1:]:
                name, assigned, _ = word.partition("=")
                assert name in (variables if assigned else targets), span


def test_the_example_of_the_record_runs(tmp_path, monkeypatch, capsys):
    text = "E.O. 1235b: DECL: OADR"
    words = (Word(0, 4, Box(450, 1260, 560, 1294), 95.0), Word(5, 11, Box(583, 1260, 744, 1294), 92.0))
    page = Page(1, "ok", (Line("CONFIDENTIAL"), Line(), Line(text, words), Line()), 2550, 3300, 300.0)
    edits = tuple(
        Edit(
            edit_id(1, start, end, kind, rule, before, after),
            1,
            start,
            end,
            before,
            after,
            kind,
            rule,
            90.0,
            "applied",
            "",
        )
        for start, end, before, after, kind, rule in (
            (0, 12, "CONFIDENTIAL", "", "strip", "banner"),
            (19, 24, "1235b", "12356", "correct", "executive-order-number"),
        )
    )
    record = tmp_path / "output" / "records" / "cables" / "cable-draft.pdf.json"
    record.parent.mkdir(parents=True)
    document = Document(SCHEMA_VERSION, "cables/cable-draft.pdf", "0" * 64, "ok", pages=(page,), edits=edits)
    record.write_bytes(dump(document))
    told = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)

    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/record.md", "exec"), {})

    said = capsys.readouterr().out
    assert len(said.split("\n")) == 4
    assert shown.startswith(said)


def test_the_readme_shows_the_entry_it_explains(tmp_path):
    from pipeline.dictionary import load_dictionary

    told = (ROOT / "README.md").read_text(encoding="utf-8")
    (entry,) = re.findall(r"^```toml\n(.*?)^```$", told, re.DOTALL | re.MULTILINE)
    (tmp_path / "mine.toml").write_text(entry, encoding="utf-8")
    assert [one.id for one in load_dictionary(tmp_path).entries] == ["state-184627"]


def test_the_shell_completes_commands_and_options(monkeypatch, capsys):
    def completed(typed: str) -> list[str]:
        monkeypatch.setenv("_DECLASS_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
        with pytest.raises(SystemExit):
            declass(prog_name="declass")
        return [line.partition(",")[2] for line in capsys.readouterr().out.splitlines()]

    assert completed("declass tr") == ["transcribe"]
    assert "--max-action" in completed("declass clean --ma") + completed("declass transcribe --ma")
    assert completed("declass transcribe --effort th") == ["thorough"]
