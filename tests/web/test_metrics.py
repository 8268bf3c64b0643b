"""Counts for monitoring: only with the token, nothing about help or Exit, nothing about a person."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.web import world
from tests.web.test_budgets import counted
from toolkit import db
from toolkit.services import job_runs, letters

TOKEN = "a-token-of-the-test"


@pytest.fixture
def watched(make_site: Callable[..., Flask], loaded_url: str) -> Flask:
    return make_site(loaded_url, METRICS_TOKEN=TOKEN)


def scraped(app: Flask) -> dict[str, float]:
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer a-token-of-the-tes", f"bearer {TOKEN}", f"Basic {TOKEN}", TOKEN, "Bearer ä"],
)
def test_without_the_token_there_is_no_such_page(make_site: Callable[..., Flask], loaded_url: str, given: str):
    sites = [make_site(loaded_url, METRICS_TOKEN=TOKEN), make_site(loaded_url)]
    seen = []
    for site in sites:
        for path in ("/metrics", "/nothing/here"):
            answer = site.test_client().get(path, headers={"Authorization": given.encode().decode("latin-1")})
            seen.append(world.as_bytes(answer))
            assert answer.status_code == 404
    assert seen == [seen[0]] * 4


def test_without_the_setting_no_token_opens_it(lite_site: Flask):
    for token in ("", "None", TOKEN):
        answer = lite_site.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 404
    assert "metrics" not in lite_site.extensions


def test_answers_are_counted_by_room_and_kind(watched: Flask):
    client = watched.test_client()
    for _ in range(3):
        client.get("/en/courses/basics")
    client.get("/en/attempts/nobodys")
    client.get("/nothing/here")
    found = scraped(watched)
    assert found['toolkit_answers_total{room="courses",status="2xx"}'] == 3
    assert found['toolkit_answers_total{room="quizzes",status="4xx"}'] == 1
    assert found['toolkit_answers_total{room="none",status="4xx"}'] == 1
    assert found['toolkit_answer_seconds_count{room="courses"}'] == 3
    assert 0 < found['toolkit_answer_seconds_sum{room="courses"}'] < 60
    assert found["process_resident_memory_bytes"] > 10_000_000


def test_help_and_exit_are_counted_nowhere(watched: Flask):
    client = watched.test_client()
    for path in (
        "/en/help",
        "/el/help/cy",
        "/en/help/nowhere",
        "/en/help/cy/more",
        "/help",
        "/en/leave",
        "/el/leave?back=1",
    ):
        client.get(path)
    client.post("/en/help", data={"country": "cy"})
    client.post("/en/leave")
    found = scraped(watched)
    assert [name for name in found if name.startswith("toolkit_answer")] == []


def test_letters_jobs_and_the_last_backup_are_told(watched: Flask):
    with db.write_session(watched.extensions["engine"]) as session:
        for n in range(2):
            letters.write(
                session,
                key=f"canary-{n}",
                to="canary@example.org",
                language="en",
                template="ending",
                params={"day": "canary"},
                now=datetime.now(UTC),
            )
        job_runs.failed(session, "retention", fault="OSError", now=datetime.now(UTC))
        job_runs.worked(session, "send_letters", now=datetime.now(UTC))
    found = scraped(watched)
    assert found['toolkit_letters{state="waiting"}'] == 2
    assert found['toolkit_letters{state="given_up"}'] == 0
    assert found['toolkit_job_failures{job="retention"}'] == 1
    assert found['toolkit_job_failures{job="send_letters"}'] == 0
    assert 0 <= found['toolkit_job_age_seconds{job="send_letters"}'] < 60
    assert not [name for name in found if "backup" in name], "there is none yet"


def test_no_label_says_who_or_where(watched: Flask):
    made = world.make(watched)
    for role in ("owner", "admin"):
        made.client(role).get(f"/en/attempts/{made.attempt}")
        made.client(role).get(f"/en/verify/{made.code}")
    names = "\n".join(scraped(watched))
    labels = set(re.findall(r'(\w+)="', names))
    assert labels <= {"room", "status", "le", "state", "job"}
    assert not any(secret in names for secret in (made.attempt, made.code, *filter(None, made.tokens.values())))


def test_a_page_costs_no_statement_more_and_a_scrape_few(watched: Flask, lite_site: Flask):
    for site in (watched, lite_site):
        site.test_client().get("/en/")
    with counted(lite_site) as without:
        lite_site.test_client().get("/en/courses/basics")
    with counted(watched) as with_counts:
        watched.test_client().get("/en/courses/basics")
    assert len(with_counts["statements"]) == len(without["statements"])
    with counted(watched) as seen:
        scraped(watched)
    assert 0 < len(seen["statements"]) <= 4
