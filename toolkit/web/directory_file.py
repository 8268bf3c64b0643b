"""One country's card as a file: page and style in one, nothing to fetch, no script, no word about us.

It opens with the network off. Its name, its title and its first line say no topic: a list of downloads may be read.
"""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import escape

from toolkit.web import assets

NAME = "card"


def card(lang: str, described: Mapping[str, Any]) -> bytes:
    """Make the file; the policy in its head lets only its own style in."""
    style, title = _style(), _("Card")
    body = render_template("help/saved.html", c=described)
    named = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{named}'; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="format-detection" content="telephone=no">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n"
        f"{body}</html>\n"
    ).encode()


@cache
def _style() -> str:
    return assets.lean(assets.read("css", "tokens", "css") + assets.read("css", "saved_card", "css")).decode()
