"""What a document holds is text and nothing else: it reaches no shell, no network, no terminal and no file outside."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from lxml import html
from pikepdf import Array, Dictionary, Name, String
from playwright.sync_api import Browser

from pipeline.cli import main
from pipeline.decisions import Decision, Place, append
from pipeline.export import export
from pipeline.exports import ExportOptions
from pipeline.exports.disarm import disarm
from pipeline.record import (
    SCHEMA_VERSION,
    Document,
    DocumentOutcome,
    Edit,
    Finding,
    Line,
    Page,
    PageOutcome,
    Reading,
    Run,
    Word,
    dump,
)
from pipeline.store import Store
from tests.browsers import watched
from tests.conftest import declass
from tests.makers import drawn_pdf
from tests.shipped import CORRECTIONS

SHOWN = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "$(touch pwned) `touch pwned`",
    "; touch pwned | touch pwned",
    "=cmd|' /C calc'!A0",
    "%s%n%x {0} {{7*7}} ${HOME}",
    "../../../../etc/passwd",
    "]]> <!ENTITY x SYSTEM 'file:///etc/passwd'>",
)
TITLE = "\x1b[31mred\x1b]0;owned\x07 <script>alert(3)</script> $(touch pwned) \u202ednuora\nPages: 99"


@pytest.fixture(scope="module")
def knocks() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def hostile_pdf(path: Path, address: str, secret: Path) -> Path:
    """A PDF with all that a PDF can try: actions, scripts, references elsewhere, files within, forms."""
    show = [
        b"BT /F1 16 Tf 40 %d Td (%s) Tj ET"
        % (700 - 40 * row, re.sub(rb"([()\\])", rb"\\\1", text.encode("latin-1")))
        for row, text in enumerate(SHOWN)
    ]
    drawn_pdf(path, [b"\n".join(show)], size=(612, 792))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for key in ("/Title", "/Author", "/Subject", "/Keywords", "/Producer"):
            pdf.docinfo[key] = TITLE
        uri = Dictionary(S=Name.URI, URI=String(f"{address}/uri"))
        script = Dictionary(S=Name.JavaScript, JS=String(f"app.launchURL('{address}/js')"))
        launch = Dictionary(
            S=Name.Launch, F=String("/bin/touch"), Win=Dictionary(F=String("touch"), P=String("pwned"))
        )
        remote = Dictionary(
            S=Name.GoToR, F=Dictionary(FS=Name.URL, F=String(f"{address}/remote.pdf")), D=Array([0, Name.Fit])
        )
        submit = Dictionary(S=Name.SubmitForm, F=Dictionary(FS=Name.URL, F=String(f"{address}/submit")))
        pdf.Root.OpenAction = pdf.make_indirect(script)
        pdf.Root.URI = Dictionary(Base=String(address))
        pdf.Root.AA = Dictionary(WC=launch, WS=uri)
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([]),
            XFA=pdf.make_stream(
                f'<!DOCTYPE x [<!ENTITY x SYSTEM "{address}/xfa">]><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/">&x;</xdp:xdp>'.encode()
            ),
        )
        page = pdf.pages[0]
        page.obj.AA = Dictionary(O=launch, C=remote)
        page.obj.Annots = Array(
            [
                pdf.make_indirect(
                    Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 612, 792]), A=action)
                )
                for action in (uri, launch, remote, submit)
            ]
        )
        # An image and a font whose data lie elsewhere: a file of this machine, and the network.
        for number, where in enumerate(
            (String(str(secret)), Dictionary(FS=Name.URL, F=String(f"{address}/image")))
        ):
            outside = pdf.make_stream(b"")
            outside.stream_dict = Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=10,
                Height=10,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
                F=where,
            )
            page.obj.Resources["/XObject"] = page.obj.Resources.get("/XObject", Dictionary())
            page.obj.Resources.XObject[f"/Out{number}"] = outside
        page.contents_add(b"q 10 0 0 10 0 0 cm /Out0 Do /Out1 Do Q")
        pdf.attachments["../../../../tmp/pwned"] = b"EMBEDDED words"
        pdf.save(path)
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, knocks: tuple[str, list[str]]) -> Path:
    """A folder with the scans and the output of a real run over the hostile PDF."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text("SECRET " * 40)
    scans = folder / "scans"
    scans.mkdir()
    hostile_pdf(scans / "$(touch pwned).pdf", knocks[0], folder / "secret.txt")
    line = ("transcribe", scans, "-o", folder / "output", "-c", CORRECTIONS, "--text-layer", "always")
    done = declass(*line, "--effort", "fast", "-j", "1")
    assert done.returncode == 0, done.stderr
    assert done.stderr.replace("\n", "").isprintable()
    return folder


def test_what_a_page_shows_is_in_the_text_as_it_is(hostile: Path) -> None:
    text = (hostile / "output/text/$(touch pwned).pdf.txt").read_text()
    for shown in ("<script>alert(1)</script>", "$(touch", "=cmd|", "../../../../etc/passwd"):
        assert shown in text


def test_nothing_was_started_asked_for_or_written_outside(
    hostile: Path, knocks: tuple[str, list[str]]
) -> None:
    assert knocks[1] == []
    assert not list(hostile.rglob("pwned"))
    assert not Path("pwned").exists()
    assert not Path("/tmp/pwned").exists()
    assert {path.name for path in hostile.iterdir()} == {"secret.txt", "scans", "output"}
    for path in (hostile / "output").rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert b"SECRET SECRET" not in held, path
            assert b"EMBEDDED words" not in held, path
            assert b"\x1b" not in held or path.suffix in (".jpg", ".db"), path


def test_the_report_runs_nothing_and_asks_for_nothing(
    hostile: Path, browser: Browser, knocks: tuple[str, list[str]]
) -> None:
    pages = sorted((hostile / "output/report").rglob("*.html"))
    assert len(pages) == 2
    for path in pages:
        tree = html.document_fromstring(path.read_text(encoding="utf-8"), html.HTMLParser(recover=False))
        assert len(tree.xpath("//script")) == (path.name != "index.html")
        assert not tree.xpath(
            "//iframe | //object | //embed | //link | //base | //form[@action] | //svg//script"
        )
        assert not [name for node in tree.iter() for name in node.attrib if name.startswith("on")]
        urls = [*tree.xpath("//@href"), *tree.xpath("//@src")]
        assert urls
        assert not [url for url in urls if re.match(r"\s*(\w+:|//|/)", url)]
        with watched(browser, java_script_enabled=True) as tab:
            asked: list[str] = []
            tab.on("request", lambda request, asked=asked: asked.append(request.url))
            tab.on("dialog", lambda _: pytest.fail("a script ran"))
            tab.goto(path.as_uri())
            assert asked
            assert all(url.startswith((hostile / "output/report").as_uri()) for url in asked)
    assert knocks[1] == []


def test_an_exported_pdf_does_nothing_and_keeps_what_pages_show(hostile: Path, tmp_path: Path) -> None:
    done = export(hostile / "output", ["pdf"], tmp_path, ExportOptions())
    assert not done.left_out
    (made,) = (path for path in tmp_path.rglob("*.pdf") if path.is_file())
    text = subprocess.run(["pdftotext", made, "-"], capture_output=True, text=True, check=True).stdout
    assert "<script>alert(1)</script>" in text
    with pikepdf.open(made) as pdf:
        assert not pdf.attachments
        assert len(pdf.pages[0].Annots) == 4
        assert all("/A" not in one for one in pdf.pages[0].Annots)
        plain = tmp_path / "plain.pdf"
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, qdf=True)
    whole = plain.read_bytes()
    for name in (
        b"/JavaScript",
        b"/Launch",
        b"/GoToR",
        b"/SubmitForm",
        b"/URI",
        b"/XFA",
        b"EMBEDDED",
        b"/OpenAction",
    ):
        assert name not in whole, name


def test_links_within_a_document_stay(tmp_path: Path) -> None:
    path = drawn_pdf(tmp_path / "links.pdf", [b"", b""])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        first, second = pdf.pages[0].obj, pdf.pages[1].obj
        within = Dictionary(
            S=Name.GoTo, D=Array([second, Name.Fit]), Next=Dictionary(S=Name.JavaScript, JS=String("x"))
        )
        first.Annots = Array([Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=within)])
        first.Annots.append(Dictionary(Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9])))
        pdf.Root.OpenAction = Array([second, Name.Fit])
        disarm(pdf)
        assert len(first.Annots) == 1
        assert Name.GoTo == first.Annots[0].A.S
        assert "/Next" not in first.Annots[0].A
        assert "/OpenAction" in pdf.Root


CONTROLS = "\x1b[31mred\x1b[0m \x1b]0;owned\x07 \x9b5n \u202egnirts \u2066x\u2069 \r\b\x7f"


def controls_folder(folder: Path) -> Path:
    """An output, a dictionary and decisions whose every text holds what terminals act upon."""
    name, at = f"memo{CONTROLS}.pdf", CONTROLS.index("red")
    views = (Reading("red", 20.0, CONTROLS, CONTROLS), Reading(CONTROLS, 30.0, "tesseract", "page"))
    word = Word(at, at + 3, None, 20.0, views, CONTROLS)
    page = Page(1, "ok", (Line(CONTROLS, (word,)), Line("more words")), 100, 100, 300, message=CONTROLS)
    edits = tuple(
        Edit(
            str(number) * 10,
            1,
            at,
            at + 3,
            "red",
            CONTROLS,
            kind,
            CONTROLS,
            50,
            status,
            CONTROLS,
            (CONTROLS,),
        )
        for number, (kind, status) in enumerate(
            (("correct", "suggested"), ("correct", "rejected"), ("withhold", "applied"))
        )
    )
    document = Document(
        SCHEMA_VERSION,
        name,
        "0" * 64,
        "ok",
        message=CONTROLS,
        pages=(page,),
        edits=edits,
        markings=(Finding("document-number", 1, at, at + 3, CONTROLS, CONTROLS, 50.0),),
        metadata={CONTROLS: CONTROLS},
    )
    store = Store(folder / "output")
    store.temporary.mkdir(parents=True)
    store.write(store.place("records", "memo.pdf"), dump(document))
    outcome = DocumentOutcome(
        name,
        f"/{name}",
        "memo.pdf",
        "0" * 64,
        "ok",
        CONTROLS,
        CONTROLS,
        (PageOutcome(1, "ok", message=CONTROLS),),
    )
    store.write(
        store.folder / "run.json", dump(Run(SCHEMA_VERSION, "0", "", 0, {}, {}, (outcome,), (CONTROLS,)))
    )
    corrections = folder / "corrections"
    shutil.copytree(CORRECTIONS, corrections, ignore=shutil.ignore_patterns("local"))
    place = Place("0" * 64, 1, CONTROLS, CONTROLS, source=name)
    append(
        corrections, "ann", [Decision("a" * 16, "accept", "", CONTROLS, place, CONTROLS, "correct", CONTROLS)]
    )
    return folder


def _clean_for_a_terminal(done: Result) -> None:
    assert done.exit_code in (0, 2, 4, 5), done.output
    assert done.output.replace("\n", "").isprintable(), ascii(done.output)


@pytest.mark.parametrize(
    "line",
    [
        ["search", "output", "red"],
        ["search", "output", "red", "--raw"],
        ["search", "output", "red", "--raw", "--json"],
        ["explain", "output", f"memo{CONTROLS}.pdf:1"],
        ["explain", "output", f"{CONTROLS}:1"],
        ["explain", "output", CONTROLS],
        ["decisions"],
        ["decisions", "a" * 16],
        ["decisions", CONTROLS],
        ["decisions", "--undo", "a" * 16, "--reviewer", CONTROLS],
        ["suggest", "output", "--least", "1"],
        ["check", "corrections", "-o", "output"],
        ["check", CONTROLS],
        ["export", "output", "--to", "csv", "-o", f"out{CONTROLS}.csv"],
        ["export", "output", "--to", CONTROLS],
        ["clean", CONTROLS],
        ["search", CONTROLS, "red"],
        ["suggest", CONTROLS],
        ["transcribe", CONTROLS],
        ["transcribe", "output", "--lang", CONTROLS],
        ["transcribe", "output", "--pages", CONTROLS],
        ["transcribe", "output", "--effort", CONTROLS],
    ],
    ids=lambda line: " ".join(line).encode("unicode_escape").decode()[:40],
)
def test_no_command_lets_a_terminal_act_on_what_a_document_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: list[str]
) -> None:
    monkeypatch.chdir(controls_folder(tmp_path))
    _clean_for_a_terminal(CliRunner().invoke(main, line, color=True))


@pytest.mark.parametrize(
    "entry",
    [
        'id = "a\\u001b[31m"\nnonsense = 1',
        '"k\\u001b[31m" = 1',
        'id = "a\\u001b]0;x\\u0007"\nmatch = "garble"\nright = "x\\u001b"\ngarbles = ["y\\u202e", "y\\u202e"]\n'
        'action = "auto"\nreason = "r"',
        'id = "\\u009b31m"\nmatch = "pattern"\npattern = "(\\u001b"\nright = "x"\naction = "auto"\nreason = "r"',
    ],
)
def test_check_shows_what_an_entry_holds_without_acting_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    monkeypatch.chdir(controls_folder(tmp_path))
    (tmp_path / "corrections" / "bad\x1b[31m.toml").write_text(f"[[entry]]\n{entry}\n")
    done = CliRunner().invoke(main, ["check", "corrections"], color=True)
    assert "bad\\x1b[31m.toml" in done.output
    _clean_for_a_terminal(done)
