"""A missed safety item is asked again until it is right, in the transaction of its answer; it fails nobody."""

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests import right
from tests.services.learner import NOW, Learner
from tests.web import world
from toolkit import db
from toolkit.rules.quizzes import AnswerRefusedError, Reason
from toolkit.services import attempts, courses, quizzes


@pytest.fixture
def learner(site: Flask) -> Learner:
    made = Learner(site, "core")
    made.before_quiz()
    return made


def asked(learner: Learner, attempt: str) -> list[dict[str, Any]]:
    return right.asked(learner.engine, attempt)


def whole(learner: Learner, missed: dict[str, int]) -> str:
    """Take the quiz to its end; each objective named is missed so many times, all else is right."""
    attempt, left = learner.start(), dict(missed)
    n = 0
    while (state := learner.state(attempt)).current is not None:
        n += 1
        assert state.current.n == n
        item = asked(learner, attempt)[n - 1]
        miss = left.get(item["objective"], 0) > 0
        left[item["objective"]] = left.get(item["objective"], 0) - 1
        learner.answer(attempt, n, right.wrong(item) if miss else right.answer(item))
    return attempt


@contextmanager
def statements(learner: Learner) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA")):
            seen.append(statement)

    event.listen(learner.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(learner.engine, "before_cursor_execute", note)


def test_twelve_items_are_drawn_and_all_right_is_a_certificate(learner: Learner):
    state = learner.state(whole(learner, {}))
    assert (len(state.items), state.count, state.asked_again) == (12, 12, 0)
    assert (state.passed, state.right_so_far) == (True, 12)
    assert world.count(learner.app, "certificates", "course_key = 'core'") == 1


@pytest.mark.parametrize(
    ("missed", "again"), [({"o5-1": 1}, 1), ({"o5-1": 3}, 3), ({"o5-1": 1, "o5-2": 1}, 2), ({"o5-2": 6}, 6)]
)
def test_a_missed_safety_item_is_asked_again_until_right_and_then_counts(
    learner: Learner, missed: dict[str, int], again: int
):
    state = learner.state(whole(learner, missed))
    assert (state.closed, state.passed) == (True, True)
    assert (state.count, state.asked_again, state.right_so_far) == (12, again, 12)
    assert all(item.objective in missed for item in state.items[12:])
    assert world.count(learner.app, "certificates") == 1
    assert world.count(learner.app, "attempts", "right_count = 12") == 1


def test_other_misses_are_not_asked_again_and_still_fail(learner: Learner):
    attempt = learner.start()
    items = asked(learner, attempt)
    wrong = [n for n, item in enumerate(items, start=1) if item.get("safety") != "yes"][:3]
    for n, item in enumerate(items, start=1):
        learner.answer(attempt, n, right.wrong(item) if n in wrong else right.answer(item))
    state = learner.state(attempt)
    assert (state.closed, state.passed, state.right_so_far, state.asked_again) == (True, False, 9, 0)
    assert world.count(learner.app, "certificates") == 0


def test_the_last_answer_missed_does_not_close_what_is_asked_again(learner: Learner):
    """Missing the last of twelve opens a thirteenth; its answer closes, grades and issues the certificate."""
    attempt = learner.start()
    items = asked(learner, attempt)
    safety = {n for n, item in enumerate(items, start=1) if item.get("safety") == "yes"}
    for n, item in enumerate(items, start=1):
        state = learner.answer(attempt, n, right.wrong(item) if n == max(safety) else right.answer(item))
    assert (state.closed, len(state.items)) == (False, 13)
    assert world.count(learner.app, "certificates") == 0
    with statements(learner) as last:
        state = learner.answer(attempt, 13, right.answer(asked(learner, attempt)[12]))
    assert (state.closed, state.passed) == (True, True)
    assert world.count(learner.app, "certificates") == 1
    assert len([one for one in last if "attempt_items" in one or "attempts" in one]) <= 6


def test_another_form_comes_and_when_none_is_left_the_first(learner: Learner):
    forms = [key for key, item in right.bank("m05").items() if item["objective"] == "o5-2"]
    state = learner.state(whole(learner, {"o5-2": len(forms) + 1}))
    chain = [item.item for item in state.items if item.objective == "o5-2"]
    assert sorted(chain[: len(forms)]) == sorted(forms)
    assert chain[len(forms) :] == chain[:2], "the first form comes back, then the second"


def test_a_resent_answer_adds_nothing(learner: Learner):
    attempt, n, item = reach_safety(learner)
    key = secrets.token_hex(16)
    first = learner.answer(attempt, n, right.wrong(item), key)
    assert len(first.items) == 13
    assert learner.answer(attempt, n, right.wrong(item), key) == first, "the same form"
    assert learner.answer(attempt, n, right.wrong(item)) == first, "the same answer from another window"
    with pytest.raises(AnswerRefusedError) as refused:
        learner.answer(attempt, n, right.answer(item))
    assert refused.value.reason is Reason.ANSWERED_OTHERWISE
    assert learner.state(attempt) == first
    assert world.count(learner.app, "attempt_items") == 13


def test_what_is_asked_again_waits_for_its_turn(learner: Learner):
    attempt, n, item = reach_safety(learner)
    learner.answer(attempt, n, right.wrong(item))
    thirteenth = asked(learner, attempt)[12]
    if n < 12:
        with pytest.raises(AnswerRefusedError) as refused:
            learner.answer(attempt, 13, right.answer(thirteenth))
        assert refused.value.reason is Reason.OUT_OF_TURN
    assert learner.answer(attempt, 14, right.answer(thirteenth)) is None


def test_it_costs_no_more_than_the_answer_may(learner: Learner):
    attempt, n, item = reach_safety(learner)
    learner.state(attempt)
    with statements(learner) as seen:
        learner.answer(attempt, n, right.wrong(item))
    assert len(seen) <= 8, seen


def test_its_answer_and_the_next_item_are_kept_together_or_not_at_all(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
):
    attempt, n, item = reach_safety(learner)

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(quizzes, "_ask_again", fail)
        with pytest.raises(OSError, match="no space"):
            learner.answer(attempt, n, right.wrong(item))
    assert learner.state(attempt).current.n == n
    assert len(learner.answer(attempt, n, right.wrong(item)).items) == 13


def test_an_attempt_from_before_is_never_asked_again(learner: Learner):
    """The version before did not write down how many were drawn: what it began ends as it was."""
    attempt, n, item = reach_safety(learner)
    with db.write_session(learner.engine) as session:
        for key, editions in session.execute(text("select id, editions from attempts")).all():
            old = json.loads(editions) if isinstance(editions, str) else editions
            del old["course"]["count"]
            values = {"old": json.dumps(old), "id": key}
            session.execute(text("update attempts set editions = :old where id = :id"), values)
    state = learner.answer(attempt, n, right.wrong(item))
    assert (len(state.items), state.count) == (12, 12)


def test_the_weakest_lessons_leave_out_what_was_right_in_the_end(learner: Learner):
    state = learner.state(whole(learner, {"o5-1": 2, "o4-4": 1, "o2-4": 1}))
    assert {item.objective for item, good in state.settled if not good} == {"o4-4", "o2-4"}


def test_seen_counts_over_all_courses_and_leaves_out_the_attempt_itself(learner: Learner):
    attempt = whole(learner, {"o5-1": 1})
    with db.read_session(learner.engine) as session:
        keys = attempts.seen(session, learner.id)
        state = attempts.attempt_of(session, learner.id, attempt)
        assert set(keys) == {f"{item.module}.{item.item}" for item in state.items}
        assert attempts.seen(session, learner.id, before=state.id) == {}


def test_two_windows_that_both_miss_are_both_asked_again(learner: Learner):
    """The second answer comes before the first is kept: it waits, and then sees what the first put at the end."""
    attempt = learner.start()
    items = asked(learner, attempt)
    safety = [n for n, item in enumerate(items, start=1) if item.get("safety") == "yes"]
    order = [n for n in range(1, 13) if n not in safety] + safety
    with db.write_session(learner.engine) as session:
        session.execute(text("update attempt_items set n = n + 100"))
        for n, old in enumerate(order, start=1):
            session.execute(text("update attempt_items set n = :n where n = :old"), {"n": n, "old": old + 100})
    items = asked(learner, attempt)
    for n, item in enumerate(items[:10], start=1):
        learner.answer(attempt, n, right.answer(item))
    with ThreadPoolExecutor(1) as other:
        with db.write_session(learner.engine) as first:
            given = world.as_given(right.wrong(items[10]))
            quizzes.submit_answer(
                first,
                courses.shelf(first),
                learner.app.extensions["issuing"],
                learner.id,
                attempt,
                11,
                given,
                secrets.token_hex(16),
                language="en",
                now=NOW,
            )
            second = other.submit(learner.answer, attempt, 12, right.wrong(items[11]))
            wait_until_it_waits(learner)
        assert len(second.result().items) == 14
    state = learner.state(attempt)
    assert [item.n for item in state.items] == list(range(1, 15))
    assert {state.items[12].objective, state.items[13].objective} == {"o5-1", "o5-2"}


def wait_until_it_waits(learner: Learner) -> None:
    """Wait until PostgreSQL says that somebody waits for a lock; SQLite lets one write at a time whatever comes."""
    if learner.engine.dialect.name == "sqlite":
        return
    waiting = text("select count(*) from pg_locks where not granted")
    for _ in range(100_000):
        with learner.engine.connect() as connection:
            if connection.execute(waiting).scalar_one():
                return
    raise AssertionError("the second answer did not wait for the first")


def reach_safety(learner: Learner) -> tuple[str, int, dict[str, Any]]:
    """Start a quiz and answer all before its first safety item."""
    attempt = learner.start()
    for n, item in enumerate(asked(learner, attempt), start=1):
        if item.get("safety") == "yes":
            return attempt, n, item
        learner.answer(attempt, n, right.answer(item))
    raise LookupError("no safety item")
