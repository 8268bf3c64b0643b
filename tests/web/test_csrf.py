"""Nobody else's page can send a form of ours: each post needs a token of this device, not too old, from our origin."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.visit import forms
from tests.web import world
from tests.web.authorisation import TABLE, Row
from tests.web.world import World
from toolkit.web.csrf import TOKEN_LIFE_SECONDS

POSTS = [pytest.param(row, id=row.endpoint) for row in TABLE if row.method == "POST"]
PLACE = "/en/courses/basics/m01/1-1"
LIFE = timedelta(seconds=TOKEN_LIFE_SECONDS)


@pytest.fixture
def made(lite_site: Flask) -> World:
    return world.make(lite_site)


def refused(answer: TestResponse) -> bool:
    """Say whether the answer is the page that asks to send it again, and no redirect, paper or stack trace."""
    return (
        answer.status_code == 400
        and ("Please send it again" in answer.text or "send once more" in answer.text)
        and 'class="exit"' in answer.text
    )


def post(made: World, row: Row, **headers: str) -> tuple[TestResponse, set[str]]:
    """Send the owner's post with a whole form and these headers; give the answer and the tables that changed."""
    data = {**made.fields("owner"), **row.form(made)}
    before = world.rows(made.app)  # after the form, which may need people of its own
    answer = made.client("owner").post(row.address(made), data=data, headers={"Accept": "text/html", **headers})
    return answer, world.changed(before, world.rows(made.app))


@pytest.mark.parametrize("row", POSTS)
def test_a_post_without_a_token_is_a_sentence_and_changes_nothing(made: World, row: Row):
    address, form = row.address(made), row.form(made)
    before = world.rows(made.app)  # after the form, which may need people of its own
    whole = made.fields("owner")
    foreign = made.fields("other")
    cut = whole["csrf"][:-2]
    for token in (None, "", "x", "ä" * 60, cut, foreign["csrf"], "A" * len(whole["csrf"])):
        data = {"key": whole["key"], **form} | ({} if token is None else {"csrf": token})
        assert refused(made.client("owner").post(address, data=data)), token
    assert world.changed(before, world.rows(made.app)) == set()


@pytest.mark.parametrize("row", POSTS)
def test_a_post_from_another_origin_is_refused(made: World, row: Row):
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://elsewhere.example/en/"},
        {"Origin": "http://localhost.elsewhere.example"},
    ):
        answer, changed = post(made, row, **headers)
        assert refused(answer), headers
        assert changed == set(), headers


def test_a_post_from_our_own_pages_is_taken(made: World):
    row = next(row for row in TABLE if row.endpoint == "lessons.lesson_post")
    for headers in (
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Referer": "http://localhost/en/"},
        {"Sec-Fetch-Site": "none"},
        {},
    ):
        answer, _ = post(made, row, **headers)
        assert answer.status_code == 303, headers


def test_a_token_of_yesterday_is_good_and_one_of_last_month_is_not(made: World):
    opened = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    with time_machine.travel(opened, tick=False):
        token = world.guest(made.app)
        data = {**world.fields(made.app, token), "last": "b2"}
    client = made.app.test_client()
    client.set_cookie("device", token)
    for later, good in ((timedelta(days=1), True), (LIFE, True), (LIFE + timedelta(seconds=1), False)):
        with time_machine.travel(opened + later, tick=False):
            answer = client.post(PLACE, data=data, headers={"Accept": "text/html"})
        assert (answer.status_code == 303) is good, later
        assert good or refused(answer)


def test_every_form_of_a_page_has_a_token_of_its_own_and_a_key_of_its_own(made: World):
    pages = ["/en/", "/en/courses/basics", PLACE, "/en/courses/basics/quiz", "/en/verify", "/en/resume", "/en/progress"]
    for path in [*pages, f"/en/attempts/{made.attempt}", f"/en/certificates/{made.code}", f"/en/verify/{made.code}"]:
        for role in ("anonymous", "owner"):
            sent = [form for form in forms(made.client(role).get(path).text) if form.method == "post"]
            keys = [form.fields["key"][0] for form in sent if "key" in form.fields]
            tokens = [form.fields["csrf"][0] for form in sent if "csrf" in form.fields]
            assert len(keys) == len(tokens) == len(sent), (path, role)
            assert len(set(keys)) == len(keys)
            assert len(set(tokens)) == len(tokens), "new each time, so that compression tells nothing"


def test_behind_a_tls_proxy_our_own_posts_are_taken(make_site: Callable[..., Flask], loaded_url: str):
    app = make_site(loaded_url, SITE_URL="https://learning.example.org")
    client = app.test_client()
    client.get("/en/courses/basics", base_url="http://learning.example.org")
    data = {**world.fields(app, ""), "device": "own"}
    for origin, taken in (("https://learning.example.org", True), ("https://elsewhere.example.org", False)):
        answer = client.post(
            "/en/courses/basics",
            base_url="http://learning.example.org",
            data={**data, **world.fields(app, "")},
            headers={"Origin": origin, "Sec-Fetch-Site": "same-origin" if taken else "cross-site"},
        )
        assert (answer.status_code == 303) is taken
        assert not taken or answer.headers["Set-Cookie"].startswith(("__Host-device=", "lang="))
        assert not taken or answer.location.startswith("/en/"), "no address of the inner server leaks out"


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/en/resume", "code"),
        ("/en/verify", "code"),
        ("/en/verify/{code}", "name"),
        ("/en/certificates/{code}", "name"),
    ],
)
def test_what_was_typed_survives_a_token_that_no_longer_holds(made: World, path: str, field: str):
    path = path.format(code=made.code)
    client = made.client("owner")
    data = {**made.fields("other"), field: "typed by hand"}  # a token of another device is as good as an old one
    answer = client.post(path, data=data)
    assert answer.status_code == 400
    assert 'value="typed by hand"' in answer.text
    assert "send once more" in answer.text
