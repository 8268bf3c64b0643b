"""Accounts and mail: addresses, links, and answers that never tell whether an address is known."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.visit import Visit
from tests.web import accounts_made as made
from tests.web import world
from tests.web.accounts_made import OTHER, PASSWORD
from tests.web.test_budgets import counted

ADDRESS = "maria@example.org"


@pytest.fixture
def mailing(make_site: Callable[..., Flask], loaded_url: str) -> Flask:
    """A site that may write mail; it goes no further than the table of letters."""
    return make_site(loaded_url, SMTP_URL="smtp://127.0.0.1:9")


def ask(visit: Visit, email: str, page: str = "sign-in/new", lang: str = "en") -> TestResponse:
    """Ask for a message to an address."""
    visit.get(f"/{lang}/{page}")
    return visit.send(visit.form(action=f"/{lang}/sign-in/message"), {"address": email})


def with_address(site: Flask, visit: Visit, lang: str = "en") -> TestResponse:
    """Make an account with an address, by its link."""
    ask(visit, ADDRESS, lang=lang)
    visit.get(made.link(site))
    return visit.send(visit.form(having="again"), {"new": PASSWORD, "again": PASSWORD, "device": "own"})


def test_a_guest_makes_an_account_with_an_address_only(mailing: Flask):
    visit = made.visitor(mailing)
    visit.start("el")
    said = ask(visit, ADDRESS, lang="el")
    assert ADDRESS in said.text
    assert world.count(mailing, "accounts") == 0, "an address counts when it is confirmed"
    letter = made.letters(mailing)[0]
    assert (letter.template, letter.to_address, letter.language) == ("register", ADDRESS, "el")
    assert "http://127.0.0.1:8000/el/sign-in/links/" in str(letter.params), "our own name, whatever Host was sent"
    page = visit.get(made.link(mailing))
    assert ADDRESS in page.text
    assert world.count(mailing, "mail_tokens", "used_at is null") == 1, "opening it changes nothing"
    visit.send(visit.form(having="again"), {"new": PASSWORD, "again": PASSWORD})
    assert world.count(mailing, "people") == 1, "she is who she was"
    assert made.is_in(visit)
    assert visit.get(made.link(mailing)).status_code == 404
    assert made.sign_in(made.visitor(mailing), ADDRESS.upper()).status_code == 303


@pytest.mark.parametrize("page", ["sign-in/new", "sign-in/forgotten"])
def test_the_answer_is_the_same_for_known_and_unknown_addresses(mailing: Flask, page: str):
    with_address(mailing, made.visitor(mailing))
    answers, asked = [], []
    for email in (ADDRESS, "marix@example.org"):
        visit = made.visitor(mailing)
        visit.get(f"/en/{page}")
        form = visit.form(action="/en/sign-in/message")
        with counted(mailing) as seen:
            answer = visit.send(form, {"address": email})
        answers.append((answer.status_code, made.bare(answer.text).replace(email, ADDRESS)))
        asked.append(seen["statements"])
    assert answers[0] == answers[1]
    assert asked[0] == asked[1]
    templates = [letter.template for letter in made.letters(mailing)][-2:]
    assert templates == (["known", "register"] if page == "sign-in/new" else ["reset", "unknown"])


def test_a_link_opens_a_new_password_once_and_ends_every_other_device(mailing: Flask):
    her = made.visitor(mailing)
    with_address(mailing, her)
    other = made.visitor(mailing)
    ask(other, ADDRESS, "sign-in/forgotten")
    other.get(made.link(mailing))
    form = other.form(having="again")
    refused = other.send(form, {"new": ADDRESS, "again": ADDRESS})
    assert "Choose words that nobody connects with you" in refused.text
    values = {"new": OTHER, "again": OTHER, "device": "own"}
    form, twice = other.form(having="again"), []
    for _ in range(2):
        other.client.delete_cookie("device")  # the second press left before the first answer came
        twice.append(other.send(form, values, follow=False))
    assert [answer.status_code for answer in twice] == [303, 303]
    assert made.is_in(other)
    assert not made.is_in(her)
    assert made.sign_in(made.visitor(mailing), ADDRESS).status_code == 422
    assert made.sign_in(made.visitor(mailing), ADDRESS, OTHER).status_code == 303
    late = made.visitor(mailing)
    assert late.get(made.link(mailing)).status_code == 404
    assert "Ask for a new link" in late.page.text


def test_an_address_beside_a_user_name_counts_only_when_confirmed(mailing: Flask):
    visit = made.visitor(mailing)
    page = made.sign_up(visit, email=ADDRESS)
    assert "A message went to your address" in page.text
    assert made.sign_in(made.visitor(mailing), ADDRESS).status_code == 422
    elsewhere = made.visitor(mailing)
    elsewhere.get(made.link(mailing))
    form = elsewhere.form(having="confirm it")
    for _ in range(2):
        assert "The address is confirmed" in elsewhere.send(form).text
    assert not made.is_in(elsewhere), "confirming signs nobody in"
    assert ADDRESS in visit.get("/en/account").text
    assert made.sign_in(made.visitor(mailing), ADDRESS).status_code == 303


def test_changing_the_address_waits_for_its_link_and_tells_the_old_one(mailing: Flask):
    visit = made.visitor(mailing)
    with_address(mailing, visit)
    known = made.change(visit, "e-mail", email="new@example.org", password=PASSWORD)
    assert "A message went to the new address" in known.text
    assert "new@example.org" not in known.text
    visit.get(made.link(mailing))
    visit.send(visit.form(having="confirm it"))
    letter = made.letters(mailing)[-1]
    assert (letter.template, letter.to_address) == ("changed", ADDRESS)
    assert "new@example.org" in visit.get("/en/account").text
    gone = made.change(visit, "e-mail", email="", password=PASSWORD)
    assert "Keep one of the two" in gone.text
    made.change(visit, "user-name", name="maria", password=PASSWORD)
    assert "no e-mail address any more" in made.change(visit, "e-mail", email="", password=PASSWORD).text


def test_an_address_of_another_account_gets_the_same_answer_and_its_owner_a_letter(mailing: Flask):
    with_address(mailing, made.visitor(mailing))
    visit = made.visitor(mailing)
    made.sign_up(visit, "eleni")
    said = made.change(visit, "e-mail", email=ADDRESS, password=PASSWORD)
    assert "A message went to the new address" in said.text
    assert made.letters(mailing)[-1].template == "known"


@pytest.mark.parametrize("typed", ["no address", "a@b", "m@example.org\r\nBcc: x@example.org", "μ@example.org"])
def test_what_is_no_address_is_refused_and_stays_in_the_form(mailing: Flask, typed: str):
    for page in ("sign-in/new", "sign-in/forgotten"):
        answer = ask(made.visitor(mailing), typed, page)
        assert answer.status_code == 422
        assert "not a whole e-mail address" in answer.text
        assert typed.partition("\r")[0] in answer.text
    assert world.count(mailing, "letters") == 0


def test_the_fourth_message_within_an_hour_is_refused_known_or_not(mailing: Flask):
    with_address(mailing, made.visitor(mailing))
    for email, more in ((ADDRESS, 2), ("nobody@example.org", 3)):
        for _ in range(more):
            assert ask(made.visitor(mailing), email, "sign-in/forgotten").status_code == 200
        answer = ask(made.visitor(mailing), email, "sign-in/forgotten")
        assert answer.status_code == 429
        assert "wait an hour" in answer.text


@pytest.mark.parametrize("name", ["register", "reset"])
def test_an_address_survives_a_token_that_no_longer_holds(mailing: Flask, name: str):
    data = {"csrf": "old", "key": "k" * 22, "address": ADDRESS, "name": name}
    answer = mailing.test_client().post("/en/sign-in/message", data=data)
    assert answer.status_code == 400
    assert f'value="{ADDRESS}"' in answer.text
    assert world.count(mailing, "letters") == 0


def test_without_mail_the_pages_say_so_and_nothing_is_written(lite_site: Flask):
    visit = made.visitor(lite_site)
    assert "does not send mail yet" in visit.get("/en/sign-in/new").text
    assert "does not send mail yet" in visit.get("/en/sign-in/forgotten").text
    for name in ("register", "reset"):
        data = {**world.fields(lite_site, ""), "address": ADDRESS, "name": name}
        answer = visit.client.post("/en/sign-in/message", data=data)
        assert answer.status_code == 422
        assert "does not send mail yet" in answer.text
    answer = made.sign_up(visit, email=ADDRESS)
    assert answer.status_code == 422
    assert world.count(lite_site, "letters") == 0
    assert world.count(lite_site, "accounts") == 0


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("template", ["register", "known", "confirm", "reset", "unknown", "changed"])
def test_a_letter_is_neutral_and_in_the_readers_language(lite_site: Flask, template: str, lang: str):
    to = "https://learning.example.org/en/sign-in/links/TOKEN"
    subject, words, html = lite_site.extensions["render_letter"](template, lang, {"link": to})
    linked = template not in {"unknown", "changed"}
    assert (to in words) is linked
    assert (f'href="{to}"' in html) is linked
    assert ("Γεια" in words) is (lang == "el")
    nothing = {"en": "you need not do anything", "el": "δεν χρειάζεται να κάνεις τίποτα"}[lang]
    assert (nothing in words) is (nothing in html) is (template != "changed"), "who did not change it has to act"
    assert "<img" not in html
    assert "<" not in words
    everything = (subject + words + html).lower()
    assert not [
        word for word in ("traffick", "exploit", "victim", "εμπορία", "εκμετάλλευ", "θύμα") if word in everything
    ]
