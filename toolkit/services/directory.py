"""Reading the help directory as the running organisation sees it: every listing, what waits, what was done about it.

Nothing about anybody who opened help is here. Deciding is in directory_decisions.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.directory import ListingChange, ListingConfirmation
from toolkit.models.translation import Document, StructureRevision
from toolkit.rules import directory as rule
from toolkit.rules.directory import Contacts
from toolkit.services.courses import DIRECTORY, Edition, Structure
from toolkit.services.modules_overlays import contacts_of


@dataclass(frozen=True)
class Listing:
    """One published listing: its contacts that hold, the day it was confirmed, why it is shown or not."""

    key: str
    country: str
    contacts: Contacts
    confirmed_on: date | None
    why: rule.Why
    structure: Structure

    def due(self, today: date) -> bool:
        """Say whether somebody should dial or read it."""
        return rule.due(contacts=self.contacts, confirmed_on=self.confirmed_on, today=today)


@dataclass(frozen=True)
class ChangeView:
    """One proposed change as its page shows it; ``holds`` says whether an accepted one is in force."""

    key: str
    listing: str
    field: str
    old: str
    new: str
    proposed_at: datetime
    proposed_by: int | None
    decided_at: datetime | None
    decision: str | None
    override: bool
    holds: bool


@dataclass(frozen=True)
class ConfirmationView:
    """One confirmation; ``speaks`` says whether it is for the contacts that hold now."""

    confirmed_on: date
    how: str
    who: str
    speaks: bool


@dataclass(frozen=True)
class History:
    """What was done about one listing, newest first, and what the files say about its contacts."""

    shipped: Contacts
    changes: list[ChangeView]
    confirmations: list[ConfirmationView]


def listings(edition: Edition) -> Iterator[Listing]:
    """Go through the published listings, those that learners do not see too, in the order of the countries."""
    for country in edition.structure["countries"]:
        for structure in country["listings"]:
            yield listing_of(country["key"], structure)


def listing_of(country: str, structure: Structure) -> Listing:
    """Read one published listing."""
    day = structure.get("confirmed_on")
    confirmed_on = date.fromisoformat(day) if day else None
    contacts = contacts_of(structure)
    why = rule.why(
        contacts=contacts,
        confidence=structure["confidence"],
        official=structure["official"] == "yes",
        doubtful=structure.get("doubtful") == "yes",
        confirmed_on=confirmed_on,
    )
    return Listing(structure["key"], country, contacts, confirmed_on, why, structure)


def waiting(session: Session) -> Mapping[str, int]:
    """Count the changes that nobody has decided yet, by listing."""
    found: dict[str, int] = {}
    for listing in session.scalars(select(ListingChange.listing).where(ListingChange.decided_at.is_(None))):
        found[listing] = found.get(listing, 0) + 1
    return found


def history(session: Session, listing: str) -> History:
    """Give what was done about a listing; three statements. Raises LookupError for an unknown listing."""
    shipped = contacts_of(shipped_listing(session, listing))
    rows = list(
        session.scalars(
            select(ListingChange)
            .where(ListingChange.listing == listing)
            .order_by(ListingChange.decided_at, ListingChange.id)
        )
    )
    accepted = [row for row in rows if row.decision == "accepted"]
    contacts, held = rule.effective(shipped, [rule.Change(row.field, row.old, row.new) for row in accepted])
    holds = {row.id for row, fits in zip(accepted, held, strict=True) if fits}
    speaks = rule.fingerprint(contacts)
    confirmations = session.scalars(
        select(ListingConfirmation)
        .where(ListingConfirmation.listing == listing)
        .order_by(ListingConfirmation.id.desc())
        .limit(20)
    )
    return History(
        shipped,
        sorted((_view(row, holds=row.id in holds) for row in rows), key=lambda view: view.proposed_at, reverse=True),
        [ConfirmationView(c.confirmed_on, c.how, c.who, bytes(c.fingerprint) == speaks) for c in confirmations],
    )


def _view(row: ListingChange, *, holds: bool) -> ChangeView:
    return ChangeView(
        row.key,
        row.listing,
        row.field,
        row.old,
        row.new,
        row.proposed_at,
        row.proposed_by,
        row.decided_at,
        row.decision,
        row.override,
        holds,
    )


def shipped_listing(session: Session, listing: str) -> Structure:
    """Give a listing as its file says it. Raises LookupError where there is none."""
    body: Mapping[str, Any] | None = session.scalar(
        select(StructureRevision.body)
        .join(Document, Document.id == StructureRevision.document_id)
        .where(Document.key == DIRECTORY)
        .order_by(StructureRevision.no.desc())
        .limit(1)
    )
    for country in body["countries"] if body else ():
        for structure in country["listings"]:
            if structure["key"] == listing:
                found: Structure = structure
                return found
    raise LookupError(listing)
