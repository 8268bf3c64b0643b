"""What the tests of loading and publishing share: load a folder, see what learners get, count what is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select

from toolkit import db
from toolkit.models.translation import Document, Publication, Snapshot
from toolkit.services.modules_load import DocumentReport, load_folder

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EN, EL = "topics/m01/text.en.yaml", "topics/m01/text.el.yaml"
MODULE = "topics/m01/module.yaml"


def load(engine: Engine, root: Path, now: datetime = NOW) -> dict[str, DocumentReport]:
    with db.write_session(engine) as session:
        return {report.key: report for report in load_folder(session, root, now=now)}


def published(engine: Engine, document: str, language: str) -> dict[str, Any]:
    """What learners get: the snapshot of the latest publication."""
    with db.read_session(engine) as session:
        body = session.scalar(
            select(Snapshot.body)
            .join(Document, Document.id == Snapshot.document_id)
            .join(Publication, Publication.snapshot_id == Snapshot.id)
            .where(Document.key == document, Snapshot.language == language)
            .order_by(Publication.id.desc())
            .limit(1)
        )
    assert body is not None
    return body


@contextmanager
def counting_writes(engine: Engine) -> Iterator[list[str]]:
    writes: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE"}:
            writes.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield writes
    finally:
        event.remove(engine, "before_cursor_execute", note)
