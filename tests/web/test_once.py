"""A form sent again: the same answer while it may be a double click, a sentence when it says something else."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests import right
from tests.web import world
from tests.web.world import World

DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTES_10 = timedelta(minutes=10)


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


def post(made: World, role: str, path: str, data: dict[str, object]) -> TestResponse:
    return made.client(role).post(path, data=data, headers={"Accept": "text/html"})


def test_start_pressed_twice_is_one_start_and_ten_minutes_later_opens_nothing(site: Flask):
    with time_machine.travel(DAY, tick=False):
        data = {**world.fields(site, ""), "device": "own"}
    devices = set()
    for later in (timedelta(0), timedelta(seconds=3), MINUTES_10 - timedelta(seconds=1)):
        with time_machine.travel(DAY + later, tick=False):
            answer = site.test_client().post("/en/courses/basics", data=data)
        assert answer.status_code == 303
        devices |= {
            line.partition(";")[0] for line in answer.headers.getlist("Set-Cookie") if line.startswith("device=")
        }
    assert len(devices) == 1
    before = world.rows(site)
    with time_machine.travel(DAY + MINUTES_10, tick=False):
        late = site.test_client().post("/en/courses/basics", data=data)
    assert late.status_code == 409
    assert "sent before and has ended" in late.text
    assert "device=" not in str(late.headers)
    assert world.changed(before, world.rows(site)) == set()


def test_one_key_with_another_answer_is_refused_and_the_first_is_kept(made: World):
    item = right.asked(made.app.extensions["engine"], made.attempt)[1]
    path, hidden = f"/en/attempts/{made.attempt}/answers/2", made.fields("owner")
    assert post(made, "owner", path, {**hidden, **right.wrong(item)}).status_code == 303
    before = world.rows(made.app)
    refused = post(made, "owner", path, {**hidden, **right.answer(item)})
    assert refused.status_code == 409
    assert "already sent with something else" in refused.text
    assert f'href="/en/attempts/{made.attempt}' in refused.text, "and a way on"
    assert world.changed(before, world.rows(made.app)) == set()


def test_one_key_for_another_thing_or_by_another_person_is_refused(made: World):
    hidden = made.fields("owner")
    lesson = "/en/courses/basics/m01/1-1"
    assert post(made, "owner", lesson, {**hidden, "last": "b2"}).status_code == 303
    before = world.rows(made.app)
    assert post(made, "owner", lesson, {**hidden, "last": "b3"}).status_code == 409
    assert post(made, "owner", "/en/courses/basics/quiz", hidden).status_code == 409
    stolen = {**made.fields("other"), "key": hidden["key"], "last": "b2"}
    assert post(made, "other", lesson, stolen).status_code == 409
    assert world.changed(before, world.rows(made.app)) == set()


def test_a_place_sent_ten_times_is_kept_once(made: World):
    data = {**made.fields("owner"), "done": "b1", "last": "b1"}
    answers = [post(made, "owner", "/en/courses/basics/m01/1-1", data) for _ in range(10)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert world.count(made.app, "lesson_states") == 1
    assert world.count(made.app, "submissions", f"key = '{data['key']}'") == 1
