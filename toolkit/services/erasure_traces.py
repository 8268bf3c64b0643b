"""Removing what an erased person leaves in the database's own files: the write-ahead log, free places, statistics.

The surprise: secure_delete is not enough. When SQLite balances a page it may leave a copy of a moved row in the free
middle of the page (seen for 14 of 34,648 erased rows), so the file, or what holds words in it, is written anew.
PostgreSQL's own write-ahead log and a disk's freed blocks are beyond us; docs/data.md says so.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pysqlite3.dbapi2 import Error as SqliteError
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from toolkit import paths
from toolkit.services import erasure

DUE = "erased.due"  # stands in the data folder while something is still to be removed
AT_ONCE_BYTES = 64 * 1024 * 1024  # a database of this size is built anew in well under a second
_PATIENCE_MS = 1000  # a reader may hold the log: better to come again than to keep everybody waiting
# Tables in which a person's words stand; the others hold keys, dates and choices.
_WORDS = ("accounts", "letters", "mail_tokens", "audit_entries", "listing_confirmations", "opening_tasks")
_KEYS = ("people", "devices", "enrolments", "lesson_states", "attempts", "attempt_items", "certificates", "submissions")


def owe(data_dir: Path) -> None:
    """Note that files must be cleaned; called before the commit that erases, so that a power cut forgets nobody."""
    (data_dir / DUE).touch(mode=0o600)
    paths.sync_folder(data_dir)


def clean_up(engine: Engine, data_dir: Path, backup_dir: Path, *, most_bytes: int | None = AT_ONCE_BYTES) -> bool:
    """Do what follows the commit that erased somebody, as far as it can be done at once (see sweep)."""
    owe(data_dir)  # a sweep that ran beside the commit may have taken the first note
    return sweep(engine, data_dir, backup_dir, most_bytes=most_bytes)


def sweep(engine: Engine, data_dir: Path, backup_dir: Path, *, most_bytes: int | None = None) -> bool:
    """List the erased for the backups and clean the database's files, if that is owed; say whether nothing is any more.

    ``most_bytes``: leave a larger database for later (None: whatever its size). Takes a connection of its own, outside
    of any transaction. What cannot be done now, because somebody reads or the disk is full, stays owed.
    """
    note, taken = data_dir / DUE, data_dir / f"{DUE}.taken"
    try:
        note.replace(taken)  # whoever is erased from here on owes anew
    except FileNotFoundError:
        if not taken.exists():  # what is taken and still there was broken off: it is done again
            return True
    try:
        erasure.note_down(engine, [data_dir, backup_dir])
        done = (_sweep_sqlite if engine.dialect.name == "sqlite" else _sweep_postgresql)(engine, most_bytes)
    except (DBAPIError, SqliteError, OSError):
        done = False
    if not done:
        owe(data_dir)
    taken.unlink(missing_ok=True)
    return done and not note.exists()


def tables_cleaned(names: Iterable[str]) -> bool:
    """Say whether these tables are among those whose files are cleaned."""
    return set(names) <= {*_WORDS, *_KEYS}


def _sweep_sqlite(engine: Engine, most_bytes: int | None) -> bool:
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if raw is None:
            return False
        cursor = raw.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
            size = cursor.execute("PRAGMA page_count").fetchone()[0] * cursor.execute("PRAGMA page_size").fetchone()[0]
            due = most_bytes is None or size <= most_bytes
            if due and size <= AT_ONCE_BYTES:
                cursor.execute("VACUUM")
            elif due:
                for table in _WORDS:  # a gigabyte takes longer than anybody waits: then only what holds words
                    _write_anew(cursor, table)
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.close()
            connection.invalidate()  # its short patience is not for others
    return bool(due and not busy)


def _write_anew(cursor: Any, table: str) -> None:  # noqa: ANN401 - the driver has no types
    """Empty a table, which overwrites all its pages, and fill it again; no other table refers to it."""
    cursor.execute("BEGIN IMMEDIATE")
    try:
        cursor.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")  # noqa: S608 - our own names
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        cursor.execute(f"INSERT INTO {table} SELECT * FROM kept")  # noqa: S608
        cursor.execute("DROP TABLE kept")
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise


def _sweep_postgresql(engine: Engine, most_bytes: int | None) -> bool:
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        try:
            if most_bytes is not None and _number(connection, "pg_database_size(current_database())") > most_bytes:
                return False
            connection.execute(text(f"SET lock_timeout = '{_PATIENCE_MS}ms'"))
            # VACUUM alone leaves the bytes of dead rows in their pages: the tables with words are written anew.
            for table in (*_WORDS, *_KEYS):
                full = table in _WORDS or _number(connection, f"pg_total_relation_size('{table}')") <= AT_ONCE_BYTES
                connection.execute(text(f"VACUUM ({'FULL, ' if full else ''}ANALYZE) {table}"))
            connection.execute(text("VACUUM FULL pg_statistic"))  # the planner's samples of names and addresses
        finally:
            connection.invalidate()
    return True


def _number(connection: Connection, function: str) -> int:
    return int(connection.execute(text(f"SELECT {function}")).scalar_one())
