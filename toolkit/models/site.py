"""What the people who run the site keep about it: mistakes that readers reported, and what was done before opening."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class MistakeReport(Base):
    """A mistake in a text, reported without an account: where and what, never who."""

    __tablename__ = "mistake_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    reported_on: Mapped[date]
    done_on: Mapped[date | None]


class OpeningTask(Base):
    """A line of the list "before you open" that somebody has done: who, on which day, and of which words, if of any."""

    __tablename__ = "opening_tasks"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    who: Mapped[str] = mapped_column(String(80))
    done_on: Mapped[date]
    of: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # the fingerprint of what a lawyer has read
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
