"""What the audit log says about backups. Not here: making and restoring them.

The surprise: pages read this, and must not load what only a backup needs (a migration tool is 12 MB of memory).
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.audit import AuditEntry

MADE, TESTED = "backup.made", "backup.tested"


@dataclass(frozen=True)
class LastBackup:
    """The newest backup as the audit log has it; ``restored`` is False when its test could only read it."""

    at: datetime
    file: str
    size: int
    keys: bool
    sealed: bool
    tested_at: datetime | None
    restored: bool


def last(session: Session) -> LastBackup | None:
    """Give the newest backup that was recorded, or None; one query."""
    rows = session.execute(
        select(AuditEntry.action, AuditEntry.at, AuditEntry.subject, AuditEntry.detail)
        .where(AuditEntry.action.in_([MADE, TESTED]))
        .order_by(AuditEntry.n.desc())
        .limit(2)
    ).all()
    made = next((row for row in rows if row.action == MADE), None)
    if made is None:
        return None
    tested = next((row for row in rows if row.action == TESTED and row.subject == made.subject), None)
    said, found = json.loads(made.detail or "{}"), json.loads(tested.detail or "{}") if tested else {}
    return LastBackup(
        at=made.at,
        file=made.subject,
        size=int(said.get("bytes", 0)),
        keys=said.get("keys") == "yes",
        sealed=said.get("sealed") == "yes",
        tested_at=tested.at if tested else None,
        restored=found.get("restored") == "yes",
    )
