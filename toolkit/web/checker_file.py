"""The saved checker as one file: page, style, script and what is known, with nothing to fetch.

The surprise: the script is the same in every file of a version, whatever the site knows, and the policy in the file's
head lets only this script run, named by its hash. What is known stands beside it as data.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from flask import render_template
from flask_babel import force_locale
from markupsafe import escape

from toolkit import signing
from toolkit.paths import STATIC
from toolkit.web import assets, language
from toolkit.web.checker_words import words

KEPT_FILES = 8
FIRST_DAY = date(2020, 1, 1)
HASH_BYTES = 6
_SCRIPT = ("ed25519", "search", "judge", "page")


@dataclass(frozen=True)
class Known:
    """What a site knows on a day; names and titles come as (language, text) and (language, key, title)."""

    day: date
    address: str
    site_names: tuple[tuple[str, str], ...]
    issuers: tuple[tuple[str, str], ...]
    titles: tuple[tuple[str, str, str], ...]
    keys: tuple[signing.PublicKey, ...]
    withdrawn: tuple[tuple[str, date], ...]


def file_name(day: date) -> str:
    """Name the file by the day of what it knows."""
    return f"certificate-checker-{day.isoformat()}.html"


@lru_cache(maxsize=KEPT_FILES)
def checker(lang: str, known: Known) -> bytes:
    """Make the file, starting in a language; the same bytes as long as nothing new is known."""
    style, script = _style(), _script()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    said = {tag: _words(tag, issuer) for tag, issuer in known.issuers}
    body = render_template(
        "checker/page.html",
        words=said[lang],
        said=said,
        start=lang,
        day=language.day(known.day, lang),
        names=dict(known.site_names),
        own_names=language.NAMES,
        icon=f"data:image/svg+xml;base64,{_base64((STATIC / 'icons' / 'favicon.svg').read_bytes())}",
    )
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="format-detection" content="telephone=no">\n'
        f'<title>{escape(said[lang]["title"])}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>{style}</style>\n</head>\n"
        f'{body}\n<script type="application/json" id="known">{_data(known, said)}</script>\n'
        f'<script type="module">{script}</script>\n</html>\n'
    ).encode()


def withdrawn_hash(code: str) -> bytes:
    """Give the few bytes that stand for a withdrawn code: enough to know it again, too few to learn a code from."""
    return hashlib.sha512(f"withdrawn {code}".encode()).digest()[:HASH_BYTES]


def _data(known: Known, said: dict[str, dict[str, str]]) -> str:
    titles: dict[str, dict[str, str]] = {tag: {} for tag in said}
    for tag, key, title in known.titles:
        titles[tag][key] = title
    data = {
        "day": known.day.isoformat(),
        "address": known.address,
        "names": dict(known.site_names),
        "issuers": dict(known.issuers),
        "titles": titles,
        "keys": json.loads(signing.public_keys_json(known.keys))["keys"],
        "withdrawn": _base64(_packed(known.withdrawn)),
        "words": said,
    }
    # A data block ends at the first "</script", so no sign of it may stand there as itself.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _packed(withdrawn: Sequence[tuple[str, date]]) -> bytes:
    """Write hash and day of each withdrawal, eight bytes; sorted, so that their order tells nothing."""
    return b"".join(
        sorted(withdrawn_hash(code) + max(0, (day - FIRST_DAY).days).to_bytes(2) for code, day in withdrawn)
    )


def _words(tag: str, issuer: str) -> dict[str, str]:
    with force_locale(tag):
        return words(issuer)


@cache
def _script() -> str:
    payload = assets.read("js", "payload", "js")
    return assets.joined([payload, *(assets.read("checker", part, "js") for part in _SCRIPT)]).decode()


@cache
def _style() -> str:
    return assets.lean(assets.read("css", "tokens", "css") + assets.read("checker", "checker", "css")).decode()


def _hash(text: str) -> str:
    return f"sha256-{_base64(hashlib.sha256(text.encode()).digest())}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
