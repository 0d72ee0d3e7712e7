"""The pages of the review and what their buttons do: requests in, HTML, pictures and JSON out. Nothing a request names is a path."""

import base64
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pipeline.decisions import Verdict
from pipeline.errors import DeclassError
from pipeline.linecuts import Picture, cut_line, read_picture
from pipeline.markup import html_templates, plain
from pipeline.record import NO_JSON, RecordError
from pipeline.review import rules, shown
from pipeline.review.desk import Asked, Desk, RefusedError
from pipeline.review.index import Indexed, Item, line_item
from pipeline.review.shown import PER_PAGE, Show

_STATIC = {"review.css": "text/css", "review.js": "text/javascript"}
_HERE = Path(__file__).parent
T = TypeVar("T")


class _Decide(msgspec.Struct, forbid_unknown_fields=True):
    verdict: Verdict
    what: tuple[Asked, ...] = ()
    series: str = ""
    after: str = ""
    choice: int = (
        0  # of the candidates of one thing, from 1: a text could lose signs on its way through a page
    )


class _Undo(msgspec.Struct, forbid_unknown_fields=True):
    ids: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    toml: str = ""  # of a rule that is to be taken back
    protect: str = ""


class _Rule(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    rule: rules.Wanted
    write: bool = False


def make_app(desk: Desk) -> Starlette:
    """The application on a desk that is open."""
    pages = _Pages(desk)
    return Starlette(
        routes=[
            Route("/", pages.overview),
            Route("/series", pages.all_series),
            Route("/series/{key}", pages.one_series),
            Route("/documents", pages.documents),
            Route("/document/{key}", pages.document),
            Route("/doubt", pages.doubt),
            Route("/decisions", pages.decisions),
            Route("/picture/{key}", pages.picture),
            Route("/static/{name}", _static),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            Route("/progress", pages.progress),
            Route("/decide", pages.decide, methods=["POST"]),
            Route("/undo", pages.undo, methods=["POST"]),
            Route("/rule", pages.rule, methods=["POST"]),
        ],
        exception_handlers={DeclassError: _told, RefusedError: _told, RecordError: _told},
    )


class _Pages:
    """What each address answers. Pages are made in threads; what decides is read first, then done there, too."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pictures: Callable[[Path, int], Picture | None] = lru_cache(8)(_read_picture)

    def overview(self, request: Request) -> Response:
        desk = self._desk
        known = desk.known()
        unfit = [
            one for there in desk.documents.values() for one in there.decided if one.state == "not_fitting"
        ]
        return self._page(
            "overview.html",
            documents=len(desk.documents),
            pages=sum(len(there.sheets) for there in desk.documents.values()),
            conflicts=len(desk.conflicts()),
            unfit=sum(one.id in known.standing for one in unfit),
        )

    def all_series(self, request: Request) -> Response:
        show = _show(request)
        rows = shown.series(self._desk, show)
        part, at, last = _cut(rows, request, PER_PAGE)
        return self._page("series.html", rows=part, total=len(rows), at=at, last=last, show=show)

    def one_series(self, request: Request) -> Response:
        key = request.path_params["key"]
        items = self._in_series(key)
        show = _show(request)
        if not items:
            return self._page("gone.html", 404, show=show)
        part, at, last = _cut(items, request, PER_PAGE)
        return self._page(
            "one.html",
            series=shown.one_series(self._desk, items),
            following=shown.following(self._desk, show, key),
            show=show,
            places=self._places(part),
            at=at,
            last=last,
        )

    def documents(self, request: Request) -> Response:
        rows = shown.documents(self._desk)
        part, at, last = _cut(rows, request, 100)
        return self._page("documents.html", rows=part, total=len(rows), at=at, last=last)

    def document(self, request: Request) -> Response:
        there = self._document(request.path_params["key"])
        at = min(_number(request, "page"), max(len(there.sheets), 1))
        lines = []
        if there.sheets:
            sheet = there.sheets[at - 1]
            page = there.read(sheet)
            items = [item for item in there.items if item.page == sheet.number and item.edit]
            edits = tuple(item.edit for item in items if item.edit)
            by_line: dict[int, list[Item]] = {}
            for item in items:
                by_line.setdefault(item.line, []).append(item)
            for number, line in enumerate(page.lines):
                if line.text.strip():
                    here = by_line.get(number) or [line_item(there, page, number, edits)]
                    lines.append((line, self._places(here)))
        return self._page("document.html", there=there, lines=lines, at=at, last=len(there.sheets))

    def doubt(self, request: Request) -> Response:
        items, counts = shown.doubt(self._desk)
        part, at, last = _cut(items, request, PER_PAGE)
        return self._page("doubt.html", places=self._places(part), counts=counts, at=at, last=last)

    def decisions(self, request: Request) -> Response:
        rows = shown.decisions(self._desk)
        part, at, last = _cut(rows, request, 100)
        return self._page("decisions.html", rows=part, total=len(rows), at=at, last=last)

    def picture(self, request: Request) -> Response:
        """The picture of a line, cut out of its page's."""
        desk = self._desk
        item = desk.item(request.path_params["key"])
        there = desk.documents[item.document]
        sheet, reading = there.sheet(item.page), there.reading(item.page)
        path = desk.store.picture(reading) if reading else None
        if not sheet or not path or not desk.inside(path) or not path.exists():
            raise HTTPException(404, "There is no picture of this line.")
        picture = self._pictures(path, path.stat().st_mtime_ns)
        page = there.read(sheet)
        cut = cut_line(picture, page, page.lines[item.line]) if picture is not None else None
        if cut is None:
            raise HTTPException(404, "There is no picture of this line.")
        return Response(base64.b64decode(cut.uri.partition(",")[2]), media_type="image/jpeg")

    def progress(self, request: Request) -> Response:
        series = request.query_params.get("series", "")
        told = {"series": self._desk.progress(self._in_series(series))} if series else {}
        return _json(self._progress() | told)

    async def decide(self, request: Request) -> Response:
        asked = await _asked(request, _Decide)

        def done() -> dict[str, Any]:
            if asked.series:
                if asked.verdict not in ("accept", "reject"):
                    raise RefusedError("A whole series can be accepted or rejected.")
                ids, now = self._desk.decide_series(asked.series, asked.verdict)
                refused: list[Any] = []
            else:
                after = self._chosen(asked) if asked.verdict == "choose" else asked.after
                ids, now, refused = self._desk.decide(asked.what, asked.verdict, after)
            return {"ids": ids, "now": now, "refused": refused, "progress": self._progress()}

        return _json(await run_in_threadpool(done))

    async def undo(self, request: Request) -> Response:
        asked = await _asked(request, _Undo)

        def done() -> dict[str, Any]:
            gone = self._desk.undo(asked.ids)
            if asked.toml or asked.protect:
                rules.take_back(self._desk, asked.toml, asked.protect)
                gone.append(asked.protect or asked.toml)
            now = [self._desk.standing(item) for item in self._desk.some(asked.keys)]
            return {"gone": gone, "now": now, "progress": self._progress()}

        return _json(await run_in_threadpool(done))

    async def rule(self, request: Request) -> Response:
        asked = await _asked(request, _Rule)

        def done() -> dict[str, Any]:
            proposal = rules.propose(self._desk, asked.key, asked.rule)
            if asked.write:
                rules.write(self._desk, proposal)
            return {**msgspec.to_builtins(proposal), "progress": self._progress()}

        return _json(await run_in_threadpool(done))

    def _chosen(self, asked: _Decide) -> str:
        item = self._desk.item(asked.what[0].key) if len(asked.what) == 1 else None
        if not item or not item.edit or not 1 <= asked.choice <= len(item.edit.candidates):
            raise RefusedError("There is no such answer to choose.")
        return item.edit.candidates[asked.choice - 1]

    def _in_series(self, key: str) -> list[Item]:
        return [item for item in self._desk.items() if item.series == key]

    def _document(self, key: str) -> Indexed:
        there = self._desk.documents.get(key)
        if there is None:
            raise HTTPException(404, "There is no such document.")
        return there

    def _places(self, items: Iterable[Item]) -> list[shown.Shown]:
        return [shown.show(self._desk, item) for item in items]

    def _progress(self) -> dict[str, Any]:
        told = self._desk.refresher.told()
        return {
            **msgspec.to_builtins(self._desk.progress()),
            "waiting": told.waiting,
            "trouble": told.trouble,
        }

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        values |= {"progress": self._progress(), "reviewer": self._desk.reviewer}
        return HTMLResponse(_templates().get_template(template).render(values), status)


@cache
def _templates() -> Environment:
    return html_templates("pipeline.review")


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise HTTPException(404)
    return Response((_HERE / "static" / name).read_bytes(), media_type=_STATIC[name])


def _read_picture(path: Path, _changed: int) -> Picture | None:
    return read_picture(path)


async def _asked(request: Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except NO_JSON as error:
        raise RefusedError(f"This is no decision ({error}).") from None


def _told(_request: Request, error: Exception) -> Response:
    return JSONResponse({"trouble": plain(str(error))}, 409)


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 8 else 1


def _show(request: Request) -> Show:
    asked = request.query_params.get("show", "open")
    return "all" if asked == "all" else "applied" if asked == "applied" else "open"


def _cut(rows: Sequence[T], request: Request, size: int) -> tuple[Sequence[T], int, int]:
    """One page of rows, its number, and the number of pages."""
    last = max((len(rows) + size - 1) // size, 1)
    at = min(_number(request, "page"), last)
    return rows[(at - 1) * size : at * size], at, last
