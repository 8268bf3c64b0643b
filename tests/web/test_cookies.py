"""What is set in a browser and when; what each answer carries; under which names we answer at all."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web import world
from tests.web.authorisation import TABLE
from tests.web.world import World

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TLS = "https://learning.example.org"
HOST = "http://learning.example.org"


@pytest.fixture
def made(lite_site: Flask) -> World:
    return world.make(lite_site)


def cookies(answer: TestResponse) -> dict[str, set[str]]:
    """Map the cookies that an answer sets to their attributes."""
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        pair, *attributes = [part.strip() for part in line.split(";")]
        found[pair.partition("=")[0]] = {part for part in attributes if not part.startswith("Expires")}
    return found


def started(app: Flask, base: str, device: str) -> TestResponse:
    data = {**world.fields(app, ""), "device": device}
    return app.test_client().post("/en/courses/basics", base_url=base, data=data)


@pytest.mark.parametrize(
    ("site_url", "base", "name", "secure"),
    [("", "http://localhost", "device", set()), (TLS, HOST, "__Host-device", {"Secure"})],
    ids=["http", "https"],
)
def test_the_device_cookie_is_locked_to_this_site(
    make_site: Callable[..., Flask], loaded_url: str, site_url: str, base: str, name: str, secure: set[str]
):
    app = make_site(loaded_url, **({"SITE_URL": site_url} if site_url else {}))
    own = cookies(started(app, base, "own"))[name]
    assert own == {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"} | secure
    shared = cookies(started(app, base, "shared"))[name]
    assert shared == {"HttpOnly", "SameSite=Lax", "Path=/"} | secure, "gone when the browser is closed"
    unsaid = cookies(started(app, base, ""))[name]
    assert unsaid == shared, "the careful answer where none was given"
    every = [app.test_client().get(path, base_url=base) for path in ("/en/", "/en/leave", "/en/help")]
    every.append(app.test_client().post("/en/help", base_url=base, data={**world.fields(app, ""), "country": "cy"}))
    for answer in every:
        for attributes in cookies(answer).values():
            assert {"HttpOnly", "SameSite=Lax", "Path=/"} | secure <= attributes


def test_before_start_nothing_is_set_but_the_language(made: World):
    for row in TABLE:
        if row.method == "GET" and row.endpoint != "leave.leave":
            client = made.app.test_client()
            answer = client.get(row.address(made))
            silent = row.endpoint.partition(".")[0] in {"help", "more", "health", "static"}
            quiet = silent or row.endpoint == "courses.root"
            expected = set() if quiet or answer.status_code >= 400 else {"lang"}
            assert set(cookies(answer)) == expected, row.endpoint
            again = client.get(row.address(made))
            assert cookies(again) == {}, "what she has is not set again"


def test_help_sets_the_country_and_exit_the_mark_and_nothing_else(made: World):
    client = made.client("owner")
    assert cookies(client.get("/en/help")) == {}
    chosen = client.post("/en/help", data={**made.fields("owner"), "country": "cy"})
    assert set(cookies(chosen)) == {"country"}
    unknown = client.post("/en/help", data={**made.fields("owner"), "country": "zz"})
    assert "Max-Age=0" in cookies(unknown)["country"]
    left = client.get("/el/leave")
    assert set(cookies(left)) == {"device", "country", "left"}
    assert "Max-Age=0" in cookies(left)["device"]
    assert "Max-Age=0" in cookies(left)["country"], "where help was looked for is forgotten too"
    assert left.location == "https://el.wikipedia.org/"


def test_after_exit_every_page_is_the_neutral_one_until_continue(made: World):
    client = made.client("owner")
    client.get("/en/leave")
    neutral = None
    for row in TABLE:
        if row.method == "GET" and row.endpoint.partition(".")[0] not in {"leave", "static", "health"}:
            page = client.get(row.address(made))
            assert page.status_code == 200
            assert "<form" not in page.text
            neutral = neutral or page.text
            assert page.text == neutral, "whatever was asked for"
    assert client.get("/en/leave?back=1").status_code == 303
    assert client.get("/en/courses/basics").text != neutral


def every_answer(made: World) -> list[tuple[str, TestResponse]]:
    """Ask for every page, error and file, in both ways."""
    answers = []
    for role in ("anonymous", "owner", "admin"):
        for row in TABLE:
            address = row.address(made)
            client = made.client(role)
            answers.append((f"GET {address}", client.get(address)))
            answers.append((f"POST {address}", client.post(address, data={"csrf": "old"})))
    client = made.client("owner")
    style = client.get("/en/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    paths = (style, "/nothing", "/xx/", "/static/nothing", "/en/courses/none", "/en/verify/none")
    answers += [(f"GET {path}", client.get(path)) for path in paths]
    answers.append(("too large", client.post("/en/verify", data={"code": "x" * 100_000})))
    answers.append(("PUT", client.put("/en/")))
    answers.append(("bad host", client.get("/en/", headers={"Host": "elsewhere.example"})))
    return answers


def test_every_answer_carries_the_headers_and_no_page_is_stored(made: World):
    statuses = set()
    for what, answer in every_answer(made):
        statuses.add(answer.status_code)
        headers = answer.headers
        assert headers["Content-Security-Policy"] == CSP, what
        assert headers["Referrer-Policy"] == "same-origin", what
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert "Server" not in headers
        if answer.mimetype == "text/css":
            assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        else:
            assert headers["Cache-Control"] == "no-store", what
    assert statuses >= {200, 302, 303, 400, 404, 405, 413}


def test_a_fault_of_ours_is_a_page_with_the_headers_and_nothing_of_its_cause(
    lite_site: Flask, monkeypatch: pytest.MonkeyPatch
):
    secret = "Ελένη of the fault"

    def fail(*_: object) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("toolkit.web.certificates._verify_page", fail)
    lite_site.testing = False
    answer = lite_site.test_client().get("/en/verify")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["Cache-Control"] == "no-store"
    assert secret not in answer.text
    assert 'class="exit"' in answer.text, "the way out is there too"


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.elsewhere.example", "localhost:80@elsewhere.example", ""]
)
@pytest.mark.parametrize("path", ["/", "/en/", "/en/courses/basics", "/readyz", "/nothing"])
def test_under_another_name_there_is_no_answer(lite_site: Flask, host: str, path: str):
    client = lite_site.test_client()
    client.set_cookie("left", "1")
    for answer in (client.get(path, headers={"Host": host}), client.post(path, headers={"Host": host})):
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert "elsewhere" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers


def test_a_real_site_answers_under_its_own_name_only(make_site: Callable[..., Flask], loaded_url: str):
    client = make_site(loaded_url, SITE_URL=TLS).test_client()
    assert client.get("/en/", base_url=HOST).status_code == 200
    assert client.get("/en/", base_url=HOST).headers["Strict-Transport-Security"] == "max-age=31536000"
    for other in ("http://127.0.0.1", "http://localhost", "http://www.learning.example.org"):
        assert client.get("/en/", base_url=other).status_code == 400
