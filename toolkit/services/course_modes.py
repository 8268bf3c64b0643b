"""Who may take which course, as the admin decides: kept beside the content and published with it.

The surprise: readers never ask this table. The mode stands in the published edition, so a page costs no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from toolkit.models.courses import CourseMode
from toolkit.models.progress import Enrolment
from toolkit.models.translation import Document, Publication, Snapshot, StructureRevision
from toolkit.rules.course_modes import Mode
from toolkit.services import audit, submissions
from toolkit.services.courses import COURSES, Structure
from toolkit.services.modules_overlays import lock


@dataclass(frozen=True)
class Published:
    """One document in one language: the content version that readers get, its number, and since when."""

    document: str
    kind: str
    language: str
    version: str
    snapshot_no: int
    since: datetime


def mode_of(course: Structure) -> Mode:
    """Give the mode of a published course."""
    return Mode(course.get("mode", "open"))


def set_mode(
    session: Session, course: str, mode: Mode, *, client_key: str, person_id: int, by: str, now: datetime
) -> Mode | None:
    """Decide who may take a course, publish it for all processes, and write it into the audit log; all in one.

    Gives the mode before, or None when nothing changed. Who has started keeps the course in every mode.
    """
    body = {"course": course, "mode": mode.value}
    if not submissions.claim(session, client_key, person_id=person_id, kind="mode", body=body, result="", now=now).new:
        return None
    lock(session, COURSES)
    row = session.get(CourseMode, course)
    before = Mode(row.mode) if row is not None else Mode.OPEN
    if before is mode:
        return None
    if row is None:
        session.add(CourseMode(course_key=course, mode=mode.value, changed_at=now))
    else:
        row.mode, row.changed_at = mode.value, now
    session.flush()
    # The shapes of content files are 14 MB that a process which only serves pages does not need.
    from toolkit.services.modules_publish import publish  # noqa: PLC0415

    publish(session, COURSES, by=by, now=now)
    audit.record(
        session,
        by=by,
        action="course.mode",
        subject=course,
        now=now,
        detail={"from": before.value, "to": mode.value},
    )
    return before


def changed_at(session: Session) -> Mapping[str, datetime]:
    """Say since when each course has the mode it has; a course that was never decided about is absent."""
    rows = session.execute(select(CourseMode.course_key, CourseMode.changed_at))
    return {course: at for course, at in rows}  # noqa: C416 - a Row is not a pair for dict()


def anybody_started(session: Session, course: str) -> bool:
    """Say whether anybody has started a course; how many is not told here."""
    return bool(session.scalar(select(exists().where(Enrolment.course_key == course))))


def published(session: Session) -> list[Published]:
    """List what readers get now, by document and language; one statement."""
    newest = (
        select(func.max(Publication.id))
        .join(Snapshot, Publication.snapshot_id == Snapshot.id)
        .group_by(Snapshot.document_id, Snapshot.language)
    )
    rows = session.execute(
        select(Document.key, Document.kind, Snapshot.language, StructureRevision.version, Snapshot.no, Publication.at)
        .select_from(Publication)
        .join(Snapshot, Publication.snapshot_id == Snapshot.id)
        .join(Document, Snapshot.document_id == Document.id)
        .join(StructureRevision, Snapshot.structure_revision_id == StructureRevision.id)
        .where(Publication.id.in_(newest))
        .order_by(Document.id, Snapshot.language)
    )
    return [Published(*row) for row in rows]
