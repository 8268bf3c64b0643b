"""Which language a page is in: the address says so; cookie and browser decide only where there is no prefix."""

import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations
from flask import Flask, Response, g, request
from flask_babel import Babel

from toolkit import paths

SOURCE = "en"
NAMES = {"en": "English", "el": "Ελληνικά"}
COOKIE = "lang"
_FORMATS = {"en": "en_GB"}  # plain "en" would give American dates
_QUIET = ("help.", "more.", "leave.", "static.", "health.")  # rooms that set no cookie but their own


def tags() -> list[str]:
    """List the languages of the interface: English, and each folder of translations/."""
    return [SOURCE, *sorted(p.name for p in paths.TRANSLATIONS.iterdir() if p.is_dir() and p.name in NAMES)]


def current() -> str:
    """Give the language of this request."""
    known: str | None = g.get("language")
    if known is None:
        # An address that no page has still says its language: "not there" must read like "not yours".
        tag = (request.view_args or {}).get("lang") or request.path.split("/")[1]
        known = g.language = tag if tag in tags_kept() else preferred()
    return known


def tags_kept() -> list[str]:
    """Give the languages found when the process started."""
    return _kept or _kept.extend(tags()) or _kept


_kept: list[str] = []


def gettext(message: str) -> str:
    """Translate an interface text for a template, into the language of the page."""
    catalog = _catalogs.get(current())
    return message if catalog is None else catalog.ugettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a text with a number for a template, into the language of the page."""
    catalog = _catalogs.get(current())
    if catalog is None:
        return singular if number == 1 else plural
    return catalog.ungettext(singular, plural, number)


_catalogs: dict[str, Translations] = {}


def preferred() -> str:
    """Choose a language where the address has none: the cookie, then Accept-Language, then English."""
    cookie = request.cookies.get(COOKIE, "")
    if cookie in tags_kept():
        return cookie
    return request.accept_languages.best_match(tags_kept()) or SOURCE


def day(value: date, tag: str) -> str:
    """Write a day as people do: 21 November 2026, 21 Νοεμβρίου 2026."""
    return format_date(value, "d MMMM y", locale=_FORMATS.get(tag, tag))


def month(value: date, tag: str) -> str:
    """Write a month standing alone: November 2026, Νοέμβριος 2026."""
    return format_date(value, "LLLL y", locale=_FORMATS.get(tag, tag))


def number(value: str) -> str:
    """Write a number in the page's language: 9,678 or 9.678."""
    return format_decimal(Decimal(value), locale=_FORMATS.get(current(), current()))


def share(value: float) -> str:
    """Write a share of one as per cent with at most one decimal: 62.5%, 62,5%."""
    return format_percent(value, format="#,##0.#%", locale=_FORMATS.get(current(), current()))


def month_of(text: str) -> str:
    """Write a month of a content file ("2026-07") in the page's language."""
    year, _dash, found = text.partition("-")
    return month(date(int(year), int(found), 1), current())


def day_of(text: str) -> str:
    """Write a day of a content file ("2011-04-05") in the page's language; what is no day stays as it was published."""
    try:
        return day(date.fromisoformat(text), current())
    except ValueError:  # an edition from before days were checked: its lesson still opens
        return text


def moment(value: datetime, tag: str, time_zone: str) -> str:
    """Write a day and time in the site's time zone: 22 November 2026, 18:30."""
    local = value.astimezone(ZoneInfo(time_zone))
    return f"{day(local.date(), tag)}, {local:%H:%M}"


def compile_catalogs(folder: Path = paths.TRANSLATIONS) -> None:
    """Compile each .po that is newer than its .mo, so that an edited text shows after a restart of a checkout."""
    for po in folder.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with po.open("rb") as source:
                catalog = read_po(source)
            half = mo.with_suffix(f".{os.getpid()}.part")  # two processes may start at once
            with half.open("wb") as target:
                write_mo(target, catalog)
            half.replace(mo)


def init(app: Flask) -> None:
    """Connect flask-babel to our languages, and keep the chosen one in a cookie."""
    if paths.IN_CHECKOUT:
        compile_catalogs()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(paths.TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE
    Babel(app, locale_selector=current)
    app.jinja_env.filters |= {"number": number, "share": share, "month": month_of, "day": day_of}
    _catalogs.update({tag: Translations.load(paths.TRANSLATIONS, [tag]) for tag in tags() if tag != SOURCE})

    @app.after_request
    def remember(response: Response) -> Response:
        tag = (request.view_args or {}).get("lang")
        quiet = (request.endpoint or "").startswith(_QUIET)
        if tag in tags_kept() and not quiet and response.status_code < 400 and request.cookies.get(COOKIE) != tag:
            settings = app.extensions["settings"]
            response.set_cookie(
                COOKIE, str(tag), max_age=365 * 24 * 3600, secure=settings.secure, samesite="Lax", httponly=True
            )
        return response
