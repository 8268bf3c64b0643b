"""First floor: what we remember. SQLAlchemy 2 typed declarative; importing this package registers every table."""

from toolkit.models import (
    accounts,
    audit,
    certificates,
    courses,
    directory,
    letters,
    progress,
    quizzes,
    site,
    submissions,
    translation,
)
from toolkit.models.base import Base

__all__ = [
    "Base",
    "accounts",
    "audit",
    "certificates",
    "courses",
    "directory",
    "letters",
    "progress",
    "quizzes",
    "site",
    "submissions",
    "translation",
]
