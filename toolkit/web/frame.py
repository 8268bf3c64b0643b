"""What every page template knows: language switch, tokens, assets, the help panel; and how a page is sent.

The surprise: forms' tokens are put in after rendering, so that the page of somebody unknown can be kept rendered.
"""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, g, render_template, request, url_for
from markupsafe import Markup

from toolkit.services import courses
from toolkit.services.courses import Shelf
from toolkit.web import csrf, database, guards, language
from toolkit.web.assets import asset

_FIELDS = "\ue002fields\ue003"
COUNTRY_COOKIE = "country"

_kept: dict[tuple[Any, ...], str] = {}
KEPT_PAGES = 200


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
    return tokens(render_template(template, **values))


def raw(template: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
    """Render a page whose forms still wait for tokens(): only for pages that may be kept."""
    return render_template(template, **values)


def kept_page(key: tuple[Any, ...], make: Callable[[], str]) -> str:
    """Render a page that is the same for everybody who is unknown once, then keep it; tokens are always fresh."""
    whole = (language.current(), *key)
    if whole not in _kept:
        if len(_kept) >= KEPT_PAGES:
            _kept.clear()
        _kept[whole] = make()
    return tokens(_kept[whole])


def tokens(html: str) -> str:
    """Put fresh hidden fields into each form of a rendered page."""
    parts = html.split(_FIELDS)
    if len(parts) == 1:
        return html
    out = [parts[0]]
    for part in parts[1:]:
        out += [fresh_fields(), part]
    return "".join(out)


def url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for
    """Give the address of a page in this page's language."""
    return url_for(endpoint, **{"lang": language.current(), **values})


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
