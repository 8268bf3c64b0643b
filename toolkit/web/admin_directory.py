"""The help directory for the admin: what waits, confirmations, changed numbers and links and their second person."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import deeds
from toolkit.rules import directory as rule
from toolkit.rules.directory import DirectoryRefusedError
from toolkit.services import directory, directory_decisions
from toolkit.services.courses import DIRECTORY, Edition
from toolkit.services.directory import ChangeView, Listing
from toolkit.services.directory_decisions import Actor
from toolkit.web import database, desk, directory_view, forms, frame, guards, language, refusals

page = Blueprint("admin_directory", __name__)

UNPROCESSABLE = 422
SHOWS = ("due", "changes")


@page.get("/<lang>/admin/directory")
@guards.admin_only
def countries(lang: str) -> Response:
    """List the countries and what waits in each; ?show= lists the listings that wait, of all countries."""
    edition, waiting = _edition(lang), directory.waiting(database.session())
    show = request.args.get("show", "")
    every = list(directory.listings(edition))
    chosen = {
        "due": [one for one in every if one.due(desk.today())],
        "changes": [one for one in every if one.key in waiting],
    }
    return frame.page(
        "admin/directory.html",
        page_kind="desk",
        title=_("Help directory"),
        show=show if show in SHOWS else "",
        due=len(chosen["due"]),
        waiting=sum(waiting.values()),
        countries=directory_view.countries(edition, every, waiting, today=desk.today()),
        listings=[directory_view.row(edition, lang, one, waiting, today=desk.today()) for one in chosen.get(show, ())],
    )


@page.get("/<lang>/admin/directory/<country>")
@guards.admin_only
def country(lang: str, country: str) -> Response:
    """List every listing of a country, also those that learners do not see, and why."""
    edition, waiting = _edition(lang), directory.waiting(database.session())
    found = [one for one in directory.listings(edition) if one.country == country]
    if not found:
        guards.not_there()
    return frame.page(
        "admin/country.html",
        page_kind="desk",
        title=_("Help directory"),
        name=directory_view.country_name(edition, country),
        shown=sum(1 for one in found if one.why.shown),
        due=sum(1 for one in found if one.due(desk.today())),
        listings=[directory_view.row(edition, lang, one, waiting, today=desk.today()) for one in found],
    )


@page.get("/<lang>/admin/listings/<listing>")
@guards.admin_only
def listing(lang: str, listing: str) -> Response:
    """Show one listing: its contacts, why it is shown or not, what was done about it, and what can be done."""
    return _listing_page(lang, listing)


@page.post("/<lang>/admin/listings/<listing>", endpoint="listing_post")
@guards.admin_only
def act(lang: str, listing: str) -> BaseResponse | tuple[Response, int]:
    """Confirm a listing or take that back; propose another contact; accept or refuse what was proposed."""
    _found(lang, listing)
    action = request.form.get("action", "")
    try:
        _done(listing, action)
    except (DirectoryRefusedError, deeds.DeedRefusedError) as refusal:
        database.undo()
        return _listing_page(lang, listing, action, refusal), UNPROCESSABLE
    return redirect(frame.url("admin_directory.listing", listing=listing) + "#state", 303)


def _done(listing: str, action: str) -> None:
    session, now = database.session(), database.now()
    does: Any = {"client_key": forms.client_key(), "actor": Actor(desk.actor(), desk.admin().person_id), "now": now}
    if action == "confirm":
        form = forms.DeedForm.posted()
        who = deeds.check_who(form.who.data or "")
        on = deeds.check_day(form.on.data or "", today=desk.today(), within=rule.CONFIRMED_FOR)
        how, seen = form.how.data or "", request.form.get("contacts", "")
        directory_decisions.confirm(session, listing, who=who, on=on, how=how, seen=rule.read_fingerprint(seen), **does)
    elif action == "unconfirm":
        directory_decisions.take_back(session, listing, **does)
    elif action == "propose":
        typed = forms.ContactForm.posted()
        directory_decisions.propose(session, listing, typed.field.data or "", typed.new.data or "", **does)
    elif action in {"accepted", "refused"}:
        change, override = request.form.get("change", ""), request.form.get("override") == "yes"
        try:
            directory_decisions.decide(session, change, action, override=override, of=listing, **does)
        except LookupError:
            guards.not_there()
    else:
        raise DirectoryRefusedError(rule.Reason.DECISION_UNKNOWN)


def _edition(lang: str) -> Edition:
    found = frame.shelf().edition(DIRECTORY, lang)
    if found is None:
        guards.not_there()
    return found


def _found(lang: str, key: str) -> Listing:
    found = next((one for one in directory.listings(_edition(lang)) if one.key == key), None)
    if found is None:
        guards.not_there()
    return found


def _listing_page(
    lang: str,
    key: str,
    action: str = "",
    refusal: DirectoryRefusedError | deeds.DeedRefusedError | None = None,
    error: str = "",
) -> Response:
    found, edition = _found(lang, key), _edition(lang)
    history = directory.history(database.session(), key)
    said = refusals.sentence(refusal.reason) if refusal is not None else ""
    field = ""
    if isinstance(refusal, deeds.DeedRefusedError):
        field = "who" if refusal.reason.value.startswith("who") else "on"
    return frame.page(
        "admin/listing.html",
        page_kind="desk",
        title=_("Help directory"),
        listing=directory_view.row(edition, lang, found, {}, today=desk.today())
        | directory_view.details(edition, lang, found, history),
        waiting=[_change(lang, change) for change in history.changes if change.decided_at is None],
        decided=[_change(lang, change) for change in history.changes if change.decided_at is not None],
        confirmations=[
            {
                "day": language.day(c.confirmed_on, lang),
                "how": directory_view.how(c.how),
                "who": c.who,
                "speaks": c.speaks,
            }
            for c in history.confirmations
        ],
        fingerprint=rule.fingerprint(found.contacts).hex(),
        today=desk.today().isoformat(),
        ways=[(way, directory_view.how(way)) for way in rule.WAYS],
        fields=[(name, directory_view.field(name)) for name in rule.FIELDS],
        action=action,
        typed=forms.retyped() if action else {},
        error=error or ("" if field else said),
        errors={field: said} if field else {},
    )


def _change(lang: str, change: ChangeView) -> dict[str, Any]:
    mine = desk.admin().person_id
    return {
        "key": change.key,
        "field": directory_view.field(change.field),
        "old": change.old,
        "new": change.new,
        "proposed": desk.moment(change.proposed_at, lang),
        "mine": change.proposed_by in {None, mine},
        "other_site": change.field == "web" and rule.other_site(change.old, change.new),
        "decided": desk.moment(change.decided_at, lang),
        "decision": change.decision or "",
        "override": change.override,
        "holds": change.holds,
    }


@guards.admin_only
def _listing_again(text: str, lang: str, listing: str) -> Response:
    return _listing_page(lang, listing, request.form.get("action", ""), error=text)


forms.RETYPED["admin_directory.listing_post"] = _listing_again
