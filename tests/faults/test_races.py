"""What differs but comes at once has one winner: two windows, two names, two admins; nobody gets a fault.

Each post has a client key of its own, so that the rules and the database decide, not the replay of a key.
"""

from collections import Counter
from typing import Any

from flask import Flask

from tests import right, servers
from tests.faults.crowd import at_once, browsers
from tests.web import world
from tests.web.world import World

MANY = 20
Post = tuple[str, dict[str, Any]]


def race(server: servers.Server, device: str, posts: list[Post]) -> Counter[int]:
    """Send posts of one device in the same moment; count the answers' statuses."""
    answers, _ = at_once(browsers(server.url, [device] * len(posts)), posts)
    return Counter(status for status, _, _ in answers)


def test_each_race_has_one_winner_and_no_fault(app: Flask, server: servers.Server, subtests: Any):
    """One server for all of them; each with people of its own."""
    for one in (two_windows, two_names, two_corrections, many_places, one_invite, first_start, wrong_names):
        with subtests.test(one.__name__):
            one(app, server, world.make(app))


def two_windows(app: Flask, server: servers.Server, made: World) -> None:
    """The same question answered differently in two windows: the first answer stays, the other is told."""
    item = right.asked(app.extensions["engine"], made.attempt)[1]
    path = f"/en/attempts/{made.attempt}/answers/2"
    posts = [(path, {**made.fields("owner"), **answer(item)}) for answer in (right.answer, right.wrong) * (MANY // 2)]
    assert race(server, made.tokens["owner"], posts) == {303: MANY // 2, 409: MANY // 2}


def two_names(app: Flask, server: servers.Server, made: World) -> None:
    """The first name stays; the other counts as a wrong one until five are counted, then nobody is looked at."""
    names = ["Maria Example", "Eleni Example"] * (MANY // 2)
    posts = [(f"/en/certificates/{made.code}", {**made.fields("owner"), "name": name}) for name in names]
    found = race(server, made.tokens["owner"], posts)
    assert set(found) <= {200, 422, 429}
    assert found[422] == 5
    assert 1 <= found[200] <= MANY // 2
    assert world.count(app, "wrong_tries", f"subject = 'own:{made.code}'") == 5


def two_corrections(app: Flask, server: servers.Server, made: World) -> None:
    """A name is corrected once, into one new certificate; who comes second reads that it was replaced."""
    path = f"/en/certificates/{made.code}"
    first = made.client("owner").post(path, data={**made.fields("owner"), "name": "Maria Example"})
    assert first.status_code == 200
    names = [f"Maria Example {sign}" for sign in "ABCDEFGHIJ"]
    posts = [(path, {**made.fields("owner"), "name": name, "action": "correct"}) for name in names]
    assert race(server, made.tokens["owner"], posts) == {303: 1, 422: len(names) - 1}
    assert world.count(app, "certificates", f"person_id = {world.person_id(app, made.tokens['owner'])}") == 2


def many_places(app: Flask, server: servers.Server, made: World) -> None:
    """The first posts of a lesson, sent in the background while she reads: none is lost."""
    path = "/en/courses/basics/m01/1-1"
    blocks = ["b1", "b2", "b3", "b4"]
    posts = [(path, {**made.fields("owner"), "done": block, "last": block}) for block in blocks * (MANY // 4)]
    assert race(server, made.tokens["owner"], posts) == {303: MANY}
    who = world.person_id(app, made.tokens["owner"])
    done = [row for row in world.rows(app)["lesson_states"] if row[1] == who]
    assert len(done) == 1
    assert all(block in str(done[0]) for block in blocks), done


def one_invite(app: Flask, server: servers.Server, made: World) -> None:
    """A one-time link makes one admin."""
    before = world.count(app, "people", "role = 'admin'")
    posts = [(f"/en/admin/invites/{made.invite}", made.fields("owner")) for _ in range(MANY)]
    assert race(server, made.tokens["owner"], posts) == {303: 1, 409: MANY - 1}
    assert world.count(app, "people", "role = 'admin'") == before + 1


def first_start(app: Flask, server: servers.Server, made: World) -> None:
    """Somebody who is known already starts a course in many windows: she is enrolled once."""
    before = world.count(app, "enrolments")
    posts = [("/en/courses/basics", made.fields("admin")) for _ in range(MANY)]
    assert race(server, made.tokens["admin"], posts) == {303: MANY}
    assert world.count(app, "enrolments") == before + 1


def wrong_names(app: Flask, server: servers.Server, made: World) -> None:
    """Five wrong names an hour are looked at, however many come at once."""
    naming = {**made.fields("owner"), "name": "Maria Example"}
    assert made.client("owner").post(f"/en/certificates/{made.code}", data=naming).status_code == 200
    posts = [(f"/en/verify/{made.code}", {**made.fields("other"), "name": "Anna Example"}) for _ in range(MANY)]
    assert race(server, made.tokens["other"], posts) == {200: 5, 429: MANY - 5}
    assert world.count(app, "wrong_tries", f"subject = 'name:{made.code}'") == 5
