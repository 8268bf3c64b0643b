"""Exit: ends everything here and goes somewhere harmless. The only GET that changes state (it must work as a link)."""

from contextlib import closing, suppress

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from toolkit import db
from toolkit.services import accounts
from toolkit.web import database, guards, language

page = Blueprint("leave", __name__)

COOKIE = "left"
COUNTRY = "country"  # says where help was looked for: a trace like any other
PATIENCE_MS = 500  # how long Exit waits for another writer before it goes without the database
_ALWAYS = {"leave.leave", "static.file", "health.healthz", "health.readyz", "health.keys"}


@page.get("/<lang>/leave")
def leave(lang: str) -> BaseResponse:
    """End the session, forget the device, mark the browser as left, and go to EXIT_URL; with ?back, lift the mark."""
    settings = current_app.extensions["settings"]
    if "back" in request.args:
        response = redirect(url_for("courses.home", lang=lang), 303)
        response.delete_cookie(COOKIE, path="/", secure=settings.secure, httponly=True, samesite="Lax")
        return response
    token = guards.device_token()
    if token:
        # She must get away even when the database does not answer or somebody else is writing: her cookie goes at once.
        with suppress(SQLAlchemyError), closing(_short_session()) as session:
            found = accounts.visitor(session, token, now=database.now())
            if found is not None:
                accounts.forget_device(session, found.device_id)
            session.commit()
    response = redirect(settings.exit_url.replace("{lang}", lang), 303)
    guards.drop_device(response)
    response.delete_cookie(COUNTRY, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    response.set_cookie(COOKIE, "1", path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


def _short_session() -> Session:
    return db.open_session(current_app.extensions["engine"], write=True, patience_ms=PATIENCE_MS)


def init(app: Flask) -> None:
    """While the mark is there, every page is a neutral start page with one link."""

    @app.before_request
    def neutral() -> Response | None:
        if not request.cookies.get(COOKIE) or request.endpoint in _ALWAYS:
            return None
        tag = language.current()
        return make_response(
            render_template("leave/left.html", continue_url=url_for("leave.leave", lang=tag, back="1"))
        )
