"""What people of the running organisation did about the help directory: confirmed a listing, changed a contact.

The listings themselves are content. Nothing about anybody who opened help is here or anywhere.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class ListingConfirmation(Base):
    """Somebody dialled a listing or read its live page; it speaks only for the contacts with this fingerprint."""

    __tablename__ = "listing_confirmations"
    __table_args__ = (CheckConstraint("how in ('phone', 'page', 'mail')", name="how"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing: Mapped[str] = mapped_column(String(60), index=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    confirmed_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(8))
    who: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)


class ListingChange(Base):
    """A changed number or link: proposed by one person, decided by another, or by the same one as a logged override."""

    __tablename__ = "listing_changes"
    __table_args__ = (
        CheckConstraint("field in ('dial', 'web', 'email')", name="field"),
        CheckConstraint("decision in ('accepted', 'refused')", name="decision"),
        CheckConstraint("(decision is null) = (decided_at is null)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(26), unique=True)
    listing: Mapped[str] = mapped_column(String(60), index=True)
    field: Mapped[str] = mapped_column(String(8))
    old: Mapped[str] = mapped_column(String(400))
    new: Mapped[str] = mapped_column(String(400))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decision: Mapped[str | None] = mapped_column(String(8))
    override: Mapped[bool]
