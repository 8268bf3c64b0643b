"""The audit log: a hash chain of what was done by those who run the site, and of every certificate that was signed.

The surprise: an entry's detail may be erased. The chain holds a salted hash of it, so it stays whole without the text.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class AuditEntry(Base):
    """The n-th entry, from 1; two entries after the same one would be a fork, so ``prev`` is unique."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("(detail is null) = (salt is null)", name="erased"),
    )

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    detail: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    detail_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    prev: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
