"""A site in this process, to prepare people and look at rows, and a real server on the same data for the crowd."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import postgres, servers
from tests.conftest import settings_for
from tests.faults import stage
from tests.faults.stage import Stage
from toolkit.app import create_app


@pytest.fixture
def app(loaded_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The site in this process."""
    app = create_app(settings_for(loaded_url, tmp_path))
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def server(app: Flask, loaded_url: str) -> Iterator[servers.Server]:
    folder = app.extensions["settings"].data_dir  # the same keys, so that forms made here are good there
    with servers.serve(folder, DATABASE_URL=loaded_url) as running:
        yield running


@pytest.fixture(scope="session")
def lite(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on SQLite; each test puts it back first."""
    folder = tmp_path_factory.mktemp("stage")
    (folder / "instance").mkdir()
    shutil.copy(loaded_sqlite, folder / "instance" / "toolkit.db")
    with stage.opened(folder, f"sqlite:///{folder / 'instance' / 'toolkit.db'}") as made:
        yield made


@pytest.fixture(scope="session")
def large(postgres_server: str, loaded_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage on PostgreSQL; each test puts it back first."""
    url = postgres.new_database(postgres_server, like=loaded_postgres)
    with stage.opened(tmp_path_factory.mktemp("stage"), url, postgres_server) as made:
        yield made
