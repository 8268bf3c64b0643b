"""Whether a content folder is the one that was loaded last: reading and checking it takes seconds at each start.

The note stands beside the database and is a hint, never needed: when it is gone, says another thing or cannot be
written, the folder is loaded as before. It holds no text and nothing about anybody.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.translation import Publication

NOTE = "loaded.json"
_NEWEST = select(Publication.id, Publication.at).order_by(Publication.id.desc()).limit(1)
_HERE = Path(__file__).parent  # what reads and publishes is part of the mark: another program may publish otherwise
_CODE = [*sorted(_HERE.glob("modules*.py")), *sorted((_HERE.parent / "rules").glob("*.py"))]


def unchanged(session: Session, root: Path, place: Path) -> bool:
    """Say whether nothing was changed since note(): no file of the folder, no line of ours, no publication."""
    try:
        noted = json.loads((place / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == _mark(session, root))


def note(session: Session, root: Path, place: Path) -> None:
    """Note that this folder, as it is, has been loaded into this database, all of it and without a problem."""
    new = place / f"{NOTE}.{os.getpid()}"
    with suppress(OSError):  # a full disk: the next start takes its time
        new.write_text(json.dumps(_mark(session, root)), encoding="utf-8")
        new.replace(place / NOTE)
    with suppress(OSError):
        new.unlink(missing_ok=True)


def _mark(session: Session, root: Path) -> dict[str, object]:
    newest = session.execute(_NEWEST).first()
    digest = hashlib.sha256()
    for path in [*sorted(path for path in root.rglob("*") if path.is_file()), *_CODE]:
        body = path.read_bytes()
        place = path.relative_to(root) if path.is_relative_to(root) else path.name
        digest.update(f"{place} {len(body)}\n".encode() + body)
    return {"files": digest.hexdigest(), "head": [newest.id, newest.at.isoformat()] if newest is not None else None}
