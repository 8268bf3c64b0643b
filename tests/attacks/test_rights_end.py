"""Rights end at the next request, whatever ended them: every route answers as to somebody who was never there.

And what must look the same for known and unknown: signing in, codes, while they wait too.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from tests.attacks import people
from tests.attacks.people import PASSWORD
from tests.web import accounts_made, world
from tests.web.authorisation import TABLE, Row
from tests.web.test_authorisation import outcome, send
from tests.web.test_budgets import counted
from tests.web.world import World
from toolkit import db, passwords
from toolkit.rules.accounts import WRONG_CODES_PER_HOUR
from toolkit.services import accounts, sign_in_links

NEW = "other words of hers"
HER = "marianthi.k"


@pytest.fixture
def made(lite_site: Flask) -> World:
    """An owner with an account on two devices, and two admins with accounts."""
    app = lite_site
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        smtp_url="smtp://127.0.0.1:9",
        password_memory_mib=people.CHEAP.memory_mib,
        password_rounds=people.CHEAP.rounds,
    )
    app.extensions["ring"] = lambda _job: None
    found = world.make(app)
    people.admin(app)
    tokens = dict(found.tokens)
    tokens["owner"] = people.account(app, tokens["owner"], HER)
    tokens["admin"] = people.account(app, tokens["admin"], "chief")
    return replace(found, tokens=tokens)


def elsewhere(made: World, name: str) -> accounts_made.Visit:
    """Sign in on another device."""
    visit = accounts_made.visitor(made.app)
    assert accounts_made.sign_in(visit, name).status_code == 303
    return visit


def post(made: World, visit: accounts_made.Visit, path: str, **fields: str) -> int:
    data = {**world.fields(made.app, accounts_made.device(visit)), **fields}
    return visit.client.post(path, data=data).status_code


def ended_from_another_device(made: World, name: str) -> None:
    visit = elsewhere(made, name)
    page = visit.get("/en/account/devices").text
    marks = re.findall(r'name="end" value="(\w{16})"', page)
    assert marks
    for mark in marks:
        assert post(made, visit, "/en/account/devices", end=mark) == 303


def signed_out_everywhere(made: World, name: str) -> None:
    assert post(made, elsewhere(made, name), "/en/account/devices", end="all") == 303


def password_changed(made: World, name: str) -> None:
    values = {"password": PASSWORD, "new": NEW, "again": NEW}
    assert post(made, elsewhere(made, name), "/en/account/password", **values) == 303


def password_reset_by_link(made: World, name: str) -> None:
    app = made.app
    role = "owner" if name == HER else "admin"
    address = f"{name}@example.org"
    people.with_address(app, world.person_id(app, made.tokens[role]), address)
    request = sign_in_links.Request("reset", address, "en", "http://127.0.0.1:8000/en/sign-in/links/")
    with db.write_session(app.extensions["engine"]) as session:
        sign_in_links.ask(session, app.extensions["keys"].server, secrets.token_hex(16), request, now=datetime.now(UTC))
    visit = accounts_made.visitor(app)
    path = f"/en/sign-in/links/{people.last_link(app)}"
    assert post(made, visit, path, new=NEW, again=NEW) == 303


def erased(made: World, name: str) -> None:
    assert post(made, elsewhere(made, name), "/en/account/end", sure="1", password=PASSWORD) == 303


def ended_by_the_clock(made: World, name: str) -> None:
    del name
    with made.app.extensions["engine"].begin() as connection:
        connection.execute(text("update devices set expires_at = '2020-01-01 00:00:00.000000'"))


ENDS = [
    ended_from_another_device,
    signed_out_everywhere,
    password_changed,
    password_reset_by_link,
    erased,
    ended_by_the_clock,
]


def as_nobody(made: World, row: Row, role: str) -> None:
    """Hold that a row answers to an ended device as to a stranger."""
    # A form that was open all the time: its token was made for the device, and still names it.
    answer = send(made, row, role, row.address(made))
    assert outcome(made.app, answer) == row.anonymous, (row.method, row.endpoint, role, answer.text[:300])


@pytest.mark.parametrize("role", ["owner", "admin"])
@pytest.mark.parametrize("end", ENDS)
def test_an_ended_device_is_a_stranger_on_every_route(made: World, end: Callable[[World, str], None], role: str):
    name = HER if role == "owner" else "chief"
    assert made.client(role).get("/en/account/data.zip").status_code == 200
    end(made, name)
    for row in TABLE:
        if row.endpoint in {"sign_in.message_post", "admin.invite_post"}:
            continue  # the one depends on mail, the other makes somebody new: tried on their own
        as_nobody(made, row, role)
    assert made.client(role).get("/en/account/data.zip").status_code == 302, "no link to a file outlives the right"


def test_an_admin_who_is_none_any_more_is_a_guest_on_every_page_of_theirs(made: World):
    client = made.client("admin")
    assert client.get("/en/admin/audit/export").status_code == 200
    with made.app.extensions["engine"].begin() as connection:
        connection.execute(text("update people set role = 'guest' where role = 'admin'"))
    for row in TABLE:
        if (row.endpoint.startswith("admin") and "invite" not in row.endpoint) or "/admin/" in row.address(made):
            if "invites" in row.address(made):
                continue
            answer = send(made, row, "admin", row.address(made))
            assert outcome(made.app, answer) == row.other == "404", row.endpoint
            if row.wrong is not None:
                gone = send(made, row, "admin", row.wrong(made))
                assert world.as_bytes(answer)[0] == world.as_bytes(gone)[0]


def test_links_in_mails_end_with_the_password_the_address_and_the_person(made: World):
    app, her = made.app, world.person_id(made.app, made.tokens["owner"])
    people.with_address(app, her, f"{HER}@example.org")

    def link(purpose: str, address: str) -> str:
        request = sign_in_links.Request(purpose, address, "en", "http://127.0.0.1:8000/en/sign-in/links/", her)
        with db.write_session(app.extensions["engine"]) as session:
            key = secrets.token_hex(16)
            sign_in_links.ask(session, app.extensions["keys"].server, key, request, now=datetime.now(UTC))
        return f"/en/sign-in/links/{people.last_link(app)}"

    reset, confirm = link("reset", f"{HER}@example.org"), link("confirm", "new@example.org")
    nobody = accounts_made.visitor(app)
    assert [nobody.get(path).status_code for path in (reset, confirm)] == [200, 200]
    password_changed(made, HER)
    assert [nobody.get(path).status_code for path in (reset, confirm)] == [404, 404]
    assert post(made, nobody, reset, new=NEW, again=NEW) == 404
    later, confirm = link("reset", f"{HER}@example.org"), link("confirm", "newer@example.org")
    visit = accounts_made.visitor(app)
    assert accounts_made.sign_in(visit, HER, NEW).status_code == 303
    assert post(made, visit, "/en/account/end", sure="1", password=NEW) == 303
    for path in (later, confirm):
        assert nobody.get(path).status_code == 404
        assert post(made, nobody, path, new=PASSWORD, again=PASSWORD) == 404
    assert world.count(app, "letters", "to_address is not null") == 0


def test_a_form_of_an_old_device_does_nothing_for_a_new_one(made: World):
    old = made.fields("owner")
    visit = elsewhere(made, HER)
    answer = visit.client.post("/en/account/name", data={**old, "name": "Mallory"})
    assert answer.status_code == 400
    assert world.count(made.app, "accounts", "name <> ''") == 0


def test_signing_in_costs_and_says_the_same_for_known_and_unknown_names(made: World, monkeypatch: pytest.MonkeyPatch):
    hashes: list[str] = []
    real = passwords.fits

    def counting(kept: str, password: str) -> bool:
        hashes.append(kept.split("$")[3])  # the price: memory, rounds, lanes
        return real(kept, password)

    monkeypatch.setattr(passwords, "fits", counting)
    seen = []
    for name in (HER, "nobody-at-all", f"{HER}@example.org", "x" * 254):
        visit = accounts_made.visitor(made.app)
        visit.get("/en/sign-in")
        form = visit.form(having="password")
        with counted(made.app) as asked:
            answer = visit.send(form, {"name": name, "password": "wrong words here"})
        body = accounts_made.bare(answer.text).replace(f'value="{name}"', 'value=""')
        seen.append((answer.status_code, body, asked["statements"], asked["commits"]))
    assert len(hashes) == 4
    assert len(set(hashes)) == 1, hashes
    for one in seen[1:]:
        assert one[0] == seen[0][0] == 422
        assert one[1] == seen[0][1]
    by_name = [[s.replace("email_fold", "user_fold") for s in one[2]] for one in seen]
    assert by_name[1] == by_name[0]
    assert {one[3] for one in seen} == {seen[0][3]}


def test_while_codes_wait_a_right_one_answers_like_a_wrong_one(made: World):
    """Even with a new password that would be refused for its owner's sake only: that would tell the code is right."""
    app, her = made.app, made.tokens["owner"]
    with db.read_session(app.extensions["engine"]) as session:
        found = accounts.visitor(session, her, now=datetime.now(UTC))
        assert found is not None
        code = accounts.resume_code(app.extensions["keys"].server, found.key)
    twin = ("2" if code[0] != "2" else "3") + code[1:]

    def answered(typed: str, new: str) -> tuple[int, str]:
        data = {**world.fields(app, ""), "code": typed, "new": new, "again": new}
        answer = app.test_client().post("/en/sign-in/forgotten", data=data)
        return answer.status_code, accounts_made.bare(answer.text).replace(typed, "")

    hers = f"{HER}1234"
    assert answered(code, hers) != answered(twin, hers), "so a code is told, and each that is wrong is counted"
    assert world.count(app, "wrong_tries", "subject = 'resume'") == 1
    with db.write_session(app.extensions["engine"]) as session:
        for _ in range(WRONG_CODES_PER_HOUR):
            accounts.count_wrong_try(session, "resume", now=datetime.now(UTC))
    for new in (hers, PASSWORD, "chiefchief12"):
        assert answered(code, new) == answered(twin, new), new
        assert answered(code, new)[0] == 429


def test_another_persons_device_is_not_there(made: World):
    """Neither by a mark that is somebody's nor by one that is nobody's; and it stays signed in."""
    app, other = made.app, made.client("other")
    visit = elsewhere(made, HER)
    mark = re.findall(r'name="end" value="(\w{16})"', visit.get("/en/account/devices").text)[0]
    answers = []
    for typed in (mark, "0" * 16, "", "é" * 16, "\0", mark + " ", "this ", "all\0"):
        answer = other.post("/en/account/devices", data={**made.fields("other"), "end": typed})
        answers.append(world.as_bytes(answer))
    assert len(set(map(repr, answers))) == 1
    assert answers[0][0] == "404 NOT FOUND"
    assert visit.get("/en/account/devices").status_code == 200
    assert world.count(app, "devices", "1 = 1") >= 4
