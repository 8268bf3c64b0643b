"""Exactly once: a form's client key claims its effect; the same key and body are answered again, never done again."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.submissions import Submission
from toolkit.rules.accounts import AccountRefusedError, Reason

_KEY = re.compile(r"[0-9A-Za-z_-]{22,32}")  # 128 random bits as our forms write them, or in hexadecimal
_TABLE = Submission.metadata.tables["submissions"]


@dataclass(frozen=True)
class Claim:
    """A client key in this transaction: new (do the work) or seen before (answer again with ``result``)."""

    key: str
    new: bool
    result: str
    created_at: datetime


def claim(
    session: Session, key: str, *, person_id: int | None, kind: str, body: Mapping[str, str], result: str, now: datetime
) -> Claim:
    """Claim a client key for one effect whose answer will be ``result``.

    A key seen before with the same person, kind and body gives the first result. Raises AccountRefusedError when the
    key is missing or malformed, or was used for something else (the first use is kept).
    """
    if not _KEY.fullmatch(key):
        raise AccountRefusedError(Reason.KEY_MISSING)
    digest = hashlib.sha256(repr((kind, sorted(body.items()))).encode()).digest()
    # On PostgreSQL a parallel insert of the same key waits here until the first one has committed.
    values = {
        "key": key,
        "person_id": person_id,
        "kind": kind,
        "body_hash": digest,
        "result": result,
        "created_at": now,
    }
    row = session.execute(_insert(session.get_bind().dialect.name), {**values, "created_at": now}).first()
    if row is not None:
        return Claim(key, new=True, result=result, created_at=now)
    found = session.execute(
        select(
            Submission.person_id, Submission.kind, Submission.body_hash, Submission.result, Submission.created_at
        ).where(Submission.key == key)
    ).one()
    if (found.person_id, found.kind, found.body_hash) != (person_id, kind, digest):
        raise AccountRefusedError(Reason.KEY_REUSED)
    return Claim(key, new=False, result=found.result, created_at=found.created_at)


@cache
def _insert(dialect: str) -> Any:  # noqa: ANN401 - an INSERT of that dialect, built once
    return db.insert_for(dialect)(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.key)
