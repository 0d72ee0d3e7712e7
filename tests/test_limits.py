"""Limits on pages, pixels, time and disk: what is beyond one says so, and the rest is read."""

from collections.abc import Callable
from pathlib import Path

from tests.conftest import REAL_PATH, Shell
from tests.makers import drawn_pdf
from tests.running import assert_talk, documents, scan, statuses, text


def test_a_page_that_takes_too_long_times_out_and_the_others_are_read(
    tmp_path: Path, shell: Shell, stand_in: Callable[[str], None]
) -> None:
    scan(tmp_path / "scans/a.png")
    drawn_pdf(tmp_path / "scans/b.pdf", contents=(b"",))
    stand_in("sleep 601.5 & sleep 601.5")
    done = shell("transcribe", "--page-timeout", "1")
    assert done.returncode == 5
    page = documents(tmp_path / "output")["a.png"]["pages"][0]
    assert page["status"] == "timed_out"
    assert page["message"].endswith("--page-timeout gives more time.")
    assert statuses(tmp_path / "output") == {"a.png": "failed", "b.pdf": "ok"}
    assert not [process for process in Path("/proc").glob("[0-9]*") if b"601.5" in command_line(process)]
    assert (
        shell("transcribe", PATH=REAL_PATH).returncode == 0
    )  # a page that timed out is never taken for done
    assert text(tmp_path / "output", "a.png") == "PLAIN WORDS HERE\n"


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_run_on_some_pages_accounts_for_the_others(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"", b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET", b""))
    assert shell("transcribe", "--pages", "2").returncode == 0
    pages = documents(tmp_path / "output")["a.pdf"]["pages"]
    assert [page["status"] for page in pages] == ["skipped", "ok", "skipped"]
    assert text(tmp_path / "output", "a.pdf") == "\fGood words\n\f"
    done = shell("transcribe", "--max-pages", "2")
    assert done.returncode == 5  # a limit is no wish
    assert "beyond the limit of 2 pages; --max-pages raises it." in done.stderr


def test_a_file_beyond_the_limit_is_not_opened(tmp_path: Path, shell: Shell) -> None:
    big = scan(tmp_path / "scans/a.png")
    with big.open("ab") as file:
        file.truncate(2_000_000)
    done = shell("transcribe", "--max-file-size", "1")
    assert done.returncode == 6
    message = documents(tmp_path / "output")["a.png"]["message"]
    assert message == "its 2 megabytes are more than the limit of 1; --max-file-size raises it."
    assert shell("transcribe").returncode == 0


def test_a_page_beyond_the_limit_is_drawn_smaller_and_says_so(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",))
    assert shell("transcribe", "--max-pixels", "1").returncode == 0
    assert "to stay within 1000000 pixels" in documents(tmp_path / "output")["a.pdf"]["pages"][0]["message"]


def test_a_document_that_takes_too_long_keeps_what_was_read(
    tmp_path: Path, shell: Shell, stand_in: Callable[[str], None]
) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",) * 8)
    stand_in(f'sleep 0.7; PATH="{REAL_PATH}" exec tesseract "$@"')
    done = shell("transcribe", "--document-timeout", "1", "-j", "1", "--effort", "fast")
    assert done.returncode == 5
    pages = documents(tmp_path / "output")["a.pdf"]["pages"]
    assert len(pages) == 8
    assert pages[0]["status"] == "ok" and pages[-1]["status"] == "timed_out"
    assert pages[-1]["message"].endswith("--document-timeout gives more time.")
    assert shell("transcribe", "--effort", "fast", PATH=REAL_PATH).returncode == 0


def test_a_full_output_folder_stops_the_run_and_the_next_goes_on(tmp_path: Path, shell: Shell) -> None:
    (tmp_path / "scans").mkdir()
    drawn_pdf(tmp_path / "scans/a.pdf", contents=(b"BT /F1 24 Tf 40 100 Td (Good words) Tj ET",) * 3)
    (tmp_path / "output/work").mkdir(parents=True)
    (tmp_path / "output/work/much").write_bytes(bytes(2_000_000))
    done = shell("transcribe", "--max-disk", "0.001")
    assert done.returncode == 2
    assert "--max-disk" in done.stderr
    assert_talk(done.stderr)
    assert shell("transcribe").returncode == 0
