"""Putting a backup back, into an empty place only, whole or not at all, and without those who were erased since.

The surprise: the database comes last. Until it is in its place nothing has been restored, and whoever finds what a
killed restore left behind (its list says what) takes it away and begins anew.
"""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, inspect, text
from sqlalchemy.orm import Session

from toolkit import archive, db, signing
from toolkit.archive import Contents, Progress
from toolkit.models.accounts import Device
from toolkit.services import audit, backup_copy, backup_proof, erasure
from toolkit.services.backup import UPLOADS, key_mark
from toolkit.services.backup_proof import DATABASE, Proof
from toolkit.signing import SERVER_KEY_FILE, SIGNING_KEY_FILE

WORK = ".restore-work"  # in the data folder, so that what is ready needs only a new name
RESTORED = "backup.restored"
FRESH = timedelta(days=1)  # a backup this young needs no list of the erased
_PLACED = "placed.json"
_MOVED = (SERVER_KEY_FILE, SIGNING_KEY_FILE, UPLOADS)


class RestoreError(Exception):
    """Nothing was restored; the message says why and what to do."""


class NoListError(RestoreError):
    """The backup is old, and no list says who was erased since it was made."""


@dataclass(frozen=True)
class Order:
    """What to restore and where; ``lists`` are the places where a list of the erased may be."""

    file: Path
    data_dir: Path
    database_url: str
    passphrase: str | None
    lists: tuple[Path, ...]
    without_list: bool = False
    new_keys: bool = False
    sign_out: bool = False


@dataclass(frozen=True)
class Restored:
    """What was done: the backup's moment, what was looked at, how many people were erased again, by which lists."""

    made_at: datetime
    proof: Proof
    erased: int
    lists: tuple[Path, ...]


def restore(order: Order, *, now: datetime, progress: Progress = archive.silent) -> Restored:
    """Check the backup, make everything ready beside the empty place, then put it there.

    Raises RestoreError, ArchiveError, CopyError or ProofError; then the place is as empty as before.
    """
    header = archive.check(order.file, progress)
    order.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = db.make_engine(order.database_url)
    try:
        with _alone(order.data_dir):
            _take_away(order, engine)
            _must_be_empty(order, engine)
            lists = tuple(path for path in order.lists if path.is_file())
            if not lists and not order.without_list and now - header.made_at > FRESH:
                raise NoListError(f"no list of erased people was found, and the backup is of {header.made_at:%d %B %Y}")
            work = order.data_dir / WORK
            work.mkdir(mode=0o700)
            try:
                contents = archive.unpack(order.file, work, passphrase=order.passphrase, progress=progress)
                _check_order(order, contents, lists, engine)
                progress("Looking at what came out", 0, 1)
                done = _filled(order, contents, lists, engine, header.made_at, now=now)
                progress("Looking at what came out", 1, 1)
            except BaseException:
                _take_away(order, engine)
                raise
            with suppress(OSError):  # what is missing in the list is added whenever somebody is erased
                erasure.note_down(engine, [order.data_dir])
            shutil.rmtree(work)
            return done
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise RestoreError("there is no room on the disk; nothing was restored") from error
        raise RestoreError(f"{error.filename or order.data_dir}: {error.strerror or error}") from error
    finally:
        engine.dispose()


def _filled(
    order: Order, contents: Contents, lists: tuple[Path, ...], engine: Engine, made_at: datetime, *, now: datetime
) -> Restored:
    """Make the database ready, put keys and uploads in their place, and the database last."""
    work = order.data_dir / WORK
    if engine.dialect.name == "sqlite":
        ready = db.make_engine(f"sqlite:///{work / DATABASE}")
        try:
            with backup_proof.writing(ready) as connection:
                proof, erased = _prepared(connection, order, contents, lists, now=now)
        finally:
            ready.dispose()
        _place(order)
        _move(work / DATABASE, Path(engine.url.database or ""))
    else:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {backup_copy.UNFINISHED} (since timestamptz DEFAULT now())"))
        backup_copy.fill_postgres(engine, work / DATABASE)
        with backup_proof.writing(engine) as connection:
            proof, erased = _prepared(connection, order, contents, lists, now=now)
            connection.execute(text(f"DROP TABLE {backup_copy.UNFINISHED}"))
            _place(order)
    return Restored(made_at, proof, erased, lists)


def _prepared(
    connection: Connection, order: Order, contents: Contents, lists: tuple[Path, ...], *, now: datetime
) -> tuple[Proof, int]:
    """Prove the database, bring it to this version and erase again who was erased, in one transaction."""
    work = order.data_dir / WORK
    backup_proof.structure(connection, contents.about)
    backup_proof.upgrade(connection, contents.about)
    proof = backup_proof.whole(connection, contents.about, work)
    hashes = set().union(*(erasure.listed(path) for path in lists))
    with Session(connection, autoflush=False, expire_on_commit=False) as session:
        erased = erasure.apply(session, _server_key(order), hashes, now)
        if order.sign_out:
            session.execute(delete(Device))
        detail = {"made_at": contents.about["made_at"], "erased": str(erased), "list": "yes" if lists else "no"}
        audit.record(session, by=audit.SERVER, action=RESTORED, subject=order.file.name[:80], now=now, detail=detail)
        session.flush()
    return proof, erased


def _check_order(order: Order, contents: Contents, lists: tuple[Path, ...], engine: Engine) -> None:
    """Refuse what does not fit together: another kind of database, a newer version, keys that are missing."""
    about, work = contents.about, order.data_dir / WORK
    backup_proof.known_schema(about)
    if about["kind"] != engine.dialect.name:
        raise RestoreError(f"the backup holds a {about['kind']} database; name one with --to or DATABASE_URL")
    taken = [order.data_dir / name for name in _MOVED if (work / name).exists() and (order.data_dir / name).exists()]
    if taken:
        raise RestoreError(f"{taken[0]} is there already and the backup holds its own; move it away")
    if about["keys"]:
        return
    mark = key_mark(order.data_dir)
    if order.new_keys and not mark:
        if any(erasure.listed(path) for path in lists):
            raise RestoreError("without the old keys nobody can tell who was erased: server.key is needed")
        signing.load_keys(work)
    elif not mark:
        raise RestoreError(
            f"the backup holds no keys: put the site's server.key into {order.data_dir} first; with --new-keys the "
            "site gets new ones, and no resume code and no name on a certificate is recognised any more"
        )
    elif mark != about["key_mark"]:
        raise RestoreError(f"{order.data_dir / SERVER_KEY_FILE} is not the key that this backup's site had")


def _server_key(order: Order) -> bytes:
    ready = order.data_dir / WORK / SERVER_KEY_FILE
    return (ready if ready.is_file() else order.data_dir / SERVER_KEY_FILE).read_bytes()


def _must_be_empty(order: Order, engine: Engine) -> None:
    """Refuse a place where anything is that a restore would bring; the server's key alone may be there."""
    there = [order.data_dir / name for name in (SIGNING_KEY_FILE, UPLOADS) if (order.data_dir / name).exists()]
    if engine.dialect.name == "sqlite":
        path = Path(engine.url.database or "")
        there += [one for one in (path, *(Path(f"{path}{end}") for end in ("-wal", "-shm"))) if one.exists()]
    elif inspect(engine).get_table_names():
        raise RestoreError(f"the database {engine.url.database} is not empty; make a new one and name it with --to")
    if there:
        raise RestoreError(
            f"{there[0]} is there already; a backup goes only where nothing is. Move the old files away, or set "
            "TOOLKIT_DATA to an empty folder"
        )


def _place(order: Order) -> None:
    """Move keys and uploads to their place, after writing down which."""
    work = order.data_dir / WORK
    names = [name for name in _MOVED if (work / name).exists()]
    with (work / _PLACED).open("w") as out:
        json.dump(names, out)
        out.flush()
        os.fsync(out.fileno())
    for name in names:
        (work / name).rename(order.data_dir / name)
    _sync(order.data_dir)


def _move(source: Path, target: Path) -> None:
    """Give the database its name in one step, also where that is on another disk."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.restored")
        shutil.copyfile(source, beside)
        beside.chmod(0o600)
        with beside.open("rb") as copied:
            os.fsync(copied.fileno())
        beside.rename(target)
    _sync(target.parent)


def _take_away(order: Order, engine: Engine) -> None:
    """Remove what an unfinished restore left behind; where the database is in its place, only the working folder."""
    work = order.data_dir / WORK
    lite = engine.dialect.name == "sqlite"
    finished = Path(engine.url.database or "").exists() if lite else not _emptied(engine)
    if (work / _PLACED).is_file() and not finished:
        for name in json.loads((work / _PLACED).read_text() or "[]"):
            path = order.data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)


def _emptied(engine: Engine) -> bool:
    """Drop the tables of an unfinished restore; say whether the database is empty now."""
    with engine.begin() as connection:
        names = inspect(connection).get_table_names()
        if backup_copy.UNFINISHED not in names:
            return not names
        # A pg_restore whose master was killed may still be at work.
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = 'pg_restore' AND pid <> pg_backend_pid()"
            )
        )
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RestoreError("another restore into this folder is running") from error
        yield
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
