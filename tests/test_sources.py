"""Every input is found once, by what it is, and gets an output name of its own that any file system can hold."""

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.sources import (
    JPEG,
    PDF,
    PNG,
    TIFF,
    Source,
    find_sources,
    printable,
    printable_json,
    sha256,
    sniff,
)
from tests.makers import undecodable

PDF_HEAD = b"%PDF-1.4\n"
MARKED = re.compile(r"~[0-9a-f]{8}$")


def put(folder: Path, *names: str, content: bytes = PDF_HEAD) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def relatives(sources: Iterable[Source]) -> list[str]:
    return [source.relative for source in sources]


def outputs(paths: Sequence[Path]) -> dict[str, str]:
    return {str(source.path): source.output for source in find_sources(paths)[0]}


def test_a_folder_is_searched_to_its_depth_and_its_inputs_come_sorted(tmp_path: Path) -> None:
    put(tmp_path, "b.pdf", "a/z.tif", "a/deep/er/c.PDF", "d.jpeg")
    sources, ignored = find_sources([tmp_path])
    assert relatives(sources) == ["a/deep/er/c.PDF", "a/z.tif", "b.pdf", "d.jpeg"]
    assert [source.output for source in sources] == relatives(sources)
    assert ignored == []


def test_a_file_named_alone_counts_whatever_it_is(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt", content=b"hello")
    put(tmp_path, ".hidden.pdf")
    sources, ignored = find_sources([tmp_path / "notes.txt", tmp_path / ".hidden.pdf"])
    assert relatives(sources) == [".hidden.pdf", "notes.txt"]
    assert ignored == []


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ".a.pdf", ".git/b.pdf", "sub/.c.pdf", "d.pdf")
    sources, ignored = find_sources([tmp_path])
    assert relatives(sources) == ["d.pdf"]
    assert ignored == []


def test_content_counts_over_the_name_and_what_is_no_scan_is_left_alone_and_listed(tmp_path: Path) -> None:
    put(tmp_path, "memo.txt", "memo", "junk-first.bin", content=b"\0" * 900 + PDF_HEAD)
    put(tmp_path, "text.pdf", "notes.txt", "sub/list\x1b[31m.csv", content=b"only words")
    sources, ignored = find_sources([tmp_path])
    assert relatives(sources) == ["junk-first.bin", "memo", "memo.txt", "text.pdf"]
    assert ignored == ["notes.txt", "sub/list\\x1b[31m.csv"]


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PDF_HEAD, PDF),
        (b"II*\0", TIFF),
        (b"MM\0*", TIFF),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"GIF89a", ""),
        (b"", ""),
        (b" " * 1024 + PDF_HEAD, ""),
    ],
)
def test_media_types_are_told_by_content(tmp_path: Path, head: bytes, media_type: str) -> None:
    put(tmp_path, "scan", content=head)
    assert sniff(tmp_path / "scan") == media_type


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\\x1b does not exist"):
        find_sources([tmp_path / "gone\x1b"])


def test_a_link_to_nothing_is_an_input_and_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "memo.pdf").symlink_to(tmp_path / "gone.pdf")
    sources, _ = find_sources([tmp_path])
    assert relatives(sources) == ["memo.pdf"]
    with pytest.raises(FileNotFoundError):
        sha256(sources[0].path)


def test_a_pipe_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "pipe.pdf")
    sources, ignored = find_sources([tmp_path])
    assert relatives(sources) == ["pipe.pdf"]
    assert ignored == ["pipe"]
    with pytest.raises(OSError, match="a pipe, a socket or a device"):
        sha256(tmp_path / "pipe.pdf")


def test_a_linked_folder_is_searched_once_and_circles_end(tmp_path: Path) -> None:
    put(tmp_path, "boxes/one/a.pdf")
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "box").symlink_to(tmp_path / "boxes")
    (tmp_path / "boxes/one/back").symlink_to(tmp_path / "boxes")
    sources, _ = find_sources([scans], follow_links=True)
    assert relatives(sources) == ["box/one/a.pdf"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_an_input_that_fails(tmp_path: Path) -> None:
    put(tmp_path, "shut/a.pdf", "b.pdf")
    (tmp_path / "shut").chmod(0)
    try:
        sources, _ = find_sources([tmp_path])
        assert relatives(sources) == ["b.pdf", "shut"]
        with pytest.raises(PermissionError):
            sha256(sources[1].path)
    finally:
        (tmp_path / "shut").chmod(0o755)


def test_a_file_reached_twice_is_one_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "scans/sub/a.pdf")
    monkeypatch.chdir(tmp_path)
    ways = [Path("scans"), tmp_path / "scans", Path("scans/sub"), Path("scans/../scans/sub/a.pdf")]
    for paths in (ways, ways[::-1]):
        assert relatives(find_sources(paths)[0]) == ["sub/a.pdf"]


def test_names_equal_but_for_case_or_composition_are_told_apart(tmp_path: Path) -> None:
    names = ["memo.pdf", "Memo.PDF", "caf\u00e9.pdf", "cafe\u0301.pdf", "other.pdf"]
    put(tmp_path, *names)
    sources, _ = find_sources([tmp_path])
    named = {source.path.name: source.output for source in sources}
    assert len({name.casefold() for name in named.values()}) == 5
    assert named["other.pdf"] == "other.pdf"
    for name in names[:4]:
        assert MARKED.search(named[name]), named[name]
        assert named[name].startswith(unicodedata.normalize("NFC", name) + "~")


def test_the_same_name_in_two_folders_named_together_gives_two_outputs(tmp_path: Path) -> None:
    put(tmp_path, "a/x.pdf", "b/x.pdf")
    for paths in ([tmp_path / "a", tmp_path / "b"], [tmp_path / "a/x.pdf", tmp_path / "b/x.pdf"]):
        named = outputs(paths)
        assert len(set(named.values())) == 2
        assert named == outputs(paths[::-1])


def test_output_names_do_not_depend_on_how_the_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "scans/x.pdf", "scans/X.pdf", "scans/new\nline.pdf")
    monkeypatch.chdir(tmp_path)
    ways = [tmp_path / "scans", Path("scans"), Path("../" + tmp_path.name + "/scans")]
    names = [{source.relative: source.output for source in find_sources([way])[0]} for way in ways]
    assert names[0] == names[1] == names[2]


def test_awkward_names_become_names_that_any_file_system_can_hold(tmp_path: Path) -> None:
    (tmp_path / "-rf.pdf").write_bytes(PDF_HEAD)
    undecodable(tmp_path, b"latin-\xe9.pdf").write_bytes(PDF_HEAD)
    put(
        tmp_path,
        "new\nline.pdf",
        "bell\x07.pdf",
        "n" * 251 + ".pdf",
        "d" * 255 + "/a.pdf",
        "é" * 120 + ".pdf",
    )
    sources, _ = find_sources([tmp_path])
    assert len(sources) == 7
    for source in sources:
        source.output.encode("utf-8")
        assert source.output.replace("/", "").isprintable()
        assert unicodedata.is_normalized("NFC", source.output)
        assert all(len(part.encode()) + len(".txt.2") <= 255 for part in source.output.split("/"))
        assert bool(MARKED.search(source.output)) == (source.relative != "-rf.pdf")
        source.relative.encode("utf-8")


def test_no_output_leaves_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.pdf", "..pdf", "...", "sub/b.pdf")
    (tmp_path / "sub").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path / "sub")
    for paths in ([Path("..")], [Path("../a.pdf")], [Path("../sub/../a.pdf")]):
        for source in find_sources(paths)[0]:
            assert not Path(source.output).is_absolute()
            assert not {"..", ".", ""} & set(source.output.split("/"))


def test_a_name_that_looks_like_a_marked_one_never_takes_its_place(tmp_path: Path) -> None:
    put(tmp_path, "x.pdf", "X.pdf")
    taken = outputs([tmp_path])[str(tmp_path / "x.pdf")]
    put(tmp_path, taken)
    named = [source.output.casefold() for source in find_sources([tmp_path])[0]]
    assert len(named) == len(set(named)) == 3


def test_a_plain_name_does_not_depend_on_its_neighbours(tmp_path: Path) -> None:
    put(tmp_path, "memo.pdf")
    alone = outputs([tmp_path])[str(tmp_path / "memo.pdf")]
    put(tmp_path, "memo.tif", "memo.pdf.pdf", "memo", "sub/memo.pdf")
    assert outputs([tmp_path])[str(tmp_path / "memo.pdf")] == alone == "memo.pdf"


def test_json_that_a_terminal_may_show_says_the_same() -> None:
    told = {"text": "é \x1b[31m \x9b \u202e \U000e0001 \U0001f600 \x7f"}
    shown = printable_json(msgspec.json.encode(told))
    assert shown.isprintable()
    assert "é" in shown
    assert json.loads(shown) == told


def test_printable_leaves_nothing_that_a_terminal_acts_on() -> None:
    assert printable("memo 1 é ß 文.pdf") == "memo 1 é ß 文.pdf"
    assert printable("a\x1b[31m\n\r\u202e\udce9") == "a\\x1b[31m\\n\\r\\u202e\\udce9"
