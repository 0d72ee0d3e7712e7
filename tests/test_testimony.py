"""What the folder's evidence is good for: edits."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean_text
from pipeline.edits import apply, settle, undo
from pipeline.evidence import Evidence, Namesake, Reading, Variant
from pipeline.record import SCHEMA_VERSION, Document, Edit, Line, Page, edit_id
from pipeline.testimony import hear
from pipeline.witness import gather
from pipeline.wordhood import is_name, is_word
from tests.shipped import CORRECTIONS

HERE = "cables/draft.pdf"


def reading(text: str, times: int = 1, document: str = "memo.pdf", page: int = 3) -> Reading:
    return Reading(text, times, document, page, 90.0)


def hear_page(
    page: Page, evidence: Evidence, edits: Sequence[Edit] = (), known: Sequence[str] = (), ask: bool = False
) -> list[Edit]:
    document = Document(SCHEMA_VERSION, HERE, "1", "ok", pages=(page,))
    return hear(document, evidence, edits, known, suggest_only=ask)


def variant(page: Page, text: str, *readings: Reading, agreeing: int = 0) -> Evidence:
    start = page.text.index(text)
    place = Variant(1, start, start + len(text), text, "met in the", "room and", readings, agreeing)
    return Evidence((place,))


def page_of(text: str) -> Page:
    return Page(1, "ok", tuple(map(Line, text.split("\n"))))


def heard(text: str, doubtful: str, *readings: Reading, agreeing: int = 0, known: str = "") -> list[Edit]:
    page = page_of(text)
    return hear_page(page, variant(page, doubtful, *readings, agreeing=agreeing), (), known.split())


def test_a_word_that_is_none_gives_way_to_the_word_of_every_other_copy() -> None:
    (edit,) = heard("the comnittee met", "comnittee", reading("committee", 2))
    assert (edit.before, edit.after, edit.status, edit.rule) == (
        "comnittee",
        "committee",
        "applied",
        "same-passage",
    )
    assert "memo.pdf" in edit.reason and "page 3" in edit.reason and "met in the" in edit.reason


def test_it_keeps_its_capitals() -> None:
    (edit,) = heard("THE COMNITTEE MET", "COMNITTEE", reading("Committee"))
    assert edit.after == "COMMITTEE"


@pytest.mark.parametrize("here", ["form", "FORM", "form "])
def test_where_both_can_be_read_the_drafts_differ_and_nothing_is_touched(here: str) -> None:
    assert heard(f"the {here} met", here.strip(), reading("from", 3)) == []


def test_a_copy_that_agrees_makes_it_a_suggestion() -> None:
    assert heard("the comnittee met", "comnittee", reading("committee"), agreeing=1) == []
    (edit,) = heard("the comnittee met", "comnittee", reading("committee", 2), agreeing=1)
    assert edit.status == "suggested" and "One other copy" in edit.reason


def test_copies_that_disagree_make_it_a_suggestion_with_candidates_in_the_order_of_evidence() -> None:
    (edit,) = heard("a proken line", "proken", reading("spoken", 2), reading("broken", 1))
    assert edit.status == "suggested" and edit.candidates == ("spoken", "broken")


def test_names_numbers_and_codes_are_only_suggested() -> None:
    for text, right in (("Rwxnda", "Rwanda"), ("26193b", "261936"), ("MOSCXW", "MOSCOW")):
        (edit,) = heard(f"at {text} met", text, reading(right, 4), known="MOSCOW")
        assert (edit.after, edit.status) == (right, "suggested")


def test_a_number_of_digits_alone_and_a_protected_word_are_left_alone() -> None:
    assert heard("STATE 261936", "261936", reading("261986", 5)) == []
    assert heard("at GUIANXS met", "GUIANXS", reading("guians", 5), known="GUIANXS") == []


@pytest.mark.parametrize("name", ["peru", "diego", "washington", "garcia", "paris"])
def test_names_in_capitals_are_known_by_their_frequency_in_other_languages(name: str) -> None:
    assert is_name(name)
    (edit,) = heard(f"AT {name.upper()}X MET", f"{name.upper()}X", reading(name.upper(), 4))
    assert edit.status == "suggested"


@pytest.mark.parametrize("word", ["ministry", "government", "following", "period", "general", "trucks"])
def test_ordinary_words_in_capitals_are_no_names(word: str) -> None:
    assert not is_name(word)


@pytest.mark.parametrize(
    "text, here, right",
    [
        (
            "AT \\ OLUNTEERED",
            "OLUNTEERED",
            "VOLUNTEERED",
        ),  # the sign belongs to it only where the copy has none
        ("THAT LINDICATED", "LINDICATED", "INDICATED"),  # I INDICATED
        ("WE FINAIEED IT", "FINAIEED", "INDEED"),  # FINANCED: both are misread
        ("TAGS: EINW", "EINW", "PINT"),
    ],
)
def test_a_word_that_may_be_cut_joined_or_another_is_only_suggested(text: str, here: str, right: str) -> None:
    assert [edit.status for edit in heard(text, here, reading(right))] == ["suggested"]


def test_signs_that_stand_for_letters_go_with_the_word_and_a_letter_may_stand_for_a_stop() -> None:
    copy = (
        "THE PRODUCTS INCLUDED IN THE LIST MEET EVERY REQUIREMENT. THE OFFICE ON THE LAKE ASKS FOR TWO "
        "MORE LAMPS BEFORE THE WINTER AND WILL WRITE AGAIN WHEN THE KEEPER OF THE NORTHERN LIGHT HAS ANSWERED"
    )
    pages = [
        Page(1, "ok", (Line(text),))
        for text in (copy, copy.replace("INCLUDED", "(NCLUDED").replace("REQUIREMENT.", "REQUIREMENTE"))
    ]
    evidence = gather(["copy", HERE], lambda at: [pages[at]])[1]
    edits = hear_page(pages[1], evidence, (), ())
    assert [(edit.before, edit.after, edit.status) for edit in edits] == [
        ("(NCLUDED", "INCLUDED", "applied"),
        ("REQUIREMENTE", "REQUIREMENT.", "applied"),
    ]


def test_more_witnesses_weigh_more() -> None:
    scores = [heard("at Rwxnda met", "Rwxnda", reading("Rwanda", times))[0].score for times in (1, 2, 8)]
    assert scores == sorted(set(scores))


def suggestion(page: Page, before: str, *answers: str, status: str = "suggested") -> Edit:
    start = page.text.index(before)
    end = start + len(before)
    return Edit(
        id=edit_id(1, start, end, "correct", "place", before, answers[0]),
        page=1,
        start=start,
        end=end,
        before=before,
        after=answers[0],
        kind="correct",
        rule="place",
        score=60.0,
        status=status,  # type: ignore[arg-type]
        reason="So says the list.",
        candidates=answers if len(answers) > 1 else (),
    )


def test_a_suggestion_of_the_dictionary_is_strengthened_and_its_candidates_put_in_order() -> None:
    page = page_of("ROUTINE RWAND")
    edit = suggestion(page, "RWAND", "RAND", "RWANDA")
    evidence = Evidence(namesakes=(Namesake("RWAND", (reading("RWANDA", 32),)),))
    (told,) = hear_page(page, evidence, [edit], ())
    assert told.rule == "place" and told.status == "suggested"
    assert (told.after, told.candidates) == ("RWANDA", ("RWANDA", "RAND"))
    assert (
        told.score > 60 and told.reason.startswith("So says the list.") and "at least 32 times" in told.reason
    )


def test_an_edit_in_force_is_left_as_it_is() -> None:
    page = page_of("the comnittee met")
    edit = suggestion(page, "comnittee", "comity", status="applied")
    assert hear_page(page, variant(page, "comnittee", reading("committee")), [edit], ()) == [edit]
    stripped = Edit("1", 1, 0, 17, page.text, "", "strip", "noise", 90.0, "applied", "Noise.")
    assert hear_page(page, variant(page, "comnittee", reading("committee")), [stripped], ()) == [stripped]


def test_edits_of_a_group_are_decided_as_one_and_left_as_they_are() -> None:
    page = page_of("the comnittee met")
    edit = msgspec.structs.replace(suggestion(page, "comnittee", "committees"), group="over-two-lines")
    assert hear_page(page, variant(page, "comnittee", reading("committee")), [edit]) == [edit]


def test_nothing_is_applied_where_only_suggestions_are_wanted() -> None:
    page = page_of("the comnittee met")
    (edit,) = hear_page(page, variant(page, "comnittee", reading("committee")), ask=True)
    assert (edit.after, edit.status) == ("committee", "suggested")


def test_a_suggestion_for_a_word_that_is_none_is_decided_by_the_copies() -> None:
    page = page_of("a proken line")
    edit = suggestion(page, "proken", "spoken", "broken")
    (told,) = hear_page(page, variant(page, "proken", reading("broken")), [edit])
    assert (told.after, told.status, told.candidates) == ("broken", "applied", ())


def test_in_one_text_two_drafts_bear_witness_for_each_other_and_real_differences_stay() -> None:
    letter = (
        "The office on the lake asks for two more lamps before the winter. The keeper of the northern light has written "
        "three times, and the answer was always that the money is spent. We propose that the harbour pays for one of them."
    )
    text = f"{letter.replace('winter', 'wintcr')}\n\n{letter.replace('three', 'four').replace('harbour', 'hazbour')}\n"
    done = clean_text(text, CORRECTIONS)
    changed = [(edit.before, edit.after) for edit in done.document.edits if edit.in_force]
    assert changed == [("wintcr", "winter"), ("hazbour", "harbour")]


WORDS = [
    "lake",
    "lamp",
    "winter",
    "keeper",
    "harbour",
    "answer",
    "money",
    "written",
    "proposal",
    "light",
    "STATE",
    "261936",
]


@given(
    st.lists(st.sampled_from(WORDS), min_size=45, max_size=90),
    st.lists(st.tuples(st.integers(0, 89), st.sampled_from(["#", "x", "(", "6", "rn"])), max_size=12),
    st.lists(st.tuples(st.integers(0, 89), st.sampled_from(["#", "q", "e", "b"])), max_size=12),
)
@settings(max_examples=40)
def test_whatever_copies_say_raw_text_comes_back_and_words_and_numbers_stay(
    words: list[str], here: list[tuple[int, str]], there: list[tuple[int, str]]
) -> None:
    pages = [
        Page(1, "ok", (Line(" ".join(misread(words, here))),)),
        Page(1, "ok", (Line(" ".join(misread(words, there))),)),
    ]
    for page, evidence in zip(pages, gather(["one", "other"], lambda at: [pages[at]]), strict=True):
        edits = settle(hear_page(page, evidence, (), ()))
        clean = apply(page.text, edits)
        assert undo(clean) == page.text
        for edit in edits:
            assert not is_word(edit.before)
            assert not edit.in_force or not any(map(str.isdigit, edit.after))


def misread(words: list[str], places: list[tuple[int, str]]) -> list[str]:
    """The words, some of them with a sign in the place of a letter."""
    read = list(words)
    for at, sign in places:
        if at < len(read):
            read[at] = read[at][: at % 4] + sign + read[at][at % 4 + 1 :]
    return read
