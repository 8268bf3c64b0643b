"""One's own account: changes, devices, a forgotten password; what belongs to somebody else is not there."""

import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.web import accounts_made as made
from tests.web import world
from tests.web.accounts_made import OTHER, PASSWORD
from tests.web.test_budgets import counted
from toolkit import db
from toolkit.models.accounts import Device

PAGES = ("account", "account/name", "account/user-name", "account/e-mail", "account/password", "account/devices")


@pytest.fixture
def mailing(make_site: Callable[..., Flask], loaded_url: str) -> Flask:
    """A site that may write mail; it goes no further than the table of letters."""
    return make_site(loaded_url, SMTP_URL="smtp://127.0.0.1:9")


@pytest.mark.parametrize("page", [*PAGES, "sign-in", "sign-in/new", "sign-in/forgotten"])
def test_a_page_asks_the_database_at_most_eight_times_with_one_device_or_fifty(site: Flask, page: str):
    visit, asked = made.visitor(site), []
    made.sign_up(visit)
    for devices in (0, 50):
        with db.write_session(site.extensions["engine"]) as session:
            row = session.scalars(select(Device)).first()
            assert row is not None
            same = {"person_id": row.person_id, "shared": True, "created_on": row.created_on}
            for _ in range(devices):
                session.add(Device(**same, token_hash=secrets.token_bytes(32), expires_at=row.expires_at))
        visit.get(f"/en/{page}")
        with counted(site) as seen:
            visit.get(f"/en/{page}")
        asked.append(seen["statements"])
    assert len(asked[0]) <= 8, asked[0]
    assert asked[0] == asked[1]


def test_a_password_change_rotates_this_device_and_ends_the_others(site: Flask):
    visit, other = made.visitor(site), made.visitor(site)
    made.sign_up(visit)
    made.sign_in(other, "maria")
    before = made.device(visit)
    page = made.change(visit, "password", password=PASSWORD, new=OTHER, again=OTHER)
    assert "Your password is set" in page.text
    assert made.device(visit) != before
    assert made.is_in(visit)
    assert not made.is_in(other)
    assert made.sign_in(made.visitor(site), "maria").status_code == 422
    assert made.sign_in(made.visitor(site), "maria", OTHER).status_code == 303


def test_a_password_change_pressed_twice_is_done_once_and_she_stays_in(site: Flask):
    visit = made.visitor(site)
    made.sign_up(visit)
    visit.get("/en/account/password")
    form, cookie = visit.form(having="again"), made.device(visit)
    answers = []
    for _ in range(2):
        visit.client.set_cookie("device", cookie)  # the second press left before the first answer came
        answers.append(visit.send(form, {"password": PASSWORD, "new": OTHER, "again": OTHER}, follow=False))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert made.is_in(visit)
    assert world.count(site, "devices") == 1
    assert world.count(site, "wrong_tries") == 0


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("user-name", {"name": "eleni"}),
        ("e-mail", {"email": "new@example.org"}),
        ("password", {"new": OTHER, "again": OTHER}),
    ],
)
def test_a_change_needs_the_password_and_ten_wrong_ones_end_the_trying(
    mailing: Flask, what: str, values: dict[str, str]
):
    visit = made.visitor(mailing)
    made.sign_up(visit)
    for _ in range(10):
        answer = made.change(visit, what, password="four wrong words", **values)
        assert answer.status_code == 422
        assert "This is not your password" in answer.text
        shown = [value for field, value in values.items() if field in {"name", "email"}]
        assert all(f'value="{value}"' in answer.text for value in shown), "what was typed stays"
    answer = made.change(visit, what, password=PASSWORD, **values)
    assert answer.status_code == 429
    assert "you stay signed in here" in answer.text
    assert made.is_in(visit)
    assert world.count(mailing, "letters") == 0
    assert made.sign_in(made.visitor(mailing), "maria").status_code == 303, "signing in is counted apart"


def test_names_are_changed_and_the_old_one_is_free_again(site: Flask):
    visit, other = made.visitor(site), made.visitor(site)
    made.sign_up(visit)
    assert "Hello, Μαρία &lt;3." in made.change(visit, "name", name="Μαρία <3").text
    assert "You are signed in on this device" in made.change(visit, "name", name="").text
    assert made.change(visit, "name", name="a\u202eb").status_code == 422
    made.sign_up(other, "eleni")
    taken = made.change(visit, "user-name", name="ELENI", password=PASSWORD)
    assert (taken.status_code, 'value="ELENI"' in taken.text) == (422, True)
    assert world.count(site, "wrong_tries") == 1
    assert "Your user name is changed" in made.change(visit, "user-name", name="anna", password=PASSWORD).text
    assert made.sign_up(made.visitor(site), "maria").status_code == 200
    empty = made.change(visit, "user-name", name="", password=PASSWORD)
    assert "Keep one of the two" in empty.text


def test_devices_are_ended_one_by_one_and_all_at_once(site: Flask):
    first, second, third = (made.visitor(site) for _ in range(3))
    made.sign_up(first)
    made.sign_in(second, "maria")
    made.sign_in(third, "maria", device="shared")
    page = first.get("/en/account/devices").text
    assert "You are signed in on 3 devices" in page
    assert page.count("A device that others use, too") == 1
    forms = [form for form in re.findall(r'name="end" value="(\w+)"', page) if form not in {"this", "all"}]
    assert len(forms) == 2
    first.send(first.form(action="/en/account/devices"), {"end": forms[0]})
    assert [made.is_in(visit) for visit in (first, second, third)] == [True, True, False]
    first.get("/en/account/devices")
    answer = first.send(first.form(action="/en/account/devices"), {"end": "all"}, follow=False)
    assert answer.location == "/en/sign-in"
    assert [made.is_in(visit) for visit in (first, second, third)] == [False] * 3
    made.sign_in(first, "maria")
    first.get("/en/account")
    first.send(first.form(action="/en/account/devices"), {"end": "this"})
    assert not made.is_in(first)


def test_somebody_elses_device_is_not_there_byte_for_byte(site: Flask):
    her, other = made.visitor(site), made.visitor(site)
    made.sign_up(her)
    made.sign_up(other, "eleni")
    made.sign_in(made.visitor(site), "eleni")
    mark = re.findall(r'name="end" value="(\w{16})"', other.get("/en/account/devices").text)[0]
    answers = []
    for end in (mark, "0" * 16, ""):
        data = {**world.fields(site, made.device(her)), "end": end}
        answers.append(world.as_bytes(her.client.post("/en/account/devices", data=data)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0].startswith("404")
    assert world.count(site, "devices") == 3


def test_the_resume_code_opens_a_new_password_and_everything_else_ends(site: Flask):
    visit = made.visitor(site)
    made.sign_up(visit)
    code = re.findall(r'data-copy="([^"]+)"', visit.get("/en/account").text)[0]
    other = made.visitor(site)
    other.get("/en/sign-in/forgotten")
    values = {"code": "00000-00000", "new": OTHER, "again": OTHER, "device": "own"}
    wrong = other.send(other.form(having="code"), values)
    assert (wrong.status_code, 'value="00000-00000"' in wrong.text) == (422, True)
    assert world.count(site, "wrong_tries", "subject = 'resume'") == 1
    short = other.send(other.form(having="code"), {**values, "code": code, "new": "short"})
    assert "at least 10" in short.text
    done = other.send(other.form(having="code"), {**values, "code": code})
    assert "Your password is set" in done.text
    assert not made.is_in(visit)
    assert made.sign_in(made.visitor(site), "maria", OTHER).status_code == 303
    guest = made.visitor(site)
    guest.start()
    code = re.findall(r'data-copy="([^"]+)"', guest.get("/en/resume").text)[0]
    other.get("/en/sign-in/forgotten")
    assert "No account belongs to this code" in other.send(other.form(having="code"), {**values, "code": code}).text


def test_a_guest_is_told_that_she_needs_no_account_and_to_write_her_code_down(lite_site: Flask):
    visit = made.visitor(lite_site)
    visit.start()
    page = visit.get("/en/account").text
    assert "you need none" in page
    assert "Write down the resume code first" in page
    assert "Only this code leads back" in visit.get("/en/account/devices").text
    for kind in PAGES[1:5]:
        assert visit.get(f"/en/{kind}").location == "/en/account"
        answer = visit.client.post(f"/en/{kind}", data=world.fields(lite_site, made.device(visit)))
        assert answer.status_code == 409
        assert "no account on this device" in answer.text


def test_what_was_typed_survives_a_token_that_no_longer_holds(lite_site: Flask):
    visit = made.visitor(lite_site)
    made.sign_up(visit)
    for path, field in (("name", "name"), ("user-name", "name"), ("e-mail", "email"), ("password", "")):
        data = {"csrf": "old", "key": "k" * 22, field or "x": "typed by hand", "password": PASSWORD}
        answer = visit.client.post(f"/en/account/{path}", data=data)
        assert answer.status_code == 400
        assert "send once more" in answer.text
        assert not field or 'value="typed by hand"' in answer.text
        assert PASSWORD not in answer.text


def test_only_what_we_say_is_said_of_what_was_done(lite_site: Flask):
    visit = made.visitor(lite_site)
    made.sign_up(visit)
    assert 'role="status"' in visit.get("/en/account?done=name").text
    assert 'role="status"' not in visit.get("/en/account?done=<script>").text
