"""The law of the audit log: how an entry is bound to the one before it, and what shows that the log was touched.

An entry's detail may be erased later, because the chain holds only a salted hash of it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

FIRST = bytes(32)  # what the first entry names as the one before it
SALT_BYTES = 16


class Fault(Enum):
    """What is wrong with a log."""

    EDITED = "edited"  # an entry's own hash does not fit what it says
    DETAIL = "detail"  # the detail is not the one that was hashed
    MISSING = "missing"  # a number is left out
    FORKED = "forked"  # an entry does not follow the one before it
    CUT = "cut"  # the head that was noted down is not in the log


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``detail`` and ``salt`` are None once erased, hashes are 32 raw bytes."""

    n: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: str | None
    salt: bytes | None
    detail_hash: bytes
    prev: bytes
    hash: bytes


@dataclass(frozen=True)
class Finding:
    """A fault and the number of the entry where it shows."""

    n: int
    fault: Fault


def hash_detail(salt: bytes, detail: str) -> bytes:
    """Bind a detail without holding it: SHA-256 over 16 random bytes and the text."""
    return hashlib.sha256(salt + detail.encode()).digest()


def hash_entry(
    *, n: int, at: datetime, actor: str, action: str, subject: str, detail_hash: bytes, prev: bytes
) -> bytes:
    """Bind an entry to all that it says and to the entry before it: SHA-256 over a canonical JSON list."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [n, moment, actor, action, subject, detail_hash.hex(), prev.hex()]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def faults(
    entries: Iterable[Entry], *, heads: Iterable[tuple[int, bytes]] = (), after: tuple[int, bytes] = (0, FIRST)
) -> list[Finding]:
    """List what shows that the log was edited, forked or cut; nothing when it is whole.

    ``entries`` come in the order of their numbers. ``heads``: numbers and hashes noted down earlier (an export, a
    backup); each must still be there, or entries were cut off or rolled back. ``after``: number and hash of the entry
    before the first one, where only a stretch of the log is looked at; no head may lie before it.
    """
    found: list[Finding] = []
    noted = {(n, hashed) for n, hashed in heads if n}  # before the first entry there is nothing to lose
    expected, before = after[0] + 1, after[1]
    for entry in entries:
        if entry.n != expected:
            found.append(Finding(expected, Fault.MISSING))
        elif entry.prev != before:
            found.append(Finding(entry.n, Fault.FORKED))
        if entry.detail is not None and hash_detail(entry.salt or b"", entry.detail) != entry.detail_hash:
            found.append(Finding(entry.n, Fault.DETAIL))
        if _hash_of(entry) != entry.hash:
            found.append(Finding(entry.n, Fault.EDITED))
        noted.discard((entry.n, entry.hash))
        before, expected = entry.hash, entry.n + 1
    found.extend(Finding(n, Fault.CUT) for n, _ in sorted(noted))
    return found


def _hash_of(entry: Entry) -> bytes:
    return hash_entry(
        n=entry.n,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail_hash=entry.detail_hash,
        prev=entry.prev,
    )
