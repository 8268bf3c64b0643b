"""PostgreSQL dies and comes back while people answer: the same server goes on, and nothing acknowledged is lost."""

import http.client
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests import postgres, right, servers
from tests.conftest import _load
from tests.faults.keeper import PATIENCE_SECONDS, Learner, together
from tests.faults.test_kill import ITEMS, counts, journey, one
from toolkit import db

LEARNERS = 3
RESTARTS_AFTER = (4, 9, 15, 20)  # posts on their way, counted over all learners


WAITING = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%submissions%'")


@dataclass
class Doctor:
    """Stops the database as a crash would while the planned post is inside it, and starts it again."""

    port: int
    folder: Path
    engine: Engine
    up: threading.Event = field(default_factory=threading.Event)
    restarts: int = 0
    cut_off: int = 0
    posts: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.up.set()
        self.inside = threading.local()  # the planned post is this thread's

    def wait(self) -> None:
        """Wait until the database is up."""
        assert self.up.wait(PATIENCE_SECONDS)

    @contextmanager
    def posting(self) -> Iterator[None]:
        """Count a post; the planned one finds its table locked, so that it is surely in the database when that dies."""
        with self.lock:
            self.posts += 1
            if self.posts not in RESTARTS_AFTER:
                holding = None
            else:
                holding = self.engine.connect()
                holding.execute(text("lock table submissions in access exclusive mode"))
                self.inside.planned = True
                self.lock.acquire()  # until the database is back nobody else begins a post
        try:
            yield
        finally:
            if holding is not None:
                self.inside.planned = False
                self.lock.release()
                holding.invalidate()
                holding.close()

    def sent(self) -> None:
        """Restart the database under the planned post: it waits there for the lock, and is cut off."""
        if not getattr(self.inside, "planned", False):
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            until = time.monotonic() + PATIENCE_SECONDS
            while not looking.execute(WAITING).scalar_one():
                assert time.monotonic() < until, "the post never came to the database"
            looking.invalidate()
        self.up.clear()
        # As stop and start, with the options that it was started with.
        self._control("-m", "immediate", "-l", str(self.folder / "log"), "restart")
        self.restarts += 1
        self.up.set()

    def missed(self) -> None:
        """Note somebody whose form was not taken."""
        self.cut_off += 1

    def _control(self, *words: str) -> None:
        user: dict[str, Any] = {"user": postgres._plain_user()} if postgres._plain_user() else {}
        command = [postgres._binaries() / "pg_ctl", "-D", self.folder / "data", "-w", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, cwd=self.folder, **quiet, **user)


class Patient(Learner):
    """A learner who sends again when the page says that it did not work."""

    @property
    def doctor(self) -> Doctor:
        """Who keeps the database."""
        return self.keeper  # type: ignore[return-value] - all that she asks of it

    def _once(self, method: str, path: str, body: str) -> tuple[int, str, bytes]:
        if method != "POST":
            return self._heard(method, path, body)
        with self.doctor.posting():
            return self._heard(method, path, body)

    def _heard(self, method: str, path: str, body: str) -> tuple[int, str, bytes]:
        status, location, content = super()._once(method, path, body)
        if status == 500:
            assert b"What you had sent before is kept" in content
            raise http.client.HTTPException(content)
        return status, location, content


def test_the_site_outlives_its_database(tmp_path: Path):
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("NO DATABASE WAS RESTARTED: it is not ours (TEST_DATABASE_URL is set)")
    with postgres.server() as address, ExitStack() as closing:
        url = postgres.new_database(address)
        _load(url)
        with servers.serve(tmp_path, DATABASE_URL=url) as server:
            host = make_url(url).query["host"]
            engine = closing.enter_context(_engine(url))
            doctor = Doctor(int(server.url.rpartition(":")[2]), Path(str(host)), engine)
            learners = [Patient(doctor) for _ in range(LEARNERS)]  # type: ignore[arg-type] - all that she asks of it
            together(
                *[lambda learner=learner: journey(engine, learner, partial(patiently, doctor)) for learner in learners]
            )
            assert server.process.poll() is None, "the same process, all the time"
        assert doctor.restarts == len(RESTARTS_AFTER)
        assert doctor.cut_off >= doctor.restarts, "each time somebody was cut off"
        sent = [key for learner in learners for _, key in learner.acknowledged]
        assert len(sent) == len(set(sent)) == LEARNERS * (3 + ITEMS + 1)
        found = counts(engine)
        assert found["submissions"] == len(sent)
        assert {name: found[name] for name in ("people", "enrolments", "attempts", "certificates")} == dict.fromkeys(
            ("people", "enrolments", "attempts", "certificates"), LEARNERS
        )
        with engine.connect() as connection:
            assert one(connection, "select count(*) from attempt_items where answered_at is null") == 0
            assert one(connection, "select count(*) from certificates where name_check is null") == 0


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def patiently(doctor: Doctor, engine: Engine, attempt: str) -> list[dict[str, Any]]:
    """Look up what is asked, as the test does it: again when the database went away meanwhile."""
    for _ in range(len(RESTARTS_AFTER) + 1):
        doctor.wait()
        with suppress(OperationalError):
            return right.asked(engine, attempt)
    raise AssertionError("the database did not come back")
