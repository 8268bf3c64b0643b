"""The queue of jobs and the threads that work on it: huey, in `toolkit serve` itself or in `toolkit worker`.

On SQLite the queue is a file of its own, jobs.db; on PostgreSQL tables of its own in the same database. Losing it loses
nothing. It holds names of jobs, as JSON: huey's own form would run whatever somebody writes into it.
"""

import json
import threading
from typing import Any

from huey import Huey, crontab
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage, SqliteStorage
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.engine import make_url

from toolkit import config, jobs

STOP_SECONDS = 2.5
LOOK_SECONDS = 1.0  # how long a job may lie in the file until it is seen
HEALTH_SECONDS = 10.0


class Json(Serializer):  # type: ignore[misc]
    """Writes a task as JSON."""

    def _serialize(self, data: Any) -> bytes:  # noqa: ANN401
        return json.dumps(data).encode()

    def _deserialize(self, data: Any) -> Any:  # noqa: ANN401
        told = Message(*json.loads(bytes(data)))
        return told._replace(args=tuple(told.args), kwargs={})


class JobFile(SqliteStorage):  # type: ignore[misc]
    """jobs.db, through the same SQLite as the database; what is deleted is overwritten."""

    operational_error = sqlite.OperationalError
    integrity_error = sqlite.IntegrityError

    def _create_connection(self) -> Any:  # noqa: ANN401
        connection = sqlite.connect(self.filename, timeout=self._timeout, check_same_thread=False)
        connection.isolation_level = None
        self._set_journal_mode(connection)
        connection.execute("pragma synchronous=full")
        connection.execute("pragma secure_delete=on")
        return connection


class JobQueue:
    """The queue, and the tasks that it knows: one for each periodic job."""

    def __init__(self, settings: config.Settings) -> None:
        common: dict[str, Any] = {"results": False, "serializer": Json()}
        if make_url(settings.database_url).get_backend_name() == "postgresql":
            dsn = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
            self.huey = _on_postgres(dsn, common)
        else:
            file = str(settings.data_dir / "jobs.db")
            self.huey = Huey("toolkit", storage_class=JobFile, filename=file, **common)
        self._tasks: dict[str, Any] = {}

    def know(self, on: jobs.Ground | None) -> None:
        """Name the tasks; with something to stand on they can be run here."""
        for name, job in jobs.PERIODIC.items():
            # What runs once a day is looked at each hour: a machine that slept at night loses no day.
            often = crontab(minute="*") if job.every < jobs.DAILY else crontab(minute="7")
            self._tasks[name] = self.huey.periodic_task(often, name=name)(_task(name, on))

    def put(self, name: str) -> None:
        """Ask for a job to be run now."""
        self.huey.enqueue(self._tasks[name].s())

    def close(self) -> None:
        """Let go of the file or connection."""
        self.huey.storage.close()


def queue(settings: config.Settings) -> JobQueue:
    """Open the queue to put jobs into it."""
    opened = JobQueue(settings)
    opened.know(None)
    return opened


class Quiet(Consumer):  # type: ignore[misc]
    """huey's consumer, but the process keeps its signals."""

    def _set_signal_handlers(self) -> None:
        """Leave SIGTERM and SIGINT to the command, which stops the server too."""


class Working:
    """Threads that work on the queue until stop() is called."""

    def __init__(self, settings: config.Settings, extensions: Any, *, workers: int = 1) -> None:  # noqa: ANN401
        self._ending = threading.Event()
        self._queue = JobQueue(settings)
        self._queue.know(jobs.ground(extensions, self._ending.is_set))
        self._queue.huey.on_shutdown("close")(self._queue.close)  # in each thread: it may listen on a line of its own
        self._consumer = Quiet(
            self._queue.huey,
            workers=workers,
            max_delay=LOOK_SECONDS,
            scheduler_interval=10,
            shutdown_timeout=STOP_SECONDS,
            check_worker_health=False,
        )
        self._watch = threading.Thread(target=self._look_after, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._consumer.start()
        self._watch.start()

    def leave(self) -> None:
        """Ask the threads to end after the letter in hand; returns at once, so that a signal may call it."""
        self._ending.set()
        self._consumer.stop_flag.set()

    def stop(self) -> None:
        """End within STOP_SECONDS; what is not done by then comes again when its lease is over."""
        self.leave()
        self._consumer.stop(graceful=True)
        self._watch.join(STOP_SECONDS)
        self._queue.close()

    def _look_after(self) -> None:
        while not self._ending.wait(HEALTH_SECONDS):
            self._consumer.check_worker_health()


def _on_postgres(dsn: str, common: dict[str, Any]) -> Huey:
    from psycopg import errors  # noqa: PLC0415 - an extra

    for last in (False, False, True):
        try:
            return Huey("toolkit", storage_class=PostgresStorage, dsn=dsn, table_prefix="jobs", **common)
        except (errors.UniqueViolation, errors.DuplicateTable):
            if last:  # two processes that make the same table at once: "if not exists" does not help the second
                raise
    raise AssertionError


def _task(name: str, on: jobs.Ground | None) -> Any:  # noqa: ANN401 - a function for huey
    def work() -> None:
        if on is not None:
            jobs.run(name, on, only_if_due=True)

    work.__name__ = name
    return work
