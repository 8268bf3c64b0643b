"""A backup comes back whole, on both databases: every row, the keys, codes that still work, valid certificates."""

import secrets
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from tests import postgres
from tests.faults import vault
from tests.web import world
from toolkit import db, paths, signing
from toolkit.archive import ArchiveError
from toolkit.models.accounts import Person
from toolkit.services import accounts, audit, backup, backup_copy, backup_proof, erasure, restore

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    vault.dump_tools(monkeypatch)


def test_everything_comes_back_into_an_empty_place(
    app: Flask, tmp_path: Path, request: pytest.FixtureRequest, make_site: Callable[..., Flask]
):
    made = world.make(app)
    named = {**made.fields("owner"), "name": "Maria Example"}
    assert made.client("owner").post(f"/en/certificates/{made.code}", data=named).status_code == 200
    folder = app.extensions["settings"].data_dir
    (folder / "uploads" / "a").mkdir(parents=True)
    (folder / "uploads" / "a" / "logo.svg").write_text("<svg/>")
    before, file = vault.everything(app.extensions["engine"]), tmp_path / "one.toolkit"

    done = vault.made(app, file)
    assert done.proof.restored
    assert done.proof.certificate
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    place, url = vault.empty_place(app, tmp_path, request)
    done = restore.restore(vault.order(file, place, url), now=NOW)
    assert done.proof.rows == sum(len(rows) for name, rows in before.items() if name != "alembic_version")
    assert vault.same(before, vault.rows_at(url)) == {"audit_entries": 1}, "that it was restored is noted"
    for name in ("server.key", "signing.key", "uploads/a/logo.svg"):
        assert (place / name).read_bytes() == (folder / name).read_bytes()
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
    assert not (place / restore.WORK).exists()
    still_works(make_site(url, TOOLKIT_DATA=str(place)), made)


def still_works(app: Flask, made: world.World) -> None:
    """On the restored site the resume code signs in, the old cookie holds, and the certificate and its name verify."""
    engine, server = app.extensions["engine"], app.extensions["keys"].server
    with db.write_session(engine) as session:
        key = accounts.visitor(session, made.tokens["owner"], now=NOW).key
        code = accounts.resume_code(server, key)
        assert accounts.resume(session, server, secrets.token_hex(16), code, shared=False, now=NOW).token
        assert audit.faults(session) == []
    data = {**world.fields(app, ""), "name": "Maria Example"}
    client = app.test_client()
    assert client.get(f"/en/verify/{made.code}").status_code == 200
    assert client.post(f"/en/verify/{made.code}", data=data).status_code == 200
    assert client.get("/en/verify/000000000000").status_code == 404


def test_who_was_erased_since_the_backup_stays_erased(app: Flask, tmp_path: Path, request: pytest.FixtureRequest):
    made = world.make(app)
    engine, server = app.extensions["engine"], app.extensions["keys"].server
    owner = world.person_id(app, made.tokens["owner"])
    file = tmp_path / "backups" / "one.toolkit"
    file.parent.mkdir()
    vault.made(app, file)
    with db.write_session(engine) as session:
        key = session.get(Person, owner).key
        erasure.erase(session, server, [owner], now=NOW)
    erasure.note_down(engine, [file.parent])

    place, url = vault.empty_place(app, tmp_path, request)
    lists = (place / "erased.list", file.parent / "erased.list")
    done = restore.restore(vault.order(file, place, url, lists=lists), now=NOW)
    assert (done.erased, done.lists) == (1, (file.parent / "erased.list",))
    rows = vault.rows_at(url)
    assert [table for table, lines in rows.items() if key in str(lines)] == []
    assert len(rows["people"]) == 2
    assert len(rows["erasures"]) == 1
    assert erasure.listed(place / "erased.list") == erasure.listed(file.parent / "erased.list")
    if url.startswith("sqlite"):
        assert key.encode() not in (place / "toolkit.db").read_bytes(), "in no byte of the database"


def test_an_old_backup_without_a_list_needs_a_word(app: Flask, tmp_path: Path, request: pytest.FixtureRequest):
    file = tmp_path / "old.toolkit"
    vault.made(app, file, now=NOW - timedelta(days=3))
    place, url = vault.empty_place(app, tmp_path, request)
    with pytest.raises(restore.NoListError):
        restore.restore(vault.order(file, place, url), now=NOW)
    assert vault.is_empty(place, url)
    assert restore.restore(vault.order(file, place, url, without_list=True), now=NOW).erased == 0


def test_nothing_is_overwritten(app: Flask, tmp_path: Path):
    file = tmp_path / "one.toolkit"
    vault.made(app, file)
    settings = app.extensions["settings"]
    before = {path: path.read_bytes() for path in settings.data_dir.iterdir() if path.is_file()}
    rows = vault.everything(app.extensions["engine"])
    with pytest.raises(restore.RestoreError, match=r"there already|not empty"):
        restore.restore(vault.order(file, settings.data_dir, settings.database_url), now=NOW)
    assert {path: path.read_bytes() for path in settings.data_dir.iterdir() if path.is_file()} == before
    assert vault.everything(app.extensions["engine"]) == rows
    with pytest.raises(backup.BackupError, match="is there already"):
        vault.made(app, file)


def test_a_backup_without_keys_needs_the_key_it_was_made_with(
    app: Flask, tmp_path: Path, request: pytest.FixtureRequest
):
    world.make(app)
    file = tmp_path / "open.toolkit"
    assert not vault.made(app, file, sealed=False).sealed
    place, url = vault.empty_place(app, tmp_path, request)

    def tried(**choices: Any) -> restore.Restored:
        return restore.restore(vault.order(file, place, url, passphrase=None, **choices), now=NOW)

    with pytest.raises(restore.RestoreError, match=r"server\.key"):
        tried()
    place.mkdir(exist_ok=True)
    (place / "server.key").write_bytes(bytes(32))
    with pytest.raises(restore.RestoreError, match="is not the key"):
        tried()
    assert (place / "server.key").read_bytes() == bytes(32), "what was there stays"
    (place / "server.key").write_bytes((app.extensions["settings"].data_dir / "server.key").read_bytes())
    assert tried().proof.rows
    other = tmp_path / "other"
    with pytest.raises(ArchiveError, match="not sealed"):
        restore.restore(vault.order(file, other, f"sqlite:///{other}/toolkit.db"), now=NOW)


def test_new_keys_are_made_only_when_asked_and_never_against_a_list(lite_site: Flask, tmp_path: Path):
    file, place, listed = tmp_path / "open.toolkit", tmp_path / "place", tmp_path / "erased.list"
    vault.made(lite_site, file, sealed=False)
    listed.write_text(f"2026-11-21 {bytes(32).hex()}\n")
    wanted = vault.order(file, place, f"sqlite:///{place}/toolkit.db", passphrase=None, new_keys=True, lists=(listed,))
    with pytest.raises(restore.RestoreError, match="erased"):
        restore.restore(wanted, now=NOW)
    assert vault.is_empty(place, wanted.database_url)
    restore.restore(replace(wanted, lists=()), now=NOW)
    assert signing.load_keys(place).public != lite_site.extensions["keys"].public


def test_sign_out_ends_every_sign_in(lite_site: Flask, tmp_path: Path):
    world.make(lite_site)
    file, place = tmp_path / "one.toolkit", tmp_path / "place"
    vault.made(lite_site, file)
    url = f"sqlite:///{place}/toolkit.db"
    restore.restore(vault.order(file, place, url, sign_out=True), now=NOW)
    rows = vault.rows_at(url)
    assert rows["devices"] == []
    assert len(rows["people"]) == 3


def test_a_backup_of_an_older_version_is_brought_up(database_url: str, tmp_path: Path, request: pytest.FixtureRequest):
    """A database as the first migration made it, with a person in it, backed up by this version and restored."""
    folder = tmp_path / "instance"
    signing.load_keys(folder)
    engine = db.make_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("insert into people (key, role, created_on) values ('an-early-key', 'guest', '2026-11-01')")
        )
    file, place = tmp_path / "old.toolkit", tmp_path / "place"
    made = backup.make(engine, folder, file, passphrase=vault.PASSPHRASE, with_keys=True, now=NOW)
    assert made.about["schema"] == "0001"
    assert db.schema_version(engine) == "0001", "a backup changes no table"
    engine.dispose()
    url = f"sqlite:///{place / 'toolkit.db'}"
    if database_url.startswith("postgresql"):
        url = postgres.new_database(request.getfixturevalue("postgres_server"))
    restore.restore(vault.order(file, place, url), now=NOW)
    engine = db.make_engine(url)
    assert db.schema_version(engine) == ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()
    assert "an-early-key" in str(vault.everything(engine)["people"])
    engine.dispose()


def test_a_backup_of_a_newer_version_is_refused(lite_site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file, place = tmp_path / "new.toolkit", tmp_path / "place"
    with monkeypatch.context() as patched:
        state = backup_copy.state
        patched.setattr(backup_copy, "state", lambda connection: state(connection) | {"schema": "9999"})
        patched.setattr(backup_proof, "known_schema", lambda _: None)
        patched.setattr(backup_proof, "upgrade", lambda *_: None)
        vault.made(lite_site, file)
    with pytest.raises(backup_proof.ProofError, match="newer version"):
        restore.restore(vault.order(file, place, f"sqlite:///{place}/toolkit.db"), now=NOW)
    assert vault.is_empty(place, f"sqlite:///{place}/toolkit.db")


def test_the_queue_of_jobs_is_no_part_of_a_backup(app: Flask, tmp_path: Path, request: pytest.FixtureRequest):
    """On PostgreSQL it lies beside our tables; what was to be done then must not be done again."""
    with app.extensions["engine"].begin() as connection:
        connection.execute(text("create table jobs_task (id integer primary key)"))
    file = tmp_path / "one.toolkit"
    assert "jobs_task" not in vault.made(app, file).about["tables"]
    if app.extensions["engine"].dialect.name == "postgresql":
        place, url = vault.empty_place(app, tmp_path, request)
        restore.restore(vault.order(file, place, url), now=NOW)
        engine = db.make_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("select to_regclass('jobs_task')")).scalar() is None
        engine.dispose()
