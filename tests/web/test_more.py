"""The quiet lesson: read to its end it leaves no row, no log line, no count; and no course knows it."""

import logging
import re
from html import unescape

import pytest
from flask import Flask

from tests import courses
from tests.visit import Visit, forms
from tests.web import world

QUIET = [one for one in courses.module("m05")["lessons"] if "quiet" in one]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_read_to_its_end_it_leaves_nothing(site: Flask, caplog: pytest.LogCaptureFixture, lang: str):
    visit = Visit(site.test_client())
    visit.start(lang)  # even of somebody who has started a course
    before = world.rows(site)
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    page = visit.get(f"/{lang}/help/more")
    assert page.status_code == 200
    said = unescape(page.text)
    assert all(str(block["key"]) and f'id="{block["key"]}"' in said for block in QUIET[0]["blocks"])
    assert "Set-Cookie" not in page.headers
    assert world.rows(site) == before
    assert [record for record in caplog.records if record.name.startswith("toolkit")] == []


def test_nothing_on_it_can_be_sent_but_the_foot_that_every_page_has(site: Flask):
    page = Visit(site.test_client()).get("/en/help/more")
    main = page.text.partition("<main")[2].partition("</main>")[0]
    assert forms(main) == []
    assert main.count("<details") >= 6, "each option is a fold with its reason inside"
    assert "reports/" not in main


@pytest.mark.parametrize("lang", ["en", "el"])
def test_it_says_what_it_is_for_and_has_the_tools_of_a_lesson(lite_site: Flask, lang: str):
    client = lite_site.test_client()
    quiet, open_one = (client.get(f"/{lang}/{path}").text for path in ("help/more", "courses/core/m05/5-1"))
    title = re.compile('</h1>.*?<div class="aims">([^<]+)<ul>', re.DOTALL)
    assert title.findall(quiet) == title.findall(open_one) != []
    assert quiet.partition('class="aims"')[2].partition("</div>")[0].count("<li>") == len(QUIET[0]["objectives"])
    tools = [re.findall('class="tools screen".*?data-print', page, re.DOTALL) for page in (quiet, open_one)]
    assert tools[0] == tools[1] != []
    for one in ('class="listen"', 'class="sizes"', "data-print"):
        assert quiet.count(one) == 1
    script = re.search('src="(/static/js/quiet[^"]*)"', quiet)
    assert script
    ran = client.get(script[1]).text
    assert "speechSynthesis" in ran
    for sends in ("fetch", "XMLHttpRequest", "sendBeacon", "submit", "localStorage", "sessionStorage"):
        assert sends not in ran


def test_a_size_of_text_is_read_from_its_cookie_and_leaves_nothing(site: Flask, caplog: pytest.LogCaptureFixture):
    client = site.test_client()
    client.set_cookie("size", "3")
    before = world.rows(site)
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    page = client.get("/en/help/more")
    assert 'data-size="3"' in page.text
    assert "Set-Cookie" not in page.headers
    assert world.rows(site) == before
    assert [record for record in caplog.records if record.name.startswith("toolkit")] == []


def test_no_course_knows_it(site: Flask):
    client = site.test_client()
    key = QUIET[0]["key"]
    assert client.get(f"/en/courses/core/m05/{key}").status_code == 404
    for path in ("/en/courses/core", "/en/courses/core/m05", "/en/courses/core/m05/5-2"):
        assert f"m05/{key}" not in client.get(path).text
    assert 'href="/en/help/more"' in client.get("/en/courses/core/m05").text, "but its module leads to it"
    visit = Visit(client)
    visit.start("en")
    form = next(one for one in forms(visit.get("/en/courses/core/m05/5-1").text) if one.id == "place")
    refused = client.post(f"/en/courses/core/m05/{key}", data={**form.fields, "action": "done"})
    assert refused.status_code == 404


@pytest.mark.parametrize(("country", "lines"), [("ie", True), ("cy", False)])
def test_the_card_shows_only_112_and_lines_without_a_name(site: Flask, country: str, *, lines: bool):
    visit = Visit(site.test_client())
    visit.get("/en/help")
    visit.send(visit.form(having="country"), {"country": country})
    main = visit.get("/en/help/more").text.partition("<main")[2].partition("</main>")[0]
    assert "112" in main
    assert ('class="listing"' in main) is lines


def test_it_is_not_counted(make_site, loaded_url: str):  # type: ignore[no-untyped-def]
    counting = make_site(loaded_url, METRICS_TOKEN="a token to read counts with")
    client = counting.test_client()
    client.get("/en/help/more")
    client.get("/en/courses/core/m05/5-1")
    page = client.get("/metrics", headers={"Authorization": "Bearer a token to read counts with"})
    assert 'room="lessons"' in page.text, "what is counted is there"
    assert 'room="more"' not in page.text
