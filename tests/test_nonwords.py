"""Words that no list knows are mended where one answer is far the best, and left alone where they may be right."""

import pytest

from pipeline.correct import correct_pages
from pipeline.dictionary import load_dictionary
from pipeline.record import Line, Page, Reading, Word
from tests.shipped import CORRECTIONS

SHIPPED = load_dictionary(CORRECTIONS)
PROSE = "the minister said that the question of wheat would be discussed again in the spring of that year"


def pages(*texts: str) -> list[Page]:
    return [
        Page(number, "ok", tuple(Line(line) for line in text.split("\n")))
        for number, text in enumerate(texts, 1)
    ]


def changed(text: str, lang: str = "eng") -> list[tuple[str, str, str]]:
    edits = correct_pages(pages(text), SHIPPED, lang=lang)
    return [(edit.before, edit.after, edit.status) for edit in edits]


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("proken", "broken"),
        ("distinot", "distinct"),
        ("totel", "total"),
        ("bueiness", "business"),
        ("inouired", "inquired"),
        ("questlon", "question"),
        ("amendrnent", "amendment"),
    ],
)
def test_a_slip_in_a_word_is_mended(read: str, meant: str) -> None:
    assert changed(f"they had {read} by then and {PROSE}") == [(read, meant, "applied")]


def test_a_word_with_a_capital_is_mended_where_its_right_form_is_ordinary() -> None:
    assert changed(f"that the Governnent of the day and {PROSE}") == [("Governnent", "Government", "applied")]


@pytest.mark.parametrize(
    "text",
    [
        f"the DISTINOT GOVERNNEMT and {PROSE}",  # capitals
        f"the agent Boeker and {PROSE}",  # a name
        f"the unit Q4distinot and {PROSE}",  # a code
        f"accreditations and reclassifications and {PROSE}",  # derived words
        f"the guesthouses of superhard rock and {PROSE}",  # words of two words
        f"mojave-distinot and {PROSE}\nfoo/distinot.txt",
        "Der Herr Minister sagte gestern, dass die Verhandlungen noch lange nicht abgeschlossen seien werden",
        f"the word is distinot and {PROSE} and again distinot",  # seen twice
        f"this was incompatibly done and {PROSE}",  # rare, and right
    ],
)
def test_what_may_be_right_is_never_changed(text: str) -> None:
    assert [edit for edit in changed(text) if edit[2] == "applied"] == []


def test_a_typists_lost_letter_is_only_suggested() -> None:
    assert changed(f"the persectuion and the documentaton and {PROSE}")[-1] == (
        "documentaton",
        "documentation",
        "suggested",
    )


def test_another_language_is_known_where_it_is_named() -> None:
    text = "la cuestion de la distribucion fue discutida por el gobierno y por los ministros en la primavera"
    assert [edit for edit in changed(text, "eng+spa") if edit[2] == "applied"] == []


def test_a_full_stop_read_as_e() -> None:
    assert changed(f"the shops were closede People said so and {PROSE}") == [
        ("closede", "closed.", "applied")
    ]
    assert changed(f"they lived there sincee it was built and {PROSE}") != [("sincee", "since.", "applied")]


def word(text: str, *readings: Reading) -> Page:
    line = f"they had {text} by then and {PROSE}"
    return Page(1, "ok", (Line(line, (Word(9, 9 + len(text), readings=readings),)),))


def test_another_reading_of_the_word_is_evidence() -> None:
    token = "geport"
    [alone] = correct_pages([word(token)], SHIPPED) or [None]
    seen = Reading("report", 70, "rapidocr", "crop")
    [told] = correct_pages([word(token, Reading(token, 60, "tesseract", "page"), seen)], SHIPPED)
    assert (told.after, told.status) == ("report", "applied")
    assert "Another reading of this very word" in told.reason
    assert alone is None or "Another reading" not in alone.reason


def test_an_edit_says_rule_score_and_runner_up() -> None:
    [edit] = correct_pages(pages(f"they had voint by then and {PROSE}"), SHIPPED)
    assert edit.rule == "non-word" and edit.after == "point" and 0 < edit.score <= 100
    assert "slips" in edit.reason and "The next best is" in edit.reason


def test_suggest_applies_nothing() -> None:
    text = f"E.O. 1235b and proken and closede People said {PROSE}"
    edits = correct_pages(pages(text), SHIPPED, max_action="suggest")
    assert len(edits) >= 2 and {edit.status for edit in edits} == {"suggested"}
    assert {edit.status for edit in correct_pages(pages(text), SHIPPED)} == {"applied"}
