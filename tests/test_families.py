"""Garble families of a run."""

from collections.abc import Sequence

from pipeline.edits import settle
from pipeline.families import Family, Miner
from pipeline.record import SCHEMA_VERSION, Document, Edit, Line, Page, edit_id


def edit(text: str, before: str, *answers: str, status: str = "suggested", kind: str = "correct") -> Edit:
    start = text.index(before)
    end = start + len(before)
    after = answers[0] if answers else ""
    return Edit(
        edit_id(1, start, end, kind, "rule", before, after),
        1,
        start,
        end,
        before,
        after,
        kind,  # type: ignore[arg-type]
        "rule",
        50.0,
        status,  # type: ignore[arg-type]
        "",
        answers if len(answers) > 1 else (),
    )


def document(name: str, text: str, *edits: Edit) -> Document:
    page = Page(1, "ok", tuple(map(Line, text.split("\n"))))
    return Document(SCHEMA_VERSION, name, name, "ok", pages=(page,), edits=settle(edits))


def families(documents: Sequence[Document], least: int = 1, left_out: Sequence[str] = ()) -> list[Family]:
    miner = Miner()
    for each in documents:
        miner.add(each)
    return miner.families(least, frozenset(left_out))


def told(found: Sequence[Family]) -> dict[str, dict[str, int]]:
    return {family.right: {garble.form: garble.times for garble in family.garbles} for family in found}


def test_forms_that_are_no_words_are_gathered_around_the_frequent_word_beside_them() -> None:
    found = families(
        [document("a", "the committee " * 12), document("b", "the comnittee\nthe conmittee, comnittee")]
    )
    assert told(found) == {"committee": {"comnittee": 2, "conmittee": 1}}
    (family,) = found
    assert family.decided and family.ordinary and family.documents == 1 and family.times == 3
    assert [(place.document, place.page, place.line) for place in family.places] == [
        ("b", 1, "the comnittee"),
        ("b", 1, "the conmittee, comnittee"),
    ]


def test_words_in_use_and_endings_are_no_garbles() -> None:
    assert told(families([document("a", "form " * 20 + "from Kigalis " + "Kigali " * 20)])) == {}


def test_what_was_suggested_counts_whatever_it_looks_like() -> None:
    texts = ("REF: STATE 18462b", "SEE STATE 18462b")
    found = families([document(text, text, edit(text, "18462b", "184626")) for text in texts])
    assert told(found) == {"184626": {"18462b": 2}}
    assert not found[0].ordinary


def test_several_answers_leave_a_family_undecided_and_last() -> None:
    doubtful = "a proken line"
    documents = [
        document("a", doubtful, edit(doubtful, "proken", "broken", "spoken")),
        document("b", "the committee " * 8 + "comnittee"),
    ]
    found = families(documents)
    assert [(family.right, family.decided) for family in found] == [("committee", True), ("broken", False)]
    assert found[1].garbles[0].rivals == ("spoken",)


def test_what_was_stripped_or_corrected_is_not_in_doubt() -> None:
    text = "the comnittee " + "committee " * 8
    for done in (
        edit(text, "comnittee", "committee", status="applied"),
        edit(text, text, status="applied", kind="strip"),
    ):
        assert families([document("a", text, done)]) == []


def test_protected_words_are_left_out_and_rare_families_too() -> None:
    documents = [document("a", "committee " * 8 + "comnittee")]
    assert families(documents, left_out=["COMNITTEE"]) == families(documents, least=2) == []


def test_names_and_short_forms_are_never_ordinary() -> None:
    for right, wrong in (
        ("Rwanda", "Rwxnda"),
        ("FERNANDO", "FLRNANDO"),
        ("that", "thxt"),
        ("BOLIVIA", "BOLIVLA"),
    ):
        (family,) = families([document("a", f"{right} " * 8 + wrong)], left_out=["BOLIVIA"])
        assert family.right == right and not family.ordinary
