"""What `declass check` says against a dictionary, each with its file and line."""

from pathlib import Path

import pytest

from pipeline.check import check_dictionary
from pipeline.errors import UsageError
from pipeline.record import SCHEMA_VERSION, Document, Edit, dump
from pipeline.runaway import runaways
from tests.conftest import Quick
from tests.shipped import CORRECTIONS
from tests.test_dictionary import GARBLE, folder

FUZZY = '[[entry]]\nid = "f"\nmatch = "fuzzy"\nwords = ["LIMA"]\n'
PATTERN = "[[entry]]\nid = \"p\"\nmatch = \"pattern\"\npattern = '{}'\nright = 'x'\n"
OTHER = GARBLE.replace('"a"', '"b"')


def troubles(root: Path, **files: str) -> list[tuple[str, str, str]]:
    found = check_dictionary(folder(root, **files))
    return [(one.where.removeprefix(f"{root}/"), one.severity, one.sentence) for one in found]


def test_the_shipped_dictionary_has_no_trouble() -> None:
    assert check_dictionary(CORRECTIONS) == []


@pytest.mark.parametrize(
    ("text", "where", "severity", "words"),
    [
        (GARBLE + OTHER, "x.toml:9:", "warning", "'hte' stands in entry 'a', too"),
        (GARBLE + OTHER.replace('"the"', '"Hte"'), "x.toml:9:", "warning", "only ever suggested"),
        (GARBLE.replace('"hte"', '"hte", "hte"'), "x.toml:4:", "warning", "stands twice"),
        (
            GARBLE + OTHER.replace("hte", "the").replace('"the"\n', '"them"\n'),
            "x.toml:5:",
            "error",
            "calls it a garble",
        ),
        ('protect = ["HTE"]\n' + GARBLE, "x.toml:5:", "warning", "is protected"),
        (FUZZY + 'action = "auto"\n', "x.toml:4:", "error", "common word"),
        (FUZZY, "x.toml:4:", "warning", "common word"),
        (PATTERN.format(r"(\w+\s?)+:"), "x.toml:4:", "error", "run away"),
        ("wrods = []\n", "x.toml:1:", "error", "'wrods' is unknown"),
        (GARBLE + "\n" + GARBLE, "x.toml:8:", "error", "stands already at"),
    ],
)
def test_what_is_doubtful_is_told_with_its_line(
    tmp_path: Path, text: str, where: str, severity: str, words: str
) -> None:
    found = troubles(tmp_path, x=text)
    assert any(
        one[0] == where and one[1] == severity and words in one[2] and one[2].endswith(".") for one in found
    ), found


def test_a_narrow_entry_may_be_near_common_words(tmp_path: Path) -> None:
    assert troubles(tmp_path, x=FUZZY + "line = '^TO'\n") == []


def test_every_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert [where for where, _, _ in troubles(tmp_path, a="x = 1\n", b="\ny = 1\n")] == [
        "a.toml:1:",
        "b.toml:2:",
    ]


def test_patterns_that_run_away_are_found_and_the_rest_go_on() -> None:
    assert runaways([r"[A-Z]+ \d\d", r"(a|a)*b", r"^\s*TO\b", r"([A-Z]+ ?)+:"]) == [
        r"(a|a)*b",
        r"([A-Z]+ ?)+:",
    ]


def test_what_a_run_made_of_the_entries(tmp_path: Path) -> None:
    edit = Edit("1", 1, 0, 3, "hte", "the", "correct", "a", 95, "applied", "because")
    output = tmp_path / "output"
    (output / "records").mkdir(parents=True)
    (output / "records" / "x.json").write_bytes(dump(Document(SCHEMA_VERSION, "x", "", "ok", edits=(edit,))))
    (tmp_path / "mine" / "local").mkdir(parents=True)
    mine = folder(tmp_path / "mine", x=OTHER.replace("hte", "teh"))
    folder(mine / "local", y=GARBLE)
    own, rest = sorted(map(str, check_dictionary(mine, output)), key=lambda said: "never" in said)
    assert own.endswith(f"y.toml:2: note: entry 'a': 1 applied in {output}.")
    assert rest == f"{output}: note: never matched: b."
    with pytest.raises(UsageError, match="holds no records"):
        check_dictionary(mine, tmp_path)


def test_errors_make_exit_code_4_and_warnings_do_not(tmp_path: Path, quick: Quick) -> None:
    for name, text, code in (("one", FUZZY + 'action = "auto"\n', 4), ("two", "wrods = 1\n", 4)):
        (tmp_path / name).mkdir()
        done = quick("check", folder(tmp_path / name, x=text))
        assert done.exit_code == code and "x.toml:" in done.stdout and "1 error" in done.stderr
    assert quick("check", CORRECTIONS).exit_code == 0
