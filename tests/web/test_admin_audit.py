"""The log's page: read, filtered, paged, exported and checked in stretches; nothing in it can act."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import text

from tests.house import tree
from tests.visit import Visit
from tests.web import world
from tests.web.world import World
from toolkit import db
from toolkit.rules import audit as rule
from toolkit.services import audit, audit_reading
from toolkit.web import audit_words

START = datetime(2026, 11, 1, 10, tzinfo=UTC)
FILES = {"yaml", "csv", "list", "db", "json", "py", "due"}


@pytest.fixture
def made(site: Flask) -> World:
    made = world.make(site)
    with db.write_session(site.extensions["engine"]) as session:
        for n in range(70):
            audit.record(
                session,
                by=audit.SERVER if n % 2 else audit.SITE,
                action="backup.made" if n % 7 else "key.made",
                subject=f"S{n % 3}",
                now=START + timedelta(days=n % 5),
                detail={"<b>": '"><script>x</script>'},
            )
    return made


def numbers(page: str) -> list[int]:
    return [int(n) for n in re.findall(r"<tr[^>]*>\s*<td[^>]*>(\d+)</td>", page)]


def last(made: World) -> tuple[int, bytes]:
    with db.read_session(made.app.extensions["engine"]) as session:
        return audit.head(session)


def sql(made: World, statement: str) -> None:
    with made.app.extensions["engine"].begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0


def test_fifty_at_a_time_down_to_the_first(made: World):
    visit, seen = Visit(made.client("admin")), []
    page = visit.get("/en/admin/audit").text
    while True:
        seen += numbers(page)
        older = re.search(r'href="([^"]+)">Older entries', page)
        if older is None:
            break
        page = visit.get(older[1].replace("&amp;", "&")).text
        assert "Newest entries" in page
    assert seen == list(range(last(made)[0], 0, -1))
    assert len(seen) > 70


def test_filters_are_kept_on_the_way_to_older_entries(made: World):
    visit = Visit(made.client("admin"))
    page = visit.get("/en/admin/audit?action=backup.made&from=2026-11-02&to=2026-11-05&by=server").text
    assert 0 < len(numbers(page)) <= 50
    assert '<option value="backup.made" selected>' in page
    assert 'value="2026-11-02"' in page
    page = visit.get("/en/admin/audit?action=backup.made").text
    older = re.search(r'href="([^"]+)">Older entries', page)
    assert older is not None
    assert "action=backup.made" in older[1]
    assert len(numbers(page)) + len(numbers(visit.get(older[1].replace("&amp;", "&")).text)) == 60


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday",
        "to=21.11.2026",
        "from=2026-13-01",
        "before=x",
        "before=999999999999",
        "action=%00x",
        "about=%ff",
        "by=%E2%80%AE",
    ],
)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_what_no_form_sends_is_a_page_too(made: World, query: str, lang: str):
    answer = made.client("admin").get(f"/{lang}/admin/audit?{query}")
    assert answer.status_code == (422 if query.startswith(("from", "to")) else 200)


def test_nothing_in_the_log_becomes_markup(made: World):
    page = made.client("admin").get("/en/admin/audit").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_an_export_is_whole_and_named_neutrally(made: World):
    answer = made.client("admin").get("/en/admin/audit/export")
    assert re.fullmatch(r'attachment; filename="log-\d{4}-\d\d-\d\d\.jsonl"', answer.headers["Content-Disposition"])
    head, entries = audit_reading.read_export(answer.text.splitlines())
    assert head == last(made)
    assert rule.faults(entries, heads=[head]) == []


def check(made: World, query: str = "") -> str:
    """Check the whole log, from stretch to stretch; give the last page."""
    visit = Visit(made.client("admin"))
    page = visit.get(f"/en/admin/audit/check{query}").text
    while (following := re.search(r'href="(/en/admin/audit/check\?[^"]+)"', page)) is not None:
        page = visit.get(following[1].replace("&amp;", "&")).text
    return page


@pytest.mark.parametrize("most", [20_000, 7])
def test_the_check_says_whole_or_what_is_not(made: World, most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit_reading, "check_stretch", partial(audit_reading.check_stretch, most=most))
    n, hashed = last(made)
    head = f"?head={n}:{hashed.hex()}"
    assert "The log is whole" in check(made)
    assert "The head that you noted down is in it." in check(made, head)
    sql(made, "update audit_entries set subject = 'x' where n = 20")
    page = check(made, head)
    assert "The log is not whole" in page
    assert most < 100 or "<b>Entry 20</b>: It was changed" in page
    sql(made, "update audit_entries set subject = 'S0' where n = 20")
    sql(made, "delete from audit_entries where n > 60")
    assert "The log is whole" in check(made), "a cut end shows only with the head"
    assert "The log is not whole" in check(made, head)


@pytest.mark.parametrize("head", ["x", "5:00", "5", "0x5:" + "00" * 32, "-1:" + "00" * 32])
def test_a_head_that_is_none_is_a_sentence_and_stays_typed(made: World, head: str):
    answer = made.client("admin").get("/en/admin/audit/check", query_string={"head": head})
    assert answer.status_code == 422
    assert f'value="{head}"' in answer.text


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_action_that_is_recorded_has_its_words(lite_site: Flask, lang: str):
    with lite_site.test_request_context(f"/{lang}/"):
        words = audit_words.actions()
    nouns = {action.partition(".")[0] for action in words}
    recorded = set()
    for path in tree.files():
        if path.parts[0] == "toolkit" and path.suffix == ".py":
            recorded |= set(re.findall(r'action="(\w+\.\w+)"', tree.text(path) or ""))
        if path.parts[:2] == ("toolkit", "services") and path.suffix == ".py":
            found = re.findall(r'"((\w+)\.(\w+))"', tree.text(path) or "")
            recorded |= {whole for whole, noun, verb in found if noun in nouns and verb not in FILES}
    assert len(recorded) >= 15
    assert recorded - set(words) == set()
    assert all(re.search("[α-ω]" if lang == "el" else "[a-z]", said) for said in words.values())
