"""What all tests share: both databases, a site with the shipped content on each, a visitor, a running server."""

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests import kept, postgres, servers, turns
from tests.visit import Visit
from toolkit import cli_base, config, db, paths
from toolkit.app import create_app
from toolkit.models import Base
from toolkit.services import modules_seen
from toolkit.services.modules_load import load_folder
from toolkit.web import frame

kept.keep()
gc.disable()  # until the tests are collected: nothing of what is made meanwhile goes


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules are here to stay: cleaning up memory need not look at them each time."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Wait before the clock of the test's time-out runs."""
    with turns.turn(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as address:
        yield address


@pytest.fixture(autouse=True)
def _databases_go_with_their_test() -> Iterator[None]:
    with postgres.dropping():
        yield


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'toolkit.db'}"
    return postgres.new_database(request.getfixturevalue("postgres_server"))


def _tables(url: str) -> None:
    engine = db.make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def tables_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows; copied, never used."""
    path = tmp_path_factory.mktemp("tables") / "toolkit.db"
    _tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def tables_postgres(postgres_server: str) -> str:
    """The same on PostgreSQL; a template for new databases."""
    url = postgres.new_database(postgres_server, keep=True)
    _tables(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with all tables and no rows, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("tables_sqlite"), tmp_path / "toolkit.db")
        url = f"sqlite:///{tmp_path / 'toolkit.db'}"
    else:
        like = request.getfixturevalue("tables_postgres")
        url = postgres.new_database(request.getfixturevalue("postgres_server"), like=like)
    engine = db.make_engine(url)
    yield engine
    engine.dispose()


def _load(url: str) -> None:
    engine = db.make_engine(url)
    cli_base.migrate(engine)
    with db.write_session(engine) as session:
        reports = load_folder(session, paths.MODULES, now=datetime.now(UTC))
        assert not any(report.problems for report in reports)
    with db.read_session(engine) as session, tempfile.TemporaryDirectory() as place:
        modules_seen.note(session, paths.MODULES, Path(place))
        servers.NOTES[engine.dialect.name] = (Path(place) / modules_seen.NOTE).read_bytes()
    engine.dispose()


@pytest.fixture(scope="session")
def loaded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database with the shipped content; copied, never used."""
    path = tmp_path_factory.mktemp("loaded") / "toolkit.db"
    _load(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def loaded_postgres(postgres_server: str) -> str:
    """The same on PostgreSQL; a template for new databases."""
    url = postgres.new_database(postgres_server, keep=True)
    _load(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def loaded_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of one's own with the shipped content, once on each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "toolkit.db"
        shutil.copy(request.getfixturevalue("loaded_sqlite"), copy)
        return f"sqlite:///{copy}"
    return postgres.new_database(
        request.getfixturevalue("postgres_server"), like=request.getfixturevalue("loaded_postgres")
    )


def settings_for(url: str, folder: Path, **env: str) -> config.Settings:
    """Settings of a test site."""
    return config.load({"TOOLKIT_DATA": str(folder / "instance"), "DATABASE_URL": url, **env})


@pytest.fixture
def make_site(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Build a site on a database address; its connections are closed at the end."""
    made: list[Flask] = []

    def make(url: str, **env: str) -> Flask:
        app = create_app(settings_for(url, tmp_path, **env))
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["engine"].dispose()
    frame._url.cache_clear()  # it would hold the addresses of the last hundred sites


@pytest.fixture
def site(make_site: Callable[..., Flask], loaded_url: str) -> Flask:
    """A site with the shipped content, on both databases."""
    return make_site(loaded_url)


@pytest.fixture
def lite_site(make_site: Callable[..., Flask], loaded_sqlite: Path, tmp_path: Path) -> Flask:
    """A site on SQLite only, for tests in which the database does not matter."""
    copy = tmp_path / "toolkit.db"
    shutil.copy(loaded_sqlite, copy)
    return make_site(f"sqlite:///{copy}")


@pytest.fixture
def visit(site: Flask) -> Visit:
    """A new visitor of the site."""
    return Visit(site.test_client())


@pytest.fixture(scope="session")
def live_site(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """`toolkit serve` in a process of its own, on a free port, for browser tests; development page on."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copy(loaded_sqlite, folder / "toolkit.db")
    with servers.serve(folder, TOOLKIT_DEVELOPMENT="1") as running:
        yield running
