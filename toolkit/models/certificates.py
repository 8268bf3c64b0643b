"""Certificates and the public halves of the keys that sign them. A name is never here, only its check value."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class SigningKey(Base):
    """A public key; the private half is a file, and certificates verify without it. ``since``: when the state began."""

    __tablename__ = "signing_keys"
    __table_args__ = (CheckConstraint("state in ('active', 'retired', 'compromised')", name="state"),)

    kid: Mapped[str] = mapped_column(String(8), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Certificate(Base):
    """One passed course: stays when the person or the course is gone, so that the paper still verifies."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id", ondelete="SET NULL"), index=True)
    course_key: Mapped[str] = mapped_column(String(40))
    content_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12))
    minutes: Mapped[int]
    issued_on: Mapped[date]
    kid: Mapped[str] = mapped_column(ForeignKey("signing_keys.kid"))
    trial: Mapped[bool]
    name_check: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    named_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), unique=True)


class Withdrawal(Base):
    """A certificate that no longer counts, since when the site knows it, and which kind of reason there was."""

    __tablename__ = "withdrawals"
    __table_args__ = (CheckConstraint("reason in ('holder', 'mistake', 'misuse', 'other')", name="reason"),)

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), primary_key=True)
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(8))
