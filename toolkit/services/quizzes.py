"""Taking the final quiz: drawing items, answering one at a time, closing. What was asked is read in attempts.py.

An attempt holds item keys, option order, structure and snapshot numbers; texts are looked up in the reader's
language. The last answer, its grade and the certificate earned are one transaction. A missed safety item puts one more
item at the end in the transaction of its answer: places after the count of drawn items are those asked again.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from toolkit.models.accounts import Person
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.rules import quizzes as rule
from toolkit.rules.quizzes import AnswerRefusedError, Item, Reason
from toolkit.services import attempts, certificates, courses, progress, submissions
from toolkit.services.attempts import AskedItem, AttemptState, Tries, attempt_of, edition_for, tries
from toolkit.services.certificate_keys import Issuing
from toolkit.services.courses import Edition, Shelf, Structure

_ITEMS, _ATTEMPTS = AttemptItem.metadata.tables["attempt_items"], Attempt.metadata.tables["attempts"]
# Built once; the statement below changes an answer only while there is none.
_ANSWER = (
    update(_ITEMS)
    .where(_ITEMS.c.id == bindparam("item_id"), _ITEMS.c.answered_at.is_(None))
    .values(given=bindparam("new_given"), right=bindparam("new_right"), answered_at=bindparam("new_at"))
)
_CLOSE = (
    update(_ATTEMPTS)
    .where(_ATTEMPTS.c.id == bindparam("attempt_id"))
    .values(closed_at=bindparam("new_at"), passed=bindparam("new_passed"), right_count=bindparam("new_count"))
)


def still_ahead(
    session: Session, shelf: Shelf, person_id: int | None, course: Structure, made: Tries
) -> Sequence[tuple[str, str]]:
    """Name the lessons, as (module, lesson), that keep a course's final closed to her; none when it is open.

    ``made`` are her tries so far; somebody unknown (None) has finished nothing. One query at most.
    """
    before = courses.before_quiz(shelf, course)
    if not before or rule.stays_open(under_way=made.open is not None, passed=made.passed):
        return []
    states = progress.lessons(session, person_id) if person_id is not None else {}
    return rule.still_ahead(before, {place for place, state in states.items() if state.completed_on is not None})


def start_attempt(
    session: Session, shelf: Shelf, person_id: int, course: Structure, client_key: str, *, now: datetime
) -> str:
    """Open an attempt at a course's final, or give the one that is open; returns its key.

    Items are drawn by the blueprint, those she has seen least lately first. The same client key opens one attempt.
    Raises AnswerRefusedError, with the lessons still to finish, when the quiz is not yet open to her.
    """
    language = shelf.languages[0]
    modules = [edition for key in course["modules"] if (edition := shelf.edition(key, language)) is not None]
    # The person's row is the lock: two tabs that start at once must find each other's attempt.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    made = tries(session, person_id, course["key"])
    key = made.open or secrets.token_hex(13)
    claimed = submissions.claim(
        session, client_key, person_id=person_id, kind="attempt", body={"course": course["key"]}, result=key, now=now
    )
    if not claimed.new or made.open is not None:
        return claimed.result
    if ahead := still_ahead(session, shelf, person_id, course, made):
        raise AnswerRefusedError(Reason.NOT_YET_OPEN, ahead)
    progress.enrol(session, person_id, course["key"], today=now.date())
    random = Random(secrets.randbits(128))  # noqa: S311 - seeded from the system; a quiz is not a secret
    bank = [item for module in modules for item in courses.finals_of(module).values()]
    drawn = rule.draw(courses.blueprint(course), bank, attempts.seen(session, person_id), random)
    attempt = Attempt(
        key=key,
        person_id=person_id,
        course_key=course["key"],
        editions={
            # What the paper will say is settled at the start: a course changed or withdrawn since takes nothing away.
            "course": {
                "version": course["version"],
                "minutes": course["minutes"],
                "pass": course["quiz"]["pass"],
                "count": len(drawn),
            },
            "modules": {edition.document: _edition_numbers(shelf, edition) for edition in modules},
        },
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    session.add_all(_row(attempt.id, n, item, random) for n, item in enumerate(drawn, start=1))
    session.flush()
    return key


def submit_answer(
    session: Session,
    shelf: Shelf,
    issuing: Issuing,
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
    state = attempt_of(session, person_id, key, lock=True)
    asked = None if state is None else state.item(n)
    edition = None if state is None or asked is None else edition_for(session, shelf, state, asked.module, language)
    if state is None or asked is None or edition is None:
        return None
    item = courses.item_for_rules(asked.module, courses.items_of(edition.structure)[asked.item])
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
    answered = replace(asked, given=dict(given), right=rule.grade(item, given))
    session.execute(
        _ANSWER, {"item_id": asked.id, "new_given": answered.given, "new_right": answered.right, "new_at": now}
    )
    state = replace(state, items=tuple(answered if one.n == n else one for one in state.items))
    if item.safety and not answered.right and "count" in state.editions["course"]:
        state = _ask_again(session, edition, person_id, state, item)
    if state.current is None:
        state = _close(session, issuing, person_id, state, language=language, now=now)
    progress.touch(session, person_id, today=now.date())
    return state


def _ask_again(session: Session, edition: Edition, person_id: int, state: AttemptState, missed: Item) -> AttemptState:
    """Put one more item at the end: the same objective in another form, from the bank the attempt was drawn from."""
    random = Random(secrets.randbits(128))  # noqa: S311 - as at the start
    bank = courses.finals_of(edition)
    asked = [courses.item_key(item.module, item.item) for item in state.items]
    chosen = rule.another_form(
        missed, list(bank.values()), asked, attempts.seen(session, person_id, before=state.id), random
    )
    row = _row(state.id, len(state.items) + 1, chosen, random)
    session.add(row)
    session.flush()
    added = AskedItem(
        row.id, row.n, row.module_key, row.item_key, row.objective, row.option_order, given=None, right=None
    )
    return replace(state, items=(*state.items, added))


def _row(attempt_id: int, n: int, item: Item, random: Random) -> AttemptItem:
    module, _dot, key = item.key.partition(".")
    return AttemptItem(
        attempt_id=attempt_id,
        n=n,
        module_key=module,
        item_key=key,
        objective=item.objective,
        option_order=rule.option_order(item, random),
    )


def _close(
    session: Session,
    issuing: Issuing,
    person_id: int,
    state: AttemptState,
    *,
    language: str,
    now: datetime,
) -> AttemptState:
    settled = state.editions["course"]
    passed = rule.passed(right=state.right_so_far, pass_mark=int(settled["pass"]))
    session.execute(
        _CLOSE, {"attempt_id": state.id, "new_at": now, "new_passed": passed, "new_count": state.right_so_far}
    )
    if passed:
        certificates.issue_if_earned(
            session,
            issuing,
            certificates.Earned(
                person_id=person_id,
                attempt_id=state.id,
                course=state.course,
                content_version=settled["version"],
                language=language,
                minutes=int(settled["minutes"]),
            ),
            now=now,
        )
    return replace(state, closed=True, passed=passed)


def _edition_numbers(shelf: Shelf, edition: Edition) -> dict[str, Any]:
    found = {tag: shelf.edition(edition.document, tag) for tag in shelf.languages}
    return {
        "structure": edition.structure_no,
        "snapshots": {tag: twin.snapshot_no for tag, twin in found.items() if twin is not None},
    }
