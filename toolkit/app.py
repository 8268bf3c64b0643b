"""create_app(): wires everything, decides nothing."""

import gc
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import click
from flask import Flask

from toolkit import config, db, jobs, paths, signing, web
from toolkit.services import certificate_keys, courses


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application: settings, keys, database, pages; raises SettingError, DatabaseError or KeyFileBad."""
    settings = settings or config.load()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = signing.load_keys(settings.data_dir)
    app = Flask("toolkit", template_folder=str(paths.TEMPLATES), static_folder=None)
    app.config.update(
        SECRET_KEY=signing.derive(keys.server, "flask"),
        TRUSTED_HOSTS=_trusted_hosts(settings),
        MAX_CONTENT_LENGTH=64 * 1024,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=200,
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
    )
    app.extensions["settings"] = settings
    app.extensions["keys"] = keys
    app.extensions["engine"] = db.make_engine(settings.database_url)
    app.extensions["issuing"] = certificate_keys.Issuing(keys, settings.trial, settings.time_zone)
    with db.write_session(app.extensions["engine"]) as session:
        change = certificate_keys.take_over(session, app.extensions["issuing"], now=datetime.now(UTC))
    if change.retired:
        _say_that_the_key_is_another(change)
    app.extensions["ring"] = jobs.Bell(partial(_queue, settings)).ring
    web.wire(app)
    return app


def settle(app: Flask) -> None:
    """Read what is published, then tell memory's cleaning that all this stays.

    Going through it anew took a fifth of a second now and then, in the middle of somebody's request.
    """
    with db.read_session(app.extensions["engine"]) as session:
        courses.shelf(session)
    gc.collect()
    gc.freeze()


def _queue(settings: config.Settings) -> jobs.Queue:
    from toolkit import consumer  # noqa: PLC0415 - a fifth of a second at start, for whoever rings only

    return consumer.queue(settings)


def _say_that_the_key_is_another(change: certificate_keys.Change) -> None:
    """Tell whoever started the site on the terminal: it is theirs to know whether the old file was lost or stolen."""
    for line in (
        f"The signing key is new: {change.made}. Its file was missing, another one, or held a key that may not sign.",
        f"No longer signing: {', '.join(change.retired)}. Certificates signed before still verify.",
        "If somebody may have taken the old file: toolkit certificates key compromise KEY --since DATE",
    ):
        click.echo(line, err=True)


def _trusted_hosts(settings: config.Settings) -> list[str]:
    host = urlsplit(settings.site_url).hostname or ""
    return [host, "127.0.0.1", "localhost", "[::1]"] if settings.trial else [host]
