"""Programs that crash, hang, say too much or nothing: each costs the page that it was called for, and no other."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.confinement import walls_stand
from tests.faults.lab import HEADER, Lab, page
from tests.makers import drawn_pdf

CRASH, KILLED, UTF8, NOTHING, EMPTY, GARBAGE, SAYS, SCOLDS, WRITES, GREEDY, LARGE, HANGS = range(1001, 1013)
ENGINE = {
    CRASH: ("kill -SEGV $$", "Tesseract failed on this page"),
    KILLED: ("kill -KILL $$", "Tesseract failed on this page"),
    UTF8: ("printf 'level\\t\\377\\376\\n' > \"$2.tsv\"; exit 0", "nothing usable"),
    NOTHING: ("exit 0", "nothing usable"),
    EMPTY: (': > "$2.tsv"; exit 0', "nothing usable"),
    GARBAGE: ('head -c 3000 /dev/urandom > "$2.tsv"; exit 0', "nothing usable"),
    SAYS: ("exec yes", "Tesseract failed on this page"),
    SCOLDS: ("exec yes >&2", "Tesseract failed on this page"),
    WRITES: (HEADER + 'exec yes >> "$2.tsv"', "Tesseract failed on this page"),
    # The kernel's answer where memory runs out is the end of the process that took it: here of the worker.
    GREEDY: ("kill -KILL $PPID; exec sleep 3", "ended its worker each time"),
}
DRAWING = {
    2: ("kill -SEGV $$", "cannot be drawn"),
    3: ("exit 0", "cannot be drawn"),
    4: ('head -c 3000 /dev/urandom > "$image.pgm"; exit 0', "unusable"),
    5: ('printf "P5\\n600 300\\n255\\nrubbish" > "$image.pgm"; exit 0', "cut short"),
    6: ('exec yes > "$image.pgm"', "unusable"),
    7: ("exec yes >&2", "cannot be drawn"),
}
LIMITS = ("--max-pixels", "6")


def scanned(folder: Path) -> Path:
    """A scan for each fault, and some that none befalls."""
    folder.mkdir()
    for width in ENGINE:
        page(width).save(folder / f"engine{width}.png")
    page(900, "GOOD WORDS HERE").save(folder / "good.png")
    parts = [
        page(width, f"PAGE OF {words} WORDS")
        for width, words in ((901, "GOOD"), (CRASH, "BAD"), (902, "FINE"))
    ]
    parts[0].save(folder / "mixed.tif", save_all=True, append_images=parts[1:])
    # 5 million pixels, of which the smaller try takes four.
    page(2600, "LARGE LETTERS HERE", height=1950).save(folder / "large.png")
    drawn_pdf(folder / "drawn.pdf", (b"BT /F1 24 Tf 40 100 Td (Plain words) Tj ET",) * 8)
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("undisturbed")
    lab = Lab(folder, scanned(folder / "scans"))
    code, said = lab.run(*LIMITS)
    assert code == 0, said
    return lab


@pytest.fixture(
    scope="module",
    params=[
        False,
        pytest.param(
            True,
            marks=[
                pytest.mark.faults,
                pytest.mark.skipif(not walls_stand(), reason="bubblewrap cannot work here"),
            ],
        ),
    ],
    ids=["open", "walled"],
)
def disturbed(
    request: pytest.FixtureRequest, undisturbed: Lab, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Lab, int, dict[str, dict[str, Any]]]:
    lab = Lab(tmp_path_factory.mktemp("disturbed"), undisturbed.scans, request.param)
    lab.engine({width: script for width, (script, _) in ENGINE.items()} | {2600: "kill -SEGV $$"})
    lab.drawing({number: script for number, (script, _) in DRAWING.items()})
    code, _ = lab.run(*LIMITS)
    return lab, code, lab.documents()


Disturbed = tuple[Lab, int, dict[str, dict[str, Any]]]


@pytest.mark.parametrize("width", ENGINE)
def test_an_engine_that_misbehaves_costs_its_page_and_a_sentence(disturbed: Disturbed, width: int) -> None:
    lab, code, documents = disturbed
    document = documents[f"engine{width}.png"]
    said = ENGINE[width][1]
    if width == GREEDY and lab.walls:
        said = "nothing usable"  # behind walls it cannot reach the worker
    assert code == 5
    assert document["status"] == "failed"
    assert said in document["pages"][0]["message"]
    assert document["pages"][0]["message"].endswith(".") and str(lab.folder) not in str(document["pages"])


@pytest.mark.parametrize("number", DRAWING)
def test_a_page_that_is_drawn_badly_costs_itself_and_a_sentence(disturbed: Disturbed, number: int) -> None:
    pages = disturbed[2]["drawn.pdf"]["pages"]
    assert disturbed[2]["drawn.pdf"]["status"] == "partial"
    assert pages[number - 1]["status"] == "failed"
    assert DRAWING[number][1] in pages[number - 1]["message"]
    assert {pages[0]["status"], pages[7]["status"]} == {"ok"}


def test_the_pages_beside_a_bad_one_are_read_as_ever(disturbed: Disturbed, undisturbed: Lab) -> None:
    lab, _, documents = disturbed
    assert [each["status"] for each in documents["mixed.tif"]["pages"]] == ["ok", "failed", "ok"]
    texts = [(each.output / "text/mixed.tif.txt").read_text().split("\f") for each in (lab, undisturbed)]
    assert (texts[0][0], texts[0][2]) == (texts[1][0], texts[1][2])
    assert texts[0][1] == ""


def test_documents_that_no_fault_befell_are_the_same_to_the_byte(
    disturbed: Disturbed, undisturbed: Lab
) -> None:
    files = disturbed[0].files_of("good.png")
    assert len(files) >= 6
    assert files == undisturbed.files_of("good.png")


def test_a_page_that_crashes_the_engine_is_read_smaller_and_says_so(disturbed: Disturbed) -> None:
    document = disturbed[2]["large.png"]
    assert document["status"] == "ok"
    assert "made smaller by" in document["pages"][0]["message"]
    assert (disturbed[0].output / "text/large.png.txt").read_text() == "LARGE LETTERS HERE\n"


@pytest.mark.faults
@pytest.mark.parametrize("walls", [False, True])
def test_programs_that_hang_are_ended_with_all_they_started(tmp_path: Path, walls: bool) -> None:
    if walls and not walls_stand():
        pytest.skip("bubblewrap cannot work here")
    (tmp_path / "scans").mkdir()
    page(HANGS).save(tmp_path / "scans/engine.png")
    page(HANGS - 1).save(tmp_path / "scans/children.png")
    drawn_pdf(tmp_path / "scans/blank.pdf", (b"",) * 3)
    lab = Lab(tmp_path, tmp_path / "scans", walls)
    lab.engine({HANGS: "exec sleep 600", HANGS - 1: "trap '' TERM INT HUP; sleep 600 & sleep 600"})
    lab.drawing({2: "exec sleep 600"})
    code, _ = lab.run("--page-timeout", "8")
    documents = lab.documents()
    assert code == 5
    late = [
        documents["engine.png"]["pages"][0],
        documents["children.png"]["pages"][0],
        documents["blank.pdf"]["pages"][1],
    ]
    assert {each["status"] for each in late} == {"timed_out"}
    assert all(each["message"].endswith("--page-timeout gives more time.") for each in late)
    assert [each["status"] for each in documents["blank.pdf"]["pages"]] == ["empty", "timed_out", "empty"]


@pytest.mark.faults
def test_a_page_that_hangs_the_engine_is_read_smaller(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    page(2600, "LARGE LETTERS HERE", height=1950).save(tmp_path / "scans/large.png")
    lab = Lab(tmp_path, tmp_path / "scans")
    lab.engine({2600: "exec sleep 600"})
    code, said = lab.run("--page-timeout", "15")
    assert code == 0, said
    assert "made smaller by" in lab.documents()["large.png"]["pages"][0]["message"]
    assert (lab.output / "text/large.png.txt").read_text() == "LARGE LETTERS HERE\n"
