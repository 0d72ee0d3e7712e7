"""The diff leads from raw text to clean text in git's own eyes, whatever the text and the name."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.diffs import unified_diff

BANNER = "ZEKRET\n"
RAW = f"{BANNER}Garvo met the Brenlin comittee.\n\nIt adjourned.\n{BANNER}\f{BANNER}Page two, no newline"
CLEAN = "Garvo met the Brenlin committee.\n\nIt adjourned.\n\fPage two, no newline"
NAMES = (
    "memo.pdf",
    "box 7/a memo.pdf",
    'say "what".pdf',
    "back\\slash.pdf",
    "tab\there.pdf",
    "two\nlines.pdf",
    "Übersicht/mémo.pdf",
    "rtl\u202efdp.pdf",
    "bell\a\x01\x7f.pdf",
    "2001-01-02 10:00:00 +0000",
)
texts = st.text(st.sampled_from("ab é\n\n\f\r\u2028\x85-+@ \\"), max_size=60)


def git(folder: Path, *words: str) -> None:
    env = {"PATH": os.environ["PATH"], "GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C"}
    run = subprocess.run(["git", *words], cwd=folder, env=env, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def patched(folder: Path, raw: str, clean: str, name: str = "memo.pdf") -> str:
    """What git makes of the raw file."""
    diff = folder / "the.diff"
    diff.write_bytes(unified_diff(raw, clean, name).encode())
    file = folder / "raw" / f"{name}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(raw.encode())
    git(folder / "raw", "apply", "--check", str(diff))
    git(folder / "raw", "apply", "--whitespace=nowarn", str(diff))
    return file.read_bytes().decode() if file.exists() else ""


@pytest.mark.parametrize("name", NAMES)
def test_git_applies_it_whatever_the_name(tmp_path: Path, name: str) -> None:
    assert patched(tmp_path, RAW, CLEAN, name) == CLEAN


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("one\ntwo\n", "one\ntwo"),
        ("one\ntwo", "one\ntwo\n"),
        ("one", ""),
        ("one\n", ""),
        ("", "one\n"),
        ("", "one"),
        ("a\fb\fc", "a\f\fc"),
        ("ZEKRET\fZEKRET", "\f"),
        ("a\r\nb\r\n", "a\nb\r\n"),
        ("a\x85b\u2028c\x1cd\ne", "a\x85b\u2028C\x1cd\ne"),
        ("--- raw/x\n+++ text/y\n@@ -1 +1 @@\n", "--- raw/x\n@@ -1 +1 @@\n"),
        ("same\n" * 40, "same\n" * 17),
    ],
)
def test_git_applies_it_at_the_edges(tmp_path: Path, raw: str, clean: str) -> None:
    assert patched(tmp_path, raw, clean) == clean


@given(texts, texts)
@settings(max_examples=60)
def test_git_applies_any_diff(tmp_path_factory: pytest.TempPathFactory, raw: str, clean: str) -> None:
    if raw != clean:
        assert patched(tmp_path_factory.mktemp("any"), raw, clean) == clean


def test_it_reads_as_expected() -> None:
    assert unified_diff(RAW, CLEAN, "box/memo.pdf") == (
        "--- raw/box/memo.pdf.txt\n"
        "+++ text/box/memo.pdf.txt\n"
        "@@ -1,7 +1,4 @@\n"
        "-ZEKRET\n"
        "-Garvo met the Brenlin comittee.\n"
        "+Garvo met the Brenlin committee.\n"
        " \n"
        " It adjourned.\n"
        "-ZEKRET\n"
        "-\fZEKRET\n"
        "-Page two, no newline\n"
        "\\ No newline at end of file\n"
        "+\fPage two, no newline\n"
        "\\ No newline at end of file\n"
    )


def test_no_change_no_diff() -> None:
    assert unified_diff(RAW, RAW, "memo.pdf") == ""


def test_a_name_that_is_not_utf8_is_quoted_byte_by_byte() -> None:
    assert '--- "raw/caf\\351.pdf.txt"\n' in unified_diff("a", "b", "caf\udce9.pdf")


def test_long_texts_with_many_equal_lines_stay_quick() -> None:
    page = "".join(f"{BANNER}\nBody {{}} {number} of it.\n\n" for number in range(20))
    raw = "\f".join(page.format(*[number] * 20) for number in range(400))
    clean = "\f".join(piece.replace(f"{BANNER}\n", "") for piece in raw.split("\f"))
    blank = "\n" * 30_000
    began = time.perf_counter()
    assert unified_diff(raw, clean, "memo.pdf").count("\n-ZEKRET") == 8000 - 399
    assert unified_diff(f"a\n{blank}b\n", f"{blank}{blank}", "memo.pdf")
    assert time.perf_counter() - began < 5


def test_an_empty_side_and_a_space_in_the_name_are_written_as_git_writes_them() -> None:
    assert unified_diff("", "one\n", "a memo.pdf").startswith(
        "--- raw/a memo.pdf.txt\t\n+++ text/a memo.pdf.txt\t\n@@ -0,0 +1 @@\n"
    )
