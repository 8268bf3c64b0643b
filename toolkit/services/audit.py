"""The audit log: appended in the transaction of what it records, so that neither is there without the other.

The surprise: on PostgreSQL a lock makes writers queue for the end of the chain; on SQLite they queue anyway.
"""

import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from toolkit.models.audit import AuditEntry
from toolkit.rules import audit as rule
from toolkit.signing import derive

SERVER = "server"  # a command on the server
SITE = "site"  # what happens by itself: a certificate is signed, a period is over
_CHAIN_LOCK = 7_305_221  # any number that nothing else locks
_AT_ONCE = 1000
# In the order in which the law names them.
COLUMNS = tuple(getattr(AuditEntry, field.name) for field in fields(rule.Entry))


def actor(server_key: bytes, person_key: str) -> str:
    """Name an admin in the log: a short keyed hash, the same each time, which says nothing once she is erased."""
    return "a-" + hmac.digest(derive(server_key, "audit actor"), person_key.encode(), "sha256").hex()[:12]


def record(
    session: Session,
    *,
    by: str,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, str] | None = None,
    person_id: int | None = None,
) -> rule.Entry:
    """Append an entry: who, what (noun.verb, as "certificate.withdrawn"), to what, with a detail that can be erased.

    ``person_id`` is the person whom the detail is about, if any: erasing her erases it and leaves the chain whole.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})"))
    last = session.execute(select(AuditEntry.n, AuditEntry.hash).order_by(AuditEntry.n.desc()).limit(1)).first()
    n, prev = (last.n + 1, last.hash) if last else (1, rule.FIRST)
    said = json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    salt = secrets.token_bytes(rule.SALT_BYTES)
    detail_hash = rule.hash_detail(salt, said)
    hashed = rule.hash_entry(n=n, at=now, actor=by, action=action, subject=subject, detail_hash=detail_hash, prev=prev)
    session.add(
        AuditEntry(
            n=n,
            at=now,
            actor=by,
            action=action,
            subject=subject,
            person_id=person_id,
            detail=said,
            salt=salt,
            detail_hash=detail_hash,
            prev=prev,
            hash=hashed,
        )
    )
    session.flush()
    return rule.Entry(n, now, by, action, subject, said, salt, detail_hash, prev, hashed)


def entries(session: Session, *, after: int = 0, last: int | None = None) -> Iterator[rule.Entry]:
    """Go through the log in order, a thousand entries in memory at a time: those with numbers in (after, last]."""
    wanted = select(*COLUMNS).where(AuditEntry.n > after).order_by(AuditEntry.n)
    if last is not None:
        wanted = wanted.where(AuditEntry.n <= last)
    for row in session.execute(wanted.execution_options(yield_per=_AT_ONCE)):
        yield rule.Entry(*row)


def head(session: Session) -> tuple[int, bytes]:
    """Give the number and hash of the newest entry; (0, 32 zero bytes) while the log is empty."""
    last = session.execute(select(AuditEntry.n, AuditEntry.hash).order_by(AuditEntry.n.desc()).limit(1)).first()
    return (last.n, last.hash) if last else (0, rule.FIRST)


def faults(session: Session, *, heads: Iterable[tuple[int, bytes]] = ()) -> list[rule.Finding]:
    """List what is wrong with the log, given the heads that were noted down earlier."""
    return rule.faults(entries(session), heads=heads)
