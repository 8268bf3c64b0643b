"""Backup and restore killed at every step and on a full disk: nothing half is left, and the next try works."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.faults import vault
from tests.faults.nursery import Nursery, nursery
from tests.web import world
from toolkit import archive
from toolkit.services import backup, restore


@pytest.fixture(autouse=True)
def _dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    vault.dump_tools(monkeypatch)


BACKUP_PLANS = [
    "toolkit.services.backup_copy:copy:after:1",
    "os:fsync:before:1",
    "toolkit.archive:write:after:1",
    "toolkit.services.backup_proof:structure:before:1",
    "toolkit.services.backup_proof:trial:after:1",
    "toolkit.services.backup:_sync:before:1",
    "toolkit.services.backup:_record:after:1",
]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with nursery(tmp_path_factory.mktemp("nursery")) as started:
        yield started


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(app: Flask, commands: Nursery) -> Run:
    """Run the command on a site's data, or on another folder and database."""
    settings = app.extensions["settings"]

    def run(
        folder: Path, *words: str, url: str = settings.database_url, **how: Any
    ) -> "subprocess.CompletedProcess[str]":
        env = {
            "TOOLKIT_DATA": str(folder),
            "DATABASE_URL": url,
            "BACKUP_PASSPHRASE": vault.PASSPHRASE,
            "BACKUP_DIR": str(settings.data_dir / "backups"),
        }
        return commands.run(*words, env=env, **how)

    return run


def test_a_backup_killed_at_any_step_leaves_old_ones_alone_and_the_next_one_works(app: Flask, run: Run):
    world.make(app)
    folder = app.extensions["settings"].data_dir
    kept = folder / "backups"
    kept.mkdir()
    old = kept / "backup-20200101-000000.toolkit"
    vault.made(app, old)
    before = old.read_bytes()
    rows = vault.everything(app.extensions["engine"])
    for plan in BACKUP_PLANS:
        died = run(folder, "backup", str(kept / "backup-1.toolkit"), plan=plan)
        assert died.returncode == -signal.SIGKILL, (plan, died.stderr)
        assert old.read_bytes() == before
        renamed = plan.startswith("toolkit.services.backup:")
        assert (kept / "backup-1.toolkit").exists() is renamed, plan
        if renamed:
            archive.check(kept / "backup-1.toolkit")
            (kept / "backup-1.toolkit").unlink()
    assert vault.same(rows, vault.everything(app.extensions["engine"])).keys() <= {"audit_entries"}
    done = run(folder, "backup", str(kept / "backup-2.toolkit"))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in kept.iterdir()} == {old.name, "backup-2.toolkit"}, "nothing half is left"
    assert not (folder / backup.WORK).exists()


RESTORE_PLANS = [
    "os:fsync:before:2",
    "toolkit.archive:unpack:after:1",
    "toolkit.services.backup_proof:whole:after:1",
    "toolkit.services.restore:_place:before:1",
    "pathlib:Path.rename:after:1",
    "toolkit.services.restore:_place:after:1",
]
ON_POSTGRES = ["subprocess:Popen.wait:before:1", "toolkit.services.backup_copy:fill_postgres:after:1"]


def test_a_restore_killed_at_any_step_begins_anew(app: Flask, run: Run, tmp_path: Path, request: pytest.FixtureRequest):
    world.make(app)
    file, before = tmp_path / "one.toolkit", vault.everything(app.extensions["engine"])
    vault.made(app, file)
    place, url = vault.empty_place(app, tmp_path, request)
    for plan in RESTORE_PLANS + (ON_POSTGRES if url.startswith("postgresql") else []):
        died = run(place, "restore", str(file), url=url, plan=plan)
        assert died.returncode == -signal.SIGKILL, (plan, died.stdout, died.stderr)
        assert not (place / "toolkit.db").exists()
    done = run(place, "restore", str(file), url=url)
    assert done.returncode == 0, done.stderr
    assert vault.same(before, vault.rows_at(url)) == {"audit_entries": 1}
    assert not (place / restore.WORK).exists()
    assert run(place, "restore", str(file), url=url).returncode == 1, "not a second time"


@pytest.mark.parametrize("room", [20_000, 500_000])
def test_files_that_may_not_grow_are_a_sentence(app: Flask, run: Run, tmp_path: Path, room: int):
    """A limit on the size of files stands for a full disk: the kernel refuses the write in the middle of the file."""
    world.make(app)
    folder = app.extensions["settings"].data_dir
    rows = vault.everything(app.extensions["engine"])

    done = run(folder, "backup", str(tmp_path / "one.toolkit"), largest=room)
    assert done.returncode == 1, "the limit was met"
    assert "Traceback" not in done.stderr
    assert "Error: " in done.stderr
    assert left_by(tmp_path, folder) == []
    assert vault.same(rows, vault.everything(app.extensions["engine"])).keys() <= {"audit_entries"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte, where this machine lets one be made."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", where], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"NO FULL DISK WAS TRIED: this machine mounts none ({mounted.stderr.strip()})")
    yield where
    subprocess.run(["umount", where], check=True)


def test_a_full_disk_is_a_sentence_for_backup_and_restore(
    app: Flask, run: Run, tmp_path: Path, small_disk: Path, request: pytest.FixtureRequest
):
    """The disk of the backups is full, then the disk that a restore goes to."""
    world.make(app)
    folder, file = app.extensions["settings"].data_dir, tmp_path / "one.toolkit"
    (folder / "uploads").mkdir()
    (folder / "uploads" / "large.bin").write_bytes(os.urandom(1_100_000))
    old = small_disk / "backup-20200101-000000.toolkit"
    old.write_bytes(b"an older one")
    done = run(folder, "backup", str(small_disk / "one.toolkit"))
    assert (done.returncode, "no room on the disk" in done.stderr) == (1, True), done.stderr
    assert [path.name for path in small_disk.iterdir()] == [old.name], "the older one stays, the new one leaves nothing"
    old.unlink()

    vault.made(app, file)
    place, url = small_disk / "place", vault.empty_place(app, tmp_path, request)[1]
    if url.startswith("sqlite"):
        url = f"sqlite:///{place}/toolkit.db"
    done = run(place, "restore", str(file), url=url)
    assert (done.returncode, "no room" in done.stderr) == (1, True), done.stderr
    assert vault.is_empty(place, url)


def left_by(target: Path, folder: Path) -> list[Path]:
    """Name what a backup that failed has left behind."""
    work = folder / backup.WORK
    return [*target.glob("*.toolkit"), *target.glob(".*.part"), *([work] if work.exists() else [])]
