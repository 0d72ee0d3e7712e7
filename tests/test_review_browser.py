"""The review in a real browser: decide by key, lose the server, find everything again; two tabs do not undo each other."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from pipeline.geometry import Box
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    Edit,
    Line,
    Page,
    PageOutcome,
    Run,
    Word,
    dump,
)
from pipeline.store import Store
from tests.browsers import barriers
from tests.conftest import declass, outputs
from tests.reviewing import desk_folder, reviewed, wait_for
from tests.shipped import CORRECTIONS


def open_series(page: Tab) -> None:
    """Open the series of the one garble that is only suggested."""
    page.get_by_role("link", name="184b27", exact=True).click()
    page.wait_for_url("**/series/*", wait_until="load")


@pytest.fixture
def folder(transcribed: Path, tmp_path: Path) -> Path:
    return desk_folder(transcribed, tmp_path)


def test_a_series_is_accepted_by_key_and_survives_a_kill(folder: Path, tab: Tab) -> None:
    text = folder / "output" / "text" / "cables" / "cable-draft.pdf.txt"
    assert "184627" not in text.read_text()
    with reviewed(folder) as review:
        tab.goto(review.address)
        expect(tab).to_have_url(f"{review.origin}/")
        tab.get_by_role("link", name="By series").first.click()
        open_series(tab)
        tab.keyboard.press("n")
        expect(tab.locator(".place").first).to_be_focused()
        tab.keyboard.press("A")
        expect(tab.locator(".place .state").first).to_have_text("accepted")
        tab.goto("about:blank")  # whose script asks for progress, and would be told that nobody is there
        review.kill()
    assert "184627" in (folder / "corrections/local/decisions/ann.jsonl").read_text()
    with reviewed(folder) as review:
        wait_for(text, "184627")
        tab.goto(review.address)
        tab.goto(f"{review.origin}/decisions")
        expect(tab.get_by_role("row").filter(has_text="184b27")).to_contain_text("applied")
        tab.goto("about:blank")
        review.leave()
    before = outputs(folder / "output")
    run = declass(
        "transcribe",
        Path(__file__).parent.parent / "scans",
        "-o",
        folder / "output",
        "-c",
        folder / "corrections",
    )
    assert run.returncode == 0, run.stderr
    assert outputs(folder / "output") == before  # the bytes of the next run


def test_two_tabs_do_not_undo_each_other(folder: Path, tab: Tab) -> None:
    with reviewed(folder) as review:
        tab.goto(review.address)
        other = tab.context.new_page()
        for page in (tab, other):
            page.goto(f"{review.origin}/series?show=open")
            open_series(page)
            page.keyboard.press("n")
        tab.keyboard.press("a")
        expect(tab.locator(".state").first).to_have_text("accepted")
        other.keyboard.press("r")  # it does not know of the other tab yet
        expect(other.locator("#said")).to_contain_text("decided elsewhere meanwhile")
        expect(other.locator(".state").first).to_have_text("accepted")
        other.keyboard.press("u")
        expect(other.locator("#said")).to_contain_text("nothing to undo")
        tab.keyboard.press("u")
        expect(tab.locator(".state").first).to_have_text("suggested")
        for page in (tab, other):
            page.goto("about:blank")


def test_a_line_is_written_by_hand(folder: Path, tab: Tab) -> None:
    text = folder / "output" / "text" / "cables" / "cable-draft.pdf.txt"
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}/series?show=open")
        open_series(tab)
        tab.keyboard.press("n")
        tab.keyboard.press("e")
        tab.locator("textarea").fill("WRITTEN <script>alert(1)</script> BY HAND")
        tab.keyboard.press("Enter")
        expect(tab.locator(".state").first).to_have_text("changed by hand")
        wait_for(text, "WRITTEN <script>alert(1)</script> BY HAND")
        tab.reload()
        tab.goto("about:blank")  # its script would ask a server that has gone for progress


def test_undo_brings_the_mark_back(folder: Path, tab: Tab) -> None:
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}/documents")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/document/*", wait_until="load")
        first, second = tab.locator(".place:visible").nth(0), tab.locator(".place:visible").nth(1)
        tab.keyboard.press("n")
        tab.keyboard.press("a")
        expect(first.locator(".state")).to_have_text("accepted")
        expect(second).to_be_focused()
        tab.keyboard.press("u")
        expect(first).to_be_focused()
        tab.keyboard.press("r")
        expect(first.locator(".state")).to_have_text("rejected")
        expect(second.locator(".state")).not_to_have_text("rejected")
        tab.goto("about:blank")
        path = "corrections/local/decisions/ann.jsonl"
        assert f"1 decision by ann is kept in {path}." in review.leave().replace(f"{folder}/", "")


def test_a_rule_tells_what_it_would_do_is_shown_at_work_and_taken_back(folder: Path, tab: Tab) -> None:
    text = folder / "output" / "text" / "cables" / "cable-draft.pdf.txt"
    rules = folder / "corrections" / "local" / "review.toml"
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}/series")
        open_series(tab)
        tab.keyboard.press("n")
        tab.keyboard.press("c")
        dialog = tab.locator("dialog#rule")
        expect(dialog).to_contain_text("It would change 1 place in 1 document.", timeout=30_000)
        expect(dialog.get_by_role("link")).to_have_text(
            re.compile(r"cables/cable-draft.pdf, page 1, line \d+")
        )
        assert not rules.exists()
        assert not barriers(tab)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/series/*?show=all", timeout=60_000)  # the text is made anew by then
        expect(tab.locator(".place .state")).to_have_text("applied")
        expect(tab.locator(".place")).to_be_focused()
        assert "184627" in text.read_text()
        tab.keyboard.press("u")
        expect(tab.locator("#said")).to_contain_text("The rule is taken back")
        assert not rules.exists()
        tab.wait_for_url("**/series/*", timeout=60_000)
        expect(tab.locator(".place .state")).to_have_text("suggested", timeout=60_000)
        assert "184627" not in text.read_text()
        tab.goto("about:blank")


def test_a_series_counts_as_it_is_decided_and_leads_on(folder: Path, tab: Tab) -> None:
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}/series?show=applied")
        rows = tab.locator("[data-list] tbody a")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("ArrowDown")
        expect(rows.nth(1)).to_be_focused()
        tab.keyboard.press("ArrowUp")
        expect(rows.nth(0)).to_be_focused()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/series/*", wait_until="load")
        here = tab.url
        places = int(re.findall(r"\d+", tab.locator("main p").first.inner_text())[0])
        assert places > 1
        count = tab.locator("[data-of=series]")
        expect(count).to_have_text("0")
        tab.keyboard.press("n")
        tab.keyboard.press("a")
        expect(count).to_have_text("1")
        tab.keyboard.press("A")
        expect(count).to_have_text(str(places))
        tab.keyboard.press("u")
        expect(count).to_have_text("1")
        tab.keyboard.press("N")
        tab.wait_for_url(lambda url: "/series/" in url and url != here, wait_until="load")
        tab.goto("about:blank")


def test_a_key_that_does_nothing_on_a_page_says_so_and_is_not_listed(folder: Path, tab: Tab) -> None:
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}/series")
        for key, said in (
            ("a", "there is none on this page"),
            ("A", "is for a series"),
            ("3", "there is none"),
        ):
            tab.keyboard.press(key)
            expect(tab.locator("#said")).to_contain_text(said)
        tab.keyboard.press("?")
        expect(tab.get_by_text("next, previous row")).to_be_visible()
        expect(tab.get_by_text("choose that answer")).to_be_hidden()
        tab.keyboard.press("Escape")
        open_series(tab)
        tab.keyboard.press("a")
        expect(tab.locator("#said")).to_contain_text("n goes to the first")
        tab.keyboard.press("n")
        tab.keyboard.press("9")
        expect(tab.locator("#said")).to_contain_text("no answer 9")
        gone = tab.request.get(f"{review.origin}/series/{'0' * 12}")
        assert gone.status == 404 and "This series is no more" in gone.text()
        tab.goto("about:blank")


HOSTILE = '<script>document.title="run"</script> "quoted" ../../etc \u202egnirts'


def hostile_folder(folder: Path) -> Path:
    """An output whose document's name and text are hostile throughout, and a run that says so."""
    name = '<img src=x onerror=alert(1)>..\u202e".pdf'
    words = tuple(Word(m.start(), m.end(), Box(10, 10, 90, 30), 20.0) for m in re.finditer(r"\S+", HOSTILE))
    page = Page(1, "ok", (Line(HOSTILE, words), Line(HOSTILE)), 100, 100, 300)
    at = HOSTILE.index('"quoted"')
    edit = Edit(
        "0123456789",
        1,
        at,
        at + 8,
        '"quoted"',
        HOSTILE,
        "correct",
        HOSTILE,
        50,
        "suggested",
        HOSTILE,
        (HOSTILE,),
    )
    document = Document(SCHEMA_VERSION, name, "0" * 64, "ok", pages=(page,), edits=(edit,))
    store = Store(folder / "output")
    store.temporary.mkdir(parents=True)
    store.write(store.place("records", name), dump(document))
    outcomes = tuple(
        DocumentOutcome(name, f"/{name}", output, "0" * 64, "ok", pages=(PageOutcome(1, "ok"),))
        for output in (name, "../outside")
    )
    store.write(folder / "output" / "run.json", dump(Run(SCHEMA_VERSION, "0", "", 0, {}, {}, outcomes)))
    (folder / "outside.json").write_bytes(dump(document))
    shutil.copytree(CORRECTIONS, folder / "corrections")
    return folder


def test_hostile_text_and_names_are_shown_and_never_run(tmp_path: Path, tab: Tab) -> None:
    with reviewed(hostile_folder(tmp_path)) as review:
        tab.on("dialog", lambda _: pytest.fail("a script ran"))
        tab.goto(review.address)
        for path in ("/", "/series?show=all", "/documents", "/doubt"):
            tab.goto(f"{review.origin}{path}")
            assert "review" in tab.title()
            assert "\u202e" not in tab.locator("body").inner_text()
            assert not tab.locator("main script, main img[onerror]").count()
        tab.goto(f"{review.origin}/documents")
        assert tab.get_by_role("row").count() == 2  # the head and one: what leads outside is no document
        tab.get_by_role("row").nth(1).get_by_role("link").click()
        tab.wait_for_url("**/document/*", wait_until="load")
        expect(tab.locator(".place dd").first).to_contain_text("<script>document.title=")
        expect(tab.locator(".place dd").first).to_contain_text("‹U+202E›")
        tab.locator(".place").first.focus()
        tab.keyboard.press("1")
        expect(tab.locator(".state").first).to_have_text("accepted")
        tab.goto(f"{review.origin}/decisions")
        expect(tab.get_by_role("row").nth(1)).to_contain_text("<script>")
        assert not tab.locator("main script").count()
        tab.goto("about:blank")


@pytest.mark.parametrize("path", ["/", "/series?show=all", "/documents", "/doubt", "/decisions"])
def test_everybody_can_use_the_pages(folder: Path, tab: Tab, path: str) -> None:
    with reviewed(folder) as review:
        tab.goto(review.address)
        tab.goto(f"{review.origin}{path}")
        assert not barriers(tab)
        if path == "/documents":
            tab.get_by_role("link", name="cables/cable-draft.pdf").click()
            expect(tab.locator(".place img").first).to_have_js_property("complete", True)
            assert not barriers(tab)
        tab.goto("about:blank")
