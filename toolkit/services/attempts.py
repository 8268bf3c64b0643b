"""Attempts as their owner sees them: what was asked, what was answered, how the last one went. Changes nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.rules import quizzes as rule
from toolkit.services import courses
from toolkit.services.courses import Edition, Shelf

# Columns, not objects: an attempt is read for each page of a quiz, and objects cost more than the query.
_COLUMNS = (
    Attempt.id,
    Attempt.key,
    Attempt.course_key,
    cast(Attempt.editions, Text),  # the same in each row: read as text, decoded once
    Attempt.closed_at,
    Attempt.passed,
    AttemptItem.id,
    AttemptItem.n,
    AttemptItem.module_key,
    AttemptItem.item_key,
    AttemptItem.objective,
    AttemptItem.option_order,
    AttemptItem.given,
    AttemptItem.right,
)
_ATTEMPT = (
    select(*_COLUMNS)
    .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
    .where(Attempt.key == bindparam("key"), Attempt.person_id == bindparam("person_id"))
    .order_by(AttemptItem.n)
)
# The items are locked with their attempt: PostgreSQL reads anew only what it had to wait for, and an answer that
# another window gave meanwhile must be seen.
_LOCKED = _ATTEMPT.with_for_update()


@dataclass(frozen=True)
class AskedItem:
    """One item of an attempt: its place (from 1), keys, order of options, and the answer once given."""

    id: int
    n: int
    module: str
    item: str
    objective: str
    option_order: Sequence[str]
    given: Mapping[str, str] | None
    right: bool | None


@dataclass(frozen=True)
class AttemptState:
    """One attempt as its owner sees it."""

    id: int
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


def attempt_of(session: Session, person_id: int, key: str, *, lock: bool = False) -> AttemptState | None:
    """Give one of her attempts by its key, held for writing if asked; None when it is not there or not hers."""
    if "\0" in key:  # PostgreSQL takes no text with it
        return None
    rows: Sequence[Any] = session.execute(_LOCKED if lock else _ATTEMPT, {"person_id": person_id, "key": key}).all()
    return _state(rows) if rows else None


def open_attempt(session: Session, person_id: int, course: str) -> str | None:
    """Give the key of her open attempt at a course's final, or None."""
    return session.scalar(
        select(Attempt.key).where(
            Attempt.person_id == person_id, Attempt.course_key == course, Attempt.closed_at.is_(None)
        )
    )


def edition_for(session: Session, shelf: Shelf, state: AttemptState, module: str, language: str) -> Edition | None:
    """Give the texts of a module that an attempt was drawn from, in a language; English where that one has none."""
    snapshots = state.editions["modules"][module]["snapshots"]
    tag = language if language in snapshots else shelf.languages[0]
    return courses.edition_of(session, shelf, module, tag, snapshots[tag])


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


def _state(rows: Sequence[Any]) -> AttemptState:
    attempt_id, key, course, editions, closed_at, passed = rows[0][:6]
    return AttemptState(
        id=attempt_id,
        key=key,
        course=course,
        editions=json.loads(editions),
        closed=closed_at is not None,
        passed=bool(passed),
        items=tuple(AskedItem(*row[6:]) for row in rows),
    )
