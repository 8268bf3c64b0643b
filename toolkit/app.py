"""create_app(): wires everything, decides nothing."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask

from toolkit import config, db, paths, signing, web
from toolkit.services import certificates


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
    app.extensions["issuing"] = certificates.Issuing(keys, settings.trial, settings.time_zone)
    with db.write_session(app.extensions["engine"]) as session:
        certificates.register_key(session, app.extensions["issuing"], now=datetime.now(UTC))
    web.wire(app)
    return app


def _trusted_hosts(settings: config.Settings) -> list[str]:
    host = urlsplit(settings.site_url).hostname or ""
    return [host, "127.0.0.1", "localhost", "[::1]"] if settings.trial else [host]
