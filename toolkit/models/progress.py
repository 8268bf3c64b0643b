"""How far a person is: enrolments and lesson states. No language, no time of day."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base


class Enrolment(Base):
    """One person, one course."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("person_id", "course_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    course_key: Mapped[str] = mapped_column(String(40))
    started_on: Mapped[date]


class LessonState(Base):
    """One person, one lesson: blocks done, the last block, and the options chosen, for herself only."""

    __tablename__ = "lesson_states"
    __table_args__ = (UniqueConstraint("person_id", "module_key", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    module_key: Mapped[str] = mapped_column(String(40))
    lesson_key: Mapped[str] = mapped_column(String(40))
    done: Mapped[list[str]] = mapped_column(JSON)
    chosen: Mapped[dict[str, str]] = mapped_column(JSON)
    last_block: Mapped[str] = mapped_column(String(40))
    completed_on: Mapped[date | None]
