"""Background jobs: thin, each calls services; run by `toolkit serve`, or by `toolkit worker` (toolkit/consumer.py).

A job takes nothing but its name and may run twice: what is to be done stands in the database, not in the queue.
"""

import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Engine

from toolkit import config, db, logs, mail
from toolkit.services import erasure_traces, job_runs, letters, mail_sending, retention
from toolkit.signing import derive

DAILY = timedelta(days=1)
Render = Callable[[str, str, Mapping[str, str]], tuple[str, str, str]]


@dataclass(frozen=True)
class Ground:
    """What jobs stand on; ``stopping`` says that the process wants to end."""

    engine: Engine
    settings: config.Settings
    server_key: bytes
    render: Render
    stopping: Callable[[], bool]

    @staticmethod
    def now() -> datetime:
        """Give the moment."""
        return datetime.now(UTC)


def ground(extensions: Mapping[str, Any], stopping: Callable[[], bool] = lambda: False) -> Ground:
    """Take what jobs need from the application's extensions."""
    keys, render = extensions["keys"], extensions["render_letter"]
    return Ground(extensions["engine"], extensions["settings"], keys.server, render, stopping)


def send_letters(on: Ground) -> None:
    """Send what is due, one letter after the other over one connection; raises ServerTroubleError.

    Without SMTP_URL letters wait. While the server cannot be reached no letter is touched: each minute asks again.
    """
    with db.read_session(on.engine) as session:
        due = mail_sending.any_due(session, now=on.now())
    if not due:
        return
    if not on.settings.smtp_url:
        if on.settings.development:
            logs.info("letters_wait_for_smtp_url")
        return
    domain = mail.wire_address(on.settings.mail_from).partition("@")[2]
    with mail.Line(mail.server(on.settings.smtp_url), own_domain=domain) as line:
        while line.alive and not on.stopping():
            with db.write_session(on.engine) as session:
                claimed = mail_sending.claim(session, now=on.now())
            if claimed is None:
                return
            answer = _handed_over(on, line, claimed)
            with db.write_session(on.engine) as session:
                _settle(session, claimed, answer, on.now())


def end_what_is_over(on: Ground) -> None:
    """End what has been kept long enough, and take its traces out of the files."""
    settings = on.settings
    begun = settings.data_dir / "retention.begun"  # still there: the last run was broken off after erasing somebody
    broken_off = begun.exists()
    begun.touch(mode=0o600)
    ended = retention.run(on.engine, settings.kept, on.server_key, mails=bool(settings.smtp_url), now=on.now())
    if broken_off or ended["guests"] or ended["accounts"]:
        erasure_traces.clean_up(on.engine, settings.data_dir, settings.backup_dir)
    begun.unlink(missing_ok=True)


def remove_traces(on: Ground) -> None:
    """Take out of the files what erased people have left there, where that could not be done at once."""
    erasure_traces.sweep(on.engine, on.settings.data_dir, on.settings.backup_dir)


def prune_backups(on: Ground) -> None:
    """Delete backups whose time is over, never the newest good one, and what a killed backup left behind."""
    # The serving process queues jobs and runs none: what backups need (a migration tool, 12 MB) stays out of it.
    from toolkit.services import backup  # noqa: PLC0415

    backup.sweep(on.settings.data_dir)
    backup.prune(on.settings.backup_dir, on.settings.kept["KEEP_BACKUPS_DAYS"], now=on.now())


@dataclass(frozen=True)
class Periodic:
    """A job that runs by itself: how often, and what it does."""

    every: timedelta
    work: Callable[[Ground], None]


PERIODIC: dict[str, Periodic] = {
    letters.JOB: Periodic(timedelta(minutes=1), send_letters),
    "erased_traces": Periodic(timedelta(minutes=1), remove_traces),
    "retention": Periodic(DAILY, end_what_is_over),
    "old_backups": Periodic(DAILY, prune_backups),
}


def run(name: str, on: Ground, *, only_if_due: bool = False) -> bool:
    """Run a job and note how it went; False when it failed. A fault never leaves here, so that the next job runs.

    ``only_if_due`` spares a daily job that has worked within the day.
    """
    job = PERIODIC[name]
    try:
        with db.read_session(on.engine) as session:
            daily = job.every >= DAILY
            if only_if_due and daily and not job_runs.due(session, name, every=job.every, now=on.now()):
                return True
        job.work(on)
        with db.read_session(on.engine) as session:
            news = job_runs.worth_noting(session, name, now=on.now())
        if news:
            with db.write_session(on.engine) as session:
                job_runs.worked(session, name, now=on.now())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is noted, and the job comes again
        _note_failure(name, on, error)
        return False
    return True


def _note_failure(name: str, on: Ground, error: Exception) -> None:
    # Only the kind: a fault's words could hold somebody's data.
    fault = f"mail_server_{error.kind}" if isinstance(error, mail.ServerTroubleError) else type(error).__name__
    logs.error("job_failed", job=name, kind=fault, where=logs.where(error.__traceback__))
    try:
        with db.write_session(on.engine) as session:
            job_runs.failed(session, name, fault=fault, now=on.now())
    except Exception as second:  # noqa: BLE001 - the database itself may be what is broken
        logs.error("job_failed", job=name, kind=type(second).__name__)


def _handed_over(on: Ground, line: mail.Line, claimed: mail_sending.Claimed) -> mail.Answer:
    # The key may hold whom it is about; the id on the wire says nothing, and is the same each time.
    message_id = hmac.digest(derive(on.server_key, "message id"), claimed.key.encode(), "sha256").hex()[:32]
    names = on.settings.site_names
    try:
        words = mail.Words(*on.render(claimed.template, claimed.language, claimed.params))
        letter = mail.message(
            words,
            to=claimed.to,
            sender=on.settings.mail_from,
            sender_name=names.get(claimed.language, names["en"]),
            language=claimed.language,
            message_id=message_id,
            written_at=claimed.written_at,
        )
    except mail.AddressRefusedError:
        return mail.Answer(mail.Fate.NEVER, "address")
    except Exception as error:  # noqa: BLE001 - a fault of ours in one letter must not hold up the others
        logs.error("letter_not_written", kind=type(error).__name__, where=logs.where(error.__traceback__))
        return mail.Answer(mail.Fate.LATER, "not_written")
    return line.hand_over(letter)


def _settle(session: Any, claimed: mail_sending.Claimed, answer: mail.Answer, now: datetime) -> None:  # noqa: ANN401
    if answer.fate is mail.Fate.TAKEN:
        mail_sending.sent(session, claimed, now=now)
    elif answer.fate is mail.Fate.NEVER:
        mail_sending.give_up(session, claimed, trouble=answer.trouble)
    else:
        unsure = answer.fate is mail.Fate.UNKNOWN
        mail_sending.put_off(session, claimed, trouble=answer.trouble, now=now, unsure=unsure)
    if answer.trouble:
        logs.info("letter_not_sent", trouble=answer.trouble)


class Queue(Protocol):
    """What the bell needs of the queue."""

    def put(self, name: str) -> None:
        """Ask for a job to be run now."""

    def close(self) -> None:
        """Let go of the queue's file or connection."""


class Bell:
    """Asks for a job right after the commit, without holding up the answer: a thread of its own writes to the queue.

    When that fails nothing is lost: the job runs within a minute anyway.
    """

    def __init__(self, make_queue: Callable[[], Queue]) -> None:
        self._make_queue = make_queue
        self._lock = threading.Lock()
        self._wanted: set[str] = set()
        self._ringing = False

    def ring(self, name: str) -> None:
        """Ask for a job."""
        with self._lock:
            self._wanted.add(name)
            if self._ringing:
                return
            self._ringing = True
        threading.Thread(target=self._pass_on, name="bell", daemon=True).start()

    def _pass_on(self) -> None:
        while wanted := self._next():
            try:
                queue = self._make_queue()
                try:
                    queue.put(wanted)
                finally:
                    queue.close()
            except Exception as error:  # noqa: BLE001 - the minute will bring it
                logs.error("bell_failed", job=wanted, kind=type(error).__name__)

    def _next(self) -> str:
        with self._lock:
            self._ringing = bool(self._wanted)
            return self._wanted.pop() if self._wanted else ""
