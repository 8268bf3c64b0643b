"""Erasing people: all of theirs goes, certificates stay bare, and a list keeps old backups from reviving anybody.

The surprise: what the database still holds in free places after the commit is services/erasure_traces.py's business.
"""

import hmac
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, delete, or_, select, update
from sqlalchemy.orm import Session

from toolkit import db, paths
from toolkit.models.accounts import Account, Erasure, MailToken, Person, WrongTry
from toolkit.models.audit import AuditEntry
from toolkit.models.certificates import Certificate
from toolkit.models.directory import ListingConfirmation
from toolkit.models.letters import Letter
from toolkit.models.site import OpeningTask
from toolkit.rules import retention as rule
from toolkit.services import audit, withdrawals
from toolkit.signing import derive

ERASED_LIST = "erased.list"  # one line each: 2026-11-21 and the hash in hexadecimal
AT_ONCE = 200
_NOBODY = "—"  # stands where the name of an erased admin stood


def leave(
    session: Session, server_key: bytes, person_id: int, *, withdraw: bool, sure: bool = True, now: datetime
) -> None:
    """Erase a person at her own wish, her certificates withdrawn as well if she says so.

    Raises ErasureRefusedError when she did not say that she is sure, or is the only admin. Somebody who is gone already
    is gone. The caller commits, then calls ``note_down`` and ``erasure_traces.sweep``.
    """
    if not sure:
        raise rule.ErasureRefusedError(rule.Reason.NOT_SURE)
    person = session.execute(select(Person).where(Person.id == person_id).with_for_update()).scalar_one_or_none()
    if person is None:
        return
    admins = session.scalars(select(Person.id).where(Person.role == "admin").order_by(Person.id).with_for_update())
    rule.may_end(admin=person.role == "admin", other_admins=len(set(admins) - {person_id}))
    if withdraw:
        for code in session.scalars(select(Certificate.code).where(Certificate.person_id == person_id)).all():
            withdrawals.withdraw(session, code, reason="holder", by=audit.SITE, now=now)
    if person.role == "admin":
        actor = audit.actor(server_key, person.key)
        audit.record(session, by=actor, action="admin.ended", subject=actor, now=now)
    erase(session, server_key, [person_id], now=now)


def other_admins(session: Session, person_id: int) -> bool:
    """Say whether anybody else runs the site."""
    others = select(Person.id).where(Person.role == "admin", Person.id != person_id).limit(1)
    return session.scalar(others) is not None


def erase(session: Session, server_key: bytes, person_ids: Sequence[int], *, now: datetime) -> int:
    """Erase these people and say how many there were; at most some hundreds in one transaction.

    What stays: bare certificates, the chain of the audit log without details about them, and a keyed hash of each.
    """
    session.flush()
    people = session.execute(
        select(Person.id, Person.key, Person.role)
        .where(Person.id.in_(person_ids))
        .order_by(Person.id)
        .with_for_update()
    ).all()
    ids = [row.id for row in people]
    if not ids:
        return 0
    for row in people:
        db.insert_once(session, Erasure, person_hash=person_hash(server_key, row.key), erased_on=now.date())
    _letters_and_links(session, ids)
    _certificates(session, ids)
    _log(session, AuditEntry.person_id.in_(ids))
    _work(session, ids, [audit.actor(server_key, row.key) for row in people if row.role == "admin"])
    session.execute(delete(Person).where(Person.id.in_(ids)))  # all that hangs on them goes by the tables' own rules
    session.expire_all()
    return len(ids)


def apply(session: Session, server_key: bytes, hashes: Iterable[bytes], now: datetime) -> int:
    """Erase everybody whose hash is listed (a restored backup may hold them), and know the hashes from now on."""
    listed = set(hashes)
    rows = session.execute(select(Person.id, Person.key)).all()
    found = [row.id for row in rows if person_hash(server_key, row.key) in listed]
    for start in range(0, len(found), AT_ONCE):
        erase(session, server_key, found[start : start + AT_ONCE], now=now)
    for listed_hash in sorted(listed):
        db.insert_once(session, Erasure, person_hash=listed_hash, erased_on=now.date())
    return len(found)


def person_hash(server_key: bytes, person_key: str) -> bytes:
    """Give what is kept of an erased person: HMAC-SHA-256 of her key, 32 bytes, which says nothing to anybody else."""
    return hmac.digest(derive(server_key, "erased person"), person_key.encode(), "sha256")


def note_down(engine: Engine, folders: Iterable[Path]) -> None:
    """Bring the list of the erased in these folders up to date; a folder that is not there is left out.

    Lines are only ever added, and each call adds what is missing: a list that was lost is whole again.
    """
    with db.read_session(engine) as session:
        rows = session.execute(select(Erasure.erased_on, Erasure.person_hash).order_by(Erasure.erased_on)).all()
    for folder in folders:
        if folder.is_dir():
            known = listed(folder / ERASED_LIST)
            lines = [f"{day.isoformat()} {hashed.hex()}\n" for day, hashed in rows if hashed not in known]
            if lines:
                _append(folder / ERASED_LIST, "".join(lines).encode())
                paths.sync_folder(folder)


def listed(path: Path) -> set[bytes]:
    """Read a list of the erased: the hashes in it; a line cut off by a power cut is passed over."""
    if not path.exists():
        return set()
    words = [line.split() for line in path.read_text("ascii", errors="replace").splitlines()]
    return {bytes.fromhex(w[1]) for w in words if len(w) == 2 and len(w[1]) == 64 and set(w[1]) <= set(_HEX)}


_HEX = "0123456789abcdef"


def _letters_and_links(session: Session, ids: Sequence[int]) -> None:
    """Delete mail to her addresses, also what was written before the address was tied to her."""
    mine = session.execute(select(Account.email, Account.email_fold).where(Account.person_id.in_(ids))).all()
    addresses = {address for row in mine for address in row if address}
    addresses |= set(session.scalars(select(MailToken.email).where(MailToken.person_id.in_(ids))))
    addresses |= {to for to in session.scalars(select(Letter.to_address).where(Letter.person_id.in_(ids))) if to}
    if addresses:
        session.execute(delete(Letter).where(Letter.to_address.in_(addresses)))
        session.execute(delete(MailToken).where(MailToken.email.in_(addresses)))


def _certificates(session: Session, ids: Sequence[int]) -> None:
    """Leave the bare row: code, course, day, version, language, minutes, key and status."""
    codes = session.scalars(select(Certificate.code).where(Certificate.person_id.in_(ids))).all()
    bare = {"person_id": None, "attempt_id": None, "name_check": None, "named_at": None}
    session.execute(update(Certificate).where(Certificate.person_id.in_(ids)).values(**bare))
    tried = [f"{whose}:{code}" for code in codes for whose in ("own", "name")]
    if tried:
        session.execute(delete(WrongTry).where(WrongTry.subject.in_(tried)))


def _log(session: Session, about: ColumnElement[bool]) -> None:
    """Empty the details; the chain holds their salted hashes and stays whole."""
    session.execute(update(AuditEntry).where(about).values(detail=None, salt=None, person_id=None))


def _work(session: Session, ids: Sequence[int], actors: Sequence[str]) -> None:
    """Take their names out of what they did for the site; what was done stays done. ``actors``: admins in the log."""
    for table in (ListingConfirmation, OpeningTask):
        session.execute(update(table).where(table.recorded_by.in_(ids)).values(who=_NOBODY))
    if actors:
        # An admin's own entries may say who did it: that detail goes, that something was done stays in the chain.
        named = or_(AuditEntry.detail.contains('"who":'), AuditEntry.detail.contains('"name":'))
        _log(session, AuditEntry.actor.in_(actors) & named)


def _append(path: Path, lines: bytes) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # a power cut left half a line: ours must not hang on it
        os.write(handle, lines)
        os.fsync(handle)
    finally:
        os.close(handle)
