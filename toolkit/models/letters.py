"""Mail that is to be sent, and the background jobs' last runs. Both are gone a week after they are done."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class Letter(Base):
    """One mail: written in the transaction that wants it, sent by a job, its address and words gone once it is sent."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sending', 'sent', 'given_up')", name="state"),
        Index("ix_letters_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    to_address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(12))
    template: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(String(60))


class JobRun(Base):
    """When a background job last worked and last failed, and with which kind of fault; never with whose data."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last_ok_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int]
    fault: Mapped[str | None] = mapped_column(String(120))
