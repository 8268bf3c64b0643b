"""What a page may cost: statements, transactions, requests, bytes, elements; the same for 1 learner and 500."""

import gzip
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests import right
from tests.visit import Visit
from tests.web import world
from tests.web.world import World
from toolkit import db
from toolkit.services import accounts, courses

KB = 1024
LAW_MAP = "/{lang}/courses/core/m03/3-1"
LESSON = "/{lang}/courses/basics/m01/1-1"
# address → statements at most
PAGES = {
    "/en/": 4,
    "/en/courses/basics": 4,
    "/en/courses/basics/m01": 4,
    "/en/courses/basics/m01/1-1": 4,
    "/en/courses/basics/quiz": 4,
    "/en/courses/core/quiz": 4,
    "/en/courses/core/refreshers": 2,
    "/en/courses/core/refreshers/7": 2,
    "/en/courses/core/refreshers/card": 2,
    "/en/attempts/{attempt}": 4,
    "/en/attempts/{attempt}/answers/1": 4,
    "/en/attempts/{passed}": 4,
    "/en/certificates/{code}": 4,
    "/en/progress": 4,
    "/en/resume": 4,
    "/en/verify": 2,
    "/en/verify/{code}": 2,
    "/en/help": 1,
    "/en/help?for=b&hours=1&language=el": 1,
    "/en/help/cy": 1,
    "/en/help/cy.html": 1,
    "/keys.json": 1,
}


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


@contextmanager
def counted(app: Flask) -> Iterator[dict[str, Any]]:
    """Count statements (without BEGIN and the like) and commits on the app's engine."""
    seen: dict[str, Any] = {"statements": [], "commits": 0}

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen["statements"].append(" ".join(text.split()))

    def commit(_: Any) -> None:
        seen["commits"] += 1

    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def statements(made: World, role: str, address: str) -> list[str]:
    """Open a page twice; give the statements of the second time, when the texts are kept already."""
    client, path = made.client(role), address.format(attempt=made.attempt, passed=made.passed, code=made.code)
    assert client.get(path).status_code == 200
    with counted(made.app) as seen:
        client.get(path)
    assert seen["commits"] <= 1
    return seen["statements"]


def test_pages_ask_the_database_seldom_and_as_seldom_with_500_learners(made: World):
    few = {page: statements(made, "owner", page) for page in PAGES}
    assert {page: len(asked) for page, asked in few.items() if len(asked) > PAGES[page]} == {}
    with db.write_session(made.app.extensions["engine"]) as session:
        for _ in range(500):
            key = secrets.token_hex(16)
            accounts.start_guest(session, made.app.extensions["keys"].server, key, shared=False, now=datetime.now(UTC))
    assert {page: statements(made, "owner", page) for page in PAGES} == few


@pytest.mark.parametrize("page", ["/en/", "/en/courses/basics", "/en/courses/basics/m01/1-1", "/en/verify"])
def test_somebody_unknown_costs_one_statement(made: World, page: str):
    assert len(statements(made, "anonymous", page)) == 1


@pytest.mark.parametrize("role", ["anonymous", "owner"])
def test_checking_a_certificate_costs_two_statements(made: World, role: str):
    assert len(statements(made, role, "/en/verify/{code}")) == 2


def test_an_answer_is_one_transaction_of_at_most_eight_statements_and_the_last_of_twelve(made: World):
    token, client = made.tokens["owner"], made.client("owner")
    items = right.asked(made.app.extensions["engine"], made.attempt)
    for n, item in list(enumerate(items, start=1))[1:]:
        data = {**world.fields(made.app, token), **right.answer(item)}
        with counted(made.app) as seen:
            answer = client.post(f"/en/attempts/{made.attempt}/answers/{n}", data=data)
        assert answer.status_code == 303
        assert seen["commits"] == 1
        assert len(seen["statements"]) <= (12 if n == len(items) else 8), "\n".join(seen["statements"])


def test_the_answer_that_earns_a_certificate_is_one_transaction_of_at_most_twelve(site: Flask):
    token = world.guest(site)
    key = world.attempt(site, token, answers=5)
    client = site.test_client()
    client.set_cookie("device", token)
    data = {**world.fields(site, token), **right.answer(right.asked(site.extensions["engine"], key)[5])}
    with counted(site) as seen:
        client.post(f"/en/attempts/{key}/answers/6", data=data)
    assert world.count(site, "certificates") == 1
    assert seen["commits"] == 1
    assert len(seen["statements"]) <= 12, "\n".join(seen["statements"])


def test_start_place_and_name_are_one_transaction_each(made: World):
    posts = [
        ("other", "/en/courses/basics", {}, 8),
        ("anonymous", "/en/courses/basics", {"device": "own"}, 8),
        ("owner", "/en/courses/basics/m01/1-1", {"done": "b1", "last": "b1"}, 8),
        ("owner", f"/en/certificates/{made.code}", {"name": "Maria Example"}, 12),
    ]
    for role, path, values, limit in posts:
        with counted(made.app) as seen:
            answer = made.client(role).post(path, data={**made.fields(role), **values}, headers={"Accept": "text/html"})
        assert answer.status_code in {200, 303}
        assert seen["commits"] == 1, path
        assert len(seen["statements"]) <= limit, "\n".join(seen["statements"])


class _Page(HTMLParser):
    """What a browser fetches for a page, and how many elements it builds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: set[str] = set()
        self.scripts: set[str] = set()
        self.elements = self.outside_help = 0
        self._help = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements += 1
        if values.get("id") == "help":
            self._help = 1
        elif self._help and tag == "details":
            self._help += 1
        self.outside_help += not self._help
        address = values.get("src") or (values.get("href", "") if tag == "use" else "")
        if tag == "link" and values.get("rel") in {"stylesheet", "icon"}:
            address = values["href"]
        if address:
            self.fetched.add(address.partition("#")[0])
        if tag == "script":
            self.scripts.add(address)

    def handle_endtag(self, tag: str) -> None:
        if self._help and tag == "details":
            self._help -= 1


def size(app: Flask, address: str) -> int:
    """Give the bytes that cross the wire for an address, compressed where the server compresses."""
    answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return len(answer.data)


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_cold_lesson_page_is_small(lite_site: Flask, lang: str):
    token = world.guest(lite_site)
    client = lite_site.test_client()
    client.set_cookie("device", token)
    answer = client.get(LESSON.format(lang=lang), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    page = _Page(gzip.decompress(answer.data).decode())
    sizes = {address: size(lite_site, address) for address in page.fetched}
    style = next(address for address in sizes if address.endswith(".css"))
    scripts = sum(sizes[address] for address in page.scripts)
    css = lite_site.test_client().get(style).text
    faces = dict(re.findall(r'url\("\.\.(/[^"]*(latin|greek)\.[^"]*woff2)"\)', css))
    fonts = {f"/static{address}": size(lite_site, f"/static{address}") for address in faces}
    assert len(fonts) == 2, "Latin and Greek: the two a reader of either language fetches"

    assert len(answer.data) <= 12 * KB
    assert sizes[style] <= 8 * KB
    assert 0 < scripts <= 8 * KB
    assert len(answer.data) + sum(sizes.values()) <= 32 * KB, sizes
    assert len(answer.data) + sum(sizes.values()) + sum(fonts.values()) <= 90 * KB, sizes | fonts
    assert 1 + len(sizes) + len(fonts) <= 8, sorted(sizes)
    assert page.elements <= 800
    assert page.outside_help <= 500


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_law_map_is_small(lite_site: Flask, lang: str):
    client = lite_site.test_client()
    client.set_cookie("device", world.guest(lite_site))
    answer = client.get(LAW_MAP.format(lang=lang), headers={"Accept-Encoding": "gzip"})
    page = _Page(gzip.decompress(answer.data).decode())
    sizes = {address: size(lite_site, address) for address in page.fetched}
    assert {"law_map", "law"} <= {re.sub(r".*/|\.\w+\.\w+$", "", address) for address in sizes}, (
        "its sheet and its signs"
    )
    assert len(answer.data) + sum(sizes.values()) <= 60 * KB, sizes


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize(
    "page",
    ["", "/courses/basics", "/courses/basics/m01", "/courses/basics/quiz", "/help", "/verify", "/resume", "/progress"],
)
def test_every_page_is_small(lite_site: Flask, lang: str, page: str):
    address = f"/{lang}{page}" if page else f"/{lang}/"
    answer = lite_site.test_client().get(address, headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) <= 12 * KB
    built = _Page(gzip.decompress(answer.data).decode())
    assert built.elements <= 800


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_lesson_opened_again_is_one_small_answer(lite_site: Flask, lang: str):
    visit = Visit(lite_site.test_client())
    visit.start(lang)
    visit.send(visit.form(having="choice"), {"choice": "a"})
    answer = visit.client.get(LESSON.format(lang=lang), headers={"Accept-Encoding": "gzip"})
    assert 'data-chosen="a"' in gzip.decompress(answer.data).decode()
    assert len(answer.data) <= 11.5 * KB  # docs/decisions/0011


def test_before_the_answer_a_question_tells_neither_what_is_right_nor_why(made: World):
    bank, client = right.bank(), made.client("owner")
    items = right.asked(made.app.extensions["engine"], made.attempt)
    with db.read_session(made.app.extensions["engine"]) as session:
        edition = courses.shelf(session).edition("m01", "en")
    for n, item in list(enumerate(items, start=1))[1:]:
        page = client.get(f"/en/attempts/{made.attempt}").text
        feedback = [edition.text(option["feedback"]) for option in bank[item["key"]]["options"]]
        assert not any(_words(said) in _words(page) for said in feedback)
        assert "data-right" not in page
        assert "data-ok" not in page
        assert not re.search(r"<input[^>]* checked", page.partition('id="help"')[0])
        data = {**made.fields("owner"), **right.answer(item)}
        shown = client.post(f"/en/attempts/{made.attempt}/answers/{n}", data=data, follow_redirects=True).text
        assert any(_words(said) in _words(shown) for said in feedback), "the same look-up finds it after the answer"


def _words(html: str) -> str:
    """Leave letters only, so that markup and entities do not hide a text."""
    return "".join(re.findall(r"[^\W\d_]+", re.sub(r"<[^>]*>|&\w+;|&#\d+;|\*", "", html)))
