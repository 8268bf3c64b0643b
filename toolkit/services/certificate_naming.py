"""The name on a certificate: given once by its holder, asked for again, corrected once; and the paper that carries it.

The surprise: no name is stored. The row keeps an HMAC of code and folded name, so that the right name typed again
makes the same paper again, and the signed payload on the paper carries the name to whoever checks it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from toolkit import signing
from toolkit.models.certificates import Certificate
from toolkit.rules import certificate_names, certificate_payload
from toolkit.rules import certificates as rule
from toolkit.rules.certificates import NamingRefused, Reason, Standing, Step
from toolkit.services import accounts, certificate_keys, submissions
from toolkit.services.certificate_keys import Issuing
from toolkit.services.certificates import CertificateView, by_code, new_code


@dataclass(frozen=True)
class Naming:
    """What became of a typed name: the step taken, the certificate it now belongs to, and the signed payload."""

    step: Step
    certificate: CertificateView
    name: str
    payload: str


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
        return Naming(Step.CORRECTION, found, name, _paper(session, issuing, found, name, now=now))
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
        found = replace(found, named_at=now)
    elif step is Step.CORRECTION:
        newer = _replacement(issuing, row, name, now=now)
        session.add(newer)
        session.flush()
        found = by_code(session, newer.code) or found
    session.flush()
    return Naming(step, found, name, _paper(session, issuing, found, name, now=now))


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


def _paper(session: Session, issuing: Issuing, view: CertificateView, name: str, *, now: datetime) -> str:
    """Sign the statement and note the signature, so that it counts even if the key is stolen one day."""
    keys = certificate_keys.signing_keys(session, issuing, now=now)
    # Signed with today's key, whichever key was active when it was earned: each paper verifies on its own.
    signed = certificate_payload.encode(
        certificate_payload.Statement(
            trial=view.trial,
            key_id=keys.key_id,
            code=view.code,
            day=view.issued_on,
            minutes=view.minutes,
            language=view.language,
            course=view.course,
            version=view.content_version,
            name=name,
        )
    )
    signature = signing.sign(keys, signed)
    certificate_keys.note_signature(session, keys.key_id.hex(), view.code, signature, holder=view.holder_id, now=now)
    return certificate_payload.seal(signed, signature)


def _replacement(issuing: Issuing, old: Certificate, name: str, *, now: datetime) -> Certificate:
    code = new_code()
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
