"""PostgreSQL dies and comes back while people answer: the same server goes on, and nothing acknowledged is lost."""

import http.client
import os
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import OperationalError

from tests import postgres, right, servers
from tests.conftest import _load
from tests.faults.keeper import PATIENCE_SECONDS, Learner, together
from tests.faults.test_kill import ITEMS, counts, journey, one
from toolkit import db

LEARNERS = 3
RESTARTS_AFTER = (4, 9, 15, 20)  # posts on their way, counted over all learners


@dataclass
class Doctor:
    """Stops the database as a crash would when the planned post is on its way, and starts it again."""

    port: int
    folder: Path
    up: threading.Event = field(default_factory=threading.Event)
    restarts: int = 0
    cut_off: int = 0
    posts: int = 0

    def __post_init__(self) -> None:
        self.lock = threading.Lock()
        self.up.set()

    def wait(self) -> None:
        """Wait until the database is up."""
        assert self.up.wait(PATIENCE_SECONDS)

    def sent(self) -> None:
        """Count a post; restart the database when it is the planned one."""
        with self.lock:
            self.posts += 1
            if self.posts in RESTARTS_AFTER:
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

    def _once(self, method: str, path: str, body: str) -> tuple[int, str, bytes]:
        status, location, content = super()._once(method, path, body)
        if status == 500:
            assert b"What you had sent before is kept" in content
            raise http.client.HTTPException(content)
        return status, location, content


def test_the_site_outlives_its_database(tmp_path: Path):
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("NO DATABASE WAS RESTARTED: it is not ours (TEST_DATABASE_URL is set)")
    with postgres.server() as address:
        url = postgres.new_database(address)
        _load(url)
        with servers.serve(tmp_path, DATABASE_URL=url) as server:
            host = make_url(url).query["host"]
            doctor = Doctor(int(server.url.rpartition(":")[2]), Path(str(host)))
            engine = db.make_engine(url)
            learners = [Patient(doctor) for _ in range(LEARNERS)]  # type: ignore[arg-type] - all that she asks of it
            together(
                *[lambda learner=learner: journey(engine, learner, partial(patiently, doctor)) for learner in learners]
            )
            assert server.process.poll() is None, "the same process, all the time"
        assert doctor.restarts == len(RESTARTS_AFTER)
        assert doctor.cut_off >= 1, "somebody was cut off"
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
        engine.dispose()


def patiently(doctor: Doctor, engine: Engine, attempt: str) -> list[dict[str, Any]]:
    """Look up what is asked, as the test does it: again when the database went away meanwhile."""
    for _ in range(len(RESTARTS_AFTER) + 1):
        doctor.wait()
        with suppress(OperationalError):
            return right.asked(engine, attempt)
    raise AssertionError("the database did not come back")
