"""Letters on their way: claimed by one sender at a time, then sent, put off or given up. Written in services/letters.

A letter is claimed for a while (a lease): a sender that dies leaves it to the next one when the lease is over. What
became of it is written only by the sender whose claim still holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, null, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from toolkit.models.letters import Letter
from toolkit.rules import letters as rule

_OPEN = ("waiting", "sending")


@dataclass(frozen=True)
class Claimed:
    """A letter that this sender alone may send until its lease is over; ``tries`` counts this one."""

    id: int
    key: str
    to: str
    language: str
    template: str
    params: Mapping[str, str]
    tries: int
    written_at: datetime


def any_due(session: Session, *, now: datetime) -> bool:
    """Say whether a letter may be sent now."""
    return session.execute(select(Letter.id).where(*_due(now)).limit(1)).first() is not None


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """Claim the letter that has been due longest, or None; of two senders only one gets it."""
    oldest = select(Letter.id).where(*_due(now)).order_by(Letter.due_at, Letter.id).limit(1)
    claiming = (
        update(Letter)
        .where(Letter.id == oldest.with_for_update(skip_locked=True).scalar_subquery(), *_due(now))
        .values(state="sending", tries=Letter.tries + 1, due_at=now + rule.LEASE)
        .returning(
            Letter.id,
            Letter.key,
            Letter.to_address,
            Letter.language,
            Letter.template,
            Letter.params,
            Letter.tries,
            Letter.created_at,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(claiming).first()
    if row is None:
        return None
    return Claimed(
        row.id, row.key, row.to_address or "", row.language, row.template, row.params or {}, row.tries, row.created_at
    )


def sent(session: Session, claimed: Claimed, *, now: datetime) -> bool:
    """Write that a letter was sent, and forget its address and words; False when the claim no longer held."""
    return _end(session, claimed, state="sent", sent_at=now, trouble=None, **_forgotten())


def put_off(session: Session, claimed: Claimed, *, trouble: str, now: datetime, unsure: bool = False) -> bool:
    """Let a letter wait for its next try, or give it up after three days of tries; ``trouble`` is one word."""
    due_at = rule.next_try(claimed.tries, now, unsure=unsure)
    if due_at is None:
        return give_up(session, claimed, trouble=trouble)
    return _end(session, claimed, state="waiting", due_at=due_at, trouble=trouble)


def give_up(session: Session, claimed: Claimed, *, trouble: str) -> bool:
    """Write that a letter will not be sent, and forget its address and words."""
    return _end(session, claimed, state="given_up", trouble=trouble, **_forgotten())


def counts(session: Session) -> dict[str, int]:
    """Count the letters that wait and those that were given up; none is older than two weeks."""
    rows = session.execute(select(Letter.state, func.count()).where(Letter.state != "sent").group_by(Letter.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {"waiting": sum(found.get(state, 0) for state in _OPEN), "given_up": found.get("given_up", 0)}


def prune(session: Session, *, days: int, now: datetime) -> int:
    """Give up what has waited for this many days or was tried too often, and delete what ended that long ago.

    Gives the number of letters that were deleted.
    """
    too_old = now - timedelta(days=days)
    session.execute(
        update(Letter)
        .where(
            Letter.state.in_(_OPEN),
            Letter.due_at <= now,
            or_(Letter.created_at < too_old, Letter.tries >= rule.most_tries()),
        )
        .values(state="given_up", due_at=now, trouble=func.coalesce(Letter.trouble, "too_old"), **_forgotten())
        .execution_options(synchronize_session=False)
    )
    ended = delete(Letter).where(Letter.state.in_(("sent", "given_up")), Letter.due_at < too_old)
    return _changed(session, ended)


def _due(now: datetime) -> tuple[Any, ...]:
    # A crash at each try must not go on for ever: what was tried too often is left to prune().
    return Letter.state.in_(_OPEN), Letter.due_at <= now, Letter.tries < rule.most_tries()


def _forgotten() -> dict[str, Any]:
    return {"to_address": null(), "params": null()}


def _end(session: Session, claimed: Claimed, **values: object) -> bool:
    ending = update(Letter).where(Letter.id == claimed.id, Letter.state == "sending", Letter.tries == claimed.tries)
    return _changed(session, ending.values(**values)) == 1


def _changed(session: Session, statement: Any) -> int:  # noqa: ANN401 - an update or a delete
    done = session.execute(statement.execution_options(synchronize_session=False))
    return done.rowcount if isinstance(done, CursorResult) else 0
