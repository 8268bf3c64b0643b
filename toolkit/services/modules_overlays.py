"""What admins decided about content, laid over its structure when it is published.

Modes of courses; contacts and confirmations of listings. The structure itself stays as its files say it, so that an
export gives them back byte for byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from toolkit.models.courses import CourseMode
from toolkit.models.directory import ListingChange, ListingConfirmation
from toolkit.models.translation import Document
from toolkit.rules import directory as rule
from toolkit.rules.directory import Change, Contacts
from toolkit.services import legal_reviews

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Decisions:
    """What was decided about listings: accepted changes in their order, and days by listing and fingerprint."""

    changes: Mapping[str, list[Change]]
    confirmed: Mapping[tuple[str, bytes], date]

    def contacts(self, listing: Body) -> Contacts:
        """Give the contacts of a listing that hold now."""
        return rule.effective(contacts_of(listing), self.changes.get(listing["key"], ()))[0]


def overlaid(session: Session, kind: str, body: Body, spoken: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Give a document's structure as it is published: with modes, confirmations and reviews where there are any.

    ``spoken`` holds the text of each unit by language.
    """
    if kind == "courses":
        rows = session.execute(select(CourseMode.course_key, CourseMode.mode).where(CourseMode.mode != "open"))
        modes = {key: {"mode": mode} for key, mode in rows}
        return {**body, "courses": [{**course, **modes.get(course["key"], {})} for course in body["courses"]]}
    if kind == "directory":
        decided, held = decisions(session), legal_reviews.reviews(session)
        countries = [
            {
                **country,
                "listings": [_listing(listing, decided) for listing in country["listings"]],
                **_review(legal_reviews.reviewed(country, spoken, held)),
            }
            for country in body["countries"]
        ]
        return {**body, "countries": countries}
    return dict(body)


def decisions(session: Session) -> Decisions:
    """Read what was decided about all listings; two statements."""
    accepted: dict[str, list[Change]] = {}
    for row in session.execute(
        select(ListingChange.listing, ListingChange.field, ListingChange.old, ListingChange.new)
        .where(ListingChange.decision == "accepted")
        .order_by(ListingChange.decided_at, ListingChange.id)
    ):
        accepted.setdefault(row[0], []).append(Change(row[1], row[2], row[3]))
    newest = func.max(ListingConfirmation.confirmed_on)
    days = session.execute(
        select(ListingConfirmation.listing, ListingConfirmation.fingerprint, newest).group_by(
            ListingConfirmation.listing, ListingConfirmation.fingerprint
        )
    )
    return Decisions(accepted, {(listing, bytes(contacts)): day for listing, contacts, day in days})


def contacts_of(listing: Body) -> Contacts:
    """Give the contacts that stand in a listing's structure."""
    return Contacts(tuple(listing.get("dial", ())), listing.get("web", ""), listing.get("email", ""))


def _review(on: date | None) -> dict[str, str]:
    return {} if on is None else {"reviewed_on": on.isoformat()}


def _listing(listing: Body, decided: Decisions) -> dict[str, Any]:
    contacts = decided.contacts(listing)
    changed = dict(listing)
    for field in rule.FIELDS:
        value: Any = list(contacts.dial) if field == "dial" else contacts.text(field)
        if value:
            changed[field] = value
        else:
            changed.pop(field, None)
    day = decided.confirmed.get((listing["key"], rule.fingerprint(contacts)))
    return changed | ({"confirmed_on": day.isoformat()} if day is not None else {})


def lock(session: Session, key: str) -> None:
    """Let one at a time decide about a document and publish it; the others wait until this transaction ends."""
    session.execute(select(Document.id).where(Document.key == key).with_for_update())
