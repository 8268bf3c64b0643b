"""Who may take a course: what the admin decided about it. Courses themselves are content (models/translation.py)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class CourseMode(Base):
    """Open to everybody, for those it was assigned to, or hidden; a course without a row is open."""

    __tablename__ = "course_modes"
    __table_args__ = (CheckConstraint("mode in ('open', 'assigned', 'hidden')", name="mode"),)

    course_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
