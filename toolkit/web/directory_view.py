"""Listings of the help directory in words and rows for the administration's pages; not a page itself."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from toolkit.rules.directory import WAYS, Why
from toolkit.services.courses import Edition
from toolkit.services.directory import History, Listing
from toolkit.web import frame, language
from toolkit.web.rendering import Texts


def countries(
    edition: Edition, listings: Iterable[Listing], waiting: Mapping[str, int], *, today: date
) -> list[dict[str, Any]]:
    """Describe each country: how many listings it has, how many are shown, confirmed and waiting."""
    found: dict[str, dict[str, Any]] = {}
    for one in listings:
        row = found.setdefault(
            one.country,
            {
                "name": country_name(edition, one.country),
                "url": frame.url("admin_directory.country", country=one.country),
                **dict.fromkeys(("listings", "shown", "confirmed", "due", "changes"), 0),
            },
        )
        row["listings"] += 1
        row["shown"] += one.why.shown
        row["confirmed"] += one.confirmed_on is not None
        row["due"] += one.due(today)
        row["changes"] += waiting.get(one.key, 0)
    return list(found.values())


def country_name(edition: Edition, key: str) -> str:
    """Give a country's name in the language of the edition."""
    found = next(country for country in edition.structure["countries"] if country["key"] == key)
    return Texts(edition).plain(found["name"])


def row(edition: Edition, lang: str, one: Listing, waiting: Mapping[str, int], *, today: date) -> dict[str, Any]:
    """Describe one listing in a line: name, contacts, whether it is shown and why, when it was confirmed."""
    return {
        "key": one.key,
        "url": frame.url("admin_directory.listing", listing=one.key),
        "name": Texts(edition).plain(one.structure["name"]),
        "country": country_name(edition, one.country),
        "dial": list(one.contacts.dial),
        "web": one.contacts.web,
        "email": one.contacts.email,
        "shown": one.why.shown,
        "why": why(one.why),
        "confirmed": language.day(one.confirmed_on, lang) if one.confirmed_on else "",
        "due": one.due(today),
        "changes": waiting.get(one.key, 0),
    }


def details(edition: Edition, lang: str, one: Listing, history: History) -> dict[str, Any]:
    """Describe what only a listing's own page shows: its purpose, where it was read, what the files say."""
    country = next(found for found in edition.structure["countries"] if found["key"] == one.country)
    year, _dash, month = country["read_on"].partition("-")
    return {
        "country_url": frame.url("admin_directory.country", country=one.country),
        "purpose": Texts(edition)(one.structure["purpose"]) if "purpose" in one.structure else "",
        "read_on": language.month(date(int(year), int(month), 1), lang),
        "sources": list(one.structure["sources"]),
        "note": one.structure.get("note", ""),
        "reachable": one.contacts.reachable,
        "now": {name: one.contacts.text(name) for name in ("dial", "web", "email")},
        "shipped": {name: history.shipped.text(name) for name in ("dial", "web", "email")},
        "emergency": one.structure.get("emergency") == "yes",
    }


def why(reason: Why) -> str:
    """Say in a sentence why a listing is shown or not."""
    return {
        Why.CONFIRMED: _("Shown: somebody has dialled or read it."),
        Why.TWO_SOURCES: _("Shown: two sources agree."),
        Why.OFFICIAL: _("Shown: it stands on an official page or its own."),
        Why.NO_CONTACT: _("Not shown: no number and no address is known."),
        Why.DOUBTFUL: _("Not shown: doubtful. It is shown once somebody has confirmed it."),
        Why.ONE_SOURCE: _("Not shown: one source only, and not an official one. It is shown once confirmed."),
        Why.NO_SOURCE: _("Not shown: no source is good enough. It is shown once confirmed."),
    }[reason]


def how(way: str) -> str:
    """Say how a listing was confirmed."""
    return dict(zip(WAYS, (_("dialled"), _("its own live page read"), _("answered by mail")), strict=True))[way]


def field(name: str) -> str:
    """Name a kind of contact."""
    return {"dial": _("Telephone"), "web": _("Web site"), "email": _("E-mail")}[name]
