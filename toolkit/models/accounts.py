"""People, their devices and accounts. A guest is a random key and what she has learnt; a name is in an account only."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
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
    made_up: Mapped[bool] = mapped_column(server_default=false())  # a learner of `toolkit demo`, nobody real


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


class Account(Base):
    """What a person signs in with: a user name, a confirmed e-mail address, or both; at most one per person."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("user_fold is not null or email_fold is not null", name="sign_in"),
        CheckConstraint("(user_name is null) = (user_fold is null)", name="user"),
        CheckConstraint("(email is null) = (email_fold is null)", name="email"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    user_name: Mapped[str | None] = mapped_column(String(60))
    user_fold: Mapped[str | None] = mapped_column(String(120), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    email_fold: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12))
    created_on: Mapped[date]
    last_sign_in_on: Mapped[date]


class MailToken(Base):
    """A link sent by mail that proves an address: to register, to confirm, or to set a new password; used once."""

    __tablename__ = "mail_tokens"
    __table_args__ = (CheckConstraint("kind in ('register', 'confirm', 'reset')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notice(Base):
    """One notice that went to a person, such as the first of two before her account ends; the row makes it once."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    sent_on: Mapped[date]


class Erasure(Base):
    """Somebody was erased: a keyed hash of her key, so that an old backup does not bring her back."""

    __tablename__ = "erasures"

    person_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_on: Mapped[date]
