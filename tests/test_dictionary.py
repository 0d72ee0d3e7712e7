"""A corrections folder is read whole or refused with a file, a line and the way out."""

from pathlib import Path

import pytest

from pipeline.dictionary import load_dictionary
from pipeline.errors import ConfigurationError, ExitCode
from pipeline.phrases import Phrases
from tests.shipped import CORRECTIONS

SHIPPED = CORRECTIONS
GARBLE = '[[entry]]\nid = "a"\nmatch = "garble"\ngarbles = ["hte"]\nright = "the"\n'


def folder(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_dictionary(path)
    assert caught.value.exit_code == ExitCode.BAD_CONFIGURATION
    return str(caught.value)


def test_the_shipped_dictionary_loads() -> None:
    dictionary = load_dictionary(SHIPPED)
    assert {"executive-order-number", "reference-number", "braces-around-capitals"} <= {
        entry.id for entry in dictionary.entries
    }
    assert all(entry.note for entry in dictionary.entries), "each edit tells a reader why"
    assert dictionary.confusions["b"] == "6"


def test_examples_in_the_manual_load(tmp_path: Path) -> None:
    manual = (SHIPPED / "README.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in manual.split("```toml\n")[1:]]
    assert len(examples) == 5
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.toml").write_text(example, encoding="utf-8")
    assert len(load_dictionary(tmp_path).entries) == 4


def test_local_files_overlay_the_shipped_ones(tmp_path: Path) -> None:
    path = folder(
        tmp_path,
        one=GARBLE + GARBLE.replace('"a"', '"b"').replace("hte", "teh"),
        local__mine=GARBLE.replace('right = "the"', 'right = "THE"') + '[[entry]]\nid = "b"\noff = true\n',
    )
    assert [(entry.id, entry.right) for entry in load_dictionary(path).entries] == [("a", "THE")]


def test_files_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = folder(tmp_path, b=GARBLE, a=GARBLE.replace('"a"', '"z"'))
    assert [entry.id for entry in load_dictionary(path).entries] == ["z", "a"]


def test_the_digest_changes_with_a_byte_and_with_a_name(tmp_path: Path) -> None:
    path = folder(tmp_path, a=GARBLE)
    digests = [load_dictionary(path).digest]
    (path / "a.toml").write_text(GARBLE + "# more\n")
    digests.append(load_dictionary(path).digest)
    (path / "a.toml").rename(path / "b.toml")
    digests.append(load_dictionary(path).digest)
    folder(path, local__a="")
    digests.append(load_dictionary(path).digest)
    assert len(set(digests)) == 4 and {len(digest) for digest in digests} == {64}
    assert load_dictionary(path).digest == digests[-1]


def test_a_file_from_a_windows_editor_loads(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + GARBLE.replace("\n", "\r\n").encode())
    assert load_dictionary(tmp_path).entries[0].right == "the"


def test_words_are_composed_as_raw_text_is(tmp_path: Path) -> None:
    path = folder(tmp_path, a=GARBLE.replace("the", "cafe\u0301"))
    assert load_dictionary(path).entries[0].right == "caf\u00e9"


def test_reading_leaves_files_alone(tmp_path: Path) -> None:
    path = folder(tmp_path, a=GARBLE, b="broken =")
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.iterdir()}
    refusal(path)
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.iterdir()} == before


FUZZY = '[[entry]]\nid = "f"\nmatch = "fuzzy"\nwords = ["PARIS"]\n'
NUMBER = '[[entry]]\nid = "n"\nmatch = "number"\nafter = ["E.O."]\nshape = \'\\d{5}\'\n'
PATTERN = "[[entry]]\nid = \"p\"\nmatch = \"pattern\"\npattern = '(a)'\nright = '\\1'\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# fine\nbroken =\n", 2, "not TOML"),
        ("protect = [\n", 2, "not TOML"),
        ("\nwrods = []\n", 2, "'wrods' is unknown"),
        ("\n[entry]\nid = 'a'\n", 2, "double brackets"),
        (GARBLE + "colour = 1\n", 6, "the key `colour` is unknown"),
        (GARBLE + "off = 1\n", 6, "`off` takes true or false, and not 1"),
        (GARBLE + "note = 5\n", 6, "`note` takes a text in quotes"),
        (GARBLE.replace('["hte"]', '"hte"'), 4, "`garbles` takes a list of texts in quotes"),
        (GARBLE.replace('["hte"]', '["hte", ""]'), 4, "`garbles` takes a list"),
        (GARBLE.replace('["hte"]', '["hte", " "]'), 4, "blank phrase"),
        (GARBLE.replace('"a"', '"Not Kebab"'), 2, "`id` takes small letters, digits and hyphens"),
        (GARBLE.replace('id = "a"\n', ""), 1, "`id`"),
        (GARBLE.replace('match = "garble"\n', ""), 2, "lacks the key `match`"),
        (GARBLE.replace('garble"', 'grable"'), 3, "'grable'"),
        (GARBLE.replace('right = "the"\n', ""), 1, "lacks the key `right`"),
        (GARBLE.replace('garbles = ["hte"]\n', ""), 1, "lacks the key `garbles`"),
        (GARBLE.replace('"the"', '"hte"'), 4, "right form itself"),
        (GARBLE.replace('"the"', '"th\\ne"'), 5, "one line"),
        (GARBLE + 'action = "always"\n', 6, "'always'"),
        (GARBLE + 'acton = "auto"\n', 6, "write `action` if you mean that."),
        (GARBLE + 'since = "1975"\n', 6, "`since` takes a date without quotes"),
        (GARBLE + 'line = "("\n', 6, "regular expression"),
        (GARBLE + 'words = ["x"]\n', 6, "`words` says nothing"),
        (GARBLE + "\n" + GARBLE, 8, "stands already at"),
        (GARBLE + FUZZY + "budget = 4\n", 10, "`budget` takes 1, 2 or 3, and not 4"),
        (FUZZY.replace('words = ["PARIS"]\n', ""), 1, "lacks the key `words`"),
        (FUZZY.replace("PARIS", "LA-PAZ"), 4, "no word or phrase"),
        (NUMBER.replace('after = ["E.O."]\n', ""), 1, "lacks the key `after`"),
        (NUMBER.replace("shape = '\\d{5}'\n", ""), 1, "lacks the key `shape`"),
        (NUMBER.replace("\\d{5}", "["), 5, "regular expression"),
        (NUMBER + 'values = ["1"]\n', 6, "does not match the shape"),
        (PATTERN.replace("(a)", "(a"), 4, "regular expression"),
        (PATTERN.replace("\\1", "\\2"), 5, "does not fit"),
        (PATTERN.replace("\\1", "\\g<who>"), 5, "does not fit"),
        (PATTERN.replace("pattern = '(a)'\n", ""), 1, "lacks the key `pattern`"),
        ("\nprotect = [1]\n", 2, "`protect`"),
        ("\n[confusions]\nb = 6\n", 2, "`confusions`"),
        ('\n[confusions]\nb = "6"\nbb = "6"\n', 4, "one letter"),
        ('[confusions]\n"|" = "x"\n', 2, "the digits"),
        ('[confusions]\n1 = "7"\n', 2, "one letter"),
    ],
)
def test_what_is_amiss_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    said = refusal(folder(tmp_path, bad=text))
    assert said.startswith(f"{tmp_path / 'bad.toml'}:{line}: ")
    assert words in said and said.endswith(".")


def test_an_id_of_two_files_names_both(tmp_path: Path) -> None:
    said = refusal(folder(tmp_path, one=GARBLE, two="\n" + GARBLE))
    assert f"{tmp_path / 'two.toml'}:3: " in said and f"{tmp_path / 'one.toml'}:2;" in said


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"# fine\n# caf\xe9\n")
    assert refusal(tmp_path).startswith(f"{tmp_path / 'bad.toml'}:2: this is not UTF-8")


def test_a_missing_folder_and_a_file_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    assert "is not a folder" in refusal(tmp_path / "nowhere")
    (tmp_path / "odd.toml").mkdir()
    assert "cannot be read" in refusal(tmp_path)


def test_phrases_are_whole_tokens_and_blanks_are_one() -> None:
    phrases = Phrases([("E. O.", 1), ("hte", 2), ("hte one", 3), ("hte", 4)])

    def found(line: str) -> list[tuple[str, int]]:
        return [(line[start:end], payload) for start, end, payload in phrases.find(line)]

    assert found("E.  O. 1") == [("E.  O.", 1)]
    assert found("whte hte") == [("hte", 2), ("hte", 4)]
    assert found("hte one") == [("hte one", 3), ("hte", 2), ("hte", 4)]
    assert found("hte ones, Hte, E.O.") == [("hte", 2), ("hte", 4)]
    assert found("") == []
