"""Certificates for the admin: find one by its code, withdraw it with a reason, take that back. No name is shown."""

from typing import Any

from flask import Blueprint, Response, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import certificates as rule
from toolkit.rules import codes
from toolkit.rules.certificates import Status
from toolkit.services import certificate_keys, certificates, submissions, withdrawals
from toolkit.services.certificates import CertificateView
from toolkit.web import certificate_sheet, database, desk, forms, frame, guards, language, refusals

page = Blueprint("admin_certificates", __name__)

UNPROCESSABLE = 422


@page.get("/<lang>/admin/certificates", endpoint="certificates")
@guards.admin_only
def found(lang: str) -> BaseResponse | tuple[Response, int]:
    """Find a certificate by its code; below: the keys, and what was withdrawn lately."""
    typed = forms.query("code")
    if not typed.strip():
        return _list_page(lang), 200
    try:
        code = codes.read_code(typed, codes.CERTIFICATE_SIGNS)
    except codes.CodeRefusedError as refusal:
        return _list_page(lang, typed=typed, error=refusals.sentence(refusal.reason)), UNPROCESSABLE
    if certificates.by_code(database.session(), code) is None:
        unknown = _("No certificate has this code. Check it sign by sign: 0 and O, 1 and I do not matter.")
        return _list_page(lang, typed=typed, error=unknown), UNPROCESSABLE
    return redirect(frame.url("admin_certificates.certificate", code=code), 303)


@page.get("/<lang>/admin/certificates/<code>")
@guards.admin_only
def certificate(lang: str, code: str) -> Response:
    """Show what is known of a certificate, and the form that withdraws it."""
    return _page(lang, _view(code))


@page.post("/<lang>/admin/certificates/<code>", endpoint="certificate_post")
@guards.admin_only
def decide(lang: str, code: str) -> BaseResponse | tuple[Response, int]:
    """Ask first, then withdraw; or take a withdrawal back. The same form sent twice has one effect."""
    view, form = _view(code), forms.WithdrawalForm.posted()
    action, reason, note = form.action.data or "", form.reason.data or "", forms.one_line(form.note.data)
    if action == "take-back":
        if _first_time(view.code, action=action):
            withdrawals.take_back(database.session(), view.code, by=desk.actor(), now=database.now())
        return redirect(frame.url("admin_certificates.certificate", code=view.code), 303)
    error = ""
    if reason not in withdrawals.REASONS:
        error = _("Choose a reason first.")
    elif len(note) > withdrawals.NOTE_SIGNS:
        error = _("The note is too long: %(n)s signs at most.", n=withdrawals.NOTE_SIGNS)
    if error:
        return _page(lang, view, reason=reason, note=note, error=error), UNPROCESSABLE
    if action != "withdraw":
        return _page(lang, view, reason=reason, note=note, confirm=_reasons()[reason]), 200
    if _first_time(view.code, action=action, reason=reason, note=note):
        withdrawals.withdraw(
            database.session(), view.code, reason=reason, by=desk.actor(), now=database.now(), note=note
        )
    return redirect(frame.url("admin_certificates.certificate", code=view.code), 303)


def _first_time(code: str, **body: str) -> bool:
    claimed = submissions.claim(
        database.session(),
        forms.client_key(),
        person_id=desk.admin().person_id,
        kind="withdrawal",
        body={"code": code} | body,
        result="",
        now=database.now(),
    )
    return claimed.new


def _view(code: str) -> CertificateView:
    try:
        view = certificates.by_code(database.session(), codes.read_code(code, codes.CERTIFICATE_SIGNS))
    except codes.CodeRefusedError:
        view = None
    if view is None:
        guards.not_there()
    return view


def _reasons() -> dict[str, str]:
    return {
        "holder": _("Its holder asked for it"),
        "mistake": _("It was given by mistake"),
        "misuse": _("Somebody else uses it, or it was got by cheating"),
        "other": _("Another reason"),
    }


def _list_page(lang: str, **values: Any) -> Response:  # noqa: ANN401 - template values
    session = database.session()
    return frame.page(
        "admin/certificates.html",
        page_kind="desk",
        title=_("Certificates"),
        keys=[_key(line, lang) for line in certificate_keys.lines(session)],
        withdrawn=[
            {
                "code": codes.show_code(one.code),
                "url": frame.url("admin_certificates.certificate", code=one.code),
                "day": desk.day(one.withdrawn_at, lang),
                "reason": _reasons()[one.reason],
            }
            for one in withdrawals.latest(session)
        ],
        **values,
    )


def _key(line: certificate_keys.KeyLine, lang: str) -> dict[str, Any]:
    return {
        "kid": line.kid,
        "state": line.state.value,
        "since": desk.day(line.since, lang),
        "made": desk.day(line.made_at, lang),
        "days": (database.now() - line.made_at).days,
    }


def _page(lang: str, view: CertificateView, **values: Any) -> Response:  # noqa: ANN401 - template values
    session, now = database.session(), database.now()
    states = {line.kid: line.state.value for line in certificate_keys.lines(session)}
    gone = withdrawals.of_code(session, view.code) if view.status is Status.WITHDRAWN else None
    return frame.page(
        "admin/certificate.html",
        page_kind="desk",
        title=_("Certificate"),
        certificate={
            "code": view.code,
            "code_shown": codes.show_code(view.code),
            "course": certificate_sheet.course_title(frame.shelf(), lang, view.course),
            "date": language.day(view.issued_on, lang),
            "language": language.NAMES.get(view.language, view.language),
            "version": view.content_version,
            "status": view.status.value,
            "trial": view.trial,
            "named": desk.moment(view.named_at, lang),
            "replaced_by": codes.show_code(view.replaced_by) if view.replaced_by else "",
            "withdrawn_at": desk.moment(view.withdrawn_at, lang),
        },
        papers=[
            {"at": desk.moment(at, lang), "kid": kid, "state": states.get(kid, "")}
            for at, kid in certificate_keys.papers(session, view.code)
        ],
        reasons=_reasons(),
        withdrawn_for=_reasons()[gone[0]] if gone else "",
        may_take_back=gone is not None and rule.may_take_back(*gone, now),
        take_back_days=rule.TAKE_BACK_WINDOW.days,
        **values,
    )


def _again(text: str, lang: str, code: str) -> Response:
    form = forms.WithdrawalForm.posted()
    return _page(lang, _view(code), reason=form.reason.data, note=form.note.data, error=text)


forms.RETYPED["admin_certificates.certificate_post"] = guards.admin_only(_again)
