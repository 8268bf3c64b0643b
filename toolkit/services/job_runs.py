"""When each background job last worked and last failed, for the people who run the site; never with whose data."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.letters import JobRun

_NOTED_AGAIN_AFTER = timedelta(minutes=10)  # a job of every minute need not write every minute that all is well


@dataclass(frozen=True)
class Run:
    """How a job fares: ``failures`` counts those in a row, and is 0 when it last worked; ``fault`` is one word."""

    name: str
    last_ok_at: datetime | None
    last_failed_at: datetime | None
    failures: int
    fault: str | None


def latest(session: Session) -> list[Run]:
    """List how each job fares, the failing ones first."""
    rows = session.execute(select(JobRun).order_by(JobRun.failures.desc(), JobRun.name)).scalars()
    return [Run(row.name, row.last_ok_at, row.last_failed_at, row.failures, row.fault) for row in rows]


def due(session: Session, name: str, *, every: timedelta, now: datetime) -> bool:
    """Say whether a job's time has come: it has not worked for that long, or never."""
    last = session.execute(select(JobRun.last_ok_at).where(JobRun.name == name)).scalar()
    return last is None or now - last >= every or last > now  # a clock that was put back must not stop a job


def worth_noting(session: Session, name: str, *, now: datetime) -> bool:
    """Say whether a success is news: the last one is a while ago, or the job had failed."""
    row = session.execute(select(JobRun.last_ok_at, JobRun.failures).where(JobRun.name == name)).first()
    if row is None or row.failures or row.last_ok_at is None:
        return True
    return not timedelta() <= now - row.last_ok_at < _NOTED_AGAIN_AFTER


def worked(session: Session, name: str, *, now: datetime) -> None:
    """Note that a job has worked; failures before it are over."""
    _row(session, name)
    _change(session, name, last_ok_at=now, failures=0, fault=None)


def failed(session: Session, name: str, *, fault: str, now: datetime) -> None:
    """Note that a job has failed, with the kind of fault in at most 120 signs."""
    _row(session, name)
    _change(session, name, last_failed_at=now, failures=JobRun.failures + 1, fault=fault[:120])


def prune(session: Session, *, days: int, now: datetime) -> None:
    """Forget jobs that have not run for this many days: an older version's."""
    last = case(
        (JobRun.last_failed_at > func.coalesce(JobRun.last_ok_at, JobRun.last_failed_at), JobRun.last_failed_at),
        else_=func.coalesce(JobRun.last_ok_at, JobRun.last_failed_at),
    )
    old = now - timedelta(days=days)
    session.execute(delete(JobRun).where(last < old).execution_options(synchronize_session=False))


def _row(session: Session, name: str) -> None:
    db.insert_once(session, JobRun, name=name, last_ok_at=None, last_failed_at=None, failures=0, fault=None)


def _change(session: Session, name: str, **values: object) -> None:
    changing = update(JobRun).where(JobRun.name == name).values(**values)
    session.execute(changing.execution_options(synchronize_session=False))
