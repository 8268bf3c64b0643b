"""Course content and its translations: append-only revisions, and the snapshots that readers get.

Not here: whether a translation is stale (rules/translation.py says so from the revisions; it is never stored).
The surprise: a reader never sees these rows, only the snapshot named by the latest publication.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from toolkit.models.base import Base, UtcDateTime

HASH_SIGNS = 64
SHORT_HASH_SIGNS = 12


class Document(Base):
    """Content with a structure of its own: a topic, all courses, the help directory, the facts, the glossary."""

    __tablename__ = "documents"
    __table_args__ = (CheckConstraint("kind in ('topic', 'courses', 'directory', 'facts', 'glossary')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    source_language: Mapped[str] = mapped_column(String(12))


class StructureRevision(Base):
    """The no-th structure of a document: keys, scoring, facts and unit ids, no learner text; never changed again."""

    __tablename__ = "structure_revisions"
    __table_args__ = (UniqueConstraint("document_id", "no"), CheckConstraint("no >= 1", name="no"))

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    no: Mapped[int]
    version: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(HASH_SIGNS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unit(Base):
    """The smallest translatable text; its key stays for ever, also when the text is no longer used."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("document_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    key: Mapped[str] = mapped_column(String(5))
    obsolete_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SourceRevision(Base):
    """The no-th source text of a unit, and whether its meaning changed or only its wording."""

    __tablename__ = "source_revisions"
    __table_args__ = (
        UniqueConstraint("unit_id", "no"),
        CheckConstraint("no >= 1", name="no"),
        CheckConstraint("change in ('meaning', 'wording')", name="change"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    no: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(HASH_SIGNS))
    change: Mapped[str] = mapped_column(String(8))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Translation(Base):
    """One unit in one language other than the source."""

    __tablename__ = "translations"
    __table_args__ = (UniqueConstraint("unit_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    language: Mapped[str] = mapped_column(String(12))


class TranslationRevision(Base):
    """The no-th text of a translation and the source revision it was made from.

    ``translated_from_id`` is empty when the file names a source text that this database has never held;
    ``made_from`` is what the file says, so that an export gives it back.
    """

    __tablename__ = "translation_revisions"
    __table_args__ = (UniqueConstraint("translation_id", "no"), CheckConstraint("no >= 1", name="no"))

    id: Mapped[int] = mapped_column(primary_key=True)
    translation_id: Mapped[int] = mapped_column(ForeignKey("translations.id"))
    no: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    translated_from_id: Mapped[int | None] = mapped_column(ForeignKey("source_revisions.id"))
    made_from: Mapped[str] = mapped_column(String(SHORT_HASH_SIGNS))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Snapshot(Base):
    """What readers of one language get of one document, whole; never changed again."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("document_id", "language", "no"), CheckConstraint("no >= 1", name="no"))

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    language: Mapped[str] = mapped_column(String(12))
    no: Mapped[int]
    structure_revision_id: Mapped[int] = mapped_column(ForeignKey("structure_revisions.id"))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(HASH_SIGNS))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Publication(Base):
    """From this moment on readers get this snapshot; going back is one more publication."""

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
