"""Certificate pages: the name that is not kept, the paper, and checking by code or by the square code."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit import pdf
from toolkit.rules import certificate_names, codes
from toolkit.rules import certificates as rule
from toolkit.rules.certificates import NamingRefused, Reason, Step
from toolkit.services import certificate_checks, certificate_naming, certificates
from toolkit.services.certificate_naming import Naming
from toolkit.services.certificates import CertificateView
from toolkit.web import certificate_sheet, database, forms, frame, guards, language, outline, refusals

page = Blueprint("certificates", __name__)

UNPROCESSABLE = 422
TOO_MANY = 429


@page.get("/<lang>/verify")
def verify(lang: str) -> Response:
    """Check a certificate: the script reads the address's fragment, which never reaches the server."""
    return _verify_page(lang)


@page.post("/<lang>/verify")
def verify_post(lang: str) -> BaseResponse | tuple[Response, int]:
    """Look a typed code up, or check a payload for a browser that cannot."""
    form = forms.CodeForm.posted()
    if form.payload.data:
        return _verify_page(lang, result=_checked(lang, form.payload.data.strip().rpartition("#")[2]))
    try:
        code = codes.read_code(form.code.data or "", codes.CERTIFICATE_SIGNS)
    except codes.CodeRefusedError as refusal:
        return _verify_page(lang, error=refusals.sentence(refusal.reason), typed=form.code.data), UNPROCESSABLE
    if certificates.by_code(database.session(), code) is None:
        unknown = _("No certificate has this code. Check it sign by sign: 0 and O, 1 and I do not matter.")
        return _verify_page(lang, error=unknown, typed=form.code.data), UNPROCESSABLE
    return redirect(frame.url("certificates.verified", code=code), 303)


@page.get("/<lang>/verify/<code>")
def verified(lang: str, code: str) -> Response:
    """Show what a code stands for: course, day, language, version and status, and no name."""
    return frame.page("certificates/verified.html", title=_("Check"), certificate=_facts(lang, _view(code)), match=None)


@page.post("/<lang>/verify/<code>", endpoint="verified_post")
def match(lang: str, code: str) -> Response | tuple[Response, int]:
    """Say whether a typed name is the one on the certificate, five wrong ones an hour at most."""
    view = _view(code)
    form = forms.NameForm.posted()
    error, matches, status = "", None, 200
    try:
        name = certificate_names.check_name(form.name.data or "", pdf.covered())
        matches = certificate_naming.name_matches(
            database.session(),
            current_app.extensions["issuing"],
            view.code,
            name,
            client_key=forms.client_key(),
            now=database.now(),
        )
        if matches is None:
            error = refusals.sentence(Reason.NOT_NAMED)
    except NamingRefused as refusal:
        error, status = refusals.sentence(refusal.reason), TOO_MANY
    except certificate_names.NameRefused as refusal:
        error, status = _name_error(refusal), UNPROCESSABLE
    html = frame.page(
        "certificates/verified.html",
        title=_("Check"),
        certificate=_facts(lang, view),
        match=matches,
        error=error,
        typed=form.name.data,
    )
    return html, status


@page.get("/<lang>/certificates/<code>")
def certificate(lang: str, code: str) -> Response:
    """Show a certificate's facts, to its holder with the form for her name."""
    return _certificate_page(lang, _view(code))


@page.post("/<lang>/certificates/<code>", endpoint="certificate_post")
def name(lang: str, code: str) -> BaseResponse | tuple[Response, int]:
    """Take the name: first, again or corrected; answer with the paper itself. The name is used and forgotten."""
    view = _view(code)
    form = forms.NameForm.posted()
    found = guards.visitor()
    try:
        typed = certificate_names.check_name(form.name.data or "", pdf.covered())
        naming = certificate_naming.give_name(
            database.session(),
            current_app.extensions["issuing"],
            view.code,
            typed,
            person_id=found.person_id if found else None,
            correction=form.action.data == "correct",
            client_key=forms.client_key(),
            now=database.now(),
        )
    except certificate_names.NameRefused as refusal:
        return _certificate_page(lang, view, error=_name_error(refusal), typed=form.name.data), UNPROCESSABLE
    except NamingRefused as refusal:
        status = TOO_MANY if refusal.reason is Reason.TOO_MANY_NAMES else UNPROCESSABLE
        return _certificate_page(lang, view, error=refusals.sentence(refusal.reason), typed=form.name.data), status
    if naming is None:
        guards.not_there()
    if naming.step is Step.CORRECTION and naming.certificate.code != view.code:
        return redirect(frame.url("certificates.certificate", code=naming.certificate.code, corrected="1"), 303)
    return _paper(naming)


def _paper(naming: Naming) -> Response:
    sheet = certificate_sheet.fields(current_app.extensions["settings"], frame.shelf(), naming)
    # The transaction ends before the PDF is made: a paper takes milliseconds, but no lock is held for it.
    database.session().commit()
    response = current_app.response_class(pdf.certificate_pdf(sheet), mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="certificate-{codes.show_code(naming.certificate.code)}.pdf"'
    )
    return response


def _view(code: str) -> CertificateView:
    try:
        view = certificates.by_code(database.session(), codes.read_code(code, codes.CERTIFICATE_SIGNS))
    except codes.CodeRefusedError:
        view = None
    if view is None:
        guards.not_there()
    return view


def _certificate_page(lang: str, view: CertificateView, **values: Any) -> Response:  # noqa: ANN401 - template values
    found = guards.visitor()
    mine = found is not None and view.holder_id == found.person_id
    until = rule.correctable_until(view.standing)
    correctable = ""
    if mine and until is not None and database.now() < until:
        correctable = language.moment(until, lang, current_app.extensions["settings"].time_zone)
    return frame.page(
        "certificates/certificate.html",
        title=_("Certificate"),
        certificate=_facts(lang, view),
        named=view.named_at is not None,
        mine=mine,
        correctable=correctable,
        corrected="corrected" in request.args,
        refreshers_url=_refreshers_url(lang, view) if mine else "",
        **values,
    )


def _refreshers_url(lang: str, view: CertificateView) -> str:
    course = frame.shelf().course(lang, view.course)
    return "" if course is None else outline.refreshers_url(course)


def _facts(lang: str, view: CertificateView) -> dict[str, Any]:
    return {
        "code": view.code,
        "code_shown": codes.show_code(view.code),
        "course": certificate_sheet.course_title(frame.shelf(), lang, view.course),
        "date": language.day(view.issued_on, lang),
        "language": language.NAMES.get(view.language, view.language),
        "version": view.content_version,
        "status": view.status.value,
        "replaced_by": codes.show_code(view.replaced_by) if view.replaced_by else "",
        "withdrawn_on": language.day(_local_day(view.withdrawn_at), lang) if view.withdrawn_at else "",
        "trial": view.trial,
    }


def _local_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(current_app.extensions["settings"].time_zone)).date()


def _verify_page(lang: str, **values: Any) -> Response:  # noqa: ANN401 - template values
    titles = {
        course["key"]: certificate_sheet.course_title(frame.shelf(), lang, course["key"])
        for course in frame.shelf().courses(lang)
    }
    return frame.page("certificates/verify.html", page_kind="verify", title=_("Check"), course_titles=titles, **values)


def _checked(lang: str, payload: str) -> dict[str, Any]:
    checked = certificate_checks.check(database.session(), payload)
    said = checked.statement
    if said is None:
        return {"verdict": checked.verdict.value}
    return {
        "verdict": checked.verdict.value,
        "noted": checked.noted,
        "name": said.name,
        "course": certificate_sheet.course_title(frame.shelf(), lang, said.course),
        "date": language.day(said.day, lang),
        "minutes": str(said.minutes),
        "language": language.NAMES.get(said.language, said.language),
        "version": said.version,
        "code": codes.show_code(said.code),
    }


def _name_error(refusal: certificate_names.NameRefused) -> str:
    return refusals.sentence(refusal.reason, **({"sign": refusal.sign} if refusal.sign else {}))


def _verified_again(text: str, lang: str, code: str) -> Response:
    return frame.page(
        "certificates/verified.html",
        title=_("Check"),
        certificate=_facts(lang, _view(code)),
        match=None,
        error=text,
        typed=forms.NameForm.posted().name.data,
    )


def _name_again(text: str, lang: str, code: str) -> Response:
    return _certificate_page(lang, _view(code), error=text, typed=forms.NameForm.posted().name.data)


def _verify_again(text: str, lang: str) -> Response:
    return _verify_page(lang, error=text, typed=forms.CodeForm.posted().code.data)


forms.RETYPED |= {
    "certificates.verify_post": _verify_again,
    "certificates.verified_post": _verified_again,
    "certificates.certificate_post": _name_again,
}
