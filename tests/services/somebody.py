"""Somebody with a row in every table that can hold a person, and a word of hers wherever words can stand."""

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from toolkit.models import Base
from toolkit.models.accounts import Account, Device, MailToken, Notice, Person
from toolkit.models.certificates import Certificate, SigningKey, Withdrawal
from toolkit.models.directory import ListingChange, ListingConfirmation
from toolkit.models.letters import Letter
from toolkit.models.progress import Enrolment, LessonState
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.models.site import OpeningTask
from toolkit.models.submissions import Submission
from toolkit.services import audit

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SERVER_KEY = b"k" * 32
KID = "00c0ffee"


def digest() -> bytes:
    return hashlib.sha256(secrets.token_bytes(16)).digest()


def add(session: Session, word: str, *, role: str = "guest", key: str = "", now: datetime = NOW) -> int:
    """Make a person whose every text holds ``word``; give her inner number."""
    person = _person(session, role=role, key=key, now=now)
    day = now.date()
    session.add_all(
        [
            Account(
                person_id=person.id,
                user_name=f"{word} one",
                user_fold=f"{word}one".lower(),
                email=f"{word}@mail.example",
                email_fold=f"{word}@mail.example".lower(),
                name=f"Known as {word}",
                password_hash="$argon2id$made-up$" + secrets.token_hex(30),
                language="el",
                created_on=day,
                last_sign_in_on=day,
            ),
            Device(
                person_id=person.id, token_hash=digest(), shared=True, created_on=day, expires_at=now + timedelta(1)
            ),
            MailToken(
                person_id=person.id,
                token_hash=digest(),
                kind="confirm",
                email=f"new-{word}@mail.example",
                created_at=now,
            ),
            # Asked for before the address was tied to anybody.
            MailToken(
                person_id=None, token_hash=digest(), kind="register", email=f"{word}@mail.example", created_at=now
            ),
            Notice(person_id=person.id, kind="ending_first", sent_on=day),
            Submission(
                person_id=person.id,
                key=secrets.token_hex(16),
                kind="lesson",
                body_hash=digest(),
                result=f"done {word}",
                created_at=now,
            ),
            Enrolment(person_id=person.id, course_key="basics", started_on=day),
            LessonState(
                person_id=person.id,
                module_key="m01",
                lesson_key="1-1",
                done=["b1"],
                chosen={"b6": word},
                last_block="b2",
            ),
        ]
    )
    for to, whose in ((f"{word}@mail.example", None), (f"new-{word}@mail.example", person.id)):
        session.add(_letter(to, word, whose, now))
    _course(session, person.id, word, now)
    _work(session, person.id, word, now)
    audit.record(
        session,
        by=audit.SITE,
        action="example.noted",
        subject="something",
        now=now,
        detail={"note": f"about {word}"},
        person_id=person.id,
    )
    if role == "admin":
        audit.record(
            session,
            by=audit.actor(SERVER_KEY, person.key),
            action="example.done",
            subject="something",
            now=now,
            detail={"who": f"done by {word}"},
        )
    session.flush()
    return person.id


def _person(session: Session, *, role: str, key: str, now: datetime) -> Person:
    person = Person(
        key=key or secrets.token_hex(13),
        role=role,
        resume_hash=digest(),
        created_on=now.date(),
        last_answer_on=now.date(),
        made_up=False,
    )
    session.add(person)
    if session.get(SigningKey, KID) is None:
        session.add(SigningKey(kid=KID, public=digest(), state="active", since=now))
    session.flush()
    return person


def _letter(to: str, word: str, whose: int | None, now: datetime) -> Letter:
    return Letter(
        key=secrets.token_hex(8),
        person_id=whose,
        to_address=to,
        language="el",
        template="confirm",
        params={"name": f"Dear {word}"},
        state="waiting",
        tries=0,
        due_at=now,
        created_at=now,
    )


def _course(session: Session, person_id: int, word: str, now: datetime) -> None:
    attempt = Attempt(
        key=secrets.token_hex(13),
        person_id=person_id,
        course_key="basics",
        editions={"course": {"version": word}, "modules": {}},
        started_at=now,
        closed_at=now,
        passed=True,
        right_count=1,
    )
    session.add(attempt)
    session.flush()
    session.add(
        AttemptItem(
            attempt_id=attempt.id,
            n=1,
            module_key="m01",
            item_key="q1",
            objective="o1-1",
            option_order=["a", "b"],
            given={"a": word},
            right=True,
            answered_at=now,
        )
    )
    certificate = Certificate(
        code=secrets.token_hex(6).upper(),
        person_id=person_id,
        attempt_id=attempt.id,
        course_key="basics",
        content_version="2026.11",
        language="el",
        minutes=40,
        issued_on=now.date(),
        kid=KID,
        trial=True,
        name_check=hashlib.sha256(word.encode()).digest(),
        named_at=now,
    )
    session.add(certificate)
    session.flush()
    session.add(Withdrawal(certificate_id=certificate.id, withdrawn_at=now, reason="other"))


def _work(session: Session, person_id: int, word: str, now: datetime) -> None:
    session.add(
        ListingConfirmation(
            listing="cy-example",
            fingerprint=digest(),
            confirmed_on=date(2026, 11, 20),
            how="phone",
            who=f"{word} herself",
            recorded_at=now,
            recorded_by=person_id,
        )
    )
    session.add(
        ListingChange(
            key=secrets.token_hex(13),
            listing="cy-example",
            field="web",
            old="old.example",
            new="new.example",
            proposed_at=now,
            proposed_by=person_id,
            decided_at=now,
            decided_by=person_id,
            decision="accepted",
            override=True,
        )
    )
    session.add(
        OpeningTask(
            key=f"task-{secrets.token_hex(8)}",
            who=f"{word} herself",
            done_on=now.date(),
            recorded_at=now,
            recorded_by=person_id,
        )
    )


def tables() -> dict[str, list[Any]]:
    """Map each table that hangs on a person, directly or through another one, to the columns by which it does."""
    found: dict[str, list[Any]] = {"people": []}
    size = 0
    while len(found) > size:
        size = len(found)
        for table in Base.metadata.sorted_tables:
            links = [fk for fk in table.foreign_keys if fk.column.table.name in found and fk.column.table is not table]
            if links:
                found[table.name] = sorted({fk.parent for fk in links}, key=lambda column: column.name)
    return found


def everything(session: Session, table: str) -> list[tuple[Any, ...]]:
    """Give a table's contents."""
    return sorted((tuple(row) for row in session.execute(select(Base.metadata.tables[table]))), key=repr)


def rows(session: Session, table: Table, person_id: int) -> int:
    """Count the rows of a table that lead to a person, by whichever column."""
    return sum(1 for row in session.execute(select(table)).mappings() if _leads(session, table, row, person_id))


def _leads(session: Session, table: Table, row: Any, person_id: int) -> bool:
    if table.name == "people":
        return bool(row["id"] == person_id)
    for column in tables()[table.name]:
        key = next(iter(column.foreign_keys))
        value = row[column.name]
        if value is None:
            continue
        for parent in session.execute(select(key.column.table).where(key.column == value)).mappings():
            if _leads(session, key.column.table, parent, person_id):
                return True
    return False
