"""Report a mistake: from every text, by anybody, nothing about who; the admin's list shows words and runs none."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.visit import Visit
from tests.web import world
from tests.web.world import World
from toolkit import db
from toolkit.models.site import MistakeReport
from toolkit.services import courses

PLACE = "/en/reports/m01/1-1/b2"
LESSON = "/en/courses/core/m01/1-1"  # the first course that holds the module
DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


def kept(app: Flask) -> list[tuple[Any, ...]]:
    return [row[1:] for row in world.rows(app)["mistake_reports"]]


def post(made: World, role: str, words: str, path: str = PLACE, **fields: str) -> TestResponse:
    data = {**made.fields(role), "text": words, **fields}
    return made.client(role).post(path, data=data, headers={"Accept": "text/html"})


def typed(html: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_block_of_a_lesson_leads_to_a_form_for_it_and_back(lite_site: Flask, lang: str):
    visit = Visit(lite_site.test_client())
    with db.read_session(lite_site.extensions["engine"]) as session:
        edition = courses.shelf(session).edition("m01", lang)
    assert edition is not None
    for lesson in edition.structure["lessons"]:  # of the first course that holds the module
        address = f"/{lang}/courses/core/m01/{lesson['key']}"
        links = re.findall(rf'href="(/{lang}/reports/[^"]*)"', visit.get(address).text)
        assert links == [f"/{lang}/reports/m01/{lesson['key']}/{block['key']}" for block in lesson["blocks"]]
        for link, block in zip(links, lesson["blocks"], strict=True):
            page = visit.get(link)
            assert page.status_code == 200
            assert f'href="{address}#{block["key"]}"' in page.text, "the way back is the block itself"
            assert 'content="noindex"' in page.text
            other = "el" if lang == "en" else "en"
            assert visit.get(link.replace(f"/{lang}/", f"/{other}/")).status_code == 200, "switched on this page, too"


@pytest.mark.parametrize("lang", ["en", "el"])
def test_whoever_comes_from_another_course_with_the_same_lesson_is_led_back_to_it(made: World, lang: str):
    client, other = made.client("owner"), "el" if lang == "en" else "en"
    address = f"/{lang}/courses/basics/m01/1-1"
    link = re.findall(rf'href="(/{lang}/reports/[^"]*)"', client.get(address).text)[1]
    assert link == f"/{lang}/reports/m01/1-1/b2?course=basics"
    assert f'href="{address}#b2"' in client.get(link).text
    assert f'href="/{other}/reports/m01/1-1/b2?course=basics"' in client.get(link).text, "the language changes nothing"
    thanked = post(made, "owner", "The stem has a slip.", link).location
    assert thanked == f"/{lang}/reports/m01/1-1/b2/thanks?course=basics"
    assert f'href="{address}#b2"' in client.get(thanked).text
    for made_up in ("m02", "nothing", "../admin"):
        page = client.get(f"/{lang}/reports/m01/1-1/b2", query_string={"course": made_up}).text
        assert f'href="/{lang}/courses/core/m01/1-1#b2"' in page
        assert "?course=" not in page


def test_an_answered_question_has_its_link_and_an_open_one_has_none(made: World):
    client = made.client("owner")
    assert "/en/reports/" not in client.get(f"/en/attempts/{made.attempt}").text
    answered = client.get(f"/en/attempts/{made.attempt}/answers/1").text
    (link,) = re.findall(r'href="(/en/reports/m01/quiz/[^"?]*\?course=basics)"', answered)
    page = client.get(link).text
    assert 'href="/en/courses/basics/quiz"' in page, "it was asked in this course"
    assert "data-right" not in page
    assert post(made, "owner", "The stem has a slip.", link).location == link.replace("?", "/thanks?")


def test_from_the_lesson_to_thanks_and_back_without_script(lite_site: Flask):
    visit = Visit(lite_site.test_client())
    visit.get(LESSON)
    visit.get(f"{PLACE}")
    assert "Three parts" in visit.page.text, "it says which text is meant"
    thanks = visit.send(visit.form(having="Send"), {"text": "The word “crime” is spelt wrongly."})
    assert visit.at == f"{PLACE}/thanks"
    assert "Thank you" in thanks.text
    assert f'href="{LESSON}#b2"' in thanks.text
    assert [row[:3] for row in kept(lite_site)] == [("m01/1-1/b2", "en", "The word “crime” is spelt wrongly.")]


@pytest.mark.parametrize("role", ["anonymous", "owner", "admin"])
def test_nothing_tells_who_sent_it_or_when(made: World, role: str):
    before = world.rows(made.app)
    with time_machine.travel(DAY, tick=False):
        assert post(made, role, "Wrong year.").status_code == 303
    after = world.rows(made.app)
    assert world.changed(before, after) == {"mistake_reports", "submissions"}
    new = set(map(repr, after["submissions"])) - set(map(repr, before["submissions"]))
    assert len(new) == 1
    row = next(row for row in after["submissions"] if repr(row) in new)
    assert None in row, "no person"
    assert "09:00" not in repr(row)
    assert "9, 0" not in repr(row)


def test_a_form_sent_many_times_is_one_report(made: World):
    fields = made.fields("other")
    client = made.client("other")
    for _ in range(5):
        assert client.post(PLACE, data={**fields, "text": "once"}).status_code == 303
    assert len(kept(made.app)) == 1
    changed = client.post(PLACE, data={**made.fields("other"), "key": fields["key"], "text": "once, and more"})
    assert changed.status_code == 409
    assert typed(changed.text) == "once, and more"
    visit = Visit(client)
    visit.at, visit.page = PLACE, changed
    form = visit.form(having="Send")
    assert form.fields["key"] != [fields["key"]], "the next press is a report of its own"
    visit.send(form, {"text": "once, and more"})
    assert len(kept(made.app)) == 2


def test_a_refused_report_keeps_what_was_typed(made: World):
    empty, long = "Write what is wrong", "longer than 1,000 signs"
    for words, said in (("", empty), ("  \n", empty), ("long " * 201, long)):
        answer = post(made, "anonymous", words)
        assert answer.status_code == 422
        assert said in answer.text
        assert typed(answer.text) == words
        assert 'aria-invalid="true"' in answer.text
    assert kept(made.app) == []


def test_a_stale_token_keeps_what_was_typed(made: World):
    answer = post(made, "owner", "Half <an hour> of typing.", csrf="x")
    assert answer.status_code == 400
    assert typed(answer.text) == "Half &lt;an hour&gt; of typing."
    assert "send once more" in answer.text


def test_a_full_day_is_a_sentence_with_the_contact_and_tomorrow_it_is_taken(
    make_site: Callable[..., Flask], loaded_url: str
):
    app = make_site(loaded_url, CONTACT="desk@example.org")
    with db.write_session(app.extensions["engine"]) as session:
        for _ in range(200):
            session.add(
                MistakeReport(place="m01/1-1/b1", language="en", text="x", reported_on=DAY.date(), done_on=None)
            )
    client = app.test_client()
    with time_machine.travel(DAY, tick=False):
        data = {**world.fields(app, ""), "text": "The 201st."}
        for _ in range(2):
            full = client.post(PLACE, data=data)
            assert full.status_code == 429
    assert "Please send it tomorrow" in full.text
    assert 'href="mailto:desk@example.org"' in full.text
    assert typed(full.text) == "The 201st."
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        assert client.post(PLACE, data=data).status_code == 303, "the same page, sent again a day later"
    assert len(kept(app)) == 201


@pytest.mark.parametrize(
    ("env", "letters"),
    [
        ({"CONTACT": "desk@example.org", "SMTP_URL": "smtp://127.0.0.1:9"}, 1),
        ({"CONTACT": "desk@example.org"}, 0),
        ({"CONTACT": "ring 12 in the canteen", "SMTP_URL": "smtp://127.0.0.1:9"}, 0),
        ({"SMTP_URL": "smtp://127.0.0.1:9"}, 0),
    ],
)
def test_the_contact_gets_a_letter_where_mail_and_address_are_set(
    make_site: Callable[..., Flask], loaded_url: str, env: dict[str, str], letters: int
):
    app = make_site(loaded_url, **env)
    for words in ("one", "two"):
        app.test_client().post(PLACE, data={**world.fields(app, ""), "text": words})
    assert world.count(app, "letters") == letters
    assert len(kept(app)) == 2


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_letter_is_neutral_and_holds_nothing_that_was_typed(lite_site: Flask, lang: str):
    subject, plain, html = lite_site.extensions["render_letter"]("report", lang, {})
    address = f"http://127.0.0.1:8000/{lang}/admin/reports"
    assert address in plain
    assert f'<a href="{address}">' in html
    assert "report" not in subject.lower()
    assert re.search("[α-ω]" if lang == "el" else "mistakes", plain)


def test_places_that_are_not_there_are_all_the_same(made: World):
    client = made.client("anonymous")
    gone = world.as_bytes(client.get("/en/nothing-here"))
    for at in (
        "m01/1-1/b99",
        "m99/1-1/b1",
        "m01/1-1/B1",
        "m01/quiz/b1",
        "courses/1-1/b1",
        "m01/1-1/%3Cb%3E",
        "m01/1-1",
    ):
        assert world.as_bytes(client.get(f"/en/reports/{at}")) == gone, at
        assert world.as_bytes(client.get(f"/en/reports/{at}/thanks")) == gone, at
        sent = client.post(f"/en/reports/{at}", data={**made.fields("anonymous"), "text": "x"})
        assert sent.status_code == 404, at
    assert kept(made.app) == []


def test_help_pages_have_no_such_link(lite_site: Flask):
    client = lite_site.test_client()
    assert not [p for p in ("/en/help", "/en/help/cy", "/en/", "/en/verify") if "/en/reports/" in client.get(p).text]


def test_fields_that_no_form_has_change_nothing(made: World):
    answer = post(
        made, "owner", "fine", done_on="2026-01-01", person_id="1", reported_on="1999-01-01", place="m01/1-1/b3"
    )
    assert answer.status_code == 303
    ((place, language, words, _day, done),) = kept(made.app)
    assert (place, language, words, done) == ("m01/1-1/b2", "en", "fine", None)
