"""What all tests share: both databases, a loaded copy of the shipped content, a client, a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests import postgres
from toolkit import db
from toolkit.models import Base


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'toolkit.db'}"
    return postgres.new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine with all tables, once on SQLite and once on PostgreSQL."""
    engine = db.make_engine(database_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
