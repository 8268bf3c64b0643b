"""Every command and background job that writes: what must be there before, and what doing it again after kill -9 gives.

What is not here changes nothing, or is killed elsewhere; test_kill_commands holds this list and the commands together.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from tests.faults import doomed
from tests.faults.stage import Stage
from toolkit import db, paths
from toolkit.services import backup, erasure_traces

# They read; `audit export`, `modules export` and `modules ids` write files of the one who asks, never the site's.
READING = {
    "audit export",
    "audit head",
    "audit verify",
    "certificates key list",
    "certificates verify",
    "directory due",
    "modules check",
    "modules export",
    "modules ids",
    "modules report",
    "settings",
}
# Each of these has tests of its own: test_keys, test_backup_killed, test_mail_flapping.
KILLED_ELSEWHERE = {
    "certificates key new",
    "certificates key retire",
    "certificates key compromise",
    "backup",
    "restore",
    "send_letters",
}


@dataclass(frozen=True)
class Deed:
    """A command or job, and what must be there before it.

    ``again``: doing it twice gives the same as doing it once. ``after``: commands that come after it and lead to the
    same end, whatever the kill has left. ``ends``: its exit code. ``deaths``: around how many commits and files it is
    killed.
    """

    name: str
    args: tuple[str, ...]
    work: str = "command"
    ready: Callable[[Stage], None] = field(default=lambda _: None)
    again: bool = True
    ends: int = 0
    deaths: int = 4
    after: tuple[tuple[str, ...], ...] = ()


def _empty(on: Stage) -> None:
    for path in on.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _migrated(on: Stage) -> None:
    _empty(on)
    assert on.life("command", "migrate").answer == 0


def _learners(on: Stage) -> None:
    assert on.life("command", "demo").answer == 0


def _half_erased(on: Stage) -> None:
    """Somebody erased herself, and the server was killed before it could clean up."""
    fields, case = on.fields("canary"), "own_data.end_post canary"
    moments = on.life("send", case, fields).moments
    on.put_back()
    died = on.life("send", case, fields, die=moments.index(doomed.AFTER) + 1)
    assert died.killed
    assert (on.folder / erasure_traces.DUE).exists()


def _long_ago(on: Stage) -> None:
    """Everybody was here two and a half years ago; one with an address has not been told yet."""
    then = (datetime.now(UTC) - timedelta(days=920)).date()
    engine = db.make_engine(on.url)
    with db.write_session(engine) as session:
        for statement in (
            "update people set created_on = :then, last_answer_on = :then",
            "update accounts set created_on = :then, last_sign_in_on = :then",
            "update devices set expires_at = :then || ' 00:00:00.000000'",
            "update submissions set created_at = :then || ' 00:00:00.000000'",
        ):
            session.execute(text(statement), {"then": then.isoformat()})
    engine.dispose()


def _backups(on: Stage) -> None:
    """Two backups: one of now, and one whose time is over."""
    engine, folder = db.make_engine(on.url), on.folder / "backups"
    folder.mkdir()
    for days in (60, 0):
        now = datetime.now(UTC) - timedelta(days=days)
        target = folder / backup.default_name(now)
        backup.make(engine, on.folder, target, passphrase="a passphrase", with_keys=True, now=now)
    engine.dispose()


DEEDS = [
    Deed("serve", ("serve", "--no-worker"), ready=_empty, deaths=3),
    Deed("migrate", ("migrate",), ready=_empty),
    Deed("modules load", ("modules", "load", str(paths.MODULES)), ready=_migrated, deaths=3),
    Deed("admin invite", ("admin", "invite"), again=False),
    Deed(
        "directory confirm",
        ("directory", "confirm", "cy-1460", "--who", "M.K.", "--on", f"{datetime.now(UTC):%Y-%m-%d}", "--how", "phone"),
        again=False,
    ),
    Deed("demo", ("demo",), deaths=3, after=(("demo", "--remove"), ("demo",))),
    Deed("demo --remove", ("demo", "--remove"), ready=_learners),
    Deed("worker", ("worker", "--once"), ends=1, deaths=3),  # nobody answers at the address of the mail server
    Deed("erased_traces", ("erased_traces",), "job", ready=_half_erased),
    Deed("retention", ("retention",), "job", ready=_long_ago),
    Deed("old_backups", ("old_backups",), "job", ready=_backups),
]
