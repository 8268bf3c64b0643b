"""A database into one file and out of it again, as it was at one moment, while others go on writing.

The surprise: SQLite's copy starts anew whenever somebody else writes, unless the copying connection holds a reading
transaction of its own; and a copy on PostgreSQL leaves the schema's number out, which a restore writes last.
"""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.archive import Progress
from toolkit.services import audit

VERSION_TABLE = "alembic_version"
UNFINISHED = "unfinished_restore"  # on PostgreSQL: a restore began here and has not ended
_STEP_PAGES = 2000
_BACKUP_LOCK = 7_305_230  # any number that nothing else locks
_NOT_OURS = re.compile(r"sqlite_|jobs_")  # SQLite's own tables, and the queue of background jobs
_LOOK_SECONDS = 0.2
_DEBIAN = Path("/usr/lib/postgresql")


class CopyError(Exception):
    """The database cannot be copied or filled; the message says why and what to do."""


def tables(connection: Connection) -> list[str]:
    """Name the tables that a backup holds, in alphabetical order."""
    return sorted(name for name in inspect(connection).get_table_names() if not _NOT_OURS.match(name))


def state(connection: Connection) -> dict[str, Any]:
    """Say what the database holds at this moment: kind, schema, rows of each table, the end of the audit log."""
    names = tables(connection)
    if VERSION_TABLE not in names:
        raise CopyError("the database has no tables yet; start the toolkit once, then try again")
    number, hashed = audit.head(Session(connection)) if "audit_entries" in names else (0, b"")
    return {
        "kind": connection.dialect.name,
        "schema": str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""),  # noqa: S608
        "tables": {name: rows(connection, name) for name in names if name != VERSION_TABLE},
        "audit": {"n": number, "hash": hashed.hex()},
    }


def rows(connection: Connection, table: str) -> int:
    """Count the rows of a table."""
    return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608 - a table's name


def copy(engine: Engine, target: Path, progress: Progress) -> dict[str, Any]:
    """Write the database into a new file and give its state at the moment of the copy; raises CopyError."""
    if engine.dialect.name == "sqlite":
        return _copy_sqlite(engine, target, progress)
    return _dump_postgres(engine, target, progress)


def _copy_sqlite(engine: Engine, target: Path, progress: Progress) -> dict[str, Any]:
    path = engine.url.database or ""
    if not Path(path).is_file():
        raise CopyError(f"there is no database at {path}")
    with engine.connect() as connection:
        # Reading begins here and lasts until the copy is done: what is copied is this moment.
        found = state(connection)
        target.touch(mode=0o600)
        fresh = sqlite.connect(str(target))
        try:
            connection.connection.driver_connection.backup(  # type: ignore[union-attr]
                fresh,
                pages=_STEP_PAGES,
                progress=lambda _, left, total: progress("Copying the database", total - left, total),
            )
        except sqlite.Error as error:
            raise CopyError(f"the database cannot be copied ({error}); is there room on the disk?") from error
        finally:
            fresh.close()
    return found


def _dump_postgres(engine: Engine, target: Path, progress: Progress) -> dict[str, Any]:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        found = state(connection)
        size = int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        wanted = [f'--table="{schema}"."{name}"' for name in found["tables"]]
        command = [
            tool("pg_dump", _server_version(connection)),
            # Not compressed here: the file as a whole is.
            *("--format=custom", "--compress=0", "--no-owner", "--no-acl", f"--snapshot={snapshot}"),
            *(*wanted, f"--file={target}", f"--dbname={_address(engine)}"),
        ]
        target.touch(mode=0o600)
        with _running(command, engine) as process:
            while process.poll() is None:
                try:
                    process.wait(_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    progress("Copying the database", min(target.stat().st_size, size), size)
        progress("Copying the database", size, size)
    return found


def fill_postgres(engine: Engine, source: Path) -> None:
    """Fill an empty PostgreSQL database from a copy, in one transaction; the schema's number is not in it."""
    with engine.connect() as connection:
        restore = tool("pg_restore", _server_version(connection))
    command = [restore, "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"]
    with _running([*command, f"--dbname={_address(engine)}", str(source)], engine) as process:
        process.wait()


def read_postgres(engine: Engine, source: Path) -> None:
    """Let PostgreSQL's own program read a copy from end to end, where there is no database to fill."""
    with engine.connect() as connection:
        restore = tool("pg_restore", _server_version(connection))
    with _running([restore, f"--file={os.devnull}", str(source)], engine) as process:
        process.wait()


def tool(name: str, at_least: int) -> str:
    """Find one of PostgreSQL's own programs, the oldest that is not older than the server; raises CopyError."""
    on_path = shutil.which(name)
    found = [Path(on_path)] if on_path else []
    found += sorted(_DEBIAN.glob(f"*/bin/{name}"))
    fitting = sorted((version, str(path)) for path in found if (version := _version(path)) >= at_least)
    if not fitting:
        raise CopyError(
            f"{name} of PostgreSQL {at_least} or newer was not found; install it (Debian: postgresql-client), "
            "or put its folder on PATH"
        )
    return fitting[0][1]


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    number = re.search(r"\) (\d+)", said)
    return int(number.group(1)) if number else 0


def _server_version(connection: Connection) -> int:
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000


def _address(engine: Engine) -> str:
    # The password goes through the environment: a command line is seen by everybody on the machine.
    return engine.url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


@contextmanager
def _running(command: list[str], engine: Engine) -> Iterator[subprocess.Popen[str]]:
    password = {"PGPASSWORD": str(engine.url.password)} if engine.url.password else {}
    with subprocess.Popen(  # noqa: S603 - our own words and the database's address
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **password}
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        said = (process.stderr.read() if process.stderr else "").strip().splitlines()
    if process.returncode != 0:
        raise CopyError(f"{Path(command[0]).name} did not work: {said[0] if said else 'it ended without a word'}")


@contextmanager
def alone(engine: Engine) -> Iterator[bool]:
    """Say whether this is the only backup of a PostgreSQL database, and keep it so; on SQLite a file is the lock."""
    if engine.dialect.name == "sqlite":
        yield True
        return
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        mine = bool(connection.execute(text(f"SELECT pg_try_advisory_lock({_BACKUP_LOCK})")).scalar_one())
        try:
            yield mine
        finally:
            if mine:  # the connection lives on in the pool, and its locks with it
                connection.execute(text(f"SELECT pg_advisory_unlock({_BACKUP_LOCK})"))


@contextmanager
def scratch(engine: Engine) -> Iterator[Engine | None]:
    """Give an empty PostgreSQL database beside this one, gone at the end; None where the role may not make one."""
    mark, name = f"backup test of {engine.url.database}", f"toolkit_backup_test_{secrets.token_hex(6)}"
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        # Of a test that was killed; found by what it says of itself, so that nobody else's database is ever dropped.
        left_over = text("SELECT datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = :mark")
        for (old,) in connection.execute(left_over, {"mark": mark}).all():
            connection.execute(text(f'DROP DATABASE IF EXISTS "{old}"'))
        try:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        except ProgrammingError:
            yield None
            return
        connection.execute(text(f"COMMENT ON DATABASE {name} IS {_literal(mark)}"))
        fresh = db.make_engine(engine.url.set(database=name).render_as_string(hide_password=False))
        try:
            yield fresh
        finally:
            fresh.dispose()
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))


def _literal(words: str) -> str:
    return "'" + words.replace("'", "''").replace(":", r"\:") + "'"
