"""The database: how we connect, and the two kinds of transaction. No table lives here.

The surprise: SQLite loses updates silently by default, so writing transactions take the lock at BEGIN
and every commit reaches the disk (synchronous=FULL).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from toolkit import paths

BUSY_TIMEOUT_MS = 15_000
FIRST_SAFE_SQLITE = (3, 51, 3)  # 3.7.0–3.51.2 can corrupt a WAL database with several writers


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""


def make_engine(url: str) -> Engine:
    """Return an engine for SQLite or PostgreSQL with our transaction rules; raises DatabaseError for other kinds."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        if sqlite.sqlite_version_info < FIRST_SAFE_SQLITE:
            raise DatabaseError(f"SQLite {sqlite.sqlite_version} can damage the database; 3.51.3 or newer is needed")
        engine = create_engine(url, module=sqlite, pool_size=20, max_overflow=20, hide_parameters=True)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    if kind == "postgresql":
        url = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return create_engine(url, pool_pre_ping=True, pool_size=20, max_overflow=20, hide_parameters=True)
    raise DatabaseError(f"DATABASE_URL is of the kind {kind}; sqlite and postgresql are supported")


def _sqlite_connect(connection: Any, record: object) -> None:  # noqa: ANN401 - the driver has no types
    del record
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "mmap_size=0",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    patience = options.get("toolkit_patience_ms")
    if patience is None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("toolkit_write", False) else "BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def open_session(engine: Engine, *, write: bool, patience_ms: int | None = None) -> Session:
    """Return a session whose one transaction reads, or writes with the lock taken at its start.

    ``patience_ms``: how long a writing session waits for another writer, where that must not be the usual 15 s.
    """
    options: dict[str, Any] = {"toolkit_write": True} if write else {}
    if patience_ms is not None:
        options["toolkit_patience_ms"] = patience_ms
    session = Session(engine.execution_options(**options), expire_on_commit=False, autoflush=False)
    if patience_ms is not None and engine.dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL lock_timeout = {int(patience_ms)}"))
    return session


@contextmanager
def write_session(engine: Engine) -> Iterator[Session]:
    """Give a writing session; commit at the end, roll back on an error."""
    session = open_session(engine, write=True)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


@contextmanager
def read_session(engine: Engine) -> Iterator[Session]:
    """Give a reading session; nothing is kept of it."""
    session = open_session(engine, write=False)
    try:
        yield session
    finally:
        session.rollback()
        session.close()


@cache
def insert_for(dialect: str) -> Callable[..., Any]:
    """Give the INSERT that knows ON CONFLICT, of "sqlite" or "postgresql"; loads no other dialect."""
    insert: Callable[..., Any] = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return insert


def insert_once(session: Session, table: type[DeclarativeBase], **values: object) -> bool:
    """Insert a row unless a unique rule of its table holds one like it; say whether it was new.

    On PostgreSQL a parallel insert of the same row waits here until the first one has committed.
    """
    insert = insert_for(session.get_bind().dialect.name)
    key = list(table.__table__.primary_key.columns)
    return session.execute(insert(table).values(**values).on_conflict_do_nothing().returning(*key)).first() is not None


def schemas() -> list[str]:
    """List the numbers of the migrations that come with this program, oldest first; their files begin with them."""
    return sorted(path.name[:4] for path in (paths.MIGRATIONS / "versions").glob("[0-9]*.py"))


def schema_version(engine: Engine) -> str:
    """Give the number of the newest migration that this database has had; nothing when it has had none."""
    try:
        with engine.connect() as connection:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    except SQLAlchemyError:
        return ""
