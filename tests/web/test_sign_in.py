"""Signing in and making an account, page by page: what stays, what is rotated, and what nobody can find out."""

import secrets
import statistics
import time
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.visit import Visit
from tests.web import accounts_made as made
from tests.web import world
from tests.web.accounts_made import PASSWORD
from tests.web.test_budgets import counted
from toolkit import passwords


def test_a_guest_makes_an_account_and_keeps_everything_certificates_too(site: Flask):
    token = world.guest(site)
    world.attempt(site, token, answers=6)
    visit = made.visitor(site)
    visit.client.set_cookie("device", token)
    before = visit.get("/en/progress").text
    assert "Passed" in before
    page = made.sign_up(visit, "Μαρία Π")
    assert "Your account is made" in page.text
    assert "Μαρία Π" in page.text
    assert made.device(visit) not in {"", token}, "a new token"
    assert made.bare(visit.get("/en/progress").text) == made.bare(before)
    old = site.test_client()
    old.set_cookie("device", token)
    assert "Nothing is kept on this device yet" in old.get("/en/progress").text, "the old one stands for nobody"
    elsewhere = made.visitor(site)
    answer = made.sign_in(elsewhere, "μαρια.π")
    assert (answer.status_code, answer.location) == (303, "/en/progress")
    assert made.bare(elsewhere.get("/en/progress").text) == made.bare(before)


def test_a_stranger_makes_an_account_and_it_is_asked_whose_device_it_is(site: Flask):
    visit = made.visitor(site)
    assert "Who uses this device?" in visit.get("/en/sign-in/new").text
    answer = made.sign_up(visit, device="shared", follow=False)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("device="))
    assert "Max-Age" not in cookie, "gone when the browser is closed"
    assert made.is_in(visit)
    assert visit.get("/en/sign-in/new").request.path == "/en/sign-in/new"
    assert visit.page is not None
    assert visit.page.status_code == 303, "whoever has an account is led to it"


def test_cookies_are_host_cookies_over_tls(make_site: Callable[..., Flask], loaded_url: str):
    site = make_site(loaded_url, SITE_URL="https://learning.example.org")
    client, base = site.test_client(), "http://learning.example.org"
    data = {"name": "maria", "new": PASSWORD, "again": PASSWORD, "device": "own"}
    answer = client.post("/en/sign-in/new", base_url=base, data={**world.fields(site, ""), **data})
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if "device=" in line)
    assert cookie.startswith("__Host-device=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_signing_in_leaves_a_guest_s_place_to_its_code_and_says_so_before(site: Flask):
    made.sign_up(made.visitor(site))
    visit = made.visitor(site)
    visit.start()
    guest = made.device(visit)
    page = visit.get("/en/sign-in").text
    assert "Write down this code first" in page
    code = page.partition('data-copy="')[2].partition('"')[0]
    made.sign_in(visit, "maria")
    assert made.is_in(visit)
    gone = site.test_client()
    gone.set_cookie("device", guest)
    assert "Nothing is kept on this device yet" in gone.get("/en/progress").text
    back = made.visitor(site)
    back.get("/en/resume")
    assert back.send(back.form(having="code"), {"code": code, "device": "own"}).status_code == 200
    assert "Lessons finished" in back.get("/en/progress").text


@pytest.mark.parametrize("twin", ["Μaria", "MARIA", "mаriа"])
def test_a_twin_is_refused_with_a_sentence_and_all_that_was_typed_stays(site: Flask, twin: str):
    made.sign_up(made.visitor(site), "Maria")
    answer = made.sign_up(made.visitor(site), twin)
    assert answer.status_code == 422
    assert ("looks the same" in answer.text) or ("two alphabets" in answer.text)
    assert f'value="{twin}"' in answer.text
    assert PASSWORD not in answer.text
    assert 'value="own" checked' in answer.text
    assert world.count(site, "accounts") == 1
    assert world.count(site, "people") == 1, "nobody is left over"


@pytest.mark.parametrize(
    ("name", "new", "again", "said"),
    [
        ("ma", PASSWORD, PASSWORD, "3 to 60"),
        ("mar\u202eia", PASSWORD, PASSWORD, "cannot be seen"),
        ("ma<b>ria", PASSWORD, PASSWORD, "The sign “&lt;”"),
        ("maria", "short", "short", "at least 10"),
        ("maria", PASSWORD, "another one", "not alike"),
        ("maria-papa", "maria-papa1", "maria-papa1", "your name"),
        ("maria", "password123", "password123", "others try"),
        ("maria", "x1" * 101, "x1" * 101, "200 signs"),
    ],
)
def test_a_refusal_says_what_to_do_and_nothing_is_made(lite_site: Flask, name: str, new: str, again: str, said: str):
    answer = made.sign_up(made.visitor(lite_site), name, new=new, again=again)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert [world.count(lite_site, table) for table in ("accounts", "people", "devices", "submissions")] == [0] * 4


def _tries(site: Flask, name: str) -> tuple[TestResponse, list[str], int]:
    """Try a wrong password; give the answer, the statements and how many hashes were made."""
    hashes, client = [], site.test_client()
    client.set_cookie("lang", "en")
    fits, hashed = passwords.fits, passwords.hashed
    data = {**world.fields(site, ""), "name": name, "password": "four wrong words", "device": "own"}
    with pytest.MonkeyPatch.context() as patch, counted(site) as seen:
        patch.setattr(passwords, "fits", lambda *given: hashes.append("fits") or fits(*given))
        patch.setattr(passwords, "hashed", lambda *given: hashes.append("hashed") or hashed(*given))
        answer = client.post("/en/sign-in", data=data)
    return answer, seen["statements"], len(hashes)


@pytest.mark.parametrize(("known", "unknown"), [("maria", "marix"), ("m@example.org", "n@example.org")])
def test_known_and_unknown_names_are_equal_in_bytes_statements_and_hashes(site: Flask, known: str, unknown: str):
    made.sign_up(made.visitor(site))
    with site.extensions["engine"].begin() as connection:
        put = "update accounts set email = 'm@example.org', email_fold = 'm@example.org'"
        connection.exec_driver_sql(put)
    _tries(site, "somebody else")  # what is kept rendered is kept now
    for _ in range(11):
        (here, asked_here, hashed_here), (gone, asked_gone, hashed_gone) = _tries(site, known), _tries(site, unknown)
        assert here.status_code == gone.status_code
        assert made.bare(here.text) == made.bare(gone.text).replace(unknown, known)
        assert sorted(here.headers) == sorted(gone.headers)
        assert asked_here == asked_gone
        assert hashed_here == hashed_gone
    assert (here.status_code, hashed_here) == (429, 0), "shut alike, and nothing is hashed any more"
    assert "Ten wrong passwords" in here.text


def test_known_and_unknown_names_take_the_same_time(lite_site: Flask):
    """Alternated rounds of processor time; what else the machine does falls on both."""
    made.sign_up(made.visitor(lite_site))
    took: dict[str, list[float]] = {"maria": [], "marix": []}
    client = lite_site.test_client()
    for turn in range(25):
        for name in took if turn % 2 else reversed(took):
            with lite_site.extensions["engine"].begin() as connection:
                connection.exec_driver_sql("delete from wrong_tries")
            data = {**world.fields(lite_site, ""), "name": name, "password": "four wrong words"}
            start = time.process_time()
            assert client.post("/en/sign-in", data=data).status_code == 422
            took[name].append(time.process_time() - start)
    ratio = statistics.median(took["maria"]) / statistics.median(took["marix"])
    assert 0.75 < ratio < 1.33, ratio


def test_nothing_is_hashed_while_a_transaction_is_open(site: Flask, monkeypatch: pytest.MonkeyPatch):
    pool, open_then = site.extensions["engine"].pool, []
    for name in ("fits", "hashed"):
        really = getattr(passwords, name)

        def watched(*given: object, really: Callable[..., object] = really) -> object:
            open_then.append(pool.checkedout())
            return really(*given)

        monkeypatch.setattr(passwords, name, watched)
    visit = made.visitor(site)
    made.sign_up(visit)
    made.change(visit, "password", password=PASSWORD, new=made.OTHER, again=made.OTHER)
    made.change(visit, "user-name", password=made.OTHER, name="eleni")
    made.sign_in(made.visitor(site), "eleni", made.OTHER)
    assert len(open_then) >= 5
    assert set(open_then) == {0}


def test_ten_wrong_passwords_shut_the_name_but_not_her_session(site: Flask):
    her, other = made.visitor(site), made.visitor(site)
    made.sign_up(her)
    for _ in range(10):
        assert made.sign_in(other, "maria", "four wrong words").status_code == 422
    answer = made.sign_in(other, "maria")
    assert answer.status_code == 429
    assert "your resume code" in answer.text
    assert made.is_in(her)
    assert "Your name is changed" in made.change(her, "name", name="Maria").text


def test_the_same_form_sent_five_times_is_one_device(site: Flask):
    visit = made.visitor(site)
    made.sign_up(visit)
    form = world.fields(site, "")
    data = {**form, "name": "maria", "password": PASSWORD, "device": "own"}
    cookies = set()
    for _ in range(5):
        answer = site.test_client().post("/en/sign-in", data=data)
        assert answer.status_code == 303
        cookies |= {line.partition(";")[0] for line in answer.headers.getlist("Set-Cookie") if "device=" in line}
    assert len(cookies) == 1
    assert world.count(site, "devices") == 2


def test_a_form_without_its_key_signs_nobody_in(lite_site: Flask):
    made.sign_up(made.visitor(lite_site))
    data = {**world.fields(lite_site, ""), "name": "maria", "password": PASSWORD, "key": ""}
    answer = lite_site.test_client().post("/en/sign-in", data=data)
    assert answer.status_code == 409
    assert "device=" not in str(answer.headers)


@pytest.mark.parametrize(
    "extra", [{"role": "admin"}, {"person_id": "1"}, {"user_fold": "x"}, {"next": "https://elsewhere.example/"}]
)
def test_fields_that_no_form_has_change_nothing(site: Flask, extra: dict[str, str]):
    first, second = made.visitor(site), made.visitor(site)
    made.sign_up(first)
    answer = made.sign_up(second, "eleni", follow=False, **extra)
    assert answer.location == "/en/account?done=made"
    assert made.sign_in(second, "eleni", **extra).location == "/en/progress"
    for what, values in (
        ("name", {"name": "E"}),
        ("user-name", {"name": "elena", "password": PASSWORD}),
        ("password", {"password": PASSWORD, "new": made.OTHER, "again": made.OTHER}),
    ):
        assert made.change(second, what, **values, **extra).status_code == 200
    assert second.get("/en/admin").status_code == 404
    assert world.count(site, "people", "role = 'admin'") == 0
    assert world.count(site, "accounts", "user_name = 'maria'") == world.count(site, "accounts", "name = 'E'") == 1
    assert made.is_in(first)


def test_an_admin_comes_back_on_another_device_and_it_is_recorded(site: Flask):
    people = world.make(site)
    admin = Visit(people.client("admin"))
    assert "This device is the admin" in admin.get("/en/account").text
    made.sign_up(admin, "the admin")
    elsewhere = made.visitor(site)
    assert made.sign_in(elsewhere, "the admin").location == "/en/admin"
    assert elsewhere.get("/en/admin").status_code == 200
    made.change(elsewhere, "password", password=PASSWORD, new=made.OTHER, again=made.OTHER)
    assert admin.get("/en/admin").status_code == 404, "the other device has ended"
    with site.extensions["engine"].connect() as connection:
        said = connection.exec_driver_sql("select action from audit_entries order by n").scalars().all()
    assert [action for action in said if action.startswith("admin.")] == [
        "admin.account_made",
        "admin.signed_in",
        "admin.password_set",
    ]


@pytest.mark.parametrize("name", ["\0", "a\0b", "@", "x" * 5000, "\ue002\ue003", "' or 1=1 --"])
def test_odd_names_are_a_sentence(site: Flask, name: str):
    answer = made.sign_in(made.visitor(site), name)
    assert answer.status_code == 422
    assert "not right" in answer.text
    assert "\ue002" not in answer.text


@pytest.mark.parametrize(
    ("path", "field"),
    [("/en/sign-in", "name"), ("/en/sign-in/new", "name"), ("/en/sign-in/forgotten", "code")],
)
def test_what_was_typed_survives_a_token_that_no_longer_holds(lite_site: Flask, path: str, field: str):
    data = {"csrf": "old", "key": secrets.token_hex(16), field: "typed by hand", "device": "shared", "new": PASSWORD}
    answer = lite_site.test_client().post(path, data=data)
    assert answer.status_code == 400
    assert 'value="typed by hand"' in answer.text
    assert 'value="shared" checked' in answer.text
    assert PASSWORD not in answer.text


def test_exit_and_forget_me_end_the_account_s_session_here(site: Flask):
    for way in ("exit", "forget"):
        visit = made.visitor(site)
        made.sign_up(visit, f"maria {way}")
        token = made.device(visit)
        if way == "exit":
            visit.client.get("/en/leave")
        else:
            visit.get("/en/account")
            visit.send(visit.form(having="Forget me"))
        again = site.test_client()
        again.set_cookie("device", token)
        assert again.get("/en/account").status_code == 303, way
