"""What a rule would do is told before it is written, place by place, and is what happens."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from pipeline.decisions import Decision, append
from pipeline.fitting import place_of
from pipeline.options import TextOptions
from pipeline.record import SCHEMA_VERSION, Document, DocumentOutcome, PageOutcome, Run, dump
from pipeline.review import overlay, rules, shown
from pipeline.review.desk import Desk
from pipeline.store import Store
from pipeline.textstages import edit_document, load_corrections
from tests.shipped import CORRECTIONS
from tests.test_fitting import page

FIRST = ("TO QUVNTOX", "SECRET", "SEE QUVNTOX AND QUVNTOX.")
SECOND = ("FM QUVNTOX", "NO QUVNTOXES HERE")


def document(name: str, *rows: str) -> Document:
    pages = (page(*rows),)
    return Document(SCHEMA_VERSION, name, name.ljust(64, "0"), "ok", pages=pages)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on two documents with one word that no dictionary knows."""
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    yield opened(tmp_path, document("a.pdf", *FIRST), document("b.pdf", *SECOND))


def opened(folder: Path, *documents: Document) -> Desk:
    store = Store(folder / "output")
    store.temporary.mkdir(parents=True, exist_ok=True)
    loaded = load_corrections(folder / "corrections")
    for one in documents:
        store.write(store.place("records", one.source), dump(edit_document(one, loaded, TextOptions())))
    outcomes = tuple(
        DocumentOutcome(one.source, one.source, one.source, one.sha256, "ok", pages=(PageOutcome(1, "ok"),))
        for one in documents
    )
    store.write(folder / "output" / "run.json", dump(Run(SCHEMA_VERSION, "0", "", 0, {}, {}, outcomes)))
    desk = Desk(folder / "output", folder / "corrections", "ann")
    for one in documents:
        desk._index(one.source)
    return desk


def key_of(desk: Desk, text: str) -> str:
    """The line or the edit that holds a text, as the pages name it."""
    for there in desk.documents.values():
        for read in rules._holding(there, text):
            edits = rules._edits_at(read, read.at, read.at + len(read.text))
            return (edits[0] if edits else rules._line(read)).key
    raise AssertionError(text)


def always(desk: Desk, before: str, after: str) -> rules.Proposal:
    """The proposal that correcting a word for good gives; the place is a suggestion made for the test."""
    desk.known()
    read = next(read for there in desk.documents.values() for read in rules._holding(there, before))
    rule = overlay.always(desk.corrections, before, after, read.text, "ann")
    places, decided = rules._changed(desk, rule, before)
    return rules.Proposal(
        rule.toml, rules._told(rule, places, decided, "always"), tuple(places), 0, (), "", ""
    )


def test_a_rule_tells_its_places_and_they_are_those_that_change(desk: Desk) -> None:
    said = always(desk, "QUVNTOX", "QUITO")
    assert said.told == "It would change 4 places in 2 documents."
    assert [place.where for place in said.places] == [
        "a.pdf, page 1, line 1",
        "a.pdf, page 1, line 3",
        "a.pdf, page 1, line 3",
        "b.pdf, page 1, line 1",
    ]
    overlay.write(desk.corrections, said.toml)
    loaded = load_corrections(desk.corrections)
    for one, count in ((document("a.pdf", *FIRST), 3), (document("b.pdf", *SECOND), 1)):
        edits = edit_document(one, loaded, TextOptions()).edits
        assert sum(edit.after == "QUITO" and edit.in_force for edit in edits) == count


def test_what_people_decided_and_what_is_stripped_is_not_counted(desk: Desk) -> None:
    line = place_of(page(*FIRST), 0, 10, "a.pdf".ljust(64, "0"))
    append(desk.corrections, "ann", [Decision("1", "confirm", place=line)])
    assert always(desk, "QUVNTOX", "QUITO").told == (
        "It would change 3 places in 2 documents. 1 place that people decided on would stay as decided."
    )
    assert always(desk, "SECRET", "SACRED").told.startswith("It would change nothing that was read so far.")


def test_a_number_of_digits_alone_is_told_to_be_only_suggested(tmp_path: Path) -> None:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    desk = opened(tmp_path, document("a.pdf", "SEE 77423 AGAIN"))
    said = always(desk, "77423", "77428")
    assert said.told.startswith("It would be suggested at 1 place in 1 document. A number of digits alone")
    assert [one.suggested for one in said.places] == [True]


def test_a_place_gives_its_rules_and_the_series_that_follows(tmp_path: Path) -> None:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    first = document("a.pdf", "TO AMEMBASSY KAMPAL", "INFO AMEMBASSY KAMPAL")
    desk = opened(tmp_path, first)
    key = key_of(desk, "KAMPAL")
    before = desk.item(key).edit
    assert before
    never = rules.propose(desk, key, "never")
    assert never.told == "It would leave 2 places in 1 document as read."
    assert set(never.keys) == {
        item.key for item in desk.items() if item.edit and item.edit.before == "KAMPAL"
    }
    said = rules.propose(desk, key, "always")
    rules.write(desk, said)
    edits = edit_document(first, load_corrections(desk.corrections), TextOptions()).edits
    assert {rules.series_of(edit) for edit in edits if edit.before == "KAMPAL"} == {said.series}
    rules.take_back(desk, said.toml, said.protect)
    rules.write(desk, never)
    edits = edit_document(first, load_corrections(desk.corrections), TextOptions()).edits
    assert not [edit for edit in edits if edit.before == "KAMPAL"]
    assert never.protect == "KAMPAL"


def test_doubt_begins_with_suggestions_and_text_and_ends_with_scraps(tmp_path: Path) -> None:
    shutil.copytree(CORRECTIONS, tmp_path / "corrections")
    rows = ("oe } fj", "The minister said so", "REF: STATE 184b27", "Ca) | er >", "the papers of last week")
    doubt = dict(zip(rows, (1.0, 30.0, 50.0, 2.0, 20.0), strict=True))
    read = page(*("The committee met again.",) * 5, *rows)
    lines = tuple(
        msgspec.structs.replace(
            line,
            words=(
                msgspec.structs.replace(line.words[0], confidence=doubt.get(line.text, 95.0)),
                *line.words[1:],
            ),
        )
        for line in read.lines
    )
    pages = (msgspec.structs.replace(read, lines=lines),)
    desk = opened(tmp_path, msgspec.structs.replace(document("a.pdf"), pages=pages))
    items, counts = shown.doubt(desk)
    suggested = [item for item in items if item.edit and item.edit.kind == "correct"]
    assert suggested and items[: len(suggested)] == suggested
    assert [item.place.line for item in items[len(suggested) :] if item.edit is None][:2] == [
        rows[4],
        rows[1],
    ]
    assert counts.lines == 2 and counts.suggestions == len(suggested)
    assert counts.scraps == len(items) - len(suggested) - 2 > 0
