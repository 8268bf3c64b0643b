"""The quiet lesson, read from Help: nothing is posted, kept, counted or written down, and no completion exists.

The surprise: it is a lesson of its module's files, but never one of a course. Its questions are folds that open in
place; the country's card shows only 112 and the lines that take a call without a name.
"""

from typing import Any

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _
from markupsafe import Markup

from toolkit.web import frame, guards, outline, rendering
from toolkit.web.rendering import Texts

page = Blueprint("more", __name__)


@page.get("/<lang>/help/more")
def more(lang: str) -> Response:
    """Show the quiet lessons that are published, one below the other."""
    found = _lessons(lang)
    if not found:
        guards.not_there()
    return frame.kept((), "help/more.html", lambda: {"title": _("Help"), "page_kind": "quiet", "lessons": found})


def _lessons(lang: str) -> list[dict[str, Any]]:
    shown = []
    for edition, entry in frame.shelf().quiet(lang):
        body = rendering.fill(
            rendering.lesson_body(edition, entry),
            chosen={},
            solutions={},
            form=Markup,
            sum_line=lambda _right, _rows: "",
            card=current_app.extensions["country_card"],
        )
        described = {"title": Texts(edition).plain(entry["title"]), "minutes": int(entry["minutes"]), "body": body}
        shown.append(described | {"aims": outline.aims(edition, entry), "cover": edition.structure["cover"]})
    return shown
