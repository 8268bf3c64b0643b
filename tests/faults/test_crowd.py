"""200 people answer in the same second, and 200 copies of one post arrive at once: all heard, each effect once."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests import right, servers
from tests.conftest import settings_for
from tests.faults.crowd import CLASS, at_once, browsers
from tests.web import world
from toolkit import db
from toolkit.app import create_app
from toolkit.services import accounts, courses, quizzes

ANSWER_SECONDS = 5


@pytest.fixture
def app(loaded_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The site in this process, to prepare people and look at rows; the crowd talks to a server of its own."""
    app = create_app(settings_for(loaded_url, tmp_path))
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def server(app: Flask, loaded_url: str, tmp_path: Path) -> Iterator[servers.Server]:
    with servers.serve(tmp_path / "instance", DATABASE_URL=loaded_url) as running:
        yield running


def count(app: Flask, table: str, where: str = "1 = 1") -> int:
    with app.extensions["engine"].connect() as connection:
        return connection.execute(text(f"select count(*) from {table} where {where}")).scalar_one()  # noqa: S608


def class_of(app: Flask, size: int) -> list[tuple[str, str]]:
    """Make guests, each with an open attempt; give (device token, attempt key)."""
    made, now = [], datetime.now(UTC)
    with db.write_session(app.extensions["engine"]) as session:
        shelf = courses.shelf(session)
        course = shelf.course("en", "basics")
        for _ in range(size):
            key = secrets.token_hex(16)
            token = accounts.start_guest(session, app.extensions["keys"].server, key, shared=False, now=now).token
            found = accounts.visitor(session, token, now=now)
            made.append((token, quizzes.start_attempt(session, shelf, found.person_id, course, secrets.token_hex(16), now=now)))
    return made


def test_a_class_answers_in_the_same_second_and_one_key_has_one_effect(app: Flask, server: servers.Server):
    """One server, four crowds: two hundred learners; then two hundred copies of one Start, one answer, one name."""
    learners = class_of(app, CLASS)
    engine = app.extensions["engine"]
    posts = []
    for token, attempt in learners:
        first = right.asked(engine, attempt)[0]
        posts.append((f"/en/attempts/{attempt}/answers/1", {**world.fields(app, token), **right.answer(first)}))
    answers, seconds = at_once(browsers(server.url, [token for token, _ in learners]), posts)
    assert {status for status, _, _ in answers} == {303}
    assert seconds <= ANSWER_SECONDS
    assert count(app, "attempt_items", "answered_at is not null") == CLASS

    before = count(app, "people")
    start = ("/en/courses/basics", {**world.fields(app, ""), "device": "own"})
    answers, _ = at_once(browsers(server.url, [""] * CLASS), [start] * CLASS)
    assert {status for status, _, _ in answers} == {303}
    assert len({said.partition("device=")[2].partition(";")[0] for _, _, said in answers}) == 1, "one device for all"
    assert count(app, "people") == before + 1

    token, attempt = learners[0]
    values = {**world.fields(app, token), **right.answer(right.asked(engine, attempt)[1])}
    answers, _ = at_once(browsers(server.url, [token] * CLASS), [(f"/en/attempts/{attempt}/answers/2", values)] * CLASS)
    assert {(status, to) for status, to, _ in answers} == {(303, f"/en/attempts/{attempt}/answers/2")}
    assert count(app, "attempt_items", "answered_at is not null") == CLASS + 1

    made = world.make(app)
    name = (f"/en/certificates/{made.code}", {**made.fields("owner"), "name": "Maria Example"})
    answers, _ = at_once(browsers(server.url, [made.tokens["owner"]] * CLASS), [name] * CLASS)
    assert {status for status, _, _ in answers} == {200}
    assert count(app, "certificates", "name_check is not null") == 1
    assert count(app, "certificates") == 1
    assert count(app, "wrong_tries") == 0


Posts = Callable[[world.World], list[tuple[str, dict[str, object]]]]


def two_tabs(made: world.World) -> list[tuple[str, dict[str, object]]]:
    """The same question answered differently in each window."""
    item = right.asked(made.app.extensions["engine"], made.attempt)[1]
    path = f"/en/attempts/{made.attempt}/answers/2"
    return [(path, {**made.fields("owner"), **answer(item)}) for answer in (right.answer, right.wrong) * 10]


def two_names(made: world.World) -> list[tuple[str, dict[str, object]]]:
    names = ["Maria Example", "Eleni Example"] * 10
    return [(f"/en/certificates/{made.code}", {**made.fields("owner"), "name": name}) for name in names]


def many_places(made: world.World) -> list[tuple[str, dict[str, object]]]:
    """The first posts of a lesson, sent in the background while she reads."""
    path = "/en/courses/basics/m01/1-1"
    return [(path, {**made.fields("owner"), "done": f"b{n % 4 + 1}", "last": f"b{n % 4 + 1}"}) for n in range(20)]


def one_invite(made: world.World) -> list[tuple[str, dict[str, object]]]:
    return [(f"/en/admin/invites/{made.invite}", made.fields("owner")) for _ in range(20)]


def first_start(made: world.World) -> list[tuple[str, dict[str, object]]]:
    return [("/en/courses/basics", made.fields("admin")) for _ in range(20)]


def wrong_names(made: world.World) -> list[tuple[str, dict[str, object]]]:
    return [(f"/en/verify/{made.code}", {**made.fields("owner"), "name": "Anna Example"}) for _ in range(20)]


# posts, sender, how often each status comes (None: any number), what must be true of the rows
RACES = [
    pytest.param(two_tabs, "owner", {303: None, 409: 10}, ("attempt_items", "answered_at is not null", 9), id="two tabs"),
    pytest.param(two_names, "owner", {200: None, 422: 5, 429: None}, ("certificates", "name_check is not null", 1), id="names"),
    pytest.param(many_places, "owner", {303: 20}, ("lesson_states", "last_block <> ''", 1), id="lesson"),
    pytest.param(one_invite, "owner", {303: 1, 409: 19}, ("people", "role = 'admin'", 2), id="invite"),
    pytest.param(first_start, "admin", {303: 20}, ("enrolments", "1 = 1", 3), id="start"),
    pytest.param(wrong_names, "owner", {200: 5, 429: 15}, ("wrong_tries", "1 = 1", 5), id="wrong names"),
]


def test_what_differs_but_comes_at_once_has_one_winner(app: Flask, server: servers.Server, subtests: pytest.Subtests):
    """Different keys, so each post is looked at: the first wins, the rest are told so, and none ends in an error."""
    for race in RACES:
        posts_of, sender, statuses, (table, where, rows) = race.values
        with subtests.test(race.id):
            made = world.make(app)
            already = count(app, table, where)
            if posts_of is wrong_names:
                naming = {**made.fields("owner"), "name": "Maria Example"}
                assert made.client("owner").post(f"/en/certificates/{made.code}", data=naming).status_code == 200
            posts = posts_of(made)
            answers, _ = at_once(browsers(server.url, [made.tokens[sender]] * len(posts)), posts)
            found = [status for status, _, _ in answers]
            assert set(found) <= set(statuses), found
            for status, times in statuses.items():
                assert times is None or found.count(status) == times, found
            del already, rows
