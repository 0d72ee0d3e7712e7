"""The folder's evidence on disk: gathered once, the same bytes, and of a document only what concerns it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import witnessfile
from pipeline.record import Line, Page, dump
from pipeline.store import Store
from pipeline.witnessfile import Copy, evidence_for

LETTER = (
    "The office on the lake asks for two more lamps before the winter.\nThe keeper of the northern light has written "
    "three times,\nand the answer was always that the money is spent.\nWe propose that the harbour pays for one of them."
)
OTHER = (
    "Shipments of grain reached the southern railhead on Monday.\nPrices in the bazaar fell for the second week running,"
    "\nand merchants expect that the roads will open before the feast.\nNo soldiers were seen beyond the river."
)

Filed = Callable[..., Copy]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    store.temporary.mkdir(parents=True)
    return store


@pytest.fixture
def filed(store: Store) -> Filed:
    """Puts a document of one page into the store, as read."""

    def put(name: str, text: str, content: str = "") -> Copy:
        key = f"aa{name}"
        store.write(store.page_file(key), dump(Page(1, "ok", tuple(map(Line, text.split("\n"))))))
        return Copy(name, content or name, (key,))

    return put


def test_two_drafts_in_a_folder_are_each_others_witnesses(store: Store, filed: Filed) -> None:
    one = filed("b/draft", LETTER.replace("lamps", "lainps"))
    other = filed("a/memo", LETTER.replace("harbour", "hazbour"))
    found = evidence_for([one, other], store)
    said = {
        name: [
            (variant.text, variant.readings[0].text, variant.readings[0].document)
            for variant in evidence.variants
        ]
        for name, evidence in found.items()
    }
    assert said == {"a/memo": [("hazbour", "harbour", "b/draft")], "b/draft": [("lainps", "lamps", "a/memo")]}


def test_the_file_is_sorted_and_does_not_depend_on_the_order_of_documents(store: Store, filed: Filed) -> None:
    copies = [
        filed("b/draft", LETTER.replace("lamps", "lainps")),
        filed("a/memo", LETTER.replace("pays", "pavs")),
    ]
    evidence_for(copies, store)
    before = store.witness_file.read_bytes()
    store.witness_file.unlink()
    evidence_for(copies[::-1], store)
    assert store.witness_file.read_bytes() == before
    assert before.index(b"a/memo") < before.index(b"b/draft", before.index(b"}"))


def test_evidence_is_not_gathered_again_until_a_reading_changes(
    store: Store, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = [filed("draft", LETTER.replace("lamps", "lainps")), filed("memo", LETTER)]
    found = evidence_for(copies, store)
    with monkeypatch.context() as patched:
        patched.setattr(witnessfile, "gather", lambda *_: pytest.fail("gathered again"))
        assert evidence_for(copies, store) == found


def test_a_document_alone_has_no_evidence(store: Store, filed: Filed) -> None:
    copies = [filed("draft", LETTER.replace("lamps", "lainps")), filed("memo", LETTER)]
    assert "draft" in evidence_for(copies, store)
    assert evidence_for([copies[0]], store) == {}


def test_a_damaged_file_is_made_again(store: Store, filed: Filed) -> None:
    copies = [filed("draft", LETTER.replace("lamps", "lainps")), filed("memo", LETTER)]
    found = evidence_for(copies, store)
    whole = store.witness_file.read_bytes()
    for damaged in (b"", b"\xff", whole[:-20]):
        store.witness_file.write_bytes(damaged)
        assert evidence_for(copies, store) == found
        assert store.witness_file.read_bytes() == whole


def test_a_document_that_has_nothing_to_say_changes_no_evidence(store: Store, filed: Filed) -> None:
    copies = [filed("draft", LETTER.replace("lamps", "lainps")), filed("memo", LETTER)]
    assert evidence_for([*copies, filed("a/other", OTHER)], store) == evidence_for(copies, store) != {}


def test_the_same_file_twice_is_one_witness(store: Store, filed: Filed) -> None:
    text = LETTER.replace("lamps", "lainps")
    copies = [filed("draft", text, "same"), filed("copy", text, "same"), filed("memo", LETTER)]
    found = evidence_for(copies, store)
    assert found["draft"] == found["copy"]
    (variant,) = found["draft"].variants
    assert (variant.agreeing, [reading.times for reading in variant.readings]) == (0, [1])


def test_pages_that_were_not_read_say_nothing(store: Store, filed: Filed) -> None:
    one = filed("draft", LETTER.replace("lamps", "lainps"))
    other = filed("memo", LETTER)
    assert evidence_for([one, Copy("memo", "memo", ("", *other.readings, "aagone"))], store).keys() == {
        "draft"
    }
