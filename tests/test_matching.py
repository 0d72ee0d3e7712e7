"""Each kind of entry: what it finds in a line, where it counts, and what happens where two entries meet."""

from pipeline.correct import correct_pages
from tests.corrected import correct_page, corrected, entry, garbles, load, page, part

# ---- each kind of entry ----


def test_a_garble_is_a_whole_word_in_its_context() -> None:
    words = load(
        entry(id="a", match="garble", garbles=["tlie", "in tlie"], right="the", line="^So", action="auto")
    )
    assert corrected("So tlie, tlie9 Tlie", words) == [("tlie", "the", "applied")]
    assert corrected("As tlie", words) == []


def test_fuzzy_words_keep_their_capitals() -> None:
    words = load(entry(id="a", match="fuzzy", words=["Moscow"], action="auto"))
    answers = [after for _, after, _ in corrected("MOSCOV Moscov moscov MOscov M0scow 0oscow", words)]
    assert answers == ["MOSCOW", "Moscow", "moscow", "Moscow", "Moscow", "Moscow"]


def test_a_fuzzy_word_is_applied_only_for_signs_in_letters_places() -> None:
    words = load(
        entry(id="a", match="fuzzy", words=["AMEMBASSY"], budget=2, action="auto"),
        entry(id="b", match="fuzzy", words=["MOSCOW"], action="suggest"),
    )
    assert corrected("AMEMBA$$Y AMEMBAS5 AMENBASSY M0SCOW 1234 A1", words) == [
        ("AMEMBA$$Y", "AMEMBASSY", "applied"),
        ("AMEMBAS5", "AMEMBASSY", "suggested"),
        ("AMENBASSY", "AMEMBASSY", "suggested"),
        ("M0SCOW", "MOSCOW", "suggested"),
    ]


def test_two_fuzzy_answers_are_a_suggestion_with_both() -> None:
    words = load(entry(id="a", match="fuzzy", words=["JUNE", "JUNO", "JULY"], action="auto"))
    [edit] = correct_page(page("JUN0"), words)
    assert (edit.status, edit.candidates) == ("suggested", ("JUNE", "JUNO"))
    assert "JUNO" in edit.reason


def test_right_and_protected_words_are_never_touched() -> None:
    words = load(
        entry(id="a", match="fuzzy", words=["PARIS", "PARTS"], action="auto"),
        entry(id="b", match="garble", garbles=["pairs", "parts"], right="Paris", action="auto"),
        head='protect = ["PAIRS"]\n',
    )
    assert corrected("PARIS Parts pairs PAIRS parts", words) == []


def test_mostly_digits_is_no_word() -> None:
    words = load(entry(id="a", match="fuzzy", words=["LIMA"], budget=3))
    assert corrected("L123 LI12 LIM1", words) == [("LIM1", "LIMA", "suggested")]


def test_a_token_that_has_its_shape_is_right() -> None:
    words = load(entry(id="a", match="number", after=["No."], shape="[0-9I]{3}", action="auto"))
    assert corrected("No. 1I2", words) == []


def test_numbers_need_their_context_their_shape_and_one_answer() -> None:
    number = entry(id="a", match="number", after=["No.", "No"], shape="[0-9]{3}", action="auto")
    words = load(number)
    assert corrected("No. 12b, No 1I2; No.  b11/ No. 12", words) == [
        ("12b", "126", "applied"),
        ("1I2", "112", "applied"),
        ("b11", "611", "applied"),
    ]
    assert corrected("12b Nope 12b No. 12bb No. 12x No. bbb No. 12b4", words) == []
    [edit] = correct_page(page("No. 12B"), words)
    assert (edit.status, edit.candidates, edit.score) == ("suggested", ("128", "126"), 45.0)


def test_noise_at_a_numbers_end_makes_it_doubtful() -> None:
    assert corrected("E.O. 1295B%° NYA") == [("1295B", "12958", "suggested")]
    assert corrected("E.O. 1295B, NYA") == [("1295B", "12958", "applied")]


def test_a_list_of_values_decides_between_answers() -> None:
    keys = {"match": "number", "after": ["No."], "shape": "[0-9]{3}", "action": "auto"}
    words = load(entry(id="a", values=["126", "124", "311"], **keys))
    [edit] = correct_page(page("No. 12B"), words)
    assert (edit.after, edit.status) == ("126", "applied")
    assert "also agree with 124" in edit.reason
    [edit] = correct_page(page("No. 12x"), words)
    assert (edit.status, edit.candidates) == ("suggested", ("126", "124"))
    assert corrected("No. 52x No. 1xx", words) == []


def test_a_pattern_takes_its_match_and_nothing_more() -> None:
    words = load(entry(id="a", match="pattern", pattern=r"<(\w+)>", right=r"(\1)", action="auto", line="^a"))
    assert corrected("a <b> <c>", words) == [("<b>", "(b)", "applied"), ("<c>", "(c)", "applied")]
    assert corrected("b <b>", words) == []


def test_a_pattern_that_matches_nothing_inserts_nothing() -> None:
    assert (
        corrected("abc", load(entry(id="a", match="pattern", pattern="x*", right="y", action="auto"))) == []
    )


# ---- where entries meet ----


def test_different_answers_for_a_place_are_never_automatic() -> None:
    [edit] = correct_page(
        page("a frorn b"), load(garbles("a", "frorn", "from"), garbles("b", "frorn", "front"))
    )
    assert (edit.status, edit.candidates, edit.score) == ("suggested", ("from", "front"), 65.0)
    assert "Entry b says front" in edit.reason


def test_the_same_answer_twice_is_one_edit() -> None:
    words = load(garbles("a", "frorn", "from", "suggest"), garbles("b", "frorn", "from"))
    [edit] = correct_page(page("frorn"), words)
    assert (edit.rule, edit.status, edit.candidates) == ("b", "applied", ())


def test_of_places_that_overlap_auto_wins_then_the_longer() -> None:
    words = load(
        garbles("a", "aa bb", "A B", "suggest"), garbles("b", "bb cc", "B C"), garbles("c", "cc", "C")
    )
    assert corrected("aa bb cc", words) == [("bb cc", "B C", "applied")]

    words = load(garbles("a", "bb", "B"), garbles("b", "aa bb", "A B"))
    assert corrected("aa bb", words) == [("aa bb", "A B", "applied")]


def test_what_one_entry_calls_right_no_other_changes() -> None:
    words = load(garbles("a", "frorn", "from"), garbles("b", "from", "front"))
    assert corrected("frorn from From", words) == [("frorn", "from", "applied")]


def test_an_answer_that_changes_nothing_is_no_edit() -> None:
    words = load(entry(id="a", match="pattern", pattern="(a|b)", right=r"\1", action="auto"))
    assert corrected("a b", words) == []


def test_never_leaves_the_place_alone() -> None:
    words = load(
        garbles("a", "DIPOLMATIC POUCH", "DIPLOMATIC POUCH", "never"),
        entry(id="b", match="fuzzy", words=["DIPLOMATIC"], budget=2),
    )
    assert corrected("DIPOLMATIC POUCH DIPOLMATIC", words) == [("DIPOLMATIC", "DIPLOMATIC", "suggested")]
    assert correct_page(page("DIPOLMATIC POUCH DIPOLMATIC"), words)[0].start == 17


def test_numbers_of_digits_alone_are_never_changed_without_being_asked() -> None:
    words = load(
        garbles("a", "12536", "12356"),
        garbles("b", "page 7 of 9", "page 7 of 8"),
        garbles("c", "pagc 7", "page 7"),
        entry(id="d", match="pattern", pattern=r"(\d) (\d)x", right=r"\1\2", action="auto"),
    )
    assert [status for _, _, status in corrected("12536, page 7 of 9, pagc 7, 5 5x", words)] == [
        "suggested",
        "suggested",
        "applied",
        "suggested",
    ]


# ---- where an entry counts ----


def test_scopes_and_neighbours() -> None:
    start = load(garbles("a", "tlie", "the") + 'scope = "line-start"\n')
    assert corrected("tlie tlie", start) == [("tlie", "the", "applied")]
    alone = load(garbles("a", "tlie", "the") + 'scope = "line"\n')
    assert corrected("tlie\ntlie x", alone) == [("tlie", "the", "applied")]
    near = load(garbles("a", "tlie", "the") + 'near = ["OADR"]\n')
    assert corrected("OADR\ntlie\nx\ntlie", near) == [("tlie", "the", "applied")]
    around = load(garbles("a", "tlie", "the") + "around = 'DECL\\n'\n")
    assert corrected("DECL\ntlie\nx\ntlie", around) == [("tlie", "the", "applied")]


def test_fields_and_years() -> None:
    fields = load(garbles("a", "PGOW", "PGOV") + 'field = ["tags"]\n')
    raw = page("TAGS: PGOW, UR")
    assert [edit.after for edit in correct_pages([raw], fields, (), part("1979-11-17T23:43Z"))] == ["PGOV"]
    assert correct_pages([raw], fields, (), part("1979-11-17T23:43Z", "subject")) == []
    dated = load(garbles("a", "PGOW", "PGOV") + "until = 1980-12-31\n")
    for when, found in (("1979-11-17T23:43Z", ["applied"]), ("1989-11-17T23:43Z", []), ("", ["suggested"])):
        assert [edit.status for edit in correct_pages([raw], dated, (), part(when))] == found


def test_no_order_is_cited_before_its_year() -> None:
    keys = {"match": "number", "after": ["E.O."], "shape": "[0-9]{5}", "action": "auto"}
    words = load(
        entry(id="a", values=["12958", "12956"], **keys)
        + "[entry.years]\n12958 = [1995, 2009]\n12956 = [1970]\n"
    )
    raw = page("E.O. 1295B")
    [late] = correct_pages([raw], words, (), part("2001-01-01"))
    assert (late.after, late.candidates) == ("12958", ("12958", "12956"))
    [early] = correct_pages([raw], words, (), part("1979-01-01"))
    assert (early.after, early.candidates) == ("12956", ())
