"""Made-up learners: all states, marked, the same each time, trial certificates only; removed without a trace."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from tests.faults import vault
from tests.web import world
from toolkit import db, pdf
from toolkit.cli import main
from toolkit.rules import certificate_names
from toolkit.services import audit, demo
from toolkit.services.demo import State

NOW = datetime.now(UTC)


def toolkit(app: Flask, *words: str, **env: str) -> Result:
    """Run the command on the site's data."""
    settings = app.extensions["settings"]
    usual = {"TOOLKIT_DATA": str(settings.data_dir), "DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, words, env={**usual, **env})


def test_sixty_learners_in_all_states_come_and_go(site: Flask):
    made = world.make(site)
    before = vault.everything(site.extensions["engine"])
    done = toolkit(site, "demo")
    assert done.exit_code == 0, done.output
    assert "60 made-up learners are there" in done.output

    assert world.count(site, "people", "made_up") == 60 == sum(demo.COUNTS.values())
    assert set(demo.COUNTS) == set(State)
    passed = sum(demo.COUNTS[state] for state in (State.UNNAMED, State.NAMED, State.CORRECTED, State.WITHDRAWN))
    hers = "person_id in (select id from people where made_up)"
    assert world.count(site, "certificates", hers) == passed + 1, "one was corrected"
    assert world.count(site, "certificates", f"{hers} and not trial") == 0
    assert world.count(site, "certificates", f"{hers} and name_check is null") == demo.COUNTS[State.UNNAMED]
    assert world.count(site, "withdrawals") == 1
    assert world.count(site, "accounts") == 12
    assert world.count(site, "attempts", f"{hers} and closed_at is null") == 6 + 2
    assert world.count(site, "attempts", f"{hers} and passed") == passed
    assert world.count(site, "attempts", f"{hers} and not passed") == 5 + 2
    assert world.count(site, "lesson_states", f"{hers} and completed_on is null") == 11 + 4
    assert world.count(site, "enrolments", hers) == 60 - demo.COUNTS[State.NOT_STARTED]
    away = (NOW - timedelta(days=300)).date().isoformat()
    assert world.count(site, "people", f"made_up and last_answer_on < '{away}'") == demo.COUNTS[State.LONG_AWAY]

    assert toolkit(site, "demo").exit_code == 1, "not twice"
    gone = toolkit(site, "demo", "--remove")
    assert (gone.exit_code, gone.output) == (0, "60 made-up learners removed.\n")
    after = vault.everything(site.extensions["engine"])
    more = vault.same({**before, "sqlite_sequence": []}, {**after, "sqlite_sequence": []})
    assert set(more) == {"audit_entries"}, "everybody else's rows are as before, and only the log is longer"
    assert world.count(site, "audit_entries", "person_id is null and detail is null") > 0, "what they said is gone"
    with db.read_session(site.extensions["engine"]) as session:
        assert audit.faults(session) == []
    assert site.test_client().get(f"/en/verify/{made.code}").status_code == 200
    assert toolkit(site, "demo", "--remove").output == "There are no made-up learners.\n"


def test_the_same_number_plans_the_same_learners():
    def plan(seed: int) -> list[tuple[object, ...]]:
        return [(one.n, one.state, one.language, one.started, one.name) for one in demo.learners(seed, now=NOW)]

    assert plan(1) == plan(1) != plan(2)
    assert Counter(state for _, state, *_ in plan(2)) == demo.COUNTS


def test_their_names_say_that_they_are_made_up_and_can_be_printed():
    names = {one.name for one in demo.learners(1, now=NOW)}
    assert {"Example One", "Παράδειγμα Ένα"} <= names
    for name in names:
        assert name.startswith(("Example ", "Παράδειγμα "))
        assert certificate_names.check_name(name, pdf.covered()) == name


def test_a_made_up_learner_signs_in_nowhere(lite_site: Flask):
    toolkit(lite_site, "demo")
    with lite_site.extensions["engine"].connect() as connection:
        rows = connection.execute(text("select user_name, password_hash from accounts")).all()
    assert len(rows) == 12
    assert all(name.startswith("made-up ") for name, _ in rows)
    assert {hashed.rpartition("$")[2] for _, hashed in rows} == {"A" * 43}


def test_a_real_site_needs_a_word(lite_site: Flask):
    there = {"SITE_URL": "https://learning.example.org"}
    refused = toolkit(lite_site, "demo", **there)
    assert (refused.exit_code, world.count(lite_site, "people")) == (1, 0)
    assert "--really" in refused.output
    assert toolkit(lite_site, "demo", "--really", **there).exit_code == 0
    assert world.count(lite_site, "certificates", "not trial") == 0, "trial ones, wherever they are made"
    assert toolkit(lite_site, "demo", "--remove", **there).exit_code == 0, "removing is never refused"


def test_a_site_without_courses_is_told(tmp_path: Path):
    told = CliRunner().invoke(main, ["demo"], env={"TOOLKIT_DATA": str(tmp_path / "fresh"), "DATABASE_URL": ""})
    assert told.exit_code == 1
    assert "no course is published" in told.output
