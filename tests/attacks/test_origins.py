"""Three hundred tricks with redirects and names of hosts: nothing leads away from our own origin."""

import re
import secrets
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from tests.attacks import people
from tests.web import world

OURS = "learning.example.org"
EVIL = "evil.example"
EXITS = {"en.wikipedia.org", "el.wikipedia.org"}  # where Exit leads, by the setting
PLACES = [
    *(f"//{EVIL}", f"///{EVIL}", f"////{EVIL}/%2e%2e", f"/\\{EVIL}", f"\\\\{EVIL}", f"/%5C{EVIL}", f"/%2f%2f{EVIL}"),
    *(f"%2f%2f{EVIL}", f"/%09/{EVIL}", f"/%0d%0a//{EVIL}", f"/%00//{EVIL}", f"/@{EVIL}", f"@{EVIL}", f"/.{EVIL}"),
    *(
        f"http:{EVIL}",
        f"http:/{EVIL}",
        f"http://{EVIL}",
        f"https:%2f%2f{EVIL}",
        f"/;@{EVIL}",
        f"/{EVIL}%E3%80%82",
        "//%E3%80%82/",
    ),
    *(f"/％２f{EVIL}", f"/..//{EVIL}", f"/./{EVIL}", f"/en//{EVIL}", f"/en/..;/{EVIL}", f"/en/%2e%2e//{EVIL}"),
    *(
        f"javascript:alert(1)//{EVIL}",
        f"data:text/html,{EVIL}",
        f"/?//{EVIL}",
        f"/#//{EVIL}",
        f"/en\\{EVIL}",
        f"//{OURS}@{EVIL}",
    ),
    *(f"//{OURS}.{EVIL}", f"//{EVIL}#{OURS}", f"//{EVIL}?{OURS}", f"//{EVIL}\\@{OURS}", f"//user:pw@{EVIL}:80"),
]
NAMES = [
    "next",
    "url",
    "to",
    "return",
    "redirect_uri",
    "back",
    "continue",
    "lang",
    "was",
    "changed",
    "show",
    "before",
    "r",
]
HOSTS = [
    *(EVIL, f"{EVIL}:443", f"{OURS}.{EVIL}", f"{EVIL}#{OURS}", f"{EVIL}?{OURS}", f"{OURS}@{EVIL}", f"{OURS}:80@{EVIL}"),
    *(
        f"{OURS}:x",
        f"{OURS}:",
        f"{OURS}:{EVIL}",
        f"{OURS} {EVIL}",
        f"{OURS},{EVIL}",
        f"{OURS}/{EVIL}",
        f"{OURS}\\{EVIL}",
    ),
    *(
        f"{EVIL}/{OURS}",
        f"{OURS}.",
        f".{OURS}",
        f"x.{OURS}",
        "[::1]",
        "[::1]:8000",
        "[",
        "]",
        "::1",
        "127.0.0.1",
        "0",
        "2130706433",
    ),
    *(
        "localhost",
        "localhost:8000",
        "",
        " ",
        "\t",
        "%",
        "..",
        "*",
        f"{OURS}%00",
        f"{OURS}%0d%0aX-Injected:%201",
        "é.example",
    ),
    *("learning.example.org\xad", "LEARNING.EXAMPLE.ORG", "learning。example。org", "xn--evil", "-", "_", "a" * 300),
    *(
        f"{OURS}:65536",
        f"{OURS}:-1",
        f"{OURS}:0",
        f"{OURS}:8443",
        f"[{OURS}]",
        f"{OURS};{EVIL}",
        f"'{OURS}'",
        f"{OURS}\x0b",
    ),
]
FORWARDED = [
    {"X-Forwarded-Host": EVIL},
    {"X-Forwarded-Host": f"{OURS}, {EVIL}"},
    {"X-Forwarded-Proto": "javascript"},
    {"X-Forwarded-Proto": "http", "X-Forwarded-Port": "666"},
    {"X-Forwarded-Prefix": f"//{EVIL}"},
    {"X-Forwarded-Server": EVIL, "X-Host": EVIL, "X-HTTP-Host-Override": EVIL},
    {"Forwarded": f"for=1.2.3.4;host={EVIL};proto=http"},
    {"X-Original-URL": f"//{EVIL}", "X-Rewrite-URL": f"//{EVIL}"},
    {"Referer": f"https://{EVIL}/", "Origin": f"https://{EVIL}"},
    {"True-Client-IP": EVIL, "Via": EVIL, "Host2": EVIL},
]


@pytest.fixture
def secure(loaded_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    """A site with a name of its own, over TLS, with mail."""
    copy = tmp_path / "toolkit.db"
    copy.write_bytes(loaded_sqlite.read_bytes())
    with people.site(f"sqlite:///{copy}", tmp_path, SITE_URL=f"https://{OURS}") as app:
        yield app


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}]


def ask(app: Flask, path: str, *, host: str = OURS, method: str = "GET", query: str = "", **more: str) -> Response:
    """Make a request past every client that would put it right."""
    environ = EnvironBuilder(method=method, headers={**more}, base_url=f"https://{OURS}").get_environ()
    environ |= {
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query.encode().decode("latin-1"),
        "HTTP_HOST": host,
    }
    return Response(*run_wsgi_app(app.wsgi_app, environ, buffered=True))


def stays(answer: Response, asked: object) -> None:
    """Hold that neither a redirect nor a link of an answer leads to a host that is not ours."""
    assert answer.status_code < 500, asked
    assert "X-Injected" not in answer.headers, asked
    place = answer.headers.get("Location")
    if place is not None:
        assert urlsplit(place).netloc in EXITS or re.match(r"/(?![/\\])[^\\\t\r\n]*$", place), (place, asked)
        there = urlsplit(urljoin(f"https://{OURS}/en/x", place.replace("\\", "/")))
        assert there.netloc in {OURS, *EXITS}, (place, asked)
    if answer.mimetype == "text/html":
        links = _Links()
        links.feed(answer.get_data(as_text=True))
        for link in links.found:
            if not re.match(r"(tel|sms|mailto):", link):
                there = urlsplit(urljoin(f"https://{OURS}/en/x", link.replace("\\", "/")))
                assert there.scheme in {"http", "https"}, (link, asked)
                assert EVIL not in (there.hostname or ""), (link, asked)
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "domain=" not in cookie.lower(), asked


def unquoted(path: str) -> str:
    """Give a path as a server hands it over: its quotes read."""
    environ = EnvironBuilder(path="/").get_environ()
    environ["PATH_INFO"] = path
    return re.sub("%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), path)


def test_three_hundred_tricks_stay_here(secure: Flask):
    asked = 0
    for place, start in product(PLACES, ("", "/en", "/el/")):
        for path in (start + place, unquoted(start + place)):
            stays(ask(secure, path if path.startswith("/") else f"/{path}"), path)
            asked += 1
    for name, place in product(NAMES, PLACES[::3]):
        for path in ("/", "/en", "/en/leave", "/en/account", "/en/account/data.zip"):
            stays(ask(secure, path, query=f"{name}={place}"), (path, name, place))
            asked += 1
    for host, path in product(HOSTS, ("/", "/en", "/en/", "/en/account", "/en/leave", "/en/nothing", "/static/x")):
        answer = ask(secure, path, host=host)
        stays(answer, (host, path))
        ours = re.fullmatch(rf"{re.escape(OURS)}(:\d*)?", host, re.IGNORECASE)
        assert answer.status_code == 400 or ours, (host, path, answer.status_code)
        asked += 1
    for headers, path in product(FORWARDED, ("/", "/en", "/en/", "/en/account", "/en/verify")):
        stays(ask(secure, path, **headers), (headers, path))
        asked += 1
    assert asked >= 300


def test_a_post_leads_only_to_our_own_pages(secure: Flask):
    made = people.People(secure)
    asked = 0
    for place in PLACES[::2]:
        for path, fields in (
            ("/en/help", {"country": place}),
            ("/en/verify", {"code": place}),
            ("/en/sign-in", {"name": place, "password": place, "next": place}),
            ("/en/device", {"next": place, "back": place}),
            ("/en/admin/reports", {"report": place, "show": place, "before": place}),
            ("/en/account/devices", {"end": "all", "next": place}),
        ):
            made.again("admin")
            data = {**world.fields(secure, made.tokens["admin"]), **fields}
            client = secure.test_client()
            client.set_cookie("__Host-device", made.tokens["admin"], domain=OURS, secure=True)
            stays(client.post(path, data=data, base_url=f"https://{OURS}"), (path, place))
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("headers", FORWARDED)
def test_a_link_in_a_mail_names_our_own_host_whatever_was_asked_for(secure: Flask, headers: dict[str, str]):
    headers = {name: value for name, value in headers.items() if name not in {"Origin", "Referer"}}
    data = {**world.fields(secure, ""), "address": f"{secrets.token_hex(4)}@example.org", "name": "register"}
    for host in (OURS, f"{OURS}:8443", EVIL):
        answer = secure.test_client().post(
            "/en/sign-in/message", data=data, headers={**headers, "Host": host}, base_url=f"https://{OURS}"
        )
        assert answer.status_code == (400 if host == EVIL else 200), answer.text[:300]
    with secure.extensions["engine"].connect() as connection:
        letters = connection.execute(text("select template, language, params from letters")).all()
    assert len(letters) == 1
    assert re.findall(r"https?://([^/\"]+)", str(letters[0].params)) == [OURS]
