"""Client keys: each form carries one, and one key has one effect, however often it arrives."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime


class Submission(Base):
    """What a client key did the first time, so that it can be answered again."""

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    result: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
