"""What a database and a folder hold, what a deed has changed in them, and whether they are whole."""

import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from toolkit import db
from toolkit.models import Base
from toolkit.services import audit

# Texts are only ever added to, and there are thousands: their number says as much as their contents.
APPENDED = {"units", "source_revisions", "translations", "translation_revisions", "structure_revisions", "snapshots"}

State = Mapping[str, Mapping[Any, tuple[Any, ...]]]
Change = dict[str, dict[str, int]]


def rows(url: str) -> State:
    """Give all rows of a database by table and key; the connection is closed again."""
    engine = db.make_engine(url)
    found: dict[str, dict[Any, tuple[Any, ...]]] = {}
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names())
            for table in Base.metadata.sorted_tables:
                if table.name not in there:  # a site that was never started
                    found[table.name] = {}
                    continue
                what = "count(*) n" if table.name in APPENDED else ", ".join(f'"{c.name}"' for c in table.columns)
                keys = [0] if table.name in APPENDED else _places(table)
                read = connection.execute(text(f'select {what} from "{table.name}"'))  # noqa: S608 - our own names
                found[table.name] = {tuple(row[n] for n in keys): tuple(row) for row in read}
    finally:
        engine.dispose()
    return found


def _places(table: Any) -> list[int]:
    names = [column.name for column in table.columns]
    return [names.index(column.name) for column in table.primary_key.columns]


def change(before: State, after: State) -> Change:
    """Say what was changed: how many rows came and went in each table, and which columns of how many are others.

    Keys, codes and moments are new in every life; how many there are, and of what, is not.
    """
    found: Change = {}
    columns = {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}
    for table, old in before.items():
        new, said = after[table], Counter[str]()
        said["came"], said["gone"] = len(new.keys() - old.keys()), len(old.keys() - new.keys())
        for key in old.keys() & new.keys():
            pairs = zip(columns[table], old[key], new[key], strict=False)
            others = [name for name, was, now in pairs if was != now]
            if others:
                said[", ".join(others)] += 1
        if +said:
            found[table] = dict(+said)
    return found


def faults(url: str) -> list[Any]:
    """List what is wrong: pages, references, the audit log's chain."""
    engine = db.make_engine(url)
    try:
        begun = inspect(engine).has_table("audit_entries")
        with db.read_session(engine) as session:
            found: list[Any] = list(audit.faults(session)) if begun else []
            if engine.dialect.name == "sqlite":
                found += [row for row in session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
                found += session.execute(text("PRAGMA foreign_key_check")).all()
        return found
    finally:
        engine.dispose()


def files(folder: Path) -> list[str]:
    """List the files of a folder, chance parts of their names made equal; SQLite's own companions do not count."""
    names = (str(Path(where, name).relative_to(folder)) for where, _, found in os.walk(folder) for name in found)
    return sorted(re.sub(r"[0-9a-f]{8,}", "…", name) for name in names if not name.endswith(("-wal", "-shm")))
