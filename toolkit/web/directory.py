"""Help: the directory pages and the panel that ends every page. Nothing about opening them is kept or written down."""

from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import directory as rule
from toolkit.services.courses import DIRECTORY, Edition, Structure
from toolkit.services.directory import Listing, listing_of
from toolkit.web import frame, guards, language
from toolkit.web.rendering import Texts

page = Blueprint("help", __name__)

EU = "eu"
COUNTRY_DAYS = 365


@page.get("/<lang>/help")
def help(lang: str) -> Response:  # noqa: A001 - the page is called Help
    """Show 112 and every country, the chosen one open."""
    return frame.page("help/help.html", title=_("Help"), countries=countries(lang, frame.country()))


@page.post("/<lang>/help")
def choose(lang: str) -> BaseResponse:
    """Keep the chosen country in a cookie of its own; it is read to choose the card and nothing else."""
    key = request.form.get("country", "")
    known = {country["key"] for country in _listed(lang)} - {EU}
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
    """Show one country's card, to save or print."""
    listed = countries(lang, country)
    if not any(found["open"] for found in listed):
        guards.not_there()
    return frame.page("help/country.html", title=_("Help"), countries=listed)


def countries(lang: str, chosen: str) -> list[dict[str, Any]]:
    """List the countries for a template, the chosen one marked open; each service as the rules allow it."""
    edition = frame.shelf().edition(DIRECTORY, lang)
    if edition is None:
        return []
    return [_country(edition, lang, structure, opened=structure["key"] == chosen) for structure in _listed(lang)]


def panel(chosen: str) -> Markup:
    """Give the inside of the help panel; it is kept with the frame that asks for it."""
    listed = [card for card in countries(language.current(), chosen) if card["code"] != EU]  # 112 stands above them
    html = render_template("help/panel.html", countries=listed)
    return Markup(html)  # noqa: S704 - a template's output, already escaped


def init(app: Flask) -> None:
    """Hand the panel to the frame; keep the person out of help pages altogether."""
    app.extensions["help_panel"] = panel

    @app.before_request
    def quiet() -> None:
        if request.endpoint and request.endpoint.startswith("help."):
            g.quiet = True


def _listed(lang: str) -> list[Structure]:
    edition = frame.shelf().edition(DIRECTORY, lang)
    return [] if edition is None else list(edition.structure["countries"])


def _country(edition: Edition, lang: str, structure: Structure, *, opened: bool) -> dict[str, Any]:
    t = Texts(edition)
    every = (listing_of(structure["key"], entry) for entry in structure["listings"])
    shown = [listing for listing in every if listing.why.shown]
    return {
        "code": structure["key"],
        "name": t(structure["name"]),
        "open": opened,
        "emergency": [d for one in shown if _emergency(one) for d in _dials(one)],
        "listings": [_listing(t, lang, one) for one in shown if not _emergency(one)],
        "read_on": language.month(_month(structure["read_on"]), lang),
        "confirmed": _confirmed([one for one in shown if not _emergency(one)]),
    }


def _confirmed(listings: list[Listing]) -> str:
    """Say how much of a card somebody has dialled or read: "all", "some" or nothing."""
    confirmed = sum(1 for one in listings if one.confirmed_on is not None)
    return "" if not confirmed else "all" if confirmed == len(listings) else "some"


def _emergency(listing: Listing) -> bool:
    return listing.structure.get("emergency") == "yes"


def _listing(t: Texts, lang: str, listing: Listing) -> dict[str, Any]:
    structure = listing.structure
    return {
        "name": t(structure["name"]),
        "purpose": t(structure["purpose"]) if "purpose" in structure else "",
        "hours": t(structure["hours"]) if "hours" in structure else "",
        "care": t(structure["care"]) if "care" in structure else "",
        "dial": _dials(listing),
        "email": listing.contacts.email,
        "web": listing.contacts.web,
        "confirmed_on": language.day(listing.confirmed_on, lang) if listing.confirmed_on else "",
    }


def _dials(listing: Listing) -> list[dict[str, str]]:
    scheme = "sms:" if listing.structure.get("kind", "").endswith("sms") else "tel:"
    return [
        {"shown": dial, "tel": rule.telephone_address(dial).removeprefix("tel:"), "scheme": scheme}
        for dial in listing.contacts.dial
    ]


def _month(text: str) -> date:
    year, _dash, month = text.partition("-")
    return date(int(year), int(month), 1)
