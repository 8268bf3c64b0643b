"""The refreshers on their pages: four questions a day, nothing sent, nothing kept, a calendar that says nothing."""

import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests import right
from tests.visit import forms
from tests.web import world
from toolkit import db
from toolkit.services import courses

BASE = "/courses/core/refreshers"
PLAN = {7: ["o5-1", "o5-1", "o1-1", "o4-2"], 30: ["o5-1", "o5-2", "o4-4", "o2-4"], 90: ["o5-1", "o5-2", "o1-3", "o4-2"]}
TITLE = {"en": "Three minutes", "el": "Τρία λεπτά"}
TOPIC = re.compile(r"traffick|exploit|victim|demand|buyer|εμπορί|εκμετάλλευ|θύμα|ζήτησ|αγοραστ", re.IGNORECASE)


def asked(html: str) -> list[dict[str, Any]]:
    """Find the items of a page by the addresses at which a mistake in them is reported."""
    banks = right.banks()
    return [banks[module, key] for module, key in re.findall(r'/reports/(m\d\d)/quiz/(i\d+)"', html)]


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("day", PLAN)
def test_a_day_asks_its_four_questions_anew_each_time(site: Flask, lang: str, day: int):
    client, drawings = site.test_client(), set()
    for _ in range(12):
        answer = client.get(f"/{lang}{BASE}/{day}")
        assert answer.status_code == 200
        items = asked(answer.text)
        assert Counter(item["objective"] for item in items) == Counter(PLAN[day])
        assert all("refresher" in item["use"] for item in items)
        assert len({item["surface"] for item in items}) == 4
        families = [item["family"] for item in items if "family" in item]
        assert len(set(families)) == len(families)
        drawings.add(tuple(sorted((item["objective"], item["key"]) for item in items)))
    assert len(drawings) > 1


def test_the_signs_of_the_last_day_are_of_another_sector_than_those_of_the_first(site: Flask):
    client = site.test_client()
    sectors = {
        day: {
            item["sector"]
            for _ in range(15)
            for item in asked(client.get(f"/en{BASE}/{day}").text)
            if item["objective"] == "o4-2"
        }
        for day in (7, 90)
    }
    assert sectors[7]
    assert sectors[90]
    assert not sectors[7] & sectors[90]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_answer_is_a_fold_with_its_reason_and_nothing_can_be_sent(site: Flask, lang: str):
    for day in PLAN:
        html = site.test_client().get(f"/{lang}{BASE}/{day}").text
        main = html.partition("<main")[2].partition("</main>")[0]
        assert forms(main) == []
        assert "<input" not in main
        items = asked(main)
        assert main.count('<details class="fold">') == sum(len(item["options"]) for item in items)
        with db.read_session(site.extensions["engine"]) as session:
            shelf = courses.shelf(session)
            shown = " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())
            for item in items:
                module = next(of for (of, _key), one in right.banks().items() if one is item)
                edition = shelf.edition(module, lang)
                for option in item["options"]:
                    assert " ".join(edition.text(option["feedback"]).split()) in shown


def test_no_page_of_theirs_writes_a_row_or_sets_a_cookie(site: Flask):
    token = world.guest(site)
    before = world.rows(site)
    for device in ("", token):
        client = site.test_client()
        if device:
            client.set_cookie("device", device)
        for path in ("", "/7", "/30", "/90", "/card", ".ics"):
            answer = client.get(f"/en{BASE}{path}")
            assert answer.status_code == 200
            assert "device=" not in str(answer.headers.getlist("Set-Cookie"))
            assert client.post(f"/en{BASE}{path}", data=world.fields(site, device)).status_code in {404, 405}
    assert world.rows(site) == before


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_calendar_holds_three_days_and_no_word_of_the_topic(site: Flask, lang: str):
    answer = site.test_client().get(f"/{lang}{BASE}.ics")
    assert answer.content_type.startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calendar.ics"'
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    text = answer.data.decode().replace("\r\n ", "")
    assert text.count("\r\n") == text.count("\n"), "lines end as the format asks"
    today = datetime.now(ZoneInfo("Europe/Nicosia")).date()
    days = [f"{today + timedelta(days=day):%Y%m%d}" for day in PLAN]
    assert re.findall(r"DTSTART;VALUE=DATE:(\d{8})\r", text) == days
    assert re.findall(r"SUMMARY:(.*)\r", text) == [TITLE[lang]] * 3
    assert [int(day) for day in re.findall(rf"URL:http://\S+/{lang}{BASE}/(\d+)\r", text)] == list(PLAN)
    assert len(set(re.findall(r"UID:(\w+)\r", text))) == 3
    assert not TOPIC.search(text)
    assert "DESCRIPTION" not in text


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_card_has_a_neutral_title_and_three_dates(site: Flask, lang: str):
    answer = site.test_client().get(f"/{lang}{BASE}/card")
    slip = re.search(r'<section class="section slip.*?</section>', answer.text, re.DOTALL)
    assert slip is not None
    assert f"<h2>{TITLE[lang]}</h2>" in slip[0]
    assert slip[0].count("<li>") == 3
    assert not TOPIC.search(slip[0])
    assert f"<title>{TITLE[lang]} · " in answer.text


def test_a_course_without_them_and_a_day_that_is_none_are_not_there(site: Flask):
    client = site.test_client()
    for path in (
        "basics/refreshers",
        "basics/refreshers.ics",
        "basics/refreshers/7",
        "core/refreshers/8",
        "no/refreshers",
    ):
        assert client.get(f"/en/courses/{path}").status_code == 404


def test_the_form_for_her_country_is_shown_and_not_kept(site: Flask):
    client = site.test_client()
    client.set_cookie("country", "cy")
    shown = False
    for _ in range(20):
        html = client.get(f"/en{BASE}/30").text
        for item in asked(html):
            form = next((one for one in item.get("countries", ()) if one["country"] == "cy"), None)
            if form is not None:
                with db.read_session(site.extensions["engine"]) as session:
                    stem = courses.shelf(session).edition("m05", "en").text(form["stem"])
                shown = shown or stem in unescape(html)
    assert shown
