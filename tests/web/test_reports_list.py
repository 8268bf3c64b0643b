"""The admin's list of reports: words are shown and run nothing, 50 on a page, done and open again."""

import re
from datetime import date

import pytest
from flask import Flask

from tests.visit import Visit
from tests.web import world
from tests.web.test_budgets import counted
from tests.web.world import World
from toolkit import db
from toolkit.models.site import MistakeReport

PLACE = "/en/reports/m01/1-1/b2"
DAY = date(2026, 11, 21)


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "{{ 7 * 7 }} %(x)s \\u003cscript\\u003e",
    "a\0b\ud7ff\ue002\ue006\ue003",
    "=HYPERLINK(1)",
]


def send(made: World, words: str) -> int:
    return made.client("anonymous").post(PLACE, data={**made.fields("anonymous"), "text": words}).status_code


def test_what_a_stranger_wrote_is_text_and_nothing_else(made: World):
    for words in NASTY:
        assert send(made, words) == 303, words
    shown = made.client("admin").get("/en/admin/reports").text
    told = [part.partition("</div>")[0] for part in shown.split('class="told"')[1:]]
    assert len(told) == len(NASTY)
    assert not [part for part in told if re.search(r"<(script|img|textarea)|49", part)]
    assert not re.search("[\ue000-\ue00f\0]", shown)


def fill(app: Flask, many: int) -> None:
    with db.write_session(app.extensions["engine"]) as session:
        for n in range(many):
            place = "m01/1-1/b1" if n % 2 else "m09/9-9/gone"
            session.add(MistakeReport(place=place, language="el", text=f"no {n}.", reported_on=DAY, done_on=None))


def test_the_list_is_short_in_statements_however_many_there_are(made: World):
    client, asked = made.client("admin"), []
    for more in (1, 60, 300):
        fill(made.app, more)
        client.get("/en/admin/reports")
        with counted(made.app) as seen:
            shown = client.get("/en/admin/reports").text
        asked.append(len(seen["statements"]))
        assert shown.count('class="told"') == min(more, 50)
    assert asked[0] == asked[1] == asked[2] <= 8
    assert "This text is no longer published: m09/9-9/gone" in shown


def test_the_admin_goes_through_all_marks_one_and_takes_it_back(made: World):
    fill(made.app, 120)
    visit = Visit(made.client("admin"))
    seen: list[str] = []
    address: str | None = "/en/admin/reports?show=open"
    while address:
        html = visit.get(address.replace("&amp;", "&")).text
        seen += re.findall(r"no (\d+)\.", html)
        older = re.search(r'<a href="([^"]*)">Older reports', html)
        address = older[1] if older else None
    assert seen == [str(n) for n in reversed(range(120))]
    visit.get("/en/admin/reports")
    form = visit.form(having="report")
    visit.send(form, {"action": "done"})
    assert "Done on" in visit.page.text
    assert world.count(made.app, "mistake_reports", "done_on is not null") == 1
    assert world.count(made.app, "audit_entries", "action = 'report.done'") == 1
    visit.send(visit.form(having="Open it again"), {"action": "open"})
    assert world.count(made.app, "mistake_reports", "done_on is not null") == 0
    assert "no 119" not in repr(world.rows(made.app)["audit_entries"]), "the log holds no words of readers"


def test_odd_numbers_change_nothing(made: World):
    fill(made.app, 2)
    before = world.rows(made.app)
    for number in ("", "0", "x", "-1", "9" * 30, "1 or 1=1", "٣"):
        data = {**made.fields("admin"), "report": number, "action": "done", "before": number, "show": "//x"}
        answer = made.client("admin").post("/en/admin/reports", data=data)
        assert answer.status_code == 303, number
        assert answer.location.startswith("/en/admin/reports"), number
        assert made.client("admin").get("/en/admin/reports", query_string={"before": number}).status_code == 200
    assert world.changed(before, world.rows(made.app)) == set()
