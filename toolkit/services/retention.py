"""Retention: what has been kept long enough goes, in small transactions, so that nobody who learns has to wait.

Running it twice changes nothing more. After it the caller brings the list of the erased up to date and cleans the
database's files (erasure_traces.clean_up).
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any

from babel.dates import format_date
from sqlalchemy import ColumnElement, Engine, Select, and_, case, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from toolkit import db
from toolkit.models.accounts import Account, AdminInvite, Device, MailToken, Notice, Person, WrongTry
from toolkit.models.quizzes import Attempt, AttemptItem
from toolkit.models.site import MistakeReport
from toolkit.models.submissions import Submission
from toolkit.rules import retention as rule
from toolkit.rules.retention import Step
from toolkit.services import erasure, job_runs, letters, mail_sending

PEOPLE_AT_ONCE = 200
ROWS_AT_ONCE = 2000
PAUSE_SECONDS = 0.05  # between two transactions: whoever waits for the database gets her turn
FIRST, SECOND = "ending_first", "ending_second"
_LETTER = "ending"  # templates/mail/ending.txt and .html

Work = Callable[[Session], int]


def run(engine: Engine, kept: Mapping[str, int], server_key: bytes, *, mails: bool, now: datetime) -> dict[str, int]:
    """End whatever is due; gives how many of each kind there were.

    ``kept``: the settings KEEP_…; ``mails``: the site can send mail, so that accounts with an address are told before.
    """
    today = now.date()
    counts = {
        "guests": _until_done(engine, PEOPLE_AT_ONCE, lambda s: _guests(s, kept, server_key, now)),
        "accounts": 0,
        "notices": 0,
    }
    _accounts(engine, kept, server_key, counts, mails=mails, now=now)
    counts["answers"] = _until_done(engine, PEOPLE_AT_ONCE, lambda s: _answers(s, kept["KEEP_ANSWERS_DAYS"], today))
    for name, (table, over) in _fleeting(kept, now).items():
        counts[name] = _until_done(engine, ROWS_AT_ONCE, lambda s, t=table, o=over: _rows(s, t, o))  # type: ignore[misc]
    with db.write_session(engine) as session:
        counts["letters"] = mail_sending.prune(session, days=kept["KEEP_JOBS_DAYS"], now=now)
        job_runs.prune(session, days=kept["KEEP_JOBS_DAYS"], now=now)
    return counts


def _until_done(engine: Engine, at_once: int, work: Work) -> int:
    total = 0
    while True:
        with db.write_session(engine) as session:
            done = work(session)
        total += done
        if done < at_once:
            return total
        time.sleep(PAUSE_SECONDS)


def _guests(session: Session, kept: Mapping[str, int], server_key: bytes, now: datetime) -> int:
    """Erase guests whose last answer (or first visit) is too long ago; who has an account is no guest."""
    last = rule.last_day_to_end(now.date(), kept["KEEP_GUESTS_MONTHS"])
    active = case((Person.last_answer_on.is_(None), Person.created_on), else_=Person.last_answer_on)
    due = select(Person.id).where(
        Person.role == "guest", active <= last, ~exists().where(Account.person_id == Person.id)
    )
    return erasure.erase(session, server_key, session.scalars(due.limit(PEOPLE_AT_ONCE)).all(), now=now)


def _accounts(
    engine: Engine, kept: Mapping[str, int], server_key: bytes, counts: dict[str, int], *, mails: bool, now: datetime
) -> None:
    """Send the notices that are due and erase whose time is over; admins stay, somebody must run the site."""
    after = 0
    while True:
        with db.write_session(engine) as session:
            rows = session.execute(_near_their_end(kept, after, now.date())).all()
            ending = []
            for row in rows:
                step = _step(row, kept["KEEP_ACCOUNTS_MONTHS"], mails=mails, today=now.date())
                if step is Step.END:
                    ending.append(row.person_id)
                elif step is not Step.NOTHING:
                    _notice(session, row, step, kept["KEEP_ACCOUNTS_MONTHS"], now=now)
                    counts["notices"] += 1
            counts["accounts"] += erasure.erase(session, server_key, ending, now=now)
        if len(rows) < PEOPLE_AT_ONCE:
            return
        after = rows[-1].person_id
        time.sleep(PAUSE_SECONDS)


def _near_their_end(kept: Mapping[str, int], after: int, today: date) -> Select[*tuple[Any, ...]]:
    """Select the accounts that end within the time of the notices, with the notices they have had."""
    last = rule.last_day_to_end(today + timedelta(days=rule.NOTICE_DAYS[0]), kept["KEEP_ACCOUNTS_MONTHS"])
    first, second = aliased(Notice), aliased(Notice)
    return (
        select(
            Account.person_id,
            Account.email,
            Account.language,
            Account.last_sign_in_on,
            Person.key,
            Person.last_answer_on,
            first.sent_on.label("first"),
            second.sent_on.label("second"),
        )
        .join(Person, Person.id == Account.person_id)
        .outerjoin(first, and_(first.person_id == Person.id, first.kind == FIRST))
        .outerjoin(second, and_(second.person_id == Person.id, second.kind == SECOND))
        .where(
            Account.person_id > after,
            Person.role == "guest",
            Account.last_sign_in_on <= last,
            or_(Person.last_answer_on.is_(None), Person.last_answer_on <= last),
        )
        .order_by(Account.person_id)
        .limit(PEOPLE_AT_ONCE)
    )


def _step(row: Any, months: int, *, mails: bool, today: date) -> Step:  # noqa: ANN401 - a row of _near_their_end
    active = rule.last_active(row.last_sign_in_on, row.last_answer_on)

    def counted(sent_on: date | None) -> date | None:
        counts = sent_on is not None and rule.notice_counts(sent_on, active_on=active, months=months, today=today)
        return sent_on if counts else None

    return rule.account_step(
        active_on=active,
        months=months,
        mail=mails and row.email is not None,
        first=counted(row.first),
        second=counted(row.second),
        today=today,
    )


def _notice(session: Session, row: Any, step: Step, months: int, *, now: datetime) -> None:  # noqa: ANN401 - as above
    """Write a notice down and its letter; the row and the letter's key make it one for this end."""
    ends = rule.account_ends_on(rule.last_active(row.last_sign_in_on, row.last_answer_on), months)
    kind = FIRST if step is Step.FIRST_NOTICE else SECOND
    says = ends if kind == FIRST else rule.ends_after_notice(ends, now.date())
    if not db.insert_once(session, Notice, person_id=row.person_id, kind=kind, sent_on=now.date()):
        session.execute(
            update(Notice).where(Notice.person_id == row.person_id, Notice.kind == kind).values(sent_on=now.date())
        )
    letters.write(
        session,
        key=f"{kind}:{row.key}:{ends.isoformat()}",
        to=row.email,
        language=row.language,
        template=_LETTER,
        params={"day": format_date(says, "d MMMM y", locale="el" if row.language == "el" else "en_GB")},
        now=now,
        person_id=row.person_id,
    )


def _answers(session: Session, days: int, today: date) -> int:
    """Delete what was asked and answered in attempts whose course was passed long enough ago; the result stays."""
    passed_by = datetime.combine(rule.last_day_over(today, days) + timedelta(days=1), clock(), UTC)  # that midnight
    passed = aliased(Attempt)
    due = (
        select(Attempt.id)
        .where(
            Attempt.closed_at < passed_by,
            exists().where(AttemptItem.attempt_id == Attempt.id),
            exists().where(
                passed.person_id == Attempt.person_id,
                passed.course_key == Attempt.course_key,
                passed.passed.is_(True),
                passed.closed_at < passed_by,
            ),
        )
        .limit(PEOPLE_AT_ONCE)
    )
    found = session.scalars(due).all()
    session.execute(delete(AttemptItem).where(AttemptItem.attempt_id.in_(found)))
    return len(found)


def _fleeting(kept: Mapping[str, int], now: datetime) -> dict[str, tuple[Any, ColumnElement[bool]]]:
    """List what goes by its own age alone: the table, and when a row is over."""
    week = now - timedelta(days=kept["KEEP_JOBS_DAYS"])
    done = rule.last_day_over(now.date(), kept["KEEP_DRAFTS_DAYS"])
    return {
        "devices": (Device, Device.expires_at <= now),
        "wrong_tries": (WrongTry, WrongTry.at <= now - timedelta(hours=rule.HOURS_OF_A_WRONG_TRY)),
        "submissions": (Submission, Submission.created_at <= now - timedelta(days=rule.FORM_DAYS)),
        "mail_tokens": (MailToken, MailToken.created_at <= week),
        "admin_invites": (AdminInvite, AdminInvite.created_at <= week),
        "mistake_reports": (MistakeReport, MistakeReport.done_on <= done),
    }


def _rows(session: Session, table: Any, over: ColumnElement[bool]) -> int:  # noqa: ANN401 - a mapped class
    key = next(iter(table.__table__.primary_key.columns))
    found = session.scalars(select(key).where(over).limit(ROWS_AT_ONCE)).all()
    if found:
        session.execute(delete(table).where(key.in_(found)).execution_options(synchronize_session=False))
    return len(found)
