"""The laws of docs/design.md: those that no other test holds, and that the tests named there exist."""

import ast
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pikepdf
import pytest

from pipeline import keys
from pipeline.confinement import MEGABYTE, Bounds
from pipeline.errors import ExitCode
from pipeline.options import ReadOptions
from pipeline.pool import Call, process_pool, run_calls
from pipeline.store import Store
from tests.conftest import ROOT, Shell
from tests.makers import damaged_scan_pdf, drawn_pdf, typed
from tests.running import documents, statuses, text

WORDS = b"BT /F1 24 Tf 40 100 Td (%s words) Tj ET"
LAWS = 9


def rows() -> Iterator[tuple[str, list[str]]]:
    """What each row of the laws' table calls the law, and the tests that it names."""
    design = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    section = design.partition("\n## Laws\n")[2].partition("\n## ")[0]
    for line in section.splitlines():
        if found := re.match(r"\| (?:\*\*)?(\d+|[A-Z][\w ]+)(?:\*\*)? \|", line):
            yield found[1], re.findall(r"`(test_\w+::test_\w+)`", line)


@pytest.mark.parametrize(("law", "named"), list(rows()))
def test_each_law_names_tests_that_exist(law: str, named: list[str]) -> None:
    assert named, law
    for one in named:
        module, _, name = one.partition("::")
        tree = ast.parse((ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, one


def test_no_law_is_left_out() -> None:
    assert {law for law, _ in rows() if law.isdecimal()} == {str(number + 1) for number in range(LAWS)}


# ---- 1: everything is accounted for ----


def test_a_bad_page_costs_itself_alone(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    whole = drawn_pdf(tmp_path / "scans/a.pdf", contents=(WORDS % b"First", WORDS % b"Last"))
    with (
        pikepdf.open(whole, allow_overwriting_input=True) as pdf,
        pikepdf.open(damaged_scan_pdf(tmp_path / "bad.pdf", typed())) as bad,
    ):
        pdf.pages.insert(1, bad.pages[0])
        pdf.save(whole)
    assert shell("transcribe", "--effort", "fast").returncode == 5
    assert statuses(tmp_path / "output") == {"a.pdf": "partial"}
    pages = documents(tmp_path / "output")["a.pdf"]["pages"]
    assert [page["status"] for page in pages] == ["ok", "failed", "ok"]
    assert text(tmp_path / "output", "a.pdf") == "First words\n\f\fLast words\n"


# ---- 2: work is never done twice ----


def test_whatever_a_reading_depends_on_is_in_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {
        "lang": "osd",
        "dpi": 200.0,
        "max_pixels": 5_000_000,
        "effort": "thorough",
        "text_layer": "never",
        "skip": ("margins",),
    }
    assert set(changed) == {field.name for field in msgspec.structs.fields(ReadOptions)}
    plain = ReadOptions()
    others = [msgspec.structs.replace(plain, **{name: value}) for name, value in changed.items()]
    made = [keys.page_key("content", 1, options) for options in [plain, *others]]
    made += [keys.page_key("other", 1, plain), keys.page_key("content", 2, plain)]
    for name, value in (("tool_versions", dict), ("_language_data", lambda lang: ()), ("read_version", str)):
        with monkeypatch.context() as patched:
            patched.setattr(keys, name, value)
            made.append(keys.page_key("content", 1, plain))
    assert len(set(made)) == len(made)
    assert keys.page_key("content", 1, ReadOptions()) == made[0]


# ---- 3: written beside and renamed, the same bytes ----


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.opened():
        place = tmp_path / "text" / "a.txt"
        store.write(place, "as it was")

        def lines(whole: bool) -> Iterator[bytes]:
            yield b"as it "
            assert place.read_bytes() == b"as it was"
            if not whole:
                raise OSError
            yield b"is"

        with pytest.raises(OSError):
            store.write_lines(place, lines(whole=False))
        assert place.read_bytes() == b"as it was"
        store.write_lines(place, lines(whole=True))
        assert place.read_bytes() == b"as it is"
    assert not list(store.temporary.iterdir())


def threads(_: None) -> tuple[int, str | None]:
    import cv2

    return cv2.getNumThreads(), os.environ.get("OMP_THREAD_LIMIT")


def test_a_worker_reads_with_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    bounds = Bounds(tmp_path, 4000 * MEGABYTE, 60)
    [(_, found)] = run_calls(deque([Call(threads, None)]), process_pool(bounds), 1)
    assert found == (1, "1")


# ---- 8: exit codes are stable ----


def test_exit_codes_are_stable() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "USAGE": 2,
        "MISSING_PROGRAM": 3,
        "BAD_CONFIGURATION": 4,
        "PARTLY_FAILED": 5,
        "NOTHING_USABLE": 6,
        "INTERRUPTED": 130,
    }


# ---- 9: a few page images at a time ----


def test_a_run_holds_few_images_whatever_a_document_has(
    tmp_path: Path, shell: Shell, stand_in: Callable[[str], None]
) -> None:
    """The images that lie there are counted while an engine's stand-in takes its time."""
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(WORDS % b"Plain",) * 12)
    stand_in("sleep 0.2; exit 1")
    counts = [0]
    over = threading.Event()

    def count() -> None:
        while not over.wait(0.02):
            found = (tmp_path / "output" / "work" / "tmp").rglob("*")
            with suppress(FileNotFoundError):  # gone while it was looked at
                counts.append(sum(path.suffix in (".pgm", ".ppm", ".png") for path in found))

    counting = threading.Thread(target=count)
    counting.start()
    done = shell("transcribe", "-j", "2", "--effort", "fast")
    over.set()
    counting.join()
    assert done.returncode == 6
    assert 1 <= max(counts) <= 2 * 2  # a page and a view of it for each worker
