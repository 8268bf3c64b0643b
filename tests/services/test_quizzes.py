"""Attempts as they are kept: one open at a time, answers for good, closed with grade and certificate in one."""

import secrets

import pytest
from flask import Flask
from sqlalchemy import text

from tests import right
from tests.services.learner import Learner
from tests.web import world
from toolkit import db
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.accounts import Reason as AccountReason
from toolkit.rules.quizzes import AnswerRefusedError, Reason
from toolkit.services import certificates, quizzes

BLUEPRINT = [
    (2, {"o1-1"}, {"match", "multiple"}),
    (2, {"o1-2"}, {"situation", "single"}),
    (1, {"o1-3"}, {"truefalse"}),
    (1, {"o1-4"}, {"single"}),
]


@pytest.fixture
def learner(site: Flask) -> Learner:
    return Learner(site)


def refused(reason: Reason | AccountReason, call: object, *args: object) -> None:
    with pytest.raises((AnswerRefusedError, AccountRefusedError)) as caught:
        call(*args)
    assert caught.value.reason is reason


def test_an_attempt_is_drawn_by_the_blueprint(learner: Learner):
    items = right.asked(learner.engine, learner.start())
    assert len({item["key"] for item in items}) == 6
    for count, objectives, types in BLUEPRINT:
        assert sum(item["objective"] in objectives and item["type"] in types for item in items) == count


def test_starting_again_gives_the_open_attempt(learner: Learner):
    key = secrets.token_hex(16)
    attempt = learner.start(key)
    assert {learner.start(key), learner.start(), learner.start()} == {attempt}
    assert world.count(learner.app, "attempts") == 1
    assert world.count(learner.app, "attempt_items") == 6


def test_an_old_key_does_not_open_a_new_attempt(learner: Learner):
    key = secrets.token_hex(16)
    attempt = learner.start(key)
    for n, item in enumerate(right.asked(learner.engine, attempt), start=1):
        learner.answer(attempt, n, right.answer(item))
    assert learner.start(key) == attempt
    assert world.count(learner.app, "attempts") == 1


def test_what_she_saw_last_is_asked_last(learner: Learner):
    """Two tries in a row share a third of their items at most."""
    first = {item["key"] for item in right.asked(learner.engine, learner.whole(wrong={1}))}
    second = {item["key"] for item in right.asked(learner.engine, learner.start())}
    assert len(first & second) <= 2


@pytest.mark.parametrize(
    ("wrong", "passed"), [(set(), True), ({3}, True), ({3, 5}, False), ({1, 2, 3, 4, 5, 6}, False)]
)
def test_five_of_six_pass(learner: Learner, wrong: set[int], passed: bool):  # noqa: FBT001 - a table
    state = learner.state(learner.whole(wrong=wrong))
    assert (state.closed, state.passed, state.right_so_far) == (True, passed, 6 - len(wrong))
    assert world.count(learner.app, "certificates") == int(passed)


def test_passing_twice_is_one_certificate(learner: Learner):
    learner.whole()
    learner.whole()
    assert world.count(learner.app, "attempts", "passed") == 2
    assert world.count(learner.app, "certificates") == 1


def test_an_answer_never_changes(learner: Learner):
    attempt = learner.start()
    item = right.asked(learner.engine, attempt)[0]
    key = secrets.token_hex(16)
    first = learner.answer(attempt, 1, right.wrong(item), key)
    assert learner.answer(attempt, 1, right.wrong(item), key) == first
    assert learner.answer(attempt, 1, right.wrong(item)) == first, "the same answer from another window"
    refused(Reason.ANSWERED_OTHERWISE, learner.answer, attempt, 1, right.answer(item))
    refused(AccountReason.KEY_REUSED, learner.answer, attempt, 1, right.answer(item), key)
    assert learner.state(attempt) == first
    assert first.items[0].right is False


def test_answers_come_in_turn_and_only_to_what_was_asked(learner: Learner):
    attempt = learner.start()
    items = right.asked(learner.engine, attempt)
    refused(Reason.OUT_OF_TURN, learner.answer, attempt, 2, right.answer(items[1]))
    refused(Reason.NOTHING_CHOSEN, learner.answer, attempt, 1, {})
    refused(Reason.UNKNOWN_OPTION, learner.answer, attempt, 1, {"choice": ["zz"]})
    assert learner.answer(attempt, 7, right.answer(items[0])) is None
    assert learner.answer(attempt, 0, right.answer(items[0])) is None
    assert learner.state(attempt).current.n == 1
    assert world.count(learner.app, "submissions", "kind = 'answer'") == 0, "a refused answer leaves no key behind"


def test_another_persons_attempt_is_not_there(learner: Learner):
    attempt, stranger = learner.start(), Learner(learner.app)
    item = right.asked(learner.engine, attempt)[0]
    assert stranger.answer(attempt, 1, right.answer(item)) is None
    with db.read_session(learner.engine) as session:
        assert quizzes.attempt_of(session, stranger.id, attempt) is None
    assert learner.state(attempt).current.n == 1


def test_the_language_is_of_the_reader_not_of_the_attempt(learner: Learner):
    attempt = learner.start()
    for n, item in enumerate(right.asked(learner.engine, attempt), start=1):
        learner.answer(attempt, n, right.answer(item), lang="el" if n % 2 else "en")
    assert learner.state(attempt).passed
    with db.read_session(learner.engine) as session:
        assert certificates.of_person(session, learner.id)[0].language == "en", "the one she finished in"


def test_the_last_answer_is_kept_with_its_certificate_or_not_at_all(learner: Learner, monkeypatch: pytest.MonkeyPatch):
    attempt = learner.start()
    items = right.asked(learner.engine, attempt)
    for n, item in enumerate(items[:5], start=1):
        learner.answer(attempt, n, right.answer(item))

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(certificates, "issue_if_earned", fail)
        with pytest.raises(OSError, match="no space"):
            learner.answer(attempt, 6, right.answer(items[5]))
    state = learner.state(attempt)
    assert (state.closed, state.current.n) == (False, 6)
    assert learner.answer(attempt, 6, right.answer(items[5])).passed
    assert world.count(learner.app, "certificates") == 1


def test_the_database_refuses_what_the_rules_would_not_do(learner: Learner):
    """Two open attempts, or an item without its grade, cannot be written by any code."""
    attempt = learner.start()
    for statement in (
        (
            "insert into attempts (key, person_id, course_key, editions, started_at) "
            "select 'twin', person_id, course_key, editions, started_at from attempts"
        ),
        "update attempts set passed = true",
        "update attempt_items set answered_at = '2026-11-21 09:00:00'",
        "update attempt_items set n = 1",
    ):
        with pytest.raises(Exception, match=r"(?i)constraint"), db.write_session(learner.engine) as session:
            session.execute(text(statement))
    assert learner.state(attempt).current.n == 1
