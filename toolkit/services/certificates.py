"""Certificates: issued when earned, and what anybody who has the code may see of one.

The name is given in certificate_naming, checked papers are in certificate_checks. The surprise: a certificate that was
withdrawn stands in nobody's way: who passes again earns a new one.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.orm import Session, aliased

from toolkit.models.certificates import Certificate, Withdrawal
from toolkit.rules import codes
from toolkit.rules.certificates import Standing, Status
from toolkit.services.certificate_keys import Issuing

_TABLE = Certificate.metadata.tables["certificates"]
_ISSUE = insert(_TABLE)
_HELD = (
    select(_TABLE.c.code)
    .where(*(_TABLE.c[name] == bindparam(name) for name in ("person_id", "course_key", "content_version")))
    .where(~exists().where(Withdrawal.certificate_id == _TABLE.c.id))
    .order_by(_TABLE.c.id.desc())
    .limit(1)
)
_NEWER = aliased(Certificate)
_WITH_NEWER = (
    select(Certificate, _NEWER.code, Withdrawal.withdrawn_at)
    .outerjoin(_NEWER, _NEWER.replaces_id == Certificate.id)
    .outerjoin(Withdrawal, Withdrawal.certificate_id == Certificate.id)
)


@dataclass(frozen=True)
class Earned:
    """What a passed attempt has earned."""

    person_id: int
    attempt_id: int
    course: str
    content_version: str
    language: str
    minutes: int


@dataclass(frozen=True)
class CertificateView:
    """One certificate as anybody with its code may see it; nobody's name is in it."""

    code: str
    course: str
    content_version: str
    language: str
    minutes: int
    issued_on: date
    trial: bool
    status: Status
    replaced_by: str | None
    withdrawn_at: datetime | None
    named_at: datetime | None
    corrects: bool
    holder_id: int | None

    @property
    def standing(self) -> Standing:
        """The plain values that the rules of naming work with."""
        return Standing(status=self.status, named_at=self.named_at, corrects=self.corrects)


def issue_if_earned(session: Session, issuing: Issuing, earned: Earned, *, now: datetime) -> str:
    """Issue the certificate of a passed attempt and give its code; who holds one for this content keeps that one."""
    values = {"person_id": earned.person_id, "course_key": earned.course, "content_version": earned.content_version}
    held: str | None = session.scalar(_HELD, values)
    if held is not None:
        return held
    code = new_code()
    row = values | {
        "code": code,
        "attempt_id": earned.attempt_id,
        "language": earned.language,
        "minutes": earned.minutes,
        "issued_on": now.astimezone(ZoneInfo(issuing.time_zone)).date(),
        "kid": issuing.kid,
        "trial": issuing.trial,
    }
    session.execute(_ISSUE, row)
    return code


def of_person(session: Session, person_id: int) -> list[CertificateView]:
    """List a person's certificates, newest first."""
    rows = session.execute(_WITH_NEWER.where(Certificate.person_id == person_id).order_by(Certificate.id.desc()))
    return [_view(*row) for row in rows]


def by_code(session: Session, code: str) -> CertificateView | None:
    """Find a certificate by its code, or None; one query."""
    row = session.execute(_WITH_NEWER.where(Certificate.code == code)).first()
    return None if row is None else _view(*row)


def new_code() -> str:
    """Draw a code that nobody can guess, 60 bits."""
    return codes.make_code(secrets.token_bytes(8), codes.CERTIFICATE_SIGNS)


def _view(row: Certificate, replaced_by: str | None, withdrawn_at: datetime | None) -> CertificateView:
    status = Status.VALID if replaced_by is None else Status.REPLACED
    return CertificateView(
        code=row.code,
        course=row.course_key,
        content_version=row.content_version,
        language=row.language,
        minutes=row.minutes,
        issued_on=row.issued_on,
        trial=row.trial,
        status=status if withdrawn_at is None else Status.WITHDRAWN,
        replaced_by=replaced_by,
        withdrawn_at=withdrawn_at,
        named_at=row.named_at,
        corrects=row.replaces_id is not None,
        holder_id=row.person_id,
    )
