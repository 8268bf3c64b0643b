"""Real `toolkit worker` (or `toolkit serve`) processes, the letters that they find, and a queue to ring them with."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from tests.conftest import settings_for
from toolkit import consumer, db
from toolkit.services import letters

PATIENCE_SECONDS = 90
READY = ("Working.", "Serving on")


@dataclass
class Process:
    """A running command and what it has printed."""

    process: subprocess.Popen[bytes]
    log: Path

    def end(self) -> tuple[int, float]:
        """Ask it to end as systemd would; give its exit code and the seconds that it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=PATIENCE_SECONDS)
        return code, time.monotonic() - begin


@contextmanager
def running(folder: Path, url: str, *command: str, **env: str) -> Iterator[Process]:
    """Run a command until it says that it is ready, and kill it at the end if it still runs."""
    log = folder / f"{'-'.join(command)}-{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "toolkit.cli", *command],
            env={**os.environ, "TOOLKIT_DATA": str(folder / "instance"), "DATABASE_URL": url, **env},
            stdout=out,
            stderr=out,
            cwd=folder,
        )
    try:
        soon(lambda: process.poll() is not None or any(word in log.read_text() for word in READY))
        assert process.poll() is None, log.read_text()
        yield Process(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def soon(question: Callable[[], object]) -> None:
    """Ask until the answer is yes."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not question():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)  # between two questions


@dataclass
class Outbox:
    """The letters of a site, seen from outside of its processes."""

    engine: Engine
    url: str
    folder: Path

    def write(self, count: int, template: str = "ending", name: str = "letter") -> None:
        """Write letters, each to an address of its own."""
        with db.write_session(self.engine) as session:
            for n in range(count):
                letters.write(
                    session,
                    key=f"{name}-{n}",
                    to=f"{name}-{n}@canary.example.org",
                    language="el" if n % 2 else "en",
                    template=template,
                    params={"day": f"canary-{name}-{n}"},
                    now=datetime.now(UTC),
                )

    def states(self) -> dict[str, int]:
        """Count the letters by state."""
        with self.engine.connect() as connection:
            return {
                row.state: row.n for row in connection.execute(text("select state, count(*) n from letters group by 1"))
            }

    def is_due(self, state: str) -> None:
        """Let time pass for the letters of a state."""
        with db.write_session(self.engine) as session:
            session.execute(
                text("update letters set due_at = :now where state = :state"),
                {"now": datetime.now(UTC).replace(tzinfo=None) if self.lite else datetime.now(UTC), "state": state},
            )

    def ring(self, times: int = 1) -> None:
        """Ask the workers to send."""
        queue = consumer.queue(settings_for(self.url, self.folder))
        for _ in range(times):
            queue.put(letters.JOB)
        queue.close()

    def fault(self) -> str | None:
        """Say how the job of sending is noted down."""
        with self.engine.connect() as connection:
            return connection.execute(text("select fault from job_runs where name = 'send_letters'")).scalar()

    @property
    def lite(self) -> bool:
        """True on SQLite, which wants moments without a zone."""
        return self.engine.dialect.name == "sqlite"
