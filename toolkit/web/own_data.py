"""Everything about me, and Delete me: for guests as for people with an account. Only ever one's own.

The surprise: after the commit that erases somebody this page itself cleans the database's files; what it cannot do at
once stays owed to a job.
"""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import StringField

from toolkit.rules import codes
from toolkit.rules.certificates import Status
from toolkit.rules.retention import ErasureRefusedError, Reason
from toolkit.rules.sign_in import Reason as SignInReason
from toolkit.rules.sign_in import SignInRefused
from toolkit.services import accounts, certificates, erasure, erasure_traces, own_data, own_data_words, sign_in
from toolkit.services.accounts import Visitor
from toolkit.services.sign_in import Tried
from toolkit.web import certificate_sheet, database, forms, frame, guards, language, own_data_file, refusals
from toolkit.web import sign_in_forms as asked

page = Blueprint("own_data", __name__)

UNPROCESSABLE = 422


class EndForm(forms.Form):
    """That she is sure, whether her certificates go too, and her password where she has an account."""

    sure = StringField()
    withdraw = StringField()
    password = StringField()


@page.get("/<lang>/account/data")
def data(lang: str) -> Response:
    """Say what is kept about her and until when, and lead to the file and to deleting."""
    found = guards.visitor()
    if found is None:
        return _nobody(_("My data"))
    session = database.session()
    return frame.page(
        "own_data/data.html",
        title=_("My data"),
        page_kind="desk",
        counts=own_data.counts(session, found.person_id),
        ends=_ends(lang, found),
    )


@page.get("/<lang>/account/data.zip")
def file(lang: str) -> BaseResponse:
    """Give the file with everything; made for this answer and kept nowhere."""
    found = guards.visitor()
    if found is None:
        return redirect(frame.url("own_data.data"), 302)
    given = own_data_words.files(database.session(), frame.shelf(), found.person_id, lang)
    address = f"{current_app.extensions['settings'].site_url}{frame.url('own_data.data')}"
    packed = own_data_file.packed(given, lang, ends=_ends(lang, found), address=address, now=database.now())
    response = current_app.response_class(packed, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{own_data_file.NAME}"'
    return response


@page.get("/<lang>/account/end")
def end(lang: str) -> Response:
    """Say what goes and what stays, and ask whether she is sure."""
    found = guards.visitor()
    if found is None:
        return _nobody(_("My data"), done="done" in request.args)
    return _end_page(lang, found)


@page.post("/<lang>/account/end", endpoint="end_post")
def leave(lang: str) -> BaseResponse | tuple[Response, int]:
    """Erase the person of this device; whoever is gone already is led to the same page."""
    form, now, key = EndForm.posted(), database.now(), asked.server_key()
    with asked.looking() as looking:  # a password is hashed while nothing is locked
        found = accounts.visitor(looking, guards.device_token(), now=now)
        kept = sign_in.own_candidate(looking, key, found.person_id, now=now) if found else None
    if found is not None:
        try:
            tried: Tried | None = None
            if form.sure.data and kept is not None:
                asked.wait_or_go(kept, SignInReason.TOO_MANY_OLD)
                tried = asked.tried(kept, form.password.data or "")
            session = database.session()
            if kept is not None and tried is not None:
                reasons = {"wrong": SignInReason.WRONG_OLD_PASSWORD, "too_many": SignInReason.TOO_MANY_OLD}
                sign_in.prove(session, key, forms.client_key(), kept, tried, now=now, **reasons)
            erasure.leave(
                session, key, found.person_id, withdraw=bool(form.withdraw.data), sure=bool(form.sure.data), now=now
            )
        except SignInRefused as refusal:
            status = asked.refused(refusal)
            return _end_page(lang, found, errors=asked.errors(refusal, "password")), status
        except ErasureRefusedError as refusal:
            database.undo()
            return _end_page(lang, found, errors={"sure": refusals.sentence(refusal.reason)}), UNPROCESSABLE
        _finish()
    response = redirect(frame.url("own_data.end", lang=lang, done="1"), 303)
    guards.drop_device(response)  # type: ignore[arg-type]
    settings = current_app.extensions["settings"]
    response.delete_cookie(frame.COUNTRY_COOKIE, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


def _finish() -> None:
    """Commit, then clean up outside of any transaction; the note that it is owed comes before the commit."""
    settings = current_app.extensions["settings"]
    erasure_traces.owe(settings.data_dir)
    database.session().commit()
    database.session().close()
    erasure_traces.clean_up(current_app.extensions["engine"], settings.data_dir, settings.backup_dir)


def _nobody(title: str, *, done: bool = False) -> Response:
    return frame.page("own_data/nobody.html", title=title, page_kind="desk", done=done)


def _end_page(lang: str, found: Visitor, **values: Any) -> Response:  # noqa: ANN401 - template values
    session, form = database.session(), EndForm.posted()
    held = [
        {
            "code": codes.show_code(view.code),
            "course": certificate_sheet.course_title(frame.shelf(), lang, view.course),
            "date": language.day(view.issued_on, lang),
        }
        for view in certificates.of_person(session, found.person_id)
        if view.status is Status.VALID
    ]
    only = found.role == "admin" and not erasure.other_admins(session, found.person_id)
    return frame.page(
        "own_data/end.html",
        title=_("My data"),
        page_kind="desk",
        certificates=held,
        account=sign_in.own_candidate(session, asked.server_key(), found.person_id, now=database.now()) is not None,
        only_admin=refusals.sentence(Reason.LAST_ADMIN) if only else "",
        backup_days=current_app.extensions["settings"].kept["KEEP_BACKUPS_DAYS"],
        sure=bool(form.sure.data),
        withdraw=bool(form.withdraw.data),
        **values,
    )


def _ends(lang: str, found: Visitor) -> str:
    """Say when all of it ends by itself."""
    day = own_data.ends_on(database.session(), current_app.extensions["settings"].kept, found.person_id)
    if day is None:
        return _("You run this site: your data stays until you delete it.")
    return _("If you do not come back, all of it is deleted on %(day)s.", day=language.day(day, lang))


def _end_again(text: str, lang: str) -> Response:
    found = guards.visitor()
    return _nobody(_("My data")) if found is None else _end_page(lang, found, errors={"sure": text})


forms.RETYPED["own_data.end_post"] = _end_again
