"""Resume codes, devices and My progress. No page here asks for a name."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import codes
from toolkit.rules.accounts import AccountRefusedError, Reason
from toolkit.rules.certificates import Status
from toolkit.services import accounts, attempts, certificates, progress
from toolkit.services.accounts import Visitor
from toolkit.services.certificates import CertificateView
from toolkit.services.courses import lessons_of
from toolkit.web import database, forms, frame, guards, language, outline, refusals
from toolkit.web.rendering import Texts

page = Blueprint("accounts", __name__)


@page.get("/<lang>/resume")
def resume(lang: str) -> Response:
    """Show this person's code and its slip, and the form for a code from elsewhere."""
    del lang
    return _resume_page(guards.visitor())


@page.post("/<lang>/resume")
def resume_here(lang: str) -> BaseResponse | tuple[Response, int]:
    """Carry on here with the place that a code names."""
    form = forms.ResumeForm.posted()
    try:
        signed_in = accounts.resume(
            database.session(),
            current_app.extensions["keys"].server,
            forms.client_key(),
            form.code.data or "",
            shared=form.shared,
            now=database.now(),
        )
    except AccountRefusedError as refusal:
        if refusal.reason in {Reason.RESUME_UNREADABLE, Reason.RESUME_UNKNOWN, Reason.TOO_MANY_CODES}:
            # Not an error handler's business: the wrong try must be kept, and the typed code too.
            html = _resume_page(guards.visitor(), error=refusals.sentence(refusal.reason), typed=form.code.data)
            return html, 429 if refusal.reason is Reason.TOO_MANY_CODES else 422
        raise
    before = guards.visitor()
    if before is not None and before.token != signed_in.token:
        accounts.forget_device(database.session(), before.device_id)  # nobody can name it any more; it must not stay
    response = redirect(url_for("accounts.progress", lang=lang), 303)
    guards.set_device(response, signed_in)
    return response


@page.post("/<lang>/device")
def device(lang: str) -> BaseResponse:
    """Forget the person, the country and the size of text on this device; her progress stays for the resume code."""
    found = guards.visitor()
    if found is not None:
        accounts.forget_device(database.session(), found.device_id)
    response = redirect(url_for("courses.home", lang=lang), 303)
    guards.drop_device(response)
    settings = current_app.extensions["settings"]
    for name in (frame.COUNTRY_COOKIE, frame.SIZE_COOKIE):
        response.delete_cookie(name, path="/", secure=settings.secure, httponly=True, samesite="Lax")
    return response


@page.get("/<lang>/progress", endpoint="progress")
def progress_page(lang: str) -> Response:
    """List what this device's person has done; three queries whatever there is."""
    found = guards.visitor()
    if found is None:
        return frame.page("accounts/progress.html", title=_("My progress"))
    session = database.session()
    states = progress.lessons(session, found.person_id)
    held = [view for view in certificates.of_person(session, found.person_id) if view.replaced_by is None]
    begun = attempts.courses_begun(session, found.person_id)
    return frame.page(
        "accounts/progress.html",
        title=_("My progress"),
        courses=[_course(lang, course, states, begun.get(course["key"], [])) for course in outline.courses(lang)],
        certificates=[
            {
                "code": codes.show_code(view.code),
                "date": language.day(view.issued_on, lang),
                "course": _course_title(lang, view.course),
                "url": frame.url("certificates.certificate", code=view.code),
                "withdrawn": view.status is Status.WITHDRAWN,
            }
            for view in held
        ],
        device_sentence=_device_sentence(found),
        resume_to=outline.carry_on(lang, states, _with_codes(begun, held)),
    )


def _with_codes(begun: Iterable[str], held: list[CertificateView]) -> dict[str, str | None]:
    """Map the courses that she has started to the certificate she holds, or None."""
    codes_held = {view.course: view.code for view in held if view.status is Status.VALID}
    return {course: codes_held.get(course) for course in begun}


def _course(lang: str, course: Any, states: Any, tries: list[bool]) -> dict[str, Any]:  # noqa: ANN401 - structures
    t = Texts(frame.shelf().editions["courses", lang])
    lessons = [
        (key, lesson["key"])
        for key in course["modules"]
        if (edition := frame.shelf().edition(key, lang)) is not None
        for lesson in lessons_of(edition.structure)
    ]
    return {
        "title": t.plain(course["title"]),
        "url": frame.url("courses.course", course=course["key"]),
        "lessons": len(lessons),
        "lessons_done": sum(1 for key in lessons if key in states and states[key].completed_on is not None),
        "attempts": len(tries),
        "passed": any(tries),
        "refreshers_url": outline.refreshers_url(course),
    }


def _course_title(lang: str, key: str) -> str:
    course = frame.shelf().course(lang, key)
    return key if course is None else Texts(frame.shelf().editions["courses", lang]).plain(course["title"])


def _device_sentence(found: Visitor) -> str:
    if found.shared:
        return _("Others use this device: your place is kept here until the browser is closed.")
    return _("Your place is kept on this device for 90 days. A resume code takes it to another one.")


def _resume_page(found: Visitor | None, **values: Any) -> Response:  # noqa: ANN401 - template values
    shown = None
    if found is not None and found.role == "guest":
        shown = codes.show_code(accounts.resume_code(current_app.extensions["keys"].server, found.key))
    return frame.page("accounts/resume.html", title=_("Resume code"), page_kind="resume", code_shown=shown, **values)


def _resume_again(text: str, lang: str) -> Response:
    del lang
    return _resume_page(guards.visitor(), error=text, typed=forms.ResumeForm.posted().code.data)


forms.RETYPED["accounts.resume_here"] = _resume_again
