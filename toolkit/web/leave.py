"""Exit: ends everything here and goes somewhere harmless. The only GET that changes state (it must work as a link)."""

from flask import Blueprint, Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from toolkit.services import accounts
from toolkit.web import database, guards, language

page = Blueprint("leave", __name__)

COOKIE = "left"
COUNTRY = "country"  # says where help was looked for: a trace like any other
_ALWAYS = {"leave.leave", "static.file", "health.healthz", "health.readyz", "health.keys"}


@page.get("/<lang>/leave")
def leave(lang: str) -> BaseResponse:
    """End the session, forget the device, mark the browser as left, and go to EXIT_URL; with ?back, lift the mark."""
    settings = current_app.extensions["settings"]
    if "back" in request.args:
        response = redirect(url_for("courses.home", lang=lang), 303)
        response.delete_cookie(COOKIE, path="/", secure=settings.secure, httponly=True, samesite="Lax")
        return response
    g.writes = True
    token = guards.device_token()
    if token:
        try:
            found = accounts.visitor(database.session(), token, now=database.now())
            if found is not None:
                accounts.forget_device(database.session(), found.device_id)
            database.session().commit()
        except SQLAlchemyError:
            database.undo()  # she must get away even when the database does not answer; her cookie goes all the same
    response = redirect(settings.exit_url.replace("{lang}", lang), 303)
    guards.drop_device(response)
    response.delete_cookie(COUNTRY, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    response.set_cookie(COOKIE, "1", path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


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
