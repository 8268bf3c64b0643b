"""The one-time link, the admin's start page, and the list of what must be done before people come in."""

from importlib.metadata import version

from flask import Blueprint, Response, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit import db
from toolkit.rules import deeds, directory
from toolkit.services import accounts, audit, opening_tasks
from toolkit.web import database, desk, forms, frame, guards, refusals, site_view

page = Blueprint("admin", __name__)

CONFLICT, UNPROCESSABLE = 409, 422


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
    session, now, server = database.session(), database.now(), current_app.extensions["keys"].server
    fresh = accounts.invite_open(session, token, now=now)
    signed_in = accounts.accept_invite(session, server, forms.client_key(), token, now=now)
    made = accounts.visitor(session, signed_in.token, now=now)
    if fresh and made is not None:
        name = audit.actor(server, made.key)
        audit.record(session, by=name, action="admin.made", subject=name, now=now)
    response: Response | BaseResponse = redirect(frame.url("admin.start", lang=lang), 303)
    guards.set_device(response, signed_in)  # type: ignore[arg-type]
    return response


@page.get("/<lang>/admin")
@guards.admin_only
def start(lang: str) -> Response:
    """Say how the site stands and what waits; eight statements at most."""
    done = site_view.done(lang)
    settings = site_view.settings_to_set()
    return frame.page(
        "admin/start.html",
        page_kind="desk",
        title=_("Administration"),
        sentence=site_view.sentence(lang),
        all_tasks=len(opening_tasks.LINES),
        open_tasks=sum(1 for line in opening_tasks.LINES if line.key not in done),
        tasks=[site_view.task(lang, line, done) for line in opening_tasks.LINES],
        settings=settings,
        needed=sum(1 for line in settings if line["needed"]),
        published=site_view.published(lang),
        keys=site_view.keys(lang),
        backup=site_view.backup(lang),
        program=version("workplace-learning-toolkit"),
        schema=db.schema_version(current_app.extensions["engine"]),
        database=current_app.extensions["engine"].dialect.name,
        **site_view.waiting(lang),
    )


@page.get("/<lang>/admin/opening/<task>")
@guards.admin_only
def opening(lang: str, task: str) -> Response:
    """Show one line of the list, to mark it done or open it again."""
    return _opening_page(lang, task)


@page.post("/<lang>/admin/opening/<task>", endpoint="opening_post")
@guards.admin_only
def mark(lang: str, task: str) -> BaseResponse | tuple[Response, int]:
    """Note who has done a line and on which day, or take that back."""
    if opening_tasks.line(task) is None:
        guards.not_there()
    form = forms.DeedForm.posted()
    who_does = {"client_key": forms.client_key(), "person_id": desk.admin().person_id, "by": desk.actor()}
    if form.action.data == "undo":
        opening_tasks.take_back(database.session(), task, **who_does, now=database.now())
        return redirect(frame.url("admin.start", lang=lang) + "#before", 303)
    try:
        who = deeds.check_who(form.who.data or "")
        on = deeds.check_day(form.on.data or "", today=desk.today(), within=opening_tasks.WITHIN)
    except deeds.DeedRefusedError as refusal:
        return _opening_page(lang, task, form, refusal), UNPROCESSABLE
    try:
        seen = directory.read_fingerprint(request.form.get("seen", ""))
        opening_tasks.mark(database.session(), task, who=who, on=on, **who_does, now=database.now(), seen=seen)
    except directory.DirectoryRefusedError as changed:
        database.undo()
        return _opening_page(lang, task, form, error=refusals.sentence(changed.reason)), CONFLICT
    return redirect(frame.url("admin.start", lang=lang) + "#before", 303)


def _opening_page(
    lang: str,
    task: str,
    form: forms.DeedForm | None = None,
    refusal: deeds.DeedRefusedError | None = None,
    error: str = "",
) -> Response:
    found = opening_tasks.line(task)
    if found is None:
        guards.not_there()
    about_who = refusal is not None and refusal.reason.value.startswith("who")
    said = refusals.sentence(refusal.reason) if refusal is not None else ""
    return frame.page(
        "admin/opening.html",
        page_kind="desk",
        title=_("Before you open"),
        task=site_view.task(lang, found, site_view.done(lang)),
        words=site_view.words(lang, found),
        today=desk.today().isoformat(),
        typed={"who": form.who.data or "", "on": form.on.data or ""} if form is not None else {},
        error=error,
        who_error=said if about_who else "",
        on_error="" if about_who else said,
    )


@guards.admin_only
def _opening_again(text: str, lang: str, task: str) -> Response:
    return _opening_page(lang, task, forms.DeedForm.posted(), error=text)


forms.RETYPED["admin.opening_post"] = _opening_again
