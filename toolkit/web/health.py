"""Is the process alive, is the site ready, and the public keys. No language, no cookies, no person."""

from flask import Blueprint, Response, current_app
from sqlalchemy import Engine

from toolkit import db, signing
from toolkit.services import certificate_keys, courses
from toolkit.web import database

page = Blueprint("health", __name__)


@page.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return current_app.response_class("ok\n", mimetype="text/plain")


@page.get("/readyz")
def readyz() -> Response:
    """Say whether database, migrations and content are there."""
    engine: Engine = current_app.extensions["engine"]
    ready = db.schema_version(engine) == db.schemas()[-1] and bool(courses.shelf(database.session()).languages)
    return current_app.response_class(
        "ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain"
    )


@page.get("/keys.json")
def keys() -> Response:
    """Give the public keys with their states, for anybody who checks a certificate."""
    body = signing.public_keys_json(certificate_keys.public_keys(database.session()))
    return current_app.response_class(body, mimetype="application/json")
