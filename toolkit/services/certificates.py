"""Certificates: issued when earned, named once by their holder, checked by anybody who has the code.

The surprise: no name is stored. The row keeps an HMAC of code and folded name, so that the right name typed again
makes the same paper again, and the signed payload on the paper carries the name to whoever checks it.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.orm import Session, aliased

from toolkit import signing
from toolkit.models.certificates import Certificate, SigningKey
from toolkit.rules import certificate_names, certificate_payload, codes
from toolkit.rules import certificates as rule
from toolkit.rules.certificates import NamingRefused, Reason, Standing, Status, Step
from toolkit.services import accounts, submissions

_TABLE = Certificate.metadata.tables["certificates"]
_ISSUE = insert(_TABLE)
_HELD = (
    select(_TABLE.c.code)
    .where(*(_TABLE.c[name] == bindparam(name) for name in ("person_id", "course_key", "content_version")))
    .order_by(_TABLE.c.id.desc())
    .limit(1)
)
_NEWER = aliased(Certificate)
_WITH_NEWER = select(Certificate, _NEWER.code).outerjoin(_NEWER, _NEWER.replaces_id == Certificate.id)


@dataclass(frozen=True)
class Issuing:
    """What issuing needs from outside the database: the keys, whether this is a trial site, and where midnight is."""

    keys: signing.Keys
    trial: bool
    time_zone: str

    @property
    def kid(self) -> str:
        """The id of the key that signs now, eight hex digits."""
        return self.keys.key_id.hex()


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
    named_at: datetime | None
    corrects: bool
    holder_id: int | None

    @property
    def standing(self) -> Standing:
        """The plain values that the rules of naming work with."""
        return Standing(status=self.status, named_at=self.named_at, corrects=self.corrects)


@dataclass(frozen=True)
class Naming:
    """What became of a typed name: the step taken, the certificate it now belongs to, and the signed payload."""

    step: Step
    certificate: CertificateView
    name: str
    payload: str


def register_key(session: Session, issuing: Issuing, *, now: datetime) -> None:
    """Remember the public half of the signing key, so that what it signs verifies even when the key file is lost."""
    if session.get(SigningKey, issuing.kid) is None:
        session.add(SigningKey(kid=issuing.kid, public=issuing.keys.public, state="active", since=now))
        session.flush()


def public_keys(session: Session) -> list[signing.PublicKey]:
    """List the public keys for /keys.json, oldest first."""
    rows = session.scalars(select(SigningKey).order_by(SigningKey.since, SigningKey.kid))
    return [
        signing.PublicKey(bytes.fromhex(row.kid), row.public, signing.KeyState(row.state), row.since.date())
        for row in rows
    ]


def issue_if_earned(session: Session, issuing: Issuing, earned: Earned, *, now: datetime) -> str:
    """Issue the certificate of a passed attempt and give its code; who holds one for this content keeps that one."""
    values = {"person_id": earned.person_id, "course_key": earned.course, "content_version": earned.content_version}
    held: str | None = session.scalar(_HELD, values)
    if held is not None:
        return held
    code = _new_code()
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
    return [_view(row, replaced_by) for row, replaced_by in rows]


def by_code(session: Session, code: str) -> CertificateView | None:
    """Find a certificate by its code, or None; one query."""
    row = session.execute(_WITH_NEWER.where(Certificate.code == code)).first()
    return None if row is None else _view(row[0], row[1])


def give_name(
    session: Session,
    issuing: Issuing,
    code: str,
    name: str,
    *,
    person_id: int | None,
    correction: bool,
    client_key: str,
    now: datetime,
) -> Naming | None:
    """Set, match or correct the name of a certificate, as the rules say; the name is used and forgotten.

    ``name`` has passed ``check_name``. Returns None when no certificate has this code. Raises NamingRefused; after
    NAME_DIFFERS the caller must keep the transaction, or the wrong name is not counted.
    """
    # Locked before anything is read of it: what another window did meanwhile must be seen.
    row = session.execute(_locked(code)).scalar_one_or_none()
    found = by_code(session, code)
    if row is None or found is None:
        return None
    check = signing.name_check(issuing.keys.server, code, certificate_names.fold_name(name))
    claimed = submissions.claim(
        session,
        client_key,
        person_id=person_id,
        kind="name",
        body={"code": code, "check": check.hex(), "correction": str(correction)},
        result=code,
        now=now,
    )
    if not claimed.new and correction and found.replaced_by is not None:
        found = by_code(session, found.replaced_by) or found
        return Naming(Step.CORRECTION, found, name, _payload(issuing, found, name))
    standing = Standing(status=found.status, named_at=row.named_at, corrects=row.replaces_id is not None)
    same = row.name_check is not None and signing.same_check(row.name_check, check)
    holder = person_id is not None and row.person_id == person_id
    # Hers are counted apart: a stranger who knows the code cannot use up the holder's tries.
    counted = f"own:{code}" if holder else f"name:{code}"
    try:
        step = rule.naming_step(
            standing,
            holder=holder,
            same_name=same,
            correction=correction,
            wrong_names_at=accounts.wrong_tries(session, counted, now=now),
            now=now,
        )
    except NamingRefused as refusal:
        if refusal.reason is Reason.NAME_DIFFERS and claimed.new:
            accounts.count_wrong_try(session, counted, now=now)
        raise
    if step is Step.FIRST_NAME:
        row.name_check, row.named_at = check, now
    elif step is Step.CORRECTION:
        row = _replacement(issuing, row, name, now=now)
        session.add(row)
    session.flush()
    named = by_code(session, row.code)
    if named is None:
        raise LookupError(row.code)
    return Naming(step, named, name, _payload(issuing, named, name))


def name_matches(
    session: Session, issuing: Issuing, code: str, name: str, *, client_key: str, now: datetime
) -> bool | None:
    """Say whether a name is the one on a certificate; None when there is no such certificate or no name on it yet.

    A wrong name is counted; raises NamingRefused(TOO_MANY_NAMES) after five within an hour.
    """
    row = session.execute(_locked(code)).scalar_one_or_none()  # so that wrong names are counted one after the other
    if row is None or row.name_check is None:
        return None
    if rule.too_many_names(accounts.wrong_tries(session, f"name:{code}", now=now), now):
        raise NamingRefused(Reason.TOO_MANY_NAMES)
    check = signing.name_check(issuing.keys.server, code, certificate_names.fold_name(name))
    if signing.same_check(row.name_check, check):
        return True
    body = {"code": code, "check": check.hex()}
    if submissions.claim(session, client_key, person_id=None, kind="match", body=body, result="", now=now).new:
        accounts.count_wrong_try(session, f"name:{code}", now=now)
    return False


def checked_payload(session: Session, text: str) -> tuple[certificate_payload.Statement, signing.PublicKey] | None:
    """Give the statement of a payload and the key that signed it; None when the signature does not hold.

    Raises PayloadRefused when the text is no payload at all.
    """
    payload = certificate_payload.decode(text)
    keys = {key.key_id: key for key in public_keys(session)}
    named = payload.statement.key_id
    if not signing.verify(payload.signed, payload.signature, named, {kid: key.public for kid, key in keys.items()}):
        return None
    return payload.statement, keys[named]


def _payload(issuing: Issuing, view: CertificateView, name: str) -> str:
    # Signed with today's key, whichever key was active when it was earned: each paper verifies on its own.
    signed = certificate_payload.encode(
        certificate_payload.Statement(
            trial=view.trial,
            key_id=issuing.keys.key_id,
            code=view.code,
            day=view.issued_on,
            minutes=view.minutes,
            language=view.language,
            course=view.course,
            version=view.content_version,
            name=name,
        )
    )
    return certificate_payload.seal(signed, signing.sign(issuing.keys, signed))


def _replacement(issuing: Issuing, old: Certificate, name: str, *, now: datetime) -> Certificate:
    code = _new_code()
    return Certificate(
        code=code,
        person_id=old.person_id,
        attempt_id=old.attempt_id,
        course_key=old.course_key,
        content_version=old.content_version,
        language=old.language,
        minutes=old.minutes,
        issued_on=old.issued_on,
        kid=issuing.kid,
        trial=old.trial,
        name_check=signing.name_check(issuing.keys.server, code, certificate_names.fold_name(name)),
        named_at=now,
        replaces_id=old.id,
    )


def _locked(code: str) -> Select[Certificate]:
    locked = select(Certificate).where(Certificate.code == code).with_for_update()
    return locked.execution_options(populate_existing=True)


def _new_code() -> str:
    return codes.make_code(secrets.token_bytes(8), codes.CERTIFICATE_SIGNS)


def _view(row: Certificate, replaced_by: str | None) -> CertificateView:
    return CertificateView(
        code=row.code,
        course=row.course_key,
        content_version=row.content_version,
        language=row.language,
        minutes=row.minutes,
        issued_on=row.issued_on,
        trial=row.trial,
        status=Status.VALID if replaced_by is None else Status.REPLACED,
        replaced_by=replaced_by,
        named_at=row.named_at,
        corrects=row.replaces_id is not None,
        holder_id=row.person_id,
    )
