"""What a letter says: its template in the reader's language, inside the frame that all letters share. No addresses.

Jobs have no request: the language is set by hand here, and nothing of a page (its reader, its address) is at hand.
"""

import re
from collections.abc import Mapping
from functools import partial

from flask import Flask, g
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from toolkit.web import language

_NAME = re.compile(r"[a-z][a-z_]{0,39}")


def render(app: Flask, template: str, tag: str, params: Mapping[str, str]) -> tuple[str, str, str]:
    """Give subject, text and HTML of a letter; the subject is the same for all and says nothing."""
    if not _NAME.fullmatch(template):
        raise ValueError("a letter's template is a plain word")
    tag = tag if tag in language.tags_kept() else language.SOURCE
    settings = app.extensions["settings"]
    with app.app_context():
        g.language = tag  # what templates read; force_locale is for texts in Python
        with force_locale(tag):
            name = settings.site_names.get(tag, settings.site_names[language.SOURCE])
            neutral = _("Your account")
            subject = f"{neutral} · {name}"
            values = {"lang": tag, "site_name": name, "site_url": settings.site_url, "contact": settings.contact}
            text, html = (_framed(app, template, kind, {**params, **values}, subject) for kind in ("txt", "html"))
            return subject, text, html


def init(app: Flask) -> None:
    """Let jobs have letters rendered, which know nothing of the web."""
    app.extensions["render_letter"] = partial(render, app)


def _framed(app: Flask, template: str, kind: str, values: Mapping[str, str], subject: str) -> str:
    body = app.jinja_env.get_template(f"mail/{template}.{kind}").render(values)
    frame = {"txt": "mail/_frame.txt", "html": "mail/_frame.html"}[kind]
    inside = Markup(body.strip()) if kind == "html" else body.strip()  # noqa: S704 - a template's output, already escaped
    return app.jinja_env.get_template(frame).render(values, body=inside, subject=subject)
