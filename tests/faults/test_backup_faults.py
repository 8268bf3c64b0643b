"""Backups while others write, damaged backups, a proof that fails: what is there is whole, what is not is refused."""

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.faults import vault
from tests.web import world
from toolkit import archive, paths
from toolkit.services import backup, backup_copy, backup_proof, restore

NOW = datetime.now(UTC)
WRITERS = 2
FLIPS = 200
PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def _dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    vault.dump_tools(monkeypatch)


@contextmanager
def writers(url: str, folder: Path) -> Iterator["queue.Queue[str]"]:
    """Let processes write; give the keys of what was acknowledged, as they come."""
    said: queue.Queue[str] = queue.Queue()
    command = [sys.executable, "-m", "tests.faults.writer", url, folder]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT) for _ in range(WRITERS)]

    def listen(process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line.strip())

    threads = [threading.Thread(target=listen, args=(process,), daemon=True) for process in started]
    for thread in threads:
        thread.start()
    try:
        yield said
    finally:
        for process in started:
            process.kill()
            process.wait()
        for thread, process in zip(threads, started, strict=True):
            thread.join(PATIENCE_SECONDS)
            process.stdout.close()


def heard(said: "queue.Queue[str]", count: int) -> list[str]:
    """Wait for so many more acknowledgements."""
    return [said.get(timeout=PATIENCE_SECONDS) for _ in range(count)]


def test_a_backup_under_load_is_one_moment(
    app: Flask, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    """Writers go on between looking at the database and copying it, and between the steps of the copy."""
    settings = app.extensions["settings"]
    monkeypatch.setattr(backup_copy, "_STEP_PAGES", 40)
    real, during = backup_copy.state, []
    with writers(settings.database_url, settings.data_dir) as said:
        before = heard(said, 30)

        def state(connection: Any) -> dict[str, Any]:
            found = real(connection)
            in_copy = set(map(str, connection.execute(text("SELECT key FROM people")).scalars()))
            while (key := heard(said, 1)[0]) in in_copy:
                pass  # acknowledged before this moment, and only now read
            during.extend([key, *heard(said, 29)])
            return found

        def progress(what: str, done: int, total: int) -> None:
            if what == "Copying the database" and 0 < done < total:
                during.extend(heard(said, 1))

        monkeypatch.setattr(backup_copy, "state", state)
        file = tmp_path / "one.toolkit"
        made = backup.make(
            app.extensions["engine"], settings.data_dir, file,
            passphrase=vault.PASSPHRASE, with_keys=True, now=NOW, progress=progress,
        )  # fmt: skip
    assert len(during) >= 30, "the writers wrote meanwhile"
    if settings.database_url.startswith("sqlite"):
        assert len(during) >= 35, "between the steps too"
    place, url = vault.empty_place(app, tmp_path, request)
    restore.restore(vault.order(file, place, url), now=NOW)
    people = str(vault.rows_at(url)["people"])
    assert [key for key in before if key not in people] == [], "all that was acknowledged before is there"
    assert made.about["tables"]["people"] < len(vault.rows_at(settings.database_url)["people"])
    assert [key for key in during[-10:] if key in people] == [], "and nothing from after the moment"


def test_damaged_backups_are_refused_and_nothing_is_written(app: Flask, tmp_path: Path, request: pytest.FixtureRequest):
    world.make(app)
    file, damaged = tmp_path / "one.toolkit", tmp_path / "damaged.toolkit"
    vault.made(app, file)
    place, url = vault.empty_place(app, tmp_path, request)
    whole, random = file.read_bytes(), Random(2)  # noqa: S311 - the same places each time
    flips = [random.randrange(len(whole)) for _ in range(FLIPS)]
    cuts = [0, 1, 40, 100, 500, len(whole) // 2, len(whole) - 33, len(whole) - 1]
    for content in [*(flipped(whole, place, random) for place in flips), *(whole[:cut] for cut in cuts)]:
        assert content != whole
        damaged.write_bytes(content)
        with pytest.raises((archive.DamagedError, archive.ForeignFileError)):
            restore.restore(vault.order(damaged, place, url), now=NOW)
    for given in ("another passphrase", None):
        with pytest.raises(archive.PassphraseError):
            restore.restore(vault.order(file, place, url, passphrase=given), now=NOW)
    assert vault.is_empty(place, url)
    assert restore.restore(vault.order(file, place, url), now=NOW).proof.certificate, "the whole one is taken"


def flipped(whole: bytes, place: int, random: Random) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1 << random.randrange(8)]) + whole[place + 1 :]


def test_a_proof_that_fails_leaves_no_file(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    world.make(app)
    real = backup_copy.state

    def one_more(connection: Any) -> dict[str, Any]:
        found = real(connection)
        found["tables"]["people"] += 1
        return found

    monkeypatch.setattr(backup_copy, "state", one_more)
    with pytest.raises(backup_proof.ProofError, match="people should have 4 rows and has 3"):
        vault.made(app, tmp_path / "one.toolkit")
    assert list(tmp_path.glob("*.toolkit")) + list(tmp_path.glob(".*.part")) == []


def test_one_backup_at_a_time(app: Flask, tmp_path: Path):
    refused = []

    def second(what: str, done: int, total: int) -> None:
        del what, done, total
        if not refused:
            with pytest.raises(backup.BackupError, match="another backup") as found:
                vault.made(app, tmp_path / "two.toolkit")
            refused.append(found.value)

    settings = app.extensions["settings"]
    backup.make(
        app.extensions["engine"], settings.data_dir, tmp_path / "one.toolkit",
        passphrase=vault.PASSPHRASE, with_keys=True, now=NOW, progress=second,
    )  # fmt: skip
    assert len(refused) == 1
    assert {path.name for path in tmp_path.glob("*.toolkit")} == {"one.toolkit"}
