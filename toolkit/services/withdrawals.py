"""Withdrawals: a certificate that no longer counts, why, and since when this site knows it.

The surprise: a certificate that was corrected and the one before it are one piece of learning, so they are withdrawn
together; otherwise the older paper would still pass where only withdrawn codes are known.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.certificates import Certificate, Withdrawal
from toolkit.rules import certificates as rule
from toolkit.services import audit

REASONS = ("holder", "mistake", "misuse", "other")
NOTE_SIGNS = 200


def withdraw(session: Session, code: str, *, reason: str, by: str, now: datetime, note: str = "") -> bool:
    """Make a certificate count no more, with the one that it replaced or that replaced it.

    ``reason`` is one of REASONS, ``note`` is for the audit log and holds no name. False when there is no such
    certificate or when it was withdrawn before: nothing is recorded then.
    """
    said = {"reason": reason} | ({"note": note[:NOTE_SIGNS]} if note else {})
    new = False
    for row in _together(session, code):
        if db.insert_once(session, Withdrawal, certificate_id=row.id, withdrawn_at=now, reason=reason):
            _record(session, "certificate.withdrawn", row, by=by, now=now, detail=said)
            new = True
    return new


def take_back(session: Session, code: str, *, by: str, now: datetime) -> bool:
    """Undo a withdrawal that was itself a mistake; False when there is none that may be undone."""
    undone = False
    for row in _together(session, code):
        found = session.get(Withdrawal, row.id, populate_existing=True)
        if found is None or not rule.may_take_back(found.reason, found.withdrawn_at, now):
            continue
        gone = delete(Withdrawal).where(Withdrawal.certificate_id == row.id).returning(Withdrawal.certificate_id)
        if session.execute(gone).first() is not None:
            _record(session, "certificate.restored", row, by=by, now=now, detail={"reason": found.reason})
            undone = True
    session.expire_all()
    return undone


def of_code(session: Session, code: str) -> tuple[str, datetime] | None:
    """Give the reason and the moment of a certificate's withdrawal, or None."""
    found = session.execute(
        select(Withdrawal.reason, Withdrawal.withdrawn_at)
        .join(Certificate, Certificate.id == Withdrawal.certificate_id)
        .where(Certificate.code == code)
    ).first()
    return None if found is None else (found.reason, found.withdrawn_at)


@dataclass(frozen=True)
class Line:
    """One withdrawn certificate as the people who run the site see it."""

    code: str
    reason: str
    withdrawn_at: datetime


def latest(session: Session, *, most: int = 20) -> list[Line]:
    """List the certificates that were withdrawn last, newest first."""
    rows = session.execute(
        select(Certificate.code, Withdrawal.reason, Withdrawal.withdrawn_at)
        .join(Withdrawal, Withdrawal.certificate_id == Certificate.id)
        .order_by(Withdrawal.withdrawn_at.desc(), Certificate.id.desc())
        .limit(most)
    )
    return [Line(*row) for row in rows]


def known(session: Session) -> list[tuple[str, date]]:
    """List the codes of all withdrawn certificates with the day of the withdrawal (UTC), oldest first."""
    rows = session.execute(
        select(Certificate.code, Withdrawal.withdrawn_at)
        .join(Withdrawal, Withdrawal.certificate_id == Certificate.id)
        .order_by(Withdrawal.withdrawn_at, Certificate.code)
    )
    return [(row.code, row.withdrawn_at.date()) for row in rows]


def _together(session: Session, code: str) -> list[Certificate]:
    """Give the certificate with its neighbours by correction (there is one correction at most), oldest first.

    The certificate itself is locked: it cannot be corrected meanwhile, so that none of them is missed.
    """
    mine = select(Certificate.id, Certificate.replaces_id).where(Certificate.code == code).with_for_update()
    found = session.execute(mine).first()
    if found is None:
        return []
    same = or_(Certificate.id.in_([found.id, found.replaces_id or found.id]), Certificate.replaces_id == found.id)
    return list(session.scalars(select(Certificate).where(same).order_by(Certificate.id)))


def _record(session: Session, action: str, row: Certificate, *, by: str, now: datetime, detail: dict[str, str]) -> None:
    audit.record(session, by=by, action=action, subject=row.code, now=now, detail=detail, person_id=row.person_id)
