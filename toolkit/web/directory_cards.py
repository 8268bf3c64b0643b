"""How the help directory is told to a template: countries, the services of each by group, what a choice leaves.

Only what the rules allow is here; a country's 112 is never filtered away.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _

from toolkit.rules import directory as rule
from toolkit.rules import directory_groups as groups
from toolkit.rules.directory_groups import Asked, Group
from toolkit.services.courses import DIRECTORY, Edition, Structure
from toolkit.services.directory import Listing, listing_of
from toolkit.web import frame, language
from toolkit.web.rendering import Texts

EU = "eu"


def listed(lang: str) -> list[Structure]:
    """List the published countries, as they stand in the files."""
    edition = frame.shelf().edition(DIRECTORY, lang)
    return [] if edition is None else list(edition.structure["countries"])


def countries(lang: str, chosen: str, asked: Asked | None = None) -> list[dict[str, Any]]:
    """Describe the countries, the chosen one marked open; with something asked for, the services that it leaves."""
    edition = frame.shelf().edition(DIRECTORY, lang)
    if edition is None:
        return []
    return [
        described(edition, lang, structure, opened=structure["key"] == chosen, asked=asked)
        for structure in listed(lang)
    ]


def country(lang: str, key: str, *, buyers: bool = False) -> dict[str, Any] | None:
    """Describe one country, or None where it is not published; ``buyers``: for somebody who bought and would report."""
    edition = frame.shelf().edition(DIRECTORY, lang)
    found = next((one for one in listed(lang) if one["key"] == key), None)
    if edition is None or found is None:
        return None
    return described(edition, lang, found, opened=True, buyers=buyers)


def described(
    edition: Edition, lang: str, structure: Structure, *, opened: bool, asked: Asked | None = None, buyers: bool = False
) -> dict[str, Any]:
    """Describe one country as the rules allow it."""
    t = Texts(edition)
    every = [one for one in _all(structure) if one.why.shown]
    shown = [one for one in every if not _emergency(one) and (asked is None or _stays(one, asked))]
    reviewed = structure.get("reviewed_on") if buyers else None
    if buyers:
        shown = [one for one in shown if _for_buyers(one, reviewed=reviewed is not None)]
    said = structure["buyers"] if reviewed else None
    return {
        "code": structure["key"],
        "name": t(structure["name"]),
        "open": opened,
        "emergency": [d for one in every if _emergency(one) for d in _dials(one)],
        "listings": [_listing(t, lang, one) for one in shown],
        "groups": [
            {
                "key": group.value,
                "name": name(group),
                "listings": [_listing(t, lang, one) for one in shown if groups_of(one)[0] is group],
            }
            for group in Group
            if any(groups_of(one)[0] is group for one in shown)
        ],
        "read_on": language.month(_month(structure["read_on"]), lang),
        "confirmed": _confirmed(shown),
        "law": t(said["text"]) if said else "",
        "law_cites": [edition.body["cites"][fact] for fact in said.get("facts", ()) if fact in edition.body["cites"]]
        if said
        else [],
        "law_read": language.month(date.fromisoformat(reviewed), lang) if reviewed else "",
    }


def every(lang: str) -> list[Listing]:
    """List the services that learners see, without the numbers for an emergency."""
    return [one for country in listed(lang) for one in _all(country) if one.why.shown and not _emergency(one)]


def spoken(services: Iterable[Listing]) -> list[str]:
    """List the languages that any service says it speaks, in the order of their tags."""
    return sorted({tag for one in services for tag in one.structure.get("speaks", ())})


def language_name(tag: str, lang: str) -> str:
    """Name a language in the language of the page; the tag itself where nobody knows a name."""
    try:
        known = str(Locale.parse(tag, sep="-").get_display_name(Locale.parse(lang, sep="-")) or "")
    except (ValueError, UnknownLocaleError):
        known = ""
    return known[:1].upper() + known[1:] if known else tag


def name(group: Group) -> str:
    """Say whom a group of services is for."""
    return {
        Group.SUPPORT: _("People affected, and those who worry about somebody"),
        Group.VIOLENCE: _("People who face violence"),
        Group.WORK: _("Rights at work"),
        Group.CHILDREN: _("Children"),
        Group.REPORT: _("To report something"),
        Group.OTHER: _("To know more"),
    }[group]


def groups_of(listing: Listing) -> tuple[Group, ...]:
    """List the groups of a service, its own first."""
    return groups.groups_of(listing.structure["kind"], listing.structure.get("also", ()))


def _all(country: Structure) -> Iterable[Listing]:
    return (listing_of(country["key"], entry) for entry in country["listings"])


def _stays(listing: Listing, asked: Asked) -> bool:
    structure = listing.structure
    return asked.leaves(
        groups=groups_of(listing), always=structure.get("always") == "yes", speaks=structure.get("speaks", ())
    )


def _for_buyers(listing: Listing, *, reviewed: bool) -> bool:
    structure = listing.structure
    anonymous, named = structure.get("anonymous") == "yes", structure.get("buyers") == "yes"
    return groups.for_buyers(structure["kind"], anonymous=anonymous, named=named, reviewed=reviewed)


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
        "anonymous": structure.get("anonymous") == "yes",
    }


def _dials(listing: Listing) -> list[dict[str, str]]:
    message = listing.structure.get("sms") == "yes"
    return [
        {
            "shown": f"{dial} (SMS)" if message else dial,
            "tel": rule.telephone_address(dial).removeprefix("tel:"),
            "scheme": "sms:" if message else "tel:",
        }
        for dial in listing.contacts.dial
    ]


def _month(text: str) -> date:
    year, _dash, month = text.partition("-")
    return date(int(year), int(month), 1)
