"""People, their devices, resume codes and the first admin's link.

The surprise: a resume code is never stored. It is derived from the server key and the person's key, so that it can
be shown again to the person on her own device, while the database holds only its hash.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from toolkit.models.accounts import AdminInvite, Device, Person, WrongTry
from toolkit.models.submissions import Submission
from toolkit.models.translation import Publication
from toolkit.rules import accounts as rule
from toolkit.rules import codes
from toolkit.rules.accounts import AccountRefusedError, Reason
from toolkit.services import submissions
from toolkit.signing import derive

# Built once, of tables and not of objects: every page asks it.
_PEOPLE, _DEVICES = Person.metadata.tables["people"].c, Device.metadata.tables["devices"].c
_VISITOR = select(
    _PEOPLE.id,
    _PEOPLE.key,
    _PEOPLE.role,
    _DEVICES.id,
    _DEVICES.shared,
    _DEVICES.expires_at,
    select(func.max(Publication.metadata.tables["publications"].c.id)).scalar_subquery(),
).where(_DEVICES.token_hash == bindparam("token_hash"), _DEVICES.person_id == _PEOPLE.id)


@dataclass(frozen=True)
class Visitor:
    """Who is knocking: plain values of a person on a device, safe to keep after the session is closed."""

    person_id: int
    key: str
    role: str
    device_id: int
    shared: bool
    token: str
    head: int  # the newest publication, asked in passing: every page needs it


@dataclass(frozen=True)
class SignedIn:
    """A device that now stands for a person, and the token its cookie must hold."""

    token: str
    shared: bool


def visitor(session: Session, token: str, *, now: datetime) -> Visitor | None:
    """Find who a device cookie stands for; None when the token is unknown or its time is over."""
    row = session.execute(_VISITOR, {"token_hash": _hash(token)}).first()
    if row is None or not rule.device_valid(expires_at=row[5], now=now):
        return None
    return Visitor(row[0], row[1], row[2], row[3], row[4], token, row[6] or 0)


def start_guest(session: Session, server_key: bytes, client_key: str, *, shared: bool, now: datetime) -> SignedIn:
    """Make a guest and her first device; the same client key within ten minutes gives the same device again."""
    claimed = submissions.claim(
        session, client_key, person_id=None, kind="start", body={"shared": str(shared)}, result="", now=now
    )
    token = _token(server_key, client_key)
    if not claimed.new:
        return _replayed(session, claimed, token, shared=shared, now=now)
    _add_device(session, new_guest(session, server_key, now=now), token, shared=shared, now=now)
    return SignedIn(token, shared)


def new_guest(session: Session, server_key: bytes, *, now: datetime) -> int:
    """Make a guest without a device; give her inner number."""
    key = secrets.token_hex(13)
    person = Person(
        key=key, role="guest", resume_hash=_resume_hash(server_key, resume_code(server_key, key)), created_on=now.date()
    )
    session.add(person)
    session.flush()
    return person.id


def open_device(
    session: Session, server_key: bytes, claimed: submissions.Claim, person_id: int, *, shared: bool, now: datetime
) -> SignedIn:
    """Sign a device in as a person with a token never used before; the form sent again gives the same device again."""
    token = _token(server_key, claimed.key)
    if not claimed.new:
        kept = session.scalar(select(Device.shared).where(Device.token_hash == _hash(token)))
        return _replayed(session, claimed, token, shared=shared if kept is None else kept, now=now)
    session.execute(delete(Device).where(Device.person_id == person_id, Device.expires_at <= now))
    _add_device(session, person_id, token, shared=shared, now=now)
    return SignedIn(token, shared)


def device_again(session: Session, server_key: bytes, client_key: str, *, kind: str, now: datetime) -> SignedIn | None:
    """Give the device that this form has made already, within ten minutes and while it lives; else nothing.

    Whoever sends the form twice may hold a cookie that the first one ended: the client key is what proves her.
    """
    token = _token(server_key, client_key)
    row = session.execute(
        select(Submission.created_at, Device.shared)
        .join(Device, Device.token_hash == _hash(token))
        .where(Submission.key == client_key, Submission.kind == kind)
    ).first()
    if row is None or not rule.replay_valid(created_at=row.created_at, now=now):
        return None
    return SignedIn(token, row.shared)


def person_of_code(session: Session, server_key: bytes, code: str) -> int | None:
    """Find the person of a resume code that was read already; wrong codes are the caller's to count."""
    return session.scalar(select(Person.id).where(Person.resume_hash == _resume_hash(server_key, code)))


def resume_code(server_key: bytes, person_key: str) -> str:
    """Give a person's resume code (ten signs, 50 bits): derived, so that it need not be stored to be shown."""
    digest = hmac.digest(derive(server_key, "resume-code"), person_key.encode(), "sha256")
    return codes.make_code(digest, codes.RESUME_SIGNS)


def resume(
    session: Session, server_key: bytes, client_key: str, typed: str, *, shared: bool, now: datetime
) -> SignedIn:
    """Sign this device in as the person whose resume code was typed.

    Raises AccountRefusedError when the code is unreadable, unknown, or too many codes were wrong this hour. The caller
    must keep the transaction after RESUME_UNKNOWN, or the wrong try is not counted.
    """
    try:
        code = codes.read_code(typed, codes.RESUME_SIGNS)
    except codes.CodeRefusedError as refusal:
        raise AccountRefusedError(Reason.RESUME_UNREADABLE) from refusal
    if rule.too_many_codes(len(wrong_tries(session, "resume", now=now))):
        raise AccountRefusedError(Reason.TOO_MANY_CODES)
    hashed = _resume_hash(server_key, code)
    body = {"shared": str(shared), "code": hashed.hex()}
    claimed = submissions.claim(session, client_key, person_id=None, kind="resume", body=body, result="", now=now)
    person_id = session.scalar(select(Person.id).where(Person.resume_hash == hashed))
    if person_id is None:
        if claimed.new:  # a double click is one wrong try
            count_wrong_try(session, "resume", now=now)
        raise AccountRefusedError(Reason.RESUME_UNKNOWN)
    token = _token(server_key, client_key)
    if not claimed.new:
        return _replayed(session, claimed, token, shared=shared, now=now)
    _add_device(session, person_id, token, shared=shared, now=now)
    return SignedIn(token, shared)


def forget_device(session: Session, device_id: int) -> None:
    """End one device: its cookie stands for nobody from now on. The person's progress stays, for her resume code."""
    session.execute(delete(Device).where(Device.id == device_id))


def end_devices(session: Session, person_id: int, *, but: str = "") -> None:
    """End all devices of a person, or all but the one with this token; their rights end at the next request."""
    session.execute(delete(Device).where(Device.person_id == person_id, Device.token_hash != _hash(but)))


def new_invite(session: Session, *, now: datetime) -> str:
    """Make a one-time link's token for an admin; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    session.add(AdminInvite(token_hash=_hash(token), created_at=now))
    session.flush()
    return token


def admin_exists(session: Session) -> bool:
    """Say whether anybody is admin yet."""
    return session.scalar(select(Person.id).where(Person.role == "admin").limit(1)) is not None


def invite_open(session: Session, token: str, *, now: datetime) -> bool:
    """Say whether a one-time link still opens."""
    row = session.scalar(select(AdminInvite).where(AdminInvite.token_hash == _hash(token)))
    return row is not None and rule.invite_valid(created_at=row.created_at, used_at=row.used_at, now=now)


def accept_invite(session: Session, server_key: bytes, client_key: str, token: str, *, now: datetime) -> SignedIn:
    """Spend a one-time link and sign this device in as a new admin; raises AccountRefusedError when it is spent."""
    claimed = submissions.claim(
        session, client_key, person_id=None, kind="invite", body={"token": _hash(token).hex()}, result="", now=now
    )
    device_token = _token(server_key, client_key)
    if not claimed.new:
        return _replayed(session, claimed, device_token, shared=False, now=now)
    # Spent and asked in one statement: of two who press at once, one is the admin.
    spend = update(AdminInvite).where(AdminInvite.token_hash == _hash(token), AdminInvite.used_at.is_(None))
    spend = spend.values(used_at=now).returning(AdminInvite.id)
    if not invite_open(session, token, now=now) or session.execute(spend).first() is None:
        raise AccountRefusedError(Reason.INVITE_SPENT)
    person = Person(key=secrets.token_hex(13), role="admin", resume_hash=None, created_on=now.date())
    session.add(person)
    session.flush()
    _add_device(session, person.id, device_token, shared=False, now=now)
    return SignedIn(device_token, shared=False)


def wrong_tries(session: Session, subject: str, *, now: datetime) -> list[datetime]:
    """List when something was tried wrongly within the last hour."""
    return list(
        session.scalars(
            select(WrongTry.at).where(WrongTry.subject == subject, WrongTry.at > now - rule.WRONG_TRY_MEMORY)
        )
    )


def count_wrong_try(session: Session, subject: str, *, now: datetime) -> None:
    """Note one wrong try at something; what is older than an hour is forgotten."""
    session.execute(delete(WrongTry).where(WrongTry.at <= now - rule.WRONG_TRY_MEMORY))
    session.add(WrongTry(subject=subject, at=now))
    session.flush()


def _add_device(session: Session, person_id: int, token: str, *, shared: bool, now: datetime) -> None:
    session.add(
        Device(
            person_id=person_id,
            token_hash=_hash(token),
            shared=shared,
            created_on=now.date(),
            expires_at=rule.device_expiry(shared=shared, now=now),
        )
    )
    session.flush()


def _replayed(session: Session, claimed: submissions.Claim, token: str, *, shared: bool, now: datetime) -> SignedIn:
    # A double click gets the same device; a key replayed later, or after "Forget me", opens nothing.
    alive = session.scalar(select(Device.id).where(Device.token_hash == _hash(token)))
    if alive is None or not rule.replay_valid(created_at=claimed.created_at, now=now):
        raise AccountRefusedError(Reason.REPLAY_TOO_LATE)
    return SignedIn(token, shared)


def _token(server_key: bytes, client_key: str) -> str:
    return hmac.digest(derive(server_key, "device-token"), client_key.encode(), "sha256").hex()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _resume_hash(server_key: bytes, code: str) -> bytes:
    return hmac.digest(derive(server_key, "resume-hash"), code.encode(), "sha256")
