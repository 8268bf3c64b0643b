"""A start of the site reads the content again only when something was changed since it was loaded."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.services.modules_small import small_folder
from toolkit import db
from toolkit.services import modules_seen
from toolkit.services.modules_load import load_folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "content")


def loaded(engine: Engine, root: Path, place: Path) -> None:
    with db.write_session(engine) as session:
        reports = load_folder(session, root, now=datetime.now(UTC))
    assert not [report for report in reports if report.problems]
    with db.read_session(engine) as session:
        modules_seen.note(session, root, place)


def unchanged(engine: Engine, root: Path, place: Path) -> bool:
    with db.read_session(engine) as session:
        return modules_seen.unchanged(session, root, place)


def test_what_was_noted_is_known_again(engine: Engine, root: Path, tmp_path: Path):
    assert not unchanged(engine, root, tmp_path)
    loaded(engine, root, tmp_path)
    assert unchanged(engine, root, tmp_path)


def _new_text(root: Path, _engine: Engine, _place: Path) -> None:
    file = next(root.rglob("text.en.yaml"))
    file.write_text(file.read_text() + "\n")


def _file_gone(root: Path, _engine: Engine, _place: Path) -> None:
    next(root.rglob("text.el.yaml")).unlink()


def _file_renamed(root: Path, _engine: Engine, _place: Path) -> None:
    file = next(root.rglob("text.el.yaml"))
    file.rename(file.with_name("text.fr.yaml"))


def _published_since(_root: Path, engine: Engine, _place: Path) -> None:
    with db.write_session(engine) as session:
        session.execute(
            text("insert into publications (snapshot_id, by, at) select snapshot_id, by, at from publications limit 1")
        )


def _taken_back(_root: Path, engine: Engine, _place: Path) -> None:
    with db.write_session(engine) as session:
        session.execute(text("delete from publications where id = (select max(id) from publications)"))


def _note_spoilt(_root: Path, _engine: Engine, place: Path) -> None:
    (place / modules_seen.NOTE).write_text("{")


@pytest.mark.parametrize(
    "change",
    [_new_text, _file_gone, _file_renamed, _published_since, _taken_back, _note_spoilt],
    ids=lambda one: one.__name__,
)
def test_any_change_is_seen(engine: Engine, root: Path, tmp_path: Path, change: Callable[[Path, Engine, Path], None]):
    loaded(engine, root, tmp_path)
    assert unchanged(engine, root, tmp_path)
    change(root, engine, tmp_path)
    assert not unchanged(engine, root, tmp_path)


def test_another_program_loads_anew(engine: Engine, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    loaded(engine, root, tmp_path)
    other = shutil.copy(modules_seen._CODE[0], tmp_path / modules_seen._CODE[0].name)
    Path(other).write_text("# another rule\n")
    monkeypatch.setattr(modules_seen, "_CODE", [Path(other), *modules_seen._CODE[1:]])
    assert not unchanged(engine, root, tmp_path)


def test_a_note_that_cannot_be_written_costs_time_only(engine: Engine, root: Path, tmp_path: Path):
    loaded(engine, root, tmp_path / "not there")
    assert not unchanged(engine, root, tmp_path / "not there")
