"""The server is killed while people answer, and they send again: nothing acknowledged is lost, nothing is doubled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from tests import right
from tests.faults.keeper import Learner, on, together
from toolkit import db

LEARNERS = 4
ITEMS = 6
NAME = "Ελένη Παπαδοπούλου"
# Each moment at which a write can be cut: among the statements, just before the commit, just after it, anywhere.
PLANS = ["after:1", "statement:9", "sent:5", "before:4", "after:6", "sent:7"]


def test_kill_while_people_answer_loses_and_doubles_nothing(loaded_url: str, tmp_path: Path):
    engine = db.make_engine(loaded_url)
    with on(tmp_path, loaded_url, PLANS) as keeper:
        learners = [Learner(keeper) for _ in range(LEARNERS)]
        together(*[lambda learner=learner: journey(engine, learner) for learner in learners])

    assert keeper.kills == PLANS, "each planned kill has happened"
    assert keeper.lost_connections >= len(PLANS), "each kill cut somebody off"
    assert min(keeper.starts_cpu[1:]) <= 5, "the first answer after a kill comes within 5 s of work"
    sent = [key for learner in learners for _, key in learner.acknowledged]
    assert len(sent) == len(set(sent)) == LEARNERS * (3 + ITEMS + 1)
    assert counts(engine) == {
        "people": LEARNERS,
        "devices": LEARNERS,
        "enrolments": LEARNERS,
        "lesson_states": LEARNERS,
        "attempts": LEARNERS,
        "attempt_items": LEARNERS * ITEMS,
        "certificates": LEARNERS,
        "submissions": len(sent),
    }
    with engine.connect() as connection:
        kept = {key for (key,) in connection.execute(text("select key from submissions"))}
        assert kept == set(sent), "what was acknowledged is kept, and nothing else"
        assert one(connection, "select count(*) from attempt_items where answered_at is null") == 0
        assert one(connection, "select count(*) from attempts where closed_at is null or right_count <> 6") == 0
        assert one(connection, "select count(*) from certificates where name_check is null") == 0
    engine.dispose()


def journey(engine: Engine, learner: Learner, asked: Callable[..., list[dict[str, Any]]] = right.asked) -> None:
    """Start, keep a place, take the quiz, put the name on: each post sent until it is acknowledged."""
    page = learner.get("/en/courses/basics")
    page = learner.send(learner.form(page, "device"), {"device": "own"})
    learner.send(learner.form(page, "choice"), {"choice": "a"})
    page = learner.get("/en/courses/basics/quiz")
    page = learner.send(learner.form(page, "key"), {})
    attempt = learner.at.rpartition("/")[2]
    for item in asked(engine, attempt):
        learner.send(learner.form(page, "answer"), right.answer(item))
        page = learner.get(f"/en/attempts/{attempt}")
    learner.send(learner.form(page, "name"), {"name": NAME})


def counts(engine: Engine) -> dict[str, int]:
    tables = [
        "people",
        "devices",
        "enrolments",
        "lesson_states",
        "attempts",
        "attempt_items",
        "certificates",
        "submissions",
    ]
    with engine.connect() as connection:
        return {table: one(connection, f"select count(*) from {table}") for table in tables}  # noqa: S608


def one(connection: object, query: str) -> int:
    return connection.execute(text(query)).scalar_one()
