"""How quick and how large the review is: a made-up record of 1,000 pages with 5,000 edits, each kind of page asked for.

python -m benchmarks.review [PAGES] [EDITS]
"""

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import msgspec
from starlette.types import ASGIApp, Message

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
    edit_id,
)
from pipeline.review.app import make_app
from pipeline.review.desk import Desk
from pipeline.store import Store

_WORDS = [
    "the",
    "minister",
    "said",
    "that",
    "AMEMBASSY",
    "KAMPAL",
    "would",
    "read",
    "the",
    "papers",
    "of",
    "last",
    "week",
    "before",
    "noon",
]
_LINES = 40


def make_page(number: int) -> Page:
    """A page of forty lines, a tenth of whose words were read with doubt."""
    lines = []
    for row in range(_LINES):
        text, words = "", []
        for place, word in enumerate(_WORDS):
            start = len(text) + bool(text)
            text = f"{text} {word}".strip()
            box = Box(20 * start, 60 * row, 20 * len(text), 60 * row + 40)
            words.append(Word(start, len(text), box, 50.0 if (place + row + number) % 97 == 0 else 95.0))
        lines.append(Line(text, tuple(words)))
    return Page(number, "ok", tuple(lines), 2000, 2600, 300.0, confidence=90.0)


def make_output(folder: Path, pages: int, edits: int) -> None:
    """An output folder with one document."""
    store = Store(folder)
    store.temporary.mkdir(parents=True)
    read = tuple(make_page(number) for number in range(1, pages + 1))
    made = []
    for number in range(edits):
        page = number % pages + 1
        line = number // pages * 7
        at = sum(len(one.text) + 1 for one in read[page - 1].lines[:line])
        start = at + read[page - 1].lines[line].text.index("KAMPAL")
        after = f"KAMPALA{number % 40}"
        name = edit_id(page, start, start + 6, "correct", "kampala", "KAMPAL", after)
        made.append(
            Edit(
                name,
                page,
                start,
                start + 6,
                "KAMPAL",
                after,
                "correct",
                "kampala",
                80,
                "suggested",
                "A garble.",
            )
        )
    document = Document(SCHEMA_VERSION, "big.pdf", "0" * 64, "ok", pages=read, edits=tuple(made))
    store.write(store.place("records", "big.pdf"), dump(document))
    outcomes = tuple(PageOutcome(page.number, "ok") for page in read)
    outcome = DocumentOutcome("big.pdf", "/nowhere/big.pdf", "big.pdf", "0" * 64, "ok", pages=outcomes)
    store.write(folder / "run.json", dump(Run(SCHEMA_VERSION, "0", "", 0, {}, {}, (outcome,))))


def ask(app: ASGIApp, path: str, body: bytes = b"") -> int:
    """The status of one answer, all of whose content was made."""
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": "POST" if body else "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [],
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        said.append(message)

    async def answered() -> None:
        await app(scope, receive, send)

    asyncio.run(answered())
    return int(said[0]["status"])


def main() -> None:
    """Measure and print."""
    pages, edits = int(sys.argv[1]) if sys.argv[1:] else 1000, int(sys.argv[2]) if sys.argv[2:] else 5000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        maker = multiprocessing.get_context("spawn").Process(  # so that making it does not count as size
            target=make_output, args=(folder / "output", pages, edits)
        )
        maker.start()
        maker.join()
        (folder / "corrections").mkdir()
        desk = Desk(folder / "output", folder / "corrections", "bench")
        began = time.process_time()
        desk.refresher.start = lambda: None  # type: ignore[method-assign]
        desk.open()
        print(f"opened in {time.process_time() - began:.2f} s of processor time")
        app = make_app(desk)
        there = next(iter(desk.documents.values()))
        item = next(one for one in there.items if one.edit)
        paths = [
            "/",
            "/series",
            f"/series/{item.series}",
            "/documents",
            f"/document/{there.key}?page=500",
            "/doubt",
        ]
        paths += ["/doubt?page=200", "/decisions", "/progress"]
        for path in paths:
            ask(app, path)
            began, clock = time.process_time(), time.perf_counter()
            status = ask(app, path)
            spent, passed = time.process_time() - began, time.perf_counter() - clock
            print(f"{path:40} {status} {1000 * spent:6.0f} ms processor {1000 * passed:6.0f} ms")
        began = time.process_time()
        ask(app, "/decide", msgspec.json.encode({"verdict": "accept", "series": item.series}))
        print(f"a series of {edits // 40} accepted in {1000 * (time.process_time() - began):.0f} ms")
        began = time.process_time()
        ask(app, "/series")
        print(f"/series after a decision {1000 * (time.process_time() - began):.0f} ms")
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"largest size {size} MB")


if __name__ == "__main__":
    main()
