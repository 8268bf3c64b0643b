"""Backups of a site with people in it: making one, putting it back into an empty place, comparing all rows."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text

from tests import postgres
from toolkit import db
from toolkit.services import backup, restore

PASSPHRASE = "a passphrase for the tests"


def dump_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pg_dump be found where PostgreSQL comes from a wheel."""
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{postgres._binaries()}")


def made(app: Flask, target: Path, *, sealed: bool = True, now: datetime | None = None) -> backup.Made:
    """Back a site up."""
    return backup.make(
        app.extensions["engine"],
        app.extensions["settings"].data_dir,
        target,
        passphrase=PASSPHRASE if sealed else None,
        with_keys=sealed,
        now=now or datetime.now(UTC),
    )


def empty_place(app: Flask, folder: Path, request: pytest.FixtureRequest) -> tuple[Path, str]:
    """Give an empty data folder and an empty database of the same kind as the site's."""
    place = folder / "place"
    if app.extensions["engine"].dialect.name == "sqlite":
        return place, f"sqlite:///{place / 'toolkit.db'}"
    return place, postgres.new_database(request.getfixturevalue("postgres_server"))


def order(file: Path, place: Path, url: str, **choices: Any) -> restore.Order:
    """Order a restore of a sealed backup; choices replace what is usual."""
    usual: dict[str, Any] = {"passphrase": PASSPHRASE, "lists": ()}
    return restore.Order(file=file, data_dir=place, database_url=url, **{**usual, **choices})


def everything(engine: Engine) -> dict[str, list[str]]:
    """Give all rows of all tables, sorted."""
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith("jobs_")]
        return {
            name: sorted(repr(tuple(row)) for row in connection.execute(text(f'select * from "{name}"')))  # noqa: S608
            for name in names
        }


def rows_at(url: str) -> dict[str, list[str]]:
    """Give all rows of a database."""
    engine = db.make_engine(url)
    try:
        return everything(engine)
    finally:
        engine.dispose()


def is_empty(place: Path, url: str) -> bool:
    """Say whether a restore has left nothing: no file in the folder, no table in the database."""
    files = list(place.rglob("*")) if place.exists() else []
    if url.startswith("sqlite"):
        return not files
    engine = db.make_engine(url)
    try:
        return not files and not inspect(engine).get_table_names()
    finally:
        engine.dispose()


def same(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, int]:
    """Say how many rows each table has more (or less) than before; raise when a row of before is gone."""
    for name, rows in before.items():
        missing = set(rows) - set(after.get(name, []))
        assert not missing, (name, sorted(missing)[:3])
    return {
        name: len(rows) - len(before.get(name, [])) for name, rows in after.items() if len(rows) != len(before[name])
    }
