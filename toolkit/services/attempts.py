"""Attempts as their owner sees them: what was asked, what was answered, how the last one went. Changes nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from toolkit.models.progress import Enrolment
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.rules import quizzes as rule
from toolkit.services import courses
from toolkit.services.courses import Edition, Shelf

# Columns of tables, not objects: an attempt is read for each page of a quiz, and objects cost more than the query.
_OF, _ITEMS = Attempt.metadata.tables["attempts"].c, AttemptItem.metadata.tables["attempt_items"].c
_HERS = (_OF.key == bindparam("key"), _OF.person_id == bindparam("person_id"))
_ATTEMPT = (
    select(
        _OF.id,
        _OF.key,
        _OF.course_key,
        cast(_OF.editions, Text),  # the same in each row: read as text, decoded once
        _OF.closed_at.is_not(None),
        _OF.passed,
        _ITEMS.id,
        _ITEMS.n,
        _ITEMS.module_key,
        _ITEMS.item_key,
        _ITEMS.objective,
        _ITEMS.option_order,
        _ITEMS.given,
        _ITEMS.right,
    )
    .where(*_HERS, _ITEMS.attempt_id == _OF.id)
    .order_by(_ITEMS.n)
)
# The attempt is locked before anything of it is read: what another window answered or was asked again meanwhile must be
# seen, and PostgreSQL would read anew only the rows that it had to wait for, not those that came to them. On SQLite a
# transaction that may write has the whole database to itself from its start.
_LOCK = {"postgresql": select(_OF.id).where(*_HERS).with_for_update()}

# One that is open has neither passed nor failed.
_TRIES = (
    select(Attempt.key, Attempt.passed)
    .where(Attempt.person_id == bindparam("person_id"), Attempt.course_key == bindparam("course"))
    .order_by(Attempt.id.desc())
)


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
    def count(self) -> int:
        """How many items were drawn; those after them are asked again."""
        return int(self.editions["course"].get("count", len(self.items)))

    @property
    def asked_again(self) -> int:
        """How many times something is asked again."""
        return len(self.items) - self.count

    @property
    def current(self) -> AskedItem | None:
        """The first item without an answer, or None."""
        return next((item for item in self.items if item.given is None), None)

    @property
    def right_so_far(self) -> int:
        """How many items count as right so far: each is right once, then or when it was asked again."""
        return sum(1 for item in self.items if item.right)

    @property
    def settled(self) -> list[tuple[AskedItem, bool]]:
        """The drawn items, each with whether it counts as right in the end."""
        results = rule.settled([(item.objective, item.right) for item in self.items], self.count)
        return list(zip(self.items, results, strict=False))

    def item(self, n: int) -> AskedItem | None:
        """Give the n-th item, or None."""
        return next((item for item in self.items if item.n == n), None)


def attempt_of(session: Session, person_id: int, key: str, *, lock: bool = False) -> AttemptState | None:
    """Give one of her attempts by its key, held for writing if asked; None when it is not there or not hers."""
    if "\0" in key:  # PostgreSQL takes no text with it
        return None
    whose = {"person_id": person_id, "key": key}
    held = _LOCK.get(session.get_bind().dialect.name) if lock else None
    if held is not None and session.execute(held, whose).first() is None:
        return None
    rows: Sequence[Any] = session.execute(_ATTEMPT, whose).all()
    return _state(rows) if rows else None


@dataclass(frozen=True)
class Tries:
    """Her attempts at one course's final: the keys of the open one and of the latest closed one, and if one passed."""

    open: str | None = None
    last: str | None = None
    passed: bool = False


def tries(session: Session, person_id: int, course: str) -> Tries:
    """Look her attempts at a course's final up; one query."""
    rows = session.execute(_TRIES, {"person_id": person_id, "course": course}).all()
    return Tries(
        open=next((key for key, passed in rows if passed is None), None),
        last=next((key for key, passed in rows if passed is not None), None),
        passed=any(passed for _key, passed in rows),
    )


def edition_for(session: Session, shelf: Shelf, state: AttemptState, module: str, language: str) -> Edition | None:
    """Give the texts of a module that an attempt was drawn from, in a language; English where that one has none."""
    snapshots = state.editions["modules"][module]["snapshots"]
    tag = language if language in snapshots else shelf.languages[0]
    return courses.edition_of(session, shelf, module, tag, snapshots[tag])


def courses_begun(session: Session, person_id: int) -> dict[str, list[bool]]:
    """Map each course that she has started to how her closed attempts at its final went, newest first; one query."""
    rows = session.execute(
        select(Enrolment.course_key, Attempt.passed, Attempt.closed_at)
        .outerjoin(
            Attempt,
            (Attempt.person_id == Enrolment.person_id)
            & (Attempt.course_key == Enrolment.course_key)
            & Attempt.closed_at.is_not(None),
        )
        .where(Enrolment.person_id == person_id)
        .order_by(Attempt.id.desc())
    )
    found: dict[str, list[bool]] = {}
    for course, passed, closed_at in rows:
        found.setdefault(course, []).extend([bool(passed)] if closed_at is not None else [])
    return found


def seen(session: Session, person_id: int, *, before: int | None = None) -> dict[str, int]:
    """Map item keys (among all banks) to how lately she saw them in any final: larger is later.

    ``before`` is an attempt that does not count itself.
    """
    rows = session.execute(
        select(AttemptItem.module_key, AttemptItem.item_key, AttemptItem.id)
        .join(Attempt, AttemptItem.attempt_id == Attempt.id)
        .where(Attempt.person_id == person_id, AttemptItem.answered_at.is_not(None), Attempt.id != (before or 0))
        .order_by(AttemptItem.id)
    )
    return {courses.item_key(module, item): place for module, item, place in rows}


def _state(rows: Sequence[Any]) -> AttemptState:
    attempt_id, key, course, editions, closed, passed = rows[0][:6]
    return AttemptState(
        id=attempt_id,
        key=key,
        course=course,
        editions=json.loads(editions),
        closed=bool(closed),
        passed=bool(passed),
        items=tuple(AskedItem(*row[6:]) for row in rows),
    )
