"""The guard before every page: a request in; it, or a refusal, out. For this machine, this browser and these pages alone.

Web pages from elsewhere can make a browser ask 127.0.0.1 for things. They are kept out by the host they must name
(DNS rebinding), by a cookie that their requests do not carry, and for decisions by the origin that they cannot forge.
"""

import secrets
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_MOST_BYTES = 2_000_000  # of a request's body
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_NO_COOKIE = (
    "This page needs the address that `declass review` printed when it was started; open that one. "
    "(After the server was started anew, the address is a new one.)"
)


class Guard:
    """Lets through what comes from the browser that was given the token, to this machine's own name and port."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._cookie = f"declass-{port}"  # cookies do not know ports, and two reviews may run
        self._secret = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return PlainTextResponse("This is not a name of this server.", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("There is no such thing to do here.", 405)
        if scope["path"] == "/" and (given := parse_qs(scope["query_string"].decode("latin-1")).get("token")):
            return self._trade(given[0])
        if not self._has_cookie(headers):
            return PlainTextResponse(_NO_COOKIE, 403)
        return self._not_ours(headers) if scope["method"] == "POST" else None

    def _trade(self, token: str) -> Response:
        """A cookie for the token, and an address without it."""
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            return PlainTextResponse(_NO_COOKIE, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._cookie, self._secret, path="/", httponly=True, samesite="strict")
        return answer

    def _has_cookie(self, headers: Headers) -> bool:
        pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
        return any(
            name == self._cookie and secrets.compare_digest(value.encode(), self._secret.encode())
            for name, _, value in pairs
        )

    def _not_ours(self, headers: Headers) -> Response | None:
        """A refusal of what our own pages would not have sent."""
        if headers.get("origin") != f"http://{headers['host']}":
            return PlainTextResponse("This did not come from a page of this server.", 403)
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return PlainTextResponse("This did not come from a page of this server.", 403)
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return PlainTextResponse("Decisions are sent as JSON.", 415)
        length = headers.get("content-length", "")
        if not length.isdecimal() or int(length) > _MOST_BYTES:
            return PlainTextResponse("That is too much for one decision.", 413)
        return None
