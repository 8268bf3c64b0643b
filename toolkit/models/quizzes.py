"""Attempts at a final quiz: item keys, option order, answers. No texts and no language."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from toolkit.models.base import Base, UtcDateTime

_OPEN = text("closed_at is null")


class Attempt(Base):
    """One person's try at one course's final; at most one is open."""

    __tablename__ = "attempts"
    __table_args__ = (
        CheckConstraint("(closed_at is null) = (passed is null)", name="closed"),
        Index("uq_attempts_open", "person_id", "course_key", unique=True, sqlite_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    course_key: Mapped[str] = mapped_column(String(40))
    editions: Mapped[dict[str, Any]] = mapped_column(JSON)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed: Mapped[bool | None]
    right_count: Mapped[int | None]

    items: Mapped[list["AttemptItem"]] = relationship(order_by="AttemptItem.n", lazy="raise")


@event.listens_for(Attempt.__table__, "before_create")
def _open_on_postgresql(table: Table, connection: Connection, **_how: object) -> None:
    # Said here and not above: naming PostgreSQL loads all of its dialect, a tenth of a second of each start without it.
    if connection.dialect.name == "postgresql":
        (index,) = (one for one in table.indexes if one.name == "uq_attempts_open")
        index.dialect_options["postgresql"]["where"] = _OPEN


class AttemptItem(Base):
    """The n-th item of an attempt (from 1), and her answer once it is given; an answer never changes.

    An item may come back when a safety question has no other form left, so only its place is unique.
    """

    __tablename__ = "attempt_items"
    __table_args__ = (
        UniqueConstraint("attempt_id", "n"),
        CheckConstraint('("right" is null) = (answered_at is null)', name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"))
    n: Mapped[int]
    module_key: Mapped[str] = mapped_column(String(40))
    item_key: Mapped[str] = mapped_column(String(40))
    objective: Mapped[str] = mapped_column(String(40))
    option_order: Mapped[list[str]] = mapped_column(JSON)
    given: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    right: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
