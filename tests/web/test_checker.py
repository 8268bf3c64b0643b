"""The checker to save: one small file, sealed by its own policy, telling what the site knows today, and no code."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from tests.web import world
from tests.web.world import World
from toolkit import db, signing
from toolkit.rules.certificate_keys import KeyState
from toolkit.services import audit, certificate_keys, withdrawals
from toolkit.web import checker_file

MOST_BYTES = 60_000
MOST_STATEMENTS = 4


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


def saved(app: Flask, lang: str = "en") -> str:
    answer = app.test_client().get(f"/{lang}/checker")
    assert answer.status_code == 200
    return answer.text


def known(html: str) -> dict[str, Any]:
    """Read what the file knows, as its script does."""
    found: dict[str, Any] = json.loads(re.search(r'<script type="application/json" id="known">(.*?)</script>', html)[1])
    return found


def hashes(html: str) -> list[tuple[bytes, date]]:
    data = base64.b64decode(known(html)["withdrawn"])
    cut = [data[at : at + 8] for at in range(0, len(data), 8)]
    return [(one[:6], date(2020, 1, 1) + timedelta(days=int.from_bytes(one[6:]))) for one in cut]


def withdraw(app: Flask, code: str, now: datetime) -> None:
    with db.write_session(app.extensions["engine"]) as session:
        assert withdrawals.withdraw(session, code, reason="mistake", by=audit.SERVER, now=now)


@pytest.fixture
def statements(site: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(text)

    event.listen(site.extensions["engine"], "before_cursor_execute", note)
    yield seen
    event.remove(site.extensions["engine"], "before_cursor_execute", note)


@pytest.mark.parametrize("lang", ["en", "el"])
def test_it_is_a_file_to_keep_with_a_neutral_name_in_both_languages(lite_site: Flask, lang: str):
    with time_machine.travel(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), tick=False):
        answer = lite_site.test_client().get(f"/{lang}/checker")
    # In Nicosia the next day has begun.
    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificate-checker-2026-11-22.html"'
    assert answer.mimetype == "text/html"
    assert known(answer.text)["day"] == "2026-11-22"
    assert f'<html lang="{lang}">' in answer.text
    assert set(known(answer.text)["words"]) == {"en", "el"}
    assert known(answer.text)["words"]["el"]["title"] == "Έλεγχος βεβαίωσης"
    assert known(answer.text)["titles"] == {
        "en": {"core": "Core course", "basics": "The basics"},
        "el": {"core": "Βασική διαδρομή", "basics": "Τα βασικά"},
    }


def test_every_word_has_its_other_language_and_every_place_is_filled_by_the_script(lite_site: Flask):
    words = known(saved(lite_site))["words"]
    assert set(words["en"]) == set(words["el"])
    same = {key for key in words["en"] if words["en"][key] == words["el"][key]}
    assert same == set()
    for key, text in words["en"].items():
        places = re.findall(r"\{(\w+)\}", text)
        assert sorted(places) == sorted(re.findall(r"\{(\w+)\}", words["el"][key])), key
        assert set(places) <= {"day", "today", "since", "number", "address"}
        assert "%(" not in text


def test_its_policy_names_exactly_its_own_script_and_style_and_no_other_place(lite_site: Flask):
    html = saved(lite_site)
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)[1]
    script = re.search(r'<script type="module">(.*?)</script>', html, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    sealed = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (script, style)]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{sealed[0]}'; style-src 'sha256-{sealed[1]}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert html.count("<script") == 2
    assert html.index("Content-Security-Policy") < html.index("<style>") < html.index("<script")
    assert not re.search(r"\s(?:style|on\w+)=", re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL))
    fetched = re.findall(r'(?:src|href)="([^"#]*)', html)
    assert all(address == "" or address.startswith("data:") for address in fetched), fetched
    assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|localStorage|sessionStorage|indexedDB|cookie)\b", script)


def test_the_script_is_the_same_whatever_the_site_knows(lite_site: Flask, made_lite: World):
    before = saved(lite_site)
    withdraw(lite_site, made_lite.code, datetime.now(UTC))
    after = saved(lite_site, "el")
    scripts = [re.search(r'<script type="module">.*', html, re.DOTALL)[0] for html in (before, after)]
    assert scripts[0] == scripts[1]
    assert known(before)["withdrawn"] != known(after)["withdrawn"]


@pytest.fixture
def made_lite(lite_site: Flask) -> World:
    return world.make(lite_site)


def test_it_knows_the_keys_as_the_site_publishes_them(site: Flask):
    published = site.test_client().get("/keys.json").get_json()["keys"]
    assert len(published) == 1
    assert known(saved(site))["keys"] == published
    with db.write_session(site.extensions["engine"]) as session:
        now = datetime.now(UTC)
        assert certificate_keys.compromise(
            session, published[0]["kid"], since=now - timedelta(days=9), now=now, by=audit.SERVER
        )
    changed = known(saved(site))["keys"]
    assert changed == site.test_client().get("/keys.json").get_json()["keys"]
    assert changed[0]["state"] == "compromised"
    assert changed[0]["since"] == (now - timedelta(days=9)).date().isoformat()


def test_a_withdrawal_is_in_the_next_file_as_a_hash_and_never_as_a_code(made: World):
    now = datetime.now(UTC)
    assert hashes(saved(made.app)) == []
    withdraw(made.app, made.code, now)
    html = saved(made.app)
    assert hashes(html) == [(checker_file.withdrawn_hash(made.code), now.date())]
    assert made.code not in html
    assert base64.b64encode(made.code.encode()).decode() not in html
    with db.write_session(made.app.extensions["engine"]) as session:
        assert withdrawals.take_back(session, made.code, by=audit.SERVER, now=now)
    assert hashes(saved(made.app)) == []


def test_the_same_knowledge_gives_the_same_bytes_and_costs_few_statements(site: Flask, statements: list[str]):
    first = saved(site)
    statements.clear()
    assert saved(site) == first
    assert 0 < len(statements) <= MOST_STATEMENTS, statements


def many(keys: int, withdrawn: int) -> checker_file.Known:
    made = [hashlib.sha256(bytes([n])).digest() for n in range(keys)]
    return checker_file.Known(
        day=date(2026, 11, 21),
        address="https://learning.a-long-name-of-an-organisation.example.org",
        site_names=(("en", "Workplace Learning Toolkit"), ("el", "Εργαλειοθήκη Μάθησης")),
        issuers=(("en", "Confederation " * 8), ("el", "Συνομοσπονδία " * 8)),
        titles=tuple((tag, f"course-{n}", f"Course {n} " * 5) for tag in ("en", "el") for n in range(20)),
        keys=tuple(signing.PublicKey(one[:4], one, KeyState.RETIRED, date(2026, 1, 1)) for one in made),
        withdrawn=tuple((f"{n:012}", date(2026, 1, 1)) for n in range(withdrawn)),
    )


@pytest.mark.parametrize("lang", ["en", "el"])
def test_it_stays_under_60_kb_with_many_keys_courses_and_withdrawals(lite_site: Flask, lang: str):
    assert len(saved(lite_site, lang).encode()) < MOST_BYTES
    with lite_site.test_request_context(f"/{lang}/checker"):
        assert len(checker_file.checker(lang, many(keys=10, withdrawn=500))) < MOST_BYTES


def test_however_many_are_withdrawn_none_is_left_out(lite_site: Flask):
    with lite_site.test_request_context("/en/checker"):
        html = checker_file.checker("en", many(keys=1, withdrawn=20_000)).decode()
    found = hashes(html)
    assert len(found) == 20_000
    assert found == sorted(found), "their order tells nothing"
    assert {one for one, _ in found} == {checker_file.withdrawn_hash(f"{n:012}") for n in range(20_000)}


def test_its_parts_are_not_served_alone_and_the_check_page_offers_the_file(lite_site: Flask):
    client = lite_site.test_client()
    assert client.get("/static/checker/page.js").status_code == 404
    page = client.get("/en/verify").text
    assert 'href="/en/checker" download' in page
    assert "Save the checker" in page
    assert client.get("/xx/checker").status_code == 404
