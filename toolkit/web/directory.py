"""Help: the directory pages and the panel that ends every page. Nothing about opening them is kept or written down.

A choice of services stands in the address, so that it works without script and in the other language too; it is
letters and digits without meaning, because a browser keeps addresses.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import directory_groups as groups
from toolkit.rules.directory_groups import Asked, Group
from toolkit.web import directory_cards as cards
from toolkit.web import directory_file, frame, guards, language
from toolkit.web.directory_cards import EU

page = Blueprint("help", __name__)

COUNTRY_DAYS = 365
MORE = "more.more"
OPEN_UP_TO = 12  # as many services stand unfolded when something is asked for


@page.get("/<lang>/help")
def help(lang: str) -> Response:  # noqa: A001 - the page is called Help
    """Show 112 and every country, the chosen one open; with something asked for, the services that it leaves."""
    spoken = cards.spoken(cards.every(lang)) if request.args else []
    asked = groups.asked(
        request.args.get("for", ""), request.args.get("hours", ""), request.args.get("language", ""), spoken
    )
    if not asked.anything:
        return frame.kept((), "help/help.html", lambda: _directory(lang, asked))
    return frame.page("help/help.html", **_directory(lang, asked))


@page.post("/<lang>/help")
def choose(lang: str) -> BaseResponse:
    """Keep the chosen country in a cookie of its own; it is read to choose the card and nothing else."""
    key = request.form.get("country", "")
    known = {country["key"] for country in cards.listed(lang)} - {EU}
    response = redirect(
        url_for("help.country", lang=lang, country=key) if key in known else url_for("help.help", lang=lang), 303
    )
    settings = current_app.extensions["settings"]
    if key in known:
        response.set_cookie(
            frame.COUNTRY_COOKIE,
            key,
            max_age=COUNTRY_DAYS * 86400,
            secure=settings.secure,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(frame.COUNTRY_COOKIE, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


@page.get("/<lang>/help/<country>")
def country(lang: str, country: str) -> Response:
    """Show one country's services by group, to print or to save."""
    if cards.country(lang, country) is None:
        guards.not_there()
    return frame.kept(
        (),
        "help/country.html",
        lambda: {
            "title": _("Help"),
            "page_kind": "resume",  # its script shows a button that prints
            "c": cards.country(lang, country),
            "buyers": [cards.country(lang, country, buyers=True)],
            "more": _more(lang),
        },
    )


@page.get("/<lang>/help/<country>.html")
def saved(lang: str, country: str) -> Response:
    """Give one country's card as a file of its own, under a name that says nothing."""
    card = cards.country(lang, country)
    if card is None:
        guards.not_there()
    response = current_app.response_class(directory_file.card(lang, card), mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{directory_file.NAME}.html"'
    return response


def _directory(lang: str, asked: Asked) -> dict[str, Any]:
    chosen = frame.country()
    every = cards.every(lang)
    shown = cards.countries(lang, chosen, asked if asked.anything else None)
    left = sum(len(one["listings"]) for one in shown)
    if asked.anything:
        shown = [one | {"open": one["open"] or left <= OPEN_UP_TO} for one in shown if one["listings"]]
    return {
        "title": _("Help"),
        "state": _address(asked),
        "countries": shown,
        "names": [(one["code"], one["name"]) for one in cards.countries(lang, chosen) if one["code"] != EU],
        "asked": asked,
        "said": _said(lang, asked, left, len(every)),
        "elsewhere": asked.anything and chosen and shown and all(one["code"] != chosen for one in shown),
        "groups": [(group.sign, cards.name(group)) for group in Group if group is not Group.OTHER],
        "languages": sorted(
            ((tag, cards.language_name(tag, lang)) for tag in cards.spoken(every)), key=lambda one: one[1]
        ),
        "buyers": _for_buyers(lang, chosen),
        "more": _more(lang),
    }


def _for_buyers(lang: str, chosen: str) -> list[dict[str, Any]]:
    """Describe the countries that have a line without a name or words that were read; the chosen one first, always."""
    keys = sorted((one["key"] for one in cards.listed(lang)), key=lambda key: key != chosen)
    described = [cards.country(lang, key, buyers=True) for key in keys]
    return [one for one in described if one and (one["listings"] or one["law"] or one["code"] == chosen)]


def _said(lang: str, asked: Asked, left: int, count: int) -> str:
    """Say what the list shows: how many services of how many, and what was asked for."""
    parts = [
        ngettext("%(left)s of %(num)s service", "%(left)s of %(num)s services", count, left=left)
        if asked.anything
        else ngettext("%(num)s service", "%(num)s services", count)
    ]
    if asked.group is not None:
        parts.append(cards.name(asked.group))
    if asked.always:
        parts.append(_("Open round the clock"))
    if asked.language:
        parts.append(cards.language_name(asked.language, lang))
    return " · ".join(parts)


def _address(asked: Asked) -> str:
    """Write what is asked for as an address keeps it, for the same page in another language."""
    state = {
        "for": asked.group.sign if asked.group else "",
        "hours": "1" if asked.always else "",
        "language": asked.language,
    }
    query = urlencode({name: value for name, value in state.items() if value})
    return f"?{query}" if query else ""


def _more(lang: str) -> str:
    """Give the address of the lessons that are read from Help alone, where any is published."""
    return frame.url(MORE) if frame.shelf().quiet(lang) else ""


def panel(chosen: str) -> Markup:
    """Give the inside of the help panel; it is kept with the frame that asks for it."""
    # 112 stands above them, so the card of the European Union is left out.
    listed = [card for card in cards.countries(language.current(), chosen) if card["code"] != EU]
    html = render_template("help/panel.html", countries=listed)
    return Markup(html)  # noqa: S704 - a template's output, already escaped


def card(kind: str) -> Markup:
    """Give the chosen country's card for a lesson, or the way to choose one; "anonymous": 112 and anonymous lines."""
    described = cards.country(language.current(), frame.country(), buyers=kind == "anonymous")
    html = render_template("help/card.html", country=described, anonymous=kind == "anonymous")
    return Markup(html)  # noqa: S704 - a template's output, already escaped


def init(app: Flask) -> None:
    """Hand the panel to the frame and the card to lessons; keep the person out of help pages altogether."""
    app.extensions["help_panel"] = panel
    app.extensions["country_card"] = card

    @app.before_request
    def quiet() -> None:
        if request.endpoint and request.endpoint.startswith(("help.", "more.")):
            g.quiet = True
