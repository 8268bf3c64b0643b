"""How a page is sent: what is the same on every page is rendered once and kept, what a page says is put into it.

The surprise: hidden fields of forms (token, client key) are put in last, so that a page may be kept rendered and even
compressed while every form still gets its own.
"""

import re
import secrets
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, current_app, g, render_template, request
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape
from werkzeug.routing import Map

from toolkit.services import courses
from toolkit.services.courses import Shelf
from toolkit.web import csrf, database, guards, language, packing
from toolkit.web.assets import asset

COUNTRY_COOKIE = "country"
SIZE_COOKIE = "size"  # of the text; set by static/js/size.js when she chooses one
_SIZES = {"2", "3", "4"}
KEPT_PIECES = 1500  # about 4 KB each: a question in each order of its options, asked and answered
_CUT, _TOKEN, _KEY = "\ue003", "\ue002", "\ue006"
_HOLE = re.compile(f"[{_TOKEN}{_KEY}]")
_SLOT = re.compile("\ue004([a-z_]*)\ue005")
# White space that no browser shows: before a tag that begins or ends a line anyway.
_UNSEEN = re.compile(
    r">\s+(?=</?(?:article|aside|body|details|div|dl|dt|dd|fieldset|footer|form|h[1-6]|head|header|html|legend|li|link|main"
    r"|meta|nav|ol|p|script|section|summary|title|ul)\b)"
)
_PIECES = ("back", "header_links", "main", "after", "bar")


class MacroTemplate(Template):
    """A template whose macros are imported without context, always: Jinja need not look for what a context adds."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        # Jinja compares all global names at each import; with seven imports that was a third of a page's rendering.
        del ctx
        return super()._get_default_module(None)


def shelf() -> Shelf:
    """Give the published editions as of this request."""
    if "shelf" not in g:
        found = guards.visitor()
        g.shelf = courses.shelf(database.session(), found.head if found else None)
    published: Shelf = g.shelf
    return published


def csrf_fields() -> Markup:
    """Give a form's hidden fields; page() fills in a fresh token, and a client key for its one effect."""
    fields = f'<input type="hidden" name="csrf" value="{_TOKEN}"><input type="hidden" name="key" value="{_KEY}">'
    return Markup(fields)  # noqa: S704 - our own signs


def _fresh(mark: str) -> str:
    # Both are our own base64url signs, always as many: there is nothing to escape.
    return csrf.token(guards.device_token()) if mark == _TOKEN else secrets.token_urlsafe(16)


def page(template: str, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
    """Answer with a page that is rendered for this request."""
    return _answer(*_assembled(render_template(template, **values), values))


def pieced(key: tuple[Any, ...], template: str, values: Mapping[str, Any], slots: Mapping[str, object]) -> Response:
    """Answer with a page whose rendering is kept under the key; what differs is put into its slots."""
    html = piece(key, template, lambda: dict(values), slots)
    return _answer(*_assembled(html, values))


def _answer(head: str, tail: packing.Part) -> Response:
    head = _HOLE.sub(lambda hole: _fresh(hole[0]), head)
    if not _gzip():
        return _html(head.encode() + tail.raw)
    raw = head.encode()
    packer = zlib.compressobj(2, zlib.DEFLATED, -zlib.MAX_WBITS)  # a quarter of the time for a tenth more bytes
    deflated = packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)
    return _html(packing.stream([packing.Part(raw, deflated), tail]), packed=True)


def kept(key: tuple[Any, ...], template: str, values: Callable[[], dict[str, Any]]) -> Response:
    """Answer with a page that is the same for everybody who shares the key: rendered once, with fresh fields each time.

    The key must hold all that the page says about its reader; language, address, edition, country and whether
    somebody is known are added here.
    """
    whole = (language.current(), request.path, shelf().head, country(), guards.visitor() is not None, text_size(), *key)

    def make() -> packing.KeptPage:
        given = values()
        head, tail = _assembled(render_template(template, **given), given)
        html = _UNSEEN.sub(">", head + tail.raw.decode())
        return packing.cut(html, [packing.Hole(m, len(_fresh(m))) for m in (_TOKEN, _KEY)])

    found = _store("kept_pages").get(whole, make)
    pieces = [_fresh(hole.mark).encode() for hole in found.holes]
    packed = _gzip()
    return _html(found.packed(pieces) if packed else found.plain(pieces), packed=packed)


def piece(
    key: tuple[Any, ...], template: str, values: Callable[[], dict[str, Any]], slots: Mapping[str, object]
) -> Markup:
    """Give a piece of a page that is the same for everybody who shares the key: rendered once.

    What differs stands in it as slot(name) and is put in here, escaped.
    """
    whole = (language.current(), template, *key)
    html: str = _store("kept_pieces").get(whole, lambda: render_template(template, slot=_slot, **values()))
    for name, value in slots.items():
        html = html.replace(_slot(name), escape(value))
    return Markup(html)  # noqa: S704 - a template's output, already escaped


def url(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as url_for
    """Give the address of a page in this page's language."""
    values = {"lang": language.current(), **values}
    return _url(current_app.url_map, endpoint, tuple(sorted(values.items())))


def here() -> str:
    """Give the address of this request for a link: quoted, and on our own host whatever was asked for."""
    return "/" + quote(request.path.lstrip("/"), safe="/:@!$&'()*+,;=~")


def country() -> str:
    """Give the chosen country's key, or nothing; never stored, never logged."""
    value = request.cookies.get(COUNTRY_COOKIE, "")
    return value if value in shelf().countries else ""  # a made-up one must not fill what is kept


def text_size() -> str:
    """Give the chosen size of text, 2 to 4, or nothing; never stored, never logged."""
    value = request.cookies.get(SIZE_COOKIE, "")
    return value if value in _SIZES else ""


def lesson_number(course: str, module: str, lesson: str) -> str:
    """Show a lesson's place in its course: the second lesson of the third module is 3.2, whatever its key."""
    structure = shelf().course(language.current(), course)
    modules = structure["modules"] if structure is not None else []
    place = str(modules.index(module) + 1) if module in modules else lesson.partition("-")[0]
    return f"{place}.{lesson.partition('-')[2]}"


def course_named(course: str, module: str) -> str:
    """Give the course's key for addresses of a module's texts, or nothing where the module leads to it anyway."""
    first = shelf().course_with(language.current(), module)
    return "" if first is None or first["key"] == course else course


def init(app: Flask) -> None:
    """Give templates and their macros the frame."""
    app.extensions["kept_pages"] = packing.KeptPages()
    app.extensions["kept_frames"] = packing.KeptPages()
    app.extensions["kept_pieces"] = packing.KeptPages(KEPT_PIECES)
    app.jinja_env.template_class = MacroTemplate
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, url=url, csrf_fields=csrf_fields)
    # Flask-Babel looks its context up for each text; a template needs the page's own language only.
    app.jinja_env.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)

    @app.context_processor
    def reader() -> dict[str, Any]:
        settings = app.extensions["settings"]
        tag = language.current()
        return {
            "lang": tag,
            "site_name": settings.site_names.get(tag, settings.site_names["en"]),
            "site_url": settings.site_url,
            "person": guards.visitor(),
            "here": here(),
            "country": country(),
            "dev": settings.development,
            "cut": Markup(_CUT),  # noqa: S704 - a sign of our own
        }


def _assembled(html: str, values: Mapping[str, Any]) -> tuple[str, packing.Part]:
    """Put a rendered page's pieces into the kept frame: all but the help panel, then the panel, deflated."""
    pieces = dict(zip(_PIECES, html.split(_CUT), strict=True))
    error = g.get("error", False)
    known = guards.visitor() is not None and not error
    chosen = "" if error else country()
    kind, index = values.get("page_kind", "page"), bool(values.get("index"))
    size = text_size()
    key = (language.current(), kind, index, known, chosen, bool(size), shelf().head)
    frame = _store("kept_frames").get(
        key, lambda: _frame(kind, index=index, known=known, chosen=chosen, sized=bool(size))
    )
    title = values.get("title", "")
    pieces["title"] = f"{escape(title)} · " if title else ""
    pieces["size"] = f' data-size="{size}"' if size else ""
    pieces["rest"] = str(escape("/" if error else _rest() + values.get("state", "")))
    pieces["body_class"] = ' class="next"' if "bar-next" in pieces["bar"] else ""
    return "".join([pieces[part] if place % 2 else part for place, part in enumerate(frame.text)]), frame.tail


def _frame(kind: str, *, index: bool, known: bool, chosen: str, sized: bool) -> packing.Frame:
    settings = current_app.extensions["settings"]
    here = language.current()
    published = shelf().languages or [language.SOURCE]
    html = render_template(
        "frame.html",
        slot=_slot,
        languages=[
            {"tag": tag, "name": language.NAMES[tag], "current": tag == here}
            for tag in published
            if tag in language.tags_kept()
        ],
        contact=settings.contact,
        exit_url=url("leave.leave"),
        page_kind=kind,
        index=index,
        person=known,
        country=chosen,
        sized=sized,
        help_panel=current_app.extensions["help_panel"](chosen),
    )
    text, _, tail = html.partition("\ue004tail\ue005")
    return packing.Frame(tuple(_SLOT.split(text)), packing.deflated(tail.encode()))


def _slot(name: str) -> Markup:
    return Markup(f"\ue004{name}\ue005")  # noqa: S704 - a sign of our own


def _rest() -> str:
    """Give this page's address without its language, for the same page in another one."""
    args = request.view_args or {}
    return here()[len(f"/{args['lang']}") :] if "lang" in args else "/"


def _html(body: bytes, *, packed: bool = False) -> Response:
    response = current_app.response_class(body, mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzip() -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


def _store(name: str) -> packing.KeptPages:
    found: packing.KeptPages = current_app.extensions[name]
    return found


@lru_cache(maxsize=4096)
def _url(url_map: Map, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    # Addresses depend on nothing else; building them anew was a fifth of a page's time.
    return url_map.bind("").build(endpoint, dict(values))
