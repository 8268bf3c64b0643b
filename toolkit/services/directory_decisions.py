"""Deciding about the help directory: a listing confirmed, a number or link proposed, accepted or refused.

Learners read the published edition only, so every decision publishes the directory anew in its own transaction and
stands in the audit log.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from toolkit.models.directory import ListingChange, ListingConfirmation
from toolkit.rules import directory as rule
from toolkit.rules.directory import Contacts, DirectoryRefusedError, Reason
from toolkit.services import audit, submissions
from toolkit.services.courses import DIRECTORY
from toolkit.services.directory import shipped_listing
from toolkit.services.modules_overlays import decisions, lock


@dataclass(frozen=True)
class Actor:
    """Who decides: her name in the audit log, and her number; None for a command on the server."""

    by: str
    person_id: int | None


def confirm(
    session: Session,
    listing: str,
    *,
    who: str,
    on: date,
    how: str,
    seen: bytes | None,
    client_key: str | None,
    actor: Actor,
    now: datetime,
) -> Contacts:
    """Note that a person dialled a listing or read its live page, publish it, and give the contacts it speaks for.

    ``seen`` is the fingerprint of the contacts that she had before her; where they have changed since, it is refused.
    ``who`` and ``on`` have passed their rules. Raises LookupError for an unknown listing.
    """
    rule.check_how(how)
    body = {"listing": listing, "who": who, "on": on.isoformat(), "how": how}
    lock(session, DIRECTORY)
    contacts = decisions(session).contacts(shipped_listing(session, listing))
    if not _claimed(session, client_key, actor, "confirm", body, now):
        return contacts
    if not contacts.reachable:
        raise DirectoryRefusedError(Reason.NOTHING_TO_CONFIRM)
    fingerprint = rule.fingerprint(contacts)
    if seen is not None and seen != fingerprint:
        raise DirectoryRefusedError(Reason.CHANGED_SINCE)
    session.add(
        ListingConfirmation(
            listing=listing,
            fingerprint=fingerprint,
            confirmed_on=on,
            how=how,
            who=who,
            recorded_at=now,
            recorded_by=actor.person_id,
        )
    )
    _publish(session, actor, now)
    detail = {"on": on.isoformat(), "how": how, "contacts": fingerprint.hex()}
    audit.record(session, by=actor.by, action="listing.confirmed", subject=listing, now=now, detail=detail)
    return contacts


def take_back(session: Session, listing: str, *, client_key: str, actor: Actor, now: datetime) -> None:
    """Take back the last confirmation of a listing, noted by mistake, and publish it; the audit log keeps both."""
    if not _claimed(session, client_key, actor, "unconfirm", {"listing": listing}, now):
        return
    lock(session, DIRECTORY)
    last = session.execute(
        select(ListingConfirmation.id, ListingConfirmation.confirmed_on)
        .where(ListingConfirmation.listing == listing)
        .order_by(ListingConfirmation.id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise DirectoryRefusedError(Reason.NOTHING_TO_CONFIRM)
    session.execute(delete(ListingConfirmation).where(ListingConfirmation.id == last.id))
    _publish(session, actor, now)
    detail = {"on": last.confirmed_on.isoformat()}
    audit.record(session, by=actor.by, action="listing.unconfirmed", subject=listing, now=now, detail=detail)


def propose(
    session: Session, listing: str, field: str, typed: str, *, client_key: str, actor: Actor, now: datetime
) -> None:
    """Propose another number or link for a listing; learners see nothing of it until it is accepted."""
    lock(session, DIRECTORY)
    structure = shipped_listing(session, listing)
    contacts = decisions(session).contacts(structure)
    if not _claimed(session, client_key, actor, "propose", {"listing": listing, "field": field, "new": typed}, now):
        return
    new = rule.check_change(field, typed, now=contacts, emergency=structure.get("emergency") == "yes")
    waiting = select(ListingChange.id).where(
        ListingChange.listing == listing, ListingChange.field == field, ListingChange.decided_at.is_(None)
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise DirectoryRefusedError(Reason.ALREADY_PROPOSED)
    session.add(
        ListingChange(
            key=secrets.token_hex(13),
            listing=listing,
            field=field,
            old=contacts.text(field),
            new=new,
            proposed_at=now,
            proposed_by=actor.person_id,
            override=False,
        )
    )
    detail = {"field": field, "from": contacts.text(field), "to": new}
    audit.record(session, by=actor.by, action="listing.proposed", subject=listing, now=now, detail=detail)


def decide(
    session: Session, key: str, decision: str, *, of: str, override: bool, client_key: str, actor: Actor, now: datetime
) -> None:
    """Accept or refuse a proposed change of a listing, and publish what holds then.

    A second person accepts, or the same one with the explicit override, which the audit log names. Raises LookupError
    for an unknown change, and DirectoryRefusedError when it was decided before or the contact has changed since.
    """
    lock(session, DIRECTORY)
    wanted = select(ListingChange).where(ListingChange.key == key, ListingChange.listing == of)
    change = session.execute(wanted).scalar_one_or_none()
    if change is None or actor.person_id is None:
        raise LookupError(key)
    body = {"change": key, "decision": decision, "override": str(override)}
    if not _claimed(session, client_key, actor, "decide", body, now):
        return
    if change.decided_at is not None:
        raise DirectoryRefusedError(Reason.DECIDED)
    overridden = rule.check_decision(
        decision, proposed_by=change.proposed_by, decided_by=actor.person_id, override=override
    )
    if decision == "accepted":
        structure = shipped_listing(session, change.listing)
        contacts = decisions(session).contacts(structure)
        if contacts.text(change.field) != change.old:
            raise DirectoryRefusedError(Reason.CHANGED_SINCE)
        # Asked again: what was proposed while 112 stood beside it must not take 112 away now.
        rule.check_change(change.field, change.new, now=contacts, emergency=structure.get("emergency") == "yes")
    change.decision, change.decided_at, change.decided_by = decision, now, actor.person_id
    change.override = overridden
    _publish(session, actor, now)
    detail = {"field": change.field, "from": change.old, "to": change.new}
    detail |= {"override": "yes"} if overridden else {}
    audit.record(session, by=actor.by, action=f"listing.{decision}", subject=change.listing, now=now, detail=detail)


def _claimed(
    session: Session, client_key: str | None, actor: Actor, kind: str, body: Mapping[str, str], now: datetime
) -> bool:
    """Say whether this is to be done: a form once, a command on the server each time."""
    if client_key is None:
        return True
    claimed = submissions.claim(
        session, client_key, person_id=actor.person_id, kind=kind, body=body, result="", now=now
    )
    return claimed.new


def _publish(session: Session, actor: Actor, now: datetime) -> None:
    # Loaded when first needed: see course_modes.py.
    from toolkit.services.modules_publish import publish  # noqa: PLC0415

    session.flush()
    publish(session, DIRECTORY, by=actor.by, now=now)
