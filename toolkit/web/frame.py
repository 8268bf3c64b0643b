"""What every page template knows: language switch, tokens, assets, the help panel; and how a page is sent.

The surprise: forms' tokens are put in after rendering, so that the page of somebody unknown can be kept rendered.
"""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.routing import Map

from toolkit.services import courses
from toolkit.services.courses import Shelf
from toolkit.web import csrf, database, guards, language, packing
from toolkit.web.assets import asset

_FIELDS = "\ue002fields\ue003"
COUNTRY_COOKIE = "country"


def shelf() -> Shelf:
    """Give the published editions as of this request."""
    if "shelf" not in g:
        g.shelf = courses.shelf(database.session())
    found: Shelf = g.shelf
    return found


def csrf_fields() -> Markup:
    """Leave the place of a form's hidden fields; page() fills it with a fresh token and client key."""
    return Markup(_FIELDS)  # noqa: S704 - a sign of our own


def fresh_fields() -> Markup:
    """Give a form's hidden fields: a freshly masked token, and a client key that makes its effect happen once."""
    return Markup('<input type="hidden" name="csrf" value="{}"><input type="hidden" name="key" value="{}">').format(
        csrf.token(guards.device_token()), secrets.token_hex(16)
    )


def page(template: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
    """Render a page and put fresh tokens into its forms."""
    return _filled(render_template(template, **values))


def kept(key: tuple[Any, ...], template: str, values: Callable[[], dict[str, Any]]) -> Response:
    """Answer with a page that is the same for everybody who shares the key: rendered once, with fresh tokens each time.

    The key must hold all that the page says about its reader; language, path, edition and country are added here.
    """
    whole = (language.current(), request.path, shelf().head, country(), guards.visitor() is not None, *key)
    length = len(fresh_fields())  # the same for every form: tokens and client keys have one length
    found = _pages().get(whole, lambda: packing.cut(render_template(template, **values()), _FIELDS, length))
    pieces = [fresh_fields().encode() for _ in range(found.holes)]
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = current_app.response_class(found.packed(pieces) if packed else found.plain(pieces), mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _pages() -> packing.KeptPages:
    pages: packing.KeptPages = current_app.extensions["kept_pages"]
    return pages


def _filled(html: str) -> str:
    parts = html.split(_FIELDS)
    out = [parts[0]]
    for part in parts[1:]:
        out += [fresh_fields(), part]
    return "".join(out)


def url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for
    """Give the address of a page in this page's language."""
    if "_external" not in values:
        return _url(current_app.url_map, endpoint, tuple(sorted({"lang": language.current(), **values}.items())))
    return url_for(endpoint, **{"lang": language.current(), **values})


@lru_cache(maxsize=4096)
def _url(url_map: Map, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    # Addresses depend on nothing else; building them anew was a fifth of a page's time.
    return url_map.bind("").build(endpoint, dict(values))


def country() -> str:
    """Give the chosen country's key, or nothing; never stored, never logged."""
    value = request.cookies.get(COUNTRY_COOKIE, "")
    return value if value.isalpha() and len(value) <= 3 else ""


def languages() -> list[dict[str, Any]]:
    """List the published languages, each with the address of this same page."""
    here = language.current()
    args = request.view_args or {}
    listed = []
    for tag in shelf().languages or [language.SOURCE]:
        if tag not in language.tags_kept():
            continue
        same = (
            url_for(request.endpoint, **{**args, "lang": tag})
            if request.endpoint and "lang" in args and not g.get("error")
            else f"/{tag}/"
        )
        listed.append({"tag": tag, "name": language.NAMES[tag], "url": same, "current": tag == here})
    return listed


def init(app: Flask) -> None:
    """Give templates and their macros the frame."""
    app.extensions["kept_pages"] = packing.KeptPages()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, url=url, csrf_fields=csrf_fields)

    @app.context_processor
    def frame() -> dict[str, Any]:
        settings = app.extensions["settings"]
        tag = language.current()
        found = guards.visitor()
        return {
            "lang": tag,
            "languages": languages(),
            "site_name": settings.site_names.get(tag, settings.site_names["en"]),
            "person": found,
            "here": request.path,
            "country": country(),
            "exit_url": url("leave.leave"),
            "page_kind": "page",
            "title": "",
            "dev": settings.development,
            "help_panel": app.extensions["help_panel"](),
        }


def lesson_number(lesson: str) -> str:
    """Show a lesson's key as its number: 1-1 -> 1.1."""
    return lesson.replace("-", ".")
