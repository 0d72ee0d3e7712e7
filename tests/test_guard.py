"""The review answers the browser that was given its address, and no page from elsewhere; hostile names lead nowhere."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.reviewing import Review, desk_folder, reviewed


@pytest.fixture(scope="module")
def review(transcribed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    with reviewed(desk_folder(transcribed, tmp_path_factory.mktemp("guard"))) as running:
        yield running


def ask(
    review: Review, path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    there = HTTPConnection(urlsplit(review.origin).netloc, timeout=10)
    there.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = there.getresponse()
    content = answer.read()
    there.close()
    return answer, content


def cookie(review: Review) -> str:
    answer, _ = ask(review, f"/?{urlsplit(review.address).query}")
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    return str(answer.headers["set-cookie"])


def signed(review: Review) -> str:
    return cookie(review).partition(";")[0]


def test_the_token_is_traded_for_a_cookie_that_other_sites_cannot_send(review: Review) -> None:
    said = cookie(review).lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert ask(review, cookie=signed(review))[0].status == 200


@pytest.mark.parametrize(
    "path", ["/", "/?token=", "/?token=wrong", "/series", "/static/review.js", "/picture/x"]
)
def test_without_the_cookie_nothing_is_shown(review: Review, path: str) -> None:
    answer, content = ask(review, path)
    assert answer.status == 403
    assert b"memorandum" not in content


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1.evil.example:{}", "[::1]:{}"]
)
def test_another_host_is_refused_even_with_the_cookie(review: Review, host: str) -> None:
    port = str(urlsplit(review.origin).port)
    assert ask(review, cookie=signed(review), host=host.format(port))[0].status == 421


def test_localhost_is_a_name_of_it(review: Review) -> None:
    port = urlsplit(review.origin).port
    assert ask(review, cookie=signed(review), host=f"localhost:{port}")[0].status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "OURS", "sec_fetch_site": "cross-site"},
        {"origin": "OURS", "content_type": "text/plain"},
    ],
)
def test_decisions_from_elsewhere_are_refused(review: Review, headers: dict[str, str]) -> None:
    given = {"content_type": "application/json"} | headers
    given = {name: review.origin if value == "OURS" else value for name, value in given.items()}
    answer, _ = ask(review, "/undo", "POST", b'{"ids":["x"]}', cookie=signed(review), **given)
    assert answer.status in (403, 415)


def test_a_decision_from_our_page_is_heard(review: Review) -> None:
    headers = {"origin": review.origin, "content_type": "application/json", "cookie": signed(review)}
    assert ask(review, "/undo", "POST", b'{"ids":["x"]}', **headers)[0].status == 200
    assert ask(review, "/undo", "POST", b"nonsense", **headers)[0].status == 409


def test_every_answer_carries_the_rules_for_the_browser(review: Review) -> None:
    for path, key in (("/", signed(review)), ("/", ""), ("/nowhere", signed(review))):
        headers = ask(review, path, cookie=key)[0].headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e%2fapp.py",
        "/picture/..%2f..%2fetc%2fpasswd",
        "/picture/x-p1l1",
        "/document/..%2f..",
        "/document/%3Cscript%3E",
        "/series/%22%3E%3Cscript%3E",
    ],
)
def test_no_address_leads_to_a_file(review: Review, path: str) -> None:
    answer, content = ask(review, path, cookie=signed(review))
    assert answer.status in (404, 409)
    assert b"<script>" not in content
