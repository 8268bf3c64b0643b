"""The keys that sign certificates: taken over, changed, and each signature noted in the audit log.

The surprise: the database decides which key may sign, not the file and not a process's memory. A process whose key is
no longer active takes the new one from the file, or makes one, before it signs; so a change needs no restart, and a
command that was killed half-way is finished by whoever signs next.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from toolkit import db, signing
from toolkit.models.audit import AuditEntry
from toolkit.models.certificates import SigningKey
from toolkit.rules import certificate_keys as rule
from toolkit.rules.certificate_keys import KeyState
from toolkit.services import audit

SIGNED = "certificate.signed"
COMPROMISED = "key.compromised"
_CHANGE_LOCK = 7_305_222  # any number that nothing else locks; the log's own is next to it
# Shared, and only while active: whoever retires the key waits until what is being signed with it is written down.
_MAY_SIGN = (
    select(SigningKey.kid)
    .where(SigningKey.kid == bindparam("kid"), SigningKey.state == KeyState.ACTIVE.value)
    .with_for_update(read=True)
)
_MADE = func.coalesce(SigningKey.made_at, SigningKey.since)


@dataclass
class Issuing:
    """What issuing needs from outside the database: the keys, whether this is a trial site, and where midnight is.

    ``keys`` is exchanged when another process has changed the signing key.
    """

    keys: signing.Keys
    trial: bool
    time_zone: str

    @property
    def kid(self) -> str:
        """The id of the key that signs now, eight hex digits."""
        return self.keys.key_id.hex()


@dataclass(frozen=True)
class Change:
    """What became of the keys: the id of a key that signs from now on, and of those that no longer do."""

    made: str = ""
    retired: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyLine:
    """One key as the people who run the site see it; ``signed`` counts the papers that it signed."""

    kid: str
    state: KeyState
    since: datetime
    made_at: datetime
    signed: int = 0


def take_over(session: Session, issuing: Issuing, *, now: datetime, by: str = audit.SITE) -> Change:
    """Make the key in the file the one that signs; where the file holds a key that may not sign, make a new one.

    So a lost file, a backup put back and a command that was cut off all end with one active key. Keys that other
    files held before are retired: what they signed still verifies.
    """
    _lock_changes(session)
    state = _state(session, issuing.kid)
    if not rule.may_sign(state):
        issuing.keys = signing.load_keys(issuing.keys.folder)
        state = _state(session, issuing.kid)
    if state is not None and not rule.may_sign(state):
        issuing.keys = signing.replace_signing_key(issuing.keys.folder, instead_of=issuing.keys.key_id)
        state = _state(session, issuing.kid)
    if state is not None:
        return Change()
    before = active(session)
    for kid in before:
        retire(session, kid, now=now, by=by)
    row = {"public": issuing.keys.public, "state": KeyState.ACTIVE.value, "since": now, "made_at": now}
    db.insert_once(session, SigningKey, kid=issuing.kid, **row)
    audit.record(session, by=by, action="key.made", subject=issuing.kid, now=now)
    return Change(issuing.kid, before)


def retire(session: Session, kid: str, *, now: datetime, by: str) -> bool:
    """Let a key sign no more; what it signed stays good. False when it is not the active one."""
    _lock_changes(session)
    state = _state(session, kid)
    if state is None or not rule.may_retire(state):
        return False
    _set(session, kid, KeyState.RETIRED, now)
    audit.record(session, by=by, action="key.retired", subject=kid, now=now)
    return True


def compromise(session: Session, kid: str, *, since: datetime, now: datetime, by: str) -> bool:
    """Trust a key no more: what it signed counts only where the log noted it before ``since``. False when unknown.

    Doing it again moves the moment. Raises ValueError for a moment in the future.
    """
    if not rule.may_be_since(since, now):
        raise ValueError(f"{since.isoformat()} is in the future")
    _lock_changes(session)
    if _state(session, kid) is None:
        return False
    _set(session, kid, KeyState.COMPROMISED, since)
    audit.record(session, by=by, action=COMPROMISED, subject=kid, now=now, detail={"since": since.isoformat()})
    return True


def signing_keys(session: Session, issuing: Issuing, *, now: datetime) -> signing.Keys:
    """Give the keys to sign with in this transaction; nobody can retire them before it ends."""
    if session.execute(_MAY_SIGN, {"kid": issuing.kid}).first() is None:
        take_over(session, issuing, now=now)
        session.execute(_MAY_SIGN, {"kid": issuing.kid})
    return issuing.keys


def note_signature(
    session: Session, kid: str, code: str, signature: bytes, *, holder: int | None, now: datetime
) -> None:
    """Note in the audit log that the site signed this, once for each signature; there is no name in it.

    It stays when the holder is erased: it says only that some paper of this code was signed on that day.
    """
    subject = _noted_as(kid, code, signature)
    if session.scalar(select(AuditEntry.n).where(AuditEntry.subject == subject, AuditEntry.action == SIGNED)) is None:
        audit.record(session, by=audit.SITE, action=SIGNED, subject=subject, now=now, person_id=holder)


def noted_at(session: Session, kid: str, code: str, signature: bytes) -> datetime | None:
    """Say when the log noted a signature, or None; an entry that came after the key's own first mark does not count.

    The place in the chain speaks as well as the clock, which may have been wrong.
    """
    marked = select(func.min(AuditEntry.n)).where(AuditEntry.action == COMPROMISED, AuditEntry.subject == kid)
    noted = select(AuditEntry.at, AuditEntry.n, marked.scalar_subquery().label("marked")).where(
        AuditEntry.subject == _noted_as(kid, code, signature), AuditEntry.action == SIGNED
    )
    row = session.execute(noted.order_by(AuditEntry.n).limit(1)).first()
    return None if row is None or (row.marked is not None and row.n > row.marked) else row.at


def active(session: Session) -> tuple[str, ...]:
    """Name the keys that may sign: one, but for a site that was never started."""
    return tuple(session.scalars(select(SigningKey.kid).where(SigningKey.state == KeyState.ACTIVE.value)))


def public_keys(session: Session) -> list[signing.PublicKey]:
    """List the public keys for /keys.json, oldest first."""
    rows = session.scalars(select(SigningKey).order_by(_MADE, SigningKey.kid))
    return [public_key(row) for row in rows]


def public_key(row: SigningKey) -> signing.PublicKey:
    """Give one key as anybody may see it."""
    made = (row.made_at or row.since).date()
    return signing.PublicKey(bytes.fromhex(row.kid), row.public, KeyState(row.state), row.since.date(), made)


def lines(session: Session) -> list[KeyLine]:
    """List the keys for those who run the site, newest first; one query, nothing counted."""
    rows = session.scalars(select(SigningKey).order_by(_MADE.desc()))
    return [KeyLine(row.kid, KeyState(row.state), row.since, row.made_at or row.since) for row in rows]


def signed_by(session: Session) -> dict[str, int]:
    """Count the signatures that the log noted, by key; reads the whole log's notes, so no page asks for it."""
    kid = func.substr(AuditEntry.subject, _KID_AT, signing.KEY_ID_BYTES * 2)
    rows = session.execute(select(kid, func.count()).where(AuditEntry.action == SIGNED).group_by(kid))
    return {str(found): int(number) for found, number in rows}


def noted_before(session: Session, kid: str, since: datetime) -> tuple[int, int]:
    """Count a key's noted papers: before a moment (they count even when it is compromised), and from then on."""
    early = func.count().filter(AuditEntry.at < since)
    of_key = func.substr(AuditEntry.subject, _KID_AT, signing.KEY_ID_BYTES * 2) == kid
    row = session.execute(select(early, func.count()).where(AuditEntry.action == SIGNED, of_key)).one()
    return int(row[0]), int(row[1]) - int(row[0])


def papers(session: Session, code: str, *, most: int = 20) -> list[tuple[datetime, str]]:
    """List when papers of a certificate were signed and with which key, newest first."""
    rows = session.execute(
        select(AuditEntry.at, AuditEntry.subject)
        .where(AuditEntry.action == SIGNED, AuditEntry.subject.startswith(f"{code}:", autoescape=True))
        .order_by(AuditEntry.n.desc())
        .limit(most)
    )
    return [(row.at, row.subject.split(":")[1]) for row in rows]


_KID_AT = 14  # in "K7M4P2XQ9TRC:1a2b3c4d:…", from 1


def _noted_as(kid: str, code: str, signature: bytes) -> str:
    return f"{code}:{kid}:{hashlib.sha256(signature).hexdigest()[:32]}"


def _state(session: Session, kid: str) -> KeyState | None:
    found = session.scalar(select(SigningKey.state).where(SigningKey.kid == kid))
    return None if found is None else KeyState(found)


def _set(session: Session, kid: str, state: KeyState, since: datetime) -> None:
    session.execute(update(SigningKey).where(SigningKey.kid == kid).values(state=state.value, since=since))


def _lock_changes(session: Session) -> None:
    """Let one transaction at a time change keys; on SQLite every writing transaction has that already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_CHANGE_LOCK})"))
