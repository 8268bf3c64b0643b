"""First floor: what we remember. SQLAlchemy 2 typed declarative; importing this package registers every table."""

from toolkit.models import accounts, certificates, progress, quizzes, submissions, translation
from toolkit.models.base import Base

__all__ = ["Base", "accounts", "certificates", "progress", "quizzes", "submissions", "translation"]
