"""The one-time link and the admin's start page: what is loaded, what still needs setting."""

from flask import Blueprint, Response, current_app, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from toolkit.services import accounts
from toolkit.web import database, forms, frame, guards

page = Blueprint("admin", __name__)


@page.get("/<lang>/admin/invites/<token>")
def invite(lang: str, token: str) -> Response:
    """Show the one-time link's button; opening the link changes nothing."""
    del lang
    if not accounts.invite_open(database.session(), token, now=database.now()):
        guards.not_there()
    return frame.page("admin/invite.html", title=_("Administration"))


@page.post("/<lang>/admin/invites/<token>", endpoint="invite_post")
def accept(lang: str, token: str) -> BaseResponse:
    """Spend the link: this device is the admin's from now on, with a new device token."""
    signed_in = accounts.accept_invite(
        database.session(), current_app.extensions["keys"].server, forms.client_key(), token, now=database.now()
    )
    response: Response | BaseResponse = redirect(frame.url("admin.start", lang=lang), 303)
    guards.set_device(response, signed_in)  # type: ignore[arg-type]
    return response


@page.get("/<lang>/admin")
@guards.admin_only
def start(lang: str) -> Response:
    """Say what is published and what must be set before people come in."""
    settings = current_app.extensions["settings"]
    courses = list(frame.shelf().courses(lang))
    sentence = ngettext(
        "%(num)s course is published, in %(languages)s languages.",
        "%(num)s courses are published, in %(languages)s languages.",
        len(courses),
        languages=len(frame.shelf().languages),
    )
    warnings = []
    if settings.trial:
        warnings.append(
            _(
                "SITE_URL is %(url)s: certificates say “Trial”. Set it to the address that people will use.",
                url=settings.site_url,
            )
        )
    if not settings.issuer_names["en"] or not settings.issuer_names["el"]:
        warnings.append(_("ISSUER_NAME_EN and ISSUER_NAME_EL are not set: certificates name the site as their issuer."))
    if not settings.contact:
        warnings.append(_("CONTACT is not set: people cannot see whom to write to."))
    return frame.page("admin/start.html", title=_("Administration"), sentence=sentence, warnings=warnings)
