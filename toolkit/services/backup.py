"""Making a backup: one file, tried out before it gets its name; and which backups there are.

The surprise: a file under the final name was always restored once already. Whatever ends the work before that, a full
disk or a power cut, leaves at most a hidden file that the next backup deletes.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

from toolkit import archive, db
from toolkit.archive import ArchiveError, Progress
from toolkit.models.audit import AuditEntry
from toolkit.services import audit, backup_copy, backup_proof
from toolkit.services.backup_log import MADE, TESTED
from toolkit.services.backup_proof import DATABASE, Proof
from toolkit.signing import SERVER_KEY_FILE, SIGNING_KEY_FILE, derive

UPLOADS = "uploads"
WORK = ".backup-work"  # in the data folder: a copy of the database must lie nowhere else
LEAST_PASSPHRASE = 12  # signs
_NAMES = "backup-*.toolkit"


class BackupError(Exception):
    """No backup was made; the message says why and what to do."""


@dataclass(frozen=True)
class Made:
    """A new backup: the file, its size in bytes, what is in it, and how it was tried out."""

    file: Path
    size: int
    about: Mapping[str, Any]
    proof: Proof
    sealed: bool


def default_name(now: datetime) -> str:
    """Name a backup after its second (UTC)."""
    return f"backup-{now:%Y%m%d-%H%M%S}.toolkit"


def make(
    engine: Engine,
    data_dir: Path,
    target: Path,
    *,
    passphrase: str | None,
    with_keys: bool,
    now: datetime,
    progress: Progress = archive.silent,
) -> Made:
    """Copy the database while others write, pack it with keys and uploads, restore the file beside, and name it.

    Raises BackupError, and ArchiveError, CopyError or ProofError when a step finds something wrong; then there is no
    new file, and what was there is untouched.
    """
    if with_keys and len(passphrase or "") < LEAST_PASSPHRASE:
        raise BackupError(f"the keys leave this machine only under a passphrase of {LEAST_PASSPHRASE} signs or more")
    if target.exists():
        raise BackupError(f"{target} is there already; choose another name")
    if not target.parent.is_dir():
        raise BackupError(f"the folder {target.parent} is not there; make it, then try again")
    try:
        with _alone(engine, data_dir) as work, _part(data_dir, target) as part:
            return _made(engine, data_dir, work, part, target, passphrase, now, progress, with_keys=with_keys)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise BackupError(
                "there is no room on the disk; older backups are untouched, no new one was made"
            ) from error
        raise BackupError(f"{error.filename or target}: {error.strerror or error}") from error


def _made(
    engine: Engine,
    data_dir: Path,
    work: Path,
    part: Path,
    target: Path,
    passphrase: str | None,
    now: datetime,
    progress: Progress,
    *,
    with_keys: bool,
) -> Made:
    database = work / DATABASE
    about = backup_copy.copy(engine, database, progress)
    sources = {DATABASE: database}
    if with_keys:
        sources |= {name: data_dir / name for name in (SERVER_KEY_FILE, SIGNING_KEY_FILE)}
    uploads = data_dir / UPLOADS
    sources |= {
        f"{UPLOADS}/{path.relative_to(uploads).as_posix()}": path
        for path in sorted(uploads.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
    about |= {
        "program": version("workplace-learning-toolkit"),
        "made_at": now.isoformat(),
        "keys": with_keys,
        "key_mark": key_mark(data_dir),
    }
    archive.write(part, sources, about=about, made_at=now, passphrase=passphrase, progress=progress)
    database.unlink()
    tried = work / "trial"
    tried.mkdir(mode=0o700)
    proof = backup_proof.trial(part, tried, engine, passphrase=passphrase, progress=progress)
    part.rename(target)
    _sync(target.parent)
    made = Made(target, target.stat().st_size, about, proof, passphrase is not None)
    _record(engine, made, now=now)
    return made


def look(engine: Engine, data_dir: Path, file: Path, *, passphrase: str | None, progress: Progress) -> Proof:
    """Try a backup out as ``make`` does, and throw away what came out; raises as ``make`` does."""
    with _alone(engine, data_dir) as work:
        return backup_proof.trial(file, work, engine, passphrase=passphrase, progress=progress)


def sweep(data_dir: Path) -> None:
    """Delete the copy that a backup has left behind when it was killed; while one is running, leave it alone."""
    with contextlib.suppress(BackupError), _locked(data_dir):
        shutil.rmtree(data_dir / WORK, ignore_errors=True)


@contextlib.contextmanager
def _alone(engine: Engine, data_dir: Path) -> Iterator[Path]:
    """Give an empty working folder that is gone at the end, and let nobody else make a backup meanwhile."""
    work = data_dir / WORK
    with _locked(data_dir), backup_copy.alone(engine) as alone:
        if not alone:
            raise BackupError("another backup of this database is running")
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    lock = os.open(data_dir / f"{WORK}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError("another backup of this site is running") from error
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _part(data_dir: Path, target: Path) -> Iterator[Path]:
    """Give the name to write under until all is proved; what this site left under such names is deleted first."""
    mine = hashlib.sha256(str(data_dir).encode()).hexdigest()[:8]  # another site may keep its backups in this folder
    for left_over in target.parent.glob(f".*.{mine}.part"):
        left_over.unlink()
    part = target.with_name(f".{target.name}.{mine}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def key_mark(folder: Path) -> str:
    """Name the server's key without telling it, so that a restore knows the right one; empty when there is none."""
    path = folder / SERVER_KEY_FILE
    return derive(path.read_bytes(), "backup mark").hex()[:16] if path.is_file() else ""


def _record(engine: Engine, made: Made, *, now: datetime) -> None:
    if not inspect(engine).has_table(AuditEntry.__tablename__):
        return  # a database of a version without a log: to back it up before an upgrade is right
    told = {
        "bytes": str(made.size),
        "rows": str(made.proof.rows),
        "keys": _yes(made.about["keys"]),
        "sealed": _yes(made.sealed),
    }
    tested = {"restored": _yes(made.proof.restored), "certificate": _yes(made.proof.certificate)}
    with db.write_session(engine) as session:
        for action, detail in ((MADE, told), (TESTED, tested)):
            audit.record(session, by=audit.SERVER, action=action, subject=made.file.name[:80], now=now, detail=detail)


def prune(folder: Path, days: int, *, now: datetime, good: Path | None = None) -> list[Path]:
    """Delete the backups in a folder that are older than so many days, never the newest that is whole; name them.

    ``good`` is a backup known to be whole, such as the one just made.
    """
    dated = []
    for path in folder.glob(_NAMES):
        with contextlib.suppress(ArchiveError, OSError):  # not ours, or not readable: left alone
            dated.append((archive.header_of(path).made_at, path))
    dated.sort(reverse=True)
    keep = good or next((path for _, path in dated if _is_whole(path)), None)
    gone = [path for made_at, path in dated if made_at < now - timedelta(days=days) and path != keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _is_whole(path: Path) -> bool:
    try:
        archive.check(path)
    except (ArchiveError, OSError):
        return False
    return True


def _yes(fact: object) -> str:
    return "yes" if fact else "no"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
