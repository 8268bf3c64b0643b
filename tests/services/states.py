"""People, attempts and fleeting rows in all states that retention knows, and a watch that notes when each is gone."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.accounts import Account, AdminInvite, Device, MailToken, Person, WrongTry
from toolkit.models.letters import JobRun, Letter
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.models.site import MistakeReport
from toolkit.models.submissions import Submission

START = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)  # the 31st: months must be those of the calendar
DAY_ONE = START.date()


def day(n: int) -> date:
    return DAY_ONE + timedelta(days=n)


def person(session: Session, *, role: str = "guest", created: int = 0, answered: int | None = None) -> int:
    made = Person(
        key=secrets.token_hex(13),
        role=role,
        resume_hash=None,
        created_on=day(created),
        last_answer_on=None if answered is None else day(answered),
        made_up=False,
    )
    session.add(made)
    session.flush()
    return made.id


def account(session: Session, person_id: int, *, email: str | None, signed_in: int = 0) -> int:
    session.add(
        Account(
            person_id=person_id,
            user_name=f"u{person_id}",
            user_fold=f"u{person_id}",
            email=email,
            email_fold=email,
            name="",
            password_hash="x",
            language="el",
            created_on=day(0),
            last_sign_in_on=day(signed_in),
        )
    )
    session.flush()
    return person_id


def attempt(session: Session, person_id: int, *, closed: int | None, passed: bool) -> int:
    made = Attempt(
        key=secrets.token_hex(13),
        person_id=person_id,
        course_key="basics",
        editions={},
        started_at=START,
        closed_at=None if closed is None else START + timedelta(days=closed, hours=20),
        passed=None if closed is None else passed,
        right_count=None if closed is None else 6,
    )
    session.add(made)
    session.flush()
    session.add(
        AttemptItem(
            attempt_id=made.id,
            n=1,
            module_key="m01",
            item_key="q",
            objective="o",
            option_order=["a"],
            given={"a": "yes"},
            right=True,
            answered_at=START,
        )
    )
    session.flush()
    return made.id


class Watch:
    """Notes on which day each watched thing was last there."""

    def __init__(self) -> None:
        self.queries: dict[str, Any] = {}
        self.gone: dict[str, int] = {}

    def on(self, name: str, query: Any) -> None:
        self.queries[name] = query

    def look(self, engine: Engine, n: int) -> None:
        with db.read_session(engine) as session:
            for name, query in self.queries.items():
                if name not in self.gone and session.execute(query).first() is None:
                    self.gone[name] = n


def people(session: Session, watch: Watch) -> None:
    """Make people in all states, each watched."""
    states = {
        "guest who never answered": person(session),
        "guest who answered later": person(session, answered=100),
        "admin without account": person(session, role="admin"),
        "account without mail": account(session, person(session), email=None),
        "account with mail": account(session, person(session), email="one@mail.example"),
        "account that answers with a resume code": account(session, person(session, answered=300), email=None),
        "admin with account": account(session, person(session, role="admin"), email="admin@mail.example"),
    }
    for name, found in states.items():
        watch.on(name, select(Person.id).where(Person.id == found))


def answers(session: Session, watch: Watch) -> None:
    """Make attempts in all states, of somebody who stays: what was answered is watched, and that it was taken."""
    stays = account(session, person(session, answered=799), email=None, signed_in=790)
    never = account(session, person(session, answered=799), email=None, signed_in=790)
    states = {
        "failed before passing": attempt(session, stays, closed=5, passed=False),
        "passed": attempt(session, stays, closed=10, passed=True),
        "failed after passing": attempt(session, stays, closed=50, passed=False),
        "failed, never passed": attempt(session, never, closed=10, passed=False),
        "open": attempt(session, never, closed=None, passed=False),
    }
    for name, found in states.items():
        watch.on(f"answers: {name}", select(AttemptItem.id).where(AttemptItem.attempt_id == found))
        watch.on(f"result: {name}", select(Attempt.id).where(Attempt.id == found))


def fleeting(session: Session, watch: Watch) -> None:
    """Make what goes by its own age."""
    stays = account(session, person(session, answered=799), email=None, signed_in=790)
    rows = {
        "device": Device(
            person_id=stays, token_hash=b"d", shared=False, created_on=day(0), expires_at=START + timedelta(90)
        ),
        "wrong try": WrongTry(subject="resume", at=START - timedelta(minutes=30)),
        "form": Submission(key="k" * 22, person_id=stays, kind="lesson", body_hash=b"b", result="", created_at=START),
        "link in a mail": MailToken(token_hash=b"t", kind="register", email="x@mail.example", created_at=START),
        "admin's link": AdminInvite(token_hash=b"i", created_at=START),
        "report dealt with": MistakeReport(place="m01", language="el", text="a", reported_on=day(0), done_on=day(20)),
        "report not dealt with": MistakeReport(place="m01", language="el", text="b", reported_on=day(0)),
        "sent letter": Letter(
            key="l", language="el", template="x", state="sent", tries=1, due_at=START, created_at=START, sent_at=START
        ),
        "job of an older version": JobRun(name="gone", last_ok_at=START, failures=0),
    }
    for name, row in rows.items():
        session.add(row)
        session.flush()
        key = next(iter(row.__table__.primary_key.columns))
        watch.on(name, select(key).where(key == getattr(row, key.name)))
