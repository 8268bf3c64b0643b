"""People and their devices. No name, no address, no user agent: a guest is a random key and what she has learnt."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolkit.models.base import Base, UtcDateTime


class Person(Base):
    """Somebody who pressed Start, or the person who runs the site."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("role in ('guest', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(26), unique=True)
    role: Mapped[str] = mapped_column(String(8))
    resume_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    created_on: Mapped[date]
    last_answer_on: Mapped[date | None]


class Device(Base):
    """One browser that is signed in as a person; the cookie's token is kept as a hash only."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    shared: Mapped[bool]
    created_on: Mapped[date]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class AdminInvite(Base):
    """A one-time link that makes an admin; used once, then spent."""

    __tablename__ = "admin_invites"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrongTry(Base):
    """One wrong code or name; counted by what was tried, never by address, and gone after an hour."""

    __tablename__ = "wrong_tries"
    __table_args__ = (Index("ix_wrong_tries_subject_at", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
