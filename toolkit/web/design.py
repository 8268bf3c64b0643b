"""The living page of components, in development only."""

from flask import Blueprint, Response, current_app

from toolkit.web import frame, guards

page = Blueprint("design", __name__)


@page.get("/<lang>/design")
def design(lang: str) -> Response:
    """Show every component; there is no such page on a running site."""
    del lang
    if not current_app.extensions["settings"].development:
        guards.not_there()
    return frame.page("design/design.html", title="Design")
