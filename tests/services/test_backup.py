"""The backup command: what it says, what it refuses, which old backups go, and what the admin's page can read of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, make_url, text

from tests.faults import vault
from tests.web import world
from toolkit import archive, db
from toolkit.cli import main
from toolkit.services import audit, backup, backup_copy, backup_log

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    vault.dump_tools(monkeypatch)


def toolkit(app: Flask, *words: str, **env: str) -> Result:
    """Run the command on the site's data, with the passphrase in the environment."""
    settings = app.extensions["settings"]
    usual = {
        "TOOLKIT_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "BACKUP_DIR": str(settings.data_dir / "backups"),
        "BACKUP_PASSPHRASE": vault.PASSPHRASE,
    }
    return CliRunner().invoke(main, words, env={**usual, **env})


def test_the_command_says_what_it_made_and_the_log_has_it(site: Flask):
    world.make(site)
    done = toolkit(site, "backup", "--json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    file = Path(said["file"])
    assert (said["tested"], said["certificate"], said["sealed"], said["keys"]) == ("restored", True, True, True)
    assert said["tables"]["people"] == 3
    assert said["bytes"] == file.stat().st_size
    assert file.parent.name == "backups"
    assert file.parent.stat().st_mode & 0o777 == 0o700
    for step in ("Copying the database", "Writing the file", "Checking the file", "Unpacking", "Looking at"):
        assert f"{step}" in done.stderr
        assert "100 %" in done.stderr
    with db.read_session(site.extensions["engine"]) as session:
        last = backup_log.last(session)
        assert audit.faults(session) == []
    assert last is not None
    assert (last.file, last.size, last.restored, last.keys, last.sealed) == (file.name, said["bytes"], True, True, True)
    assert last.tested_at == last.at

    words = toolkit(site, "backup", str(file.with_name("two.toolkit"))).stdout
    assert "restored once to try it" in words
    assert "Sealed." in words


def test_the_keys_do_not_leave_without_a_passphrase(lite_site: Flask, tmp_path: Path):
    target = str(tmp_path / "one.toolkit")
    short = tmp_path / "short"
    short.write_text("eleven sign\n")
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for words, env, why in (
        ((), {"BACKUP_PASSPHRASE": ""}, "the passphrase is missing"),
        (("--passphrase-file", str(short)), {}, "12 signs or more"),
        (("--passphrase-file", str(empty)), {}, "first line is empty"),
    ):
        done = toolkit(lite_site, "backup", target, *words, **env)
        assert (done.exit_code, why in done.stderr) == (1, True), done.output
        assert not Path(target).exists()
    done = toolkit(lite_site, "backup", target, "--without-keys", BACKUP_PASSPHRASE="")
    assert done.exit_code == 0, done.output
    assert "Not sealed: whoever has the file can read it." in done.stdout
    contents = archive.unpack(Path(target), _folder(tmp_path), passphrase=None)
    assert [part.name for part in contents.parts] == ["database"]


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_wrong_usage_and_places_that_are_not_there(lite_site: Flask, tmp_path: Path):
    assert toolkit(lite_site, "backup", "--never-heard-of").exit_code == 2
    assert toolkit(lite_site, "restore", str(tmp_path / "nothing")).exit_code == 2
    done = toolkit(lite_site, "backup", str(tmp_path / "no" / "one.toolkit"))
    assert (done.exit_code, "is not there; make it" in done.stderr) == (1, True)
    done = toolkit(lite_site, "backup", str(tmp_path / "x"), DATABASE_URL=f"sqlite:///{tmp_path / 'no.db'}")
    assert (done.exit_code, "there is no database at" in done.stderr) == (1, True)
    assert not (tmp_path / "no.db").exists()
    (tmp_path / "foreign").write_bytes(b"PK\x03\x04")
    done = toolkit(lite_site, "restore", str(tmp_path / "foreign"))
    assert (done.exit_code, "this is not a backup" in done.stderr) == (1, True)


def test_restore_check_looks_and_changes_nothing(site: Flask, tmp_path: Path):
    world.make(site)
    file = tmp_path / "one.toolkit"
    vault.made(site, file)
    before = vault.everything(site.extensions["engine"])
    done = toolkit(site, "restore", "--check", str(file))
    assert (done.exit_code, "is whole" in done.stdout) == (0, True), done.output
    assert vault.everything(site.extensions["engine"]) == before
    wrong = toolkit(site, "restore", "--check", str(file), BACKUP_PASSPHRASE="another passphrase")
    assert (wrong.exit_code, "the passphrase is not the one" in wrong.stderr) == (1, True)
    again = toolkit(site, "restore", str(file))
    assert (again.exit_code, "nothing is" in again.stderr or "not empty" in again.stderr) == (1, True)


def test_restore_says_what_is_undone_and_asks_for_the_list(lite_site: Flask, tmp_path: Path):
    file, place = tmp_path / "old.toolkit", tmp_path / "place"
    vault.made(lite_site, file, now=NOW - timedelta(days=3))
    there = {"TOOLKIT_DATA": str(place), "DATABASE_URL": "", "BACKUP_DIR": str(tmp_path / "none")}
    done = toolkit(lite_site, "restore", str(file), **there)
    assert done.exit_code == 1
    assert "People who were erased since then would come back" in done.stderr
    assert "--no-erased-list" in done.stderr
    assert list(place.iterdir()) == []
    done = toolkit(lite_site, "restore", str(file), "--no-erased-list", **there)
    assert done.exit_code == 0, done.output
    assert "is undone: withdrawn certificates, keys marked as compromised" in done.stdout
    assert "No list of erased people was found" in done.stderr


@pytest.fixture
def kept(lite_site: Flask, tmp_path: Path) -> Callable[..., Path]:
    """Put a backup of so many days ago into the folder."""
    folder = tmp_path / "kept"
    folder.mkdir()
    whole = tmp_path / "whole"
    world.make(lite_site)

    def put(days: int, *, damaged: bool = False) -> Path:
        when = NOW - timedelta(days=days)
        path = folder / backup.default_name(when)
        whole.write_bytes(b"x")
        archive.write(path, {"database": whole}, about={}, made_at=when, passphrase=None)
        if damaged:
            path.write_bytes(path.read_bytes()[:-1])
        return path

    return put


def test_old_backups_go_but_never_the_newest_whole_one(kept: Callable[..., Path], tmp_path: Path):
    folder = tmp_path / "kept"
    old, older, damaged, new = kept(40), kept(50), kept(35, damaged=True), None
    foreign = [folder / "backup-notes.toolkit", folder / "photo.jpg"]
    for path in foreign:
        path.write_bytes(b"not ours")
    assert set(backup.prune(folder, 30, now=NOW)) == {older, damaged}
    assert {*folder.iterdir()} == {old, *foreign}, "the newest whole one stays, however old"
    new, edge = kept(1), kept(30)
    assert backup.prune(folder, 30, now=NOW) == [old]
    assert {*folder.iterdir()} == {new, edge, *foreign}
    assert backup.prune(folder, 30, now=NOW - timedelta(days=400)) == [], "a clock that went back deletes nothing"


def test_what_a_killed_backup_left_is_swept_unless_one_is_running(lite_site: Flask, tmp_path: Path):
    folder = lite_site.extensions["settings"].data_dir
    left = folder / backup.WORK / "database"
    left.parent.mkdir()
    left.write_bytes(b"a copy")
    backup.sweep(folder)
    assert not left.parent.exists()
    seen = []

    def meanwhile(what: str, done: int, total: int) -> None:
        del done, total
        backup.sweep(folder)
        seen.append((what, (folder / backup.WORK).exists()))

    backup.make(
        lite_site.extensions["engine"], folder, tmp_path / "one.toolkit",
        passphrase=vault.PASSPHRASE, with_keys=True, now=NOW, progress=meanwhile,
    )  # fmt: skip
    assert seen
    assert all(there for _, there in seen)


def test_no_backup_yet_is_said_as_that(lite_site: Flask):
    with db.read_session(lite_site.extensions["engine"]) as session:
        assert backup_log.last(session) is None


def test_without_pg_dump_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(backup_copy, "_DEBIAN", tmp_path)
    with pytest.raises(backup_copy.CopyError, match="pg_dump of PostgreSQL 15 or newer was not found; install it"):
        backup_copy.tool("pg_dump", 15)


def test_the_oldest_program_that_is_new_enough_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setattr(backup_copy, "_DEBIAN", tmp_path)
    for version in (13, 15, 17):
        program = tmp_path / str(version) / "bin" / "pg_dump"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.4 (Debian)'\n")
        program.chmod(0o755)
    assert backup_copy.tool("pg_dump", 14) == str(tmp_path / "15" / "bin" / "pg_dump")


def test_the_database_of_a_test_that_was_killed_is_dropped_and_no_other(postgres_server: str):
    from tests import postgres

    url = postgres.new_database(postgres_server)
    engine = db.make_engine(url)

    def names() -> set[str]:
        with engine.connect() as connection:
            return {name for (name,) in connection.execute(text("select datname from pg_database"))}

    with backup_copy.scratch(engine) as mine:
        assert mine is not None
        left = str(mine.url.database)
        mine.dispose()
        before = names()
        with backup_copy.scratch(engine) as second:
            assert second is not None
            assert left not in names(), "as if its process had died"
            assert names() - before == {second.url.database}
    assert names() == before - {left}
    engine.dispose()


def test_a_role_that_may_make_no_database_gets_a_backup_that_was_read(
    make_site: Callable[..., Flask], postgres_server: str, loaded_postgres: str, tmp_path: Path
):
    """The least rights: the owner of the tables, without CREATEDB. The test of the file is honest about it."""
    from tests import postgres

    url = make_url(postgres.new_database(postgres_server, like=loaded_postgres))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    role = f"plain_{url.database}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'not in any word'"))
        connection.execute(text(f"GRANT CREATE, USAGE ON SCHEMA public TO {role}"))
        for (table,) in connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).all():
            connection.execute(text(f'ALTER TABLE "{table}" OWNER TO {role}'))
    engine.dispose()
    site = make_site(url.set(username=role, password="not in any word").render_as_string(hide_password=False))
    done = toolkit(site, "backup", str(tmp_path / "one.toolkit"))
    assert done.exit_code == 0, done.output
    assert "read once to try it" in done.stdout
    assert "may make no database" in done.stderr
    with db.read_session(site.extensions["engine"]) as session:
        last = backup_log.last(session)
    assert last is not None
    assert not last.restored
