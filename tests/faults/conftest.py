"""A site in this process, to prepare people and look at rows, and a real server on the same data for the crowd."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import servers
from tests.conftest import settings_for
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
