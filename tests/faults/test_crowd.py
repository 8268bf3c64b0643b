"""200 people answer in the same second, and 200 copies of one post arrive at once: all heard, each effect once."""

import secrets
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests import right, servers
from tests.faults.crowd import CLASS, at_once, browsers
from tests.web import world
from toolkit import db
from toolkit.services import accounts, courses, quizzes

ANSWER_SECONDS = 5


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
            made.append(
                (token, quizzes.start_attempt(session, shelf, found.person_id, course, secrets.token_hex(16), now=now))
            )
    return made


@pytest.mark.alone
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
    assert world.count(app, "attempt_items", "answered_at is not null") == CLASS

    before = world.count(app, "people")
    start = ("/en/courses/basics", {**world.fields(app, ""), "device": "own"})
    answers, _ = at_once(browsers(server.url, [""] * CLASS), [start] * CLASS)
    assert {status for status, _, _ in answers} == {303}
    assert len({said.partition("device=")[2].partition(";")[0] for _, _, said in answers}) == 1, "one device for all"
    assert world.count(app, "people") == before + 1

    token, attempt = learners[0]
    values = {**world.fields(app, token), **right.answer(right.asked(engine, attempt)[1])}
    answers, _ = at_once(browsers(server.url, [token] * CLASS), [(f"/en/attempts/{attempt}/answers/2", values)] * CLASS)
    assert {(status, to) for status, to, _ in answers} == {(303, f"/en/attempts/{attempt}/answers/2")}
    assert world.count(app, "attempt_items", "answered_at is not null") == CLASS + 1

    made = world.make(app)
    name = (f"/en/certificates/{made.code}", {**made.fields("owner"), "name": "Maria Example"})
    answers, _ = at_once(browsers(server.url, [made.tokens["owner"]] * CLASS), [name] * CLASS)
    assert {status for status, _, _ in answers} == {200}
    assert world.count(app, "certificates", "name_check is not null") == 1
    assert world.count(app, "certificates") == 1
    assert world.count(app, "wrong_tries") == 0
