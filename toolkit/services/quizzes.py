"""Attempts at a course's final: drawing, answering one item at a time, closing.

An attempt holds item keys, option order, structure and snapshot numbers; texts are looked up in the reader's
language. The last answer, its grade and the certificate earned are one transaction.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.accounts import Person
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.rules import quizzes as rule
from toolkit.rules.quizzes import AnswerRefusedError, Reason
from toolkit.services import certificates, courses, progress, submissions
from toolkit.services.courses import Edition, Shelf, Structure

_ATTEMPT = select(Attempt, AttemptItem).join(AttemptItem, AttemptItem.attempt_id == Attempt.id).order_by(AttemptItem.n)


@dataclass(frozen=True)
class AskedItem:
    """One item of an attempt: its place (from 1), keys, order of options, and the answer once given."""

    n: int
    module: str
    item: str
    objective: str
    option_order: tuple[str, ...]
    given: Mapping[str, str] | None
    right: bool | None


@dataclass(frozen=True)
class AttemptState:
    """One attempt as its owner sees it."""

    key: str
    course: str
    editions: Mapping[str, Any]
    closed: bool
    passed: bool
    items: tuple[AskedItem, ...]

    @property
    def current(self) -> AskedItem | None:
        """The first item without an answer, or None."""
        return next((item for item in self.items if item.given is None), None)

    @property
    def right_so_far(self) -> int:
        """How many answers were right so far."""
        return sum(1 for item in self.items if item.right)

    def item(self, n: int) -> AskedItem | None:
        """Give the n-th item, or None."""
        return next((item for item in self.items if item.n == n), None)


def start_attempt(
    session: Session, shelf: Shelf, person_id: int, course: Structure, client_key: str, *, now: datetime
) -> str:
    """Open an attempt at a course's final, or give the one that is open; returns its key.

    Items are drawn by the blueprint, those she has seen least lately first. The same client key opens one attempt.
    """
    language = shelf.languages[0]
    modules = [edition for key in course["modules"] if (edition := shelf.edition(key, language)) is not None]
    # The person's row is the lock: two tabs that start at once must find each other's attempt.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    open_key = open_attempt(session, person_id, course["key"])
    key = open_key or secrets.token_hex(13)
    claimed = submissions.claim(
        session, client_key, person_id=person_id, kind="attempt", body={"course": course["key"]}, result=key, now=now
    )
    if not claimed.new or open_key is not None:
        return claimed.result
    progress.enrol(session, person_id, course["key"], today=now.date())
    random = Random(secrets.randbits(128))  # noqa: S311 - seeded from the system; a quiz is not a secret
    bank = {}
    for module in modules:
        for item in module.structure["bank"]["items"]:
            if "final" in item["use"]:
                bank[item["key"]] = (module.document, courses.item_for_rules(item))
    drawn = rule.draw(
        courses.blueprint(course), [item for _, item in bank.values()], _seen(session, person_id, course["key"]), random
    )
    attempt = Attempt(
        key=key,
        person_id=person_id,
        course_key=course["key"],
        editions={
            edition.document: {
                "structure": edition.structure_no,
                "snapshots": {
                    tag: found.snapshot_no
                    for tag in shelf.languages
                    if (found := shelf.edition(edition.document, tag)) is not None
                },
            }
            for edition in modules
        },
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    session.add_all(
        AttemptItem(
            attempt_id=attempt.id,
            n=n,
            module_key=bank[item.key][0],
            item_key=item.key,
            objective=item.objective,
            option_order=rule.option_order(item, random),
        )
        for n, item in enumerate(drawn, start=1)
    )
    session.flush()
    return key


def open_attempt(session: Session, person_id: int, course: str) -> str | None:
    """Give the key of her open attempt at a course's final, or None."""
    return session.scalar(
        select(Attempt.key).where(
            Attempt.person_id == person_id, Attempt.course_key == course, Attempt.closed_at.is_(None)
        )
    )


def attempt_of(session: Session, person_id: int, key: str) -> AttemptState | None:
    """Give one of her attempts by its key; None when it is not there or not hers."""
    rows = session.execute(_of_person(person_id, key)).all()
    return _state(rows[0][0], [item for _, item in rows]) if rows else None


def edition_for(session: Session, shelf: Shelf, state: AttemptState, module: str, language: str) -> Edition | None:
    """Give the texts of a module that an attempt was drawn from, in a language; English where that one has none."""
    snapshots = state.editions[module]["snapshots"]
    tag = language if language in snapshots else shelf.languages[0]
    return courses.edition_of(session, shelf, module, tag, snapshots[tag])


def submit_answer(
    session: Session,
    shelf: Shelf,
    issuing: certificates.Issuing,
    person_id: int,
    key: str,
    n: int,
    given: Mapping[str, str],
    client_key: str,
    *,
    language: str,
    now: datetime,
) -> AttemptState | None:
    """Store an answer for good; the last one closes the attempt, and a pass issues the certificate, all in one.

    The same client key with the same answer changes nothing. Returns the attempt, or None when it is not hers.
    Raises AnswerRefusedError when the answer is incomplete, out of turn, or another one was given before, and
    AccountRefusedError when the client key was used for something else.
    """
    # The items are locked with their attempt: PostgreSQL reads again what it had to wait for, and only that.
    rows = session.execute(_of_person(person_id, key).with_for_update()).all()
    if not rows:
        return None
    attempt, items = rows[0][0], [item for _, item in rows]
    asked = next((item for item in items if item.n == n), None)
    if asked is None:
        return None
    state = _state(attempt, items)
    edition = edition_for(session, shelf, state, asked.module_key, language)
    if edition is None:
        return None
    item = courses.item_for_rules(courses.items_of(edition.structure)[asked.item_key])
    claimed = submissions.claim(
        session,
        client_key,
        person_id=person_id,
        kind="answer",
        body={"attempt": key, "n": str(n)} | {f"given.{option}": value for option, value in given.items()},
        result="",
        now=now,
    )
    if not claimed.new:
        return state
    if asked.given is not None:
        # Another tab was first: the same answer is simply there, another one would rewrite what was given.
        if asked.given == dict(given):
            return state
        raise AnswerRefusedError(Reason.ANSWERED_OTHERWISE)
    if state.current is None or state.current.n != n:
        raise AnswerRefusedError(Reason.OUT_OF_TURN)
    asked.right = rule.grade(item, given)
    asked.given = dict(given)
    asked.answered_at = now
    if all(row.given is not None for row in items):
        _close(session, shelf, issuing, attempt, items, language=language, now=now)
    progress.touch(session, person_id, today=now.date())
    session.flush()
    return _state(attempt, items)


def last_closed(session: Session, person_id: int, course: str) -> AttemptState | None:
    """Give her latest closed attempt at a course's final, or None."""
    key = session.scalar(
        select(Attempt.key)
        .where(Attempt.person_id == person_id, Attempt.course_key == course, Attempt.closed_at.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    return None if key is None else attempt_of(session, person_id, key)


def attempts_closed(session: Session, person_id: int) -> list[tuple[str, str, bool]]:
    """List her closed attempts, newest first: (course, key, passed)."""
    rows = session.execute(
        select(Attempt.course_key, Attempt.key, Attempt.passed)
        .where(Attempt.person_id == person_id, Attempt.closed_at.is_not(None))
        .order_by(Attempt.id.desc())
    )
    return [(course, key, bool(passed)) for course, key, passed in rows]


def weakest_objective(state: AttemptState) -> str | None:
    """Name the objective that was weakest in an attempt, or None when nothing was missed."""
    return rule.weakest([(item.objective, bool(item.right)) for item in state.items if item.given is not None])


def _close(
    session: Session,
    shelf: Shelf,
    issuing: certificates.Issuing,
    attempt: Attempt,
    items: list[AttemptItem],
    *,
    language: str,
    now: datetime,
) -> None:
    course = shelf.course(language, attempt.course_key)
    if course is None:
        raise LookupError(attempt.course_key)
    attempt.closed_at = now
    attempt.right_count = sum(1 for item in items if item.right)
    attempt.passed = rule.passed(right=attempt.right_count, pass_mark=int(course["quiz"]["pass"]))
    session.flush()
    if attempt.passed:
        certificates.issue_if_earned(
            session,
            issuing,
            certificates.Earned(
                person_id=attempt.person_id,
                attempt_id=attempt.id,
                course=attempt.course_key,
                content_version=course["version"],
                language=language,
                minutes=int(course["minutes"]),
            ),
            now=now,
        )


def _of_person(person_id: int, key: str) -> Any:  # noqa: ANN401 - a Select of two entities
    return _ATTEMPT.where(Attempt.key == key, Attempt.person_id == person_id)


def _state(attempt: Attempt, items: list[AttemptItem]) -> AttemptState:
    return AttemptState(
        key=attempt.key,
        course=attempt.course_key,
        editions=attempt.editions,
        closed=attempt.closed_at is not None,
        passed=bool(attempt.passed),
        items=tuple(
            AskedItem(i.n, i.module_key, i.item_key, i.objective, tuple(i.option_order), i.given, i.right)
            for i in items
        ),
    )


def _seen(session: Session, person_id: int, course: str) -> dict[str, int]:
    """Map item keys to how lately she saw them: larger is later."""
    rows = session.execute(
        select(AttemptItem.item_key, AttemptItem.id)
        .join(Attempt, AttemptItem.attempt_id == Attempt.id)
        .where(Attempt.person_id == person_id, Attempt.course_key == course, AttemptItem.answered_at.is_not(None))
        .order_by(AttemptItem.id)
    )
    return {item: place for item, place in rows}  # noqa: C416 - a Row is not a pair for dict()
