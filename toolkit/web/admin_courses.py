"""Courses for the admin: open to everybody, for those they are assigned to, or hidden."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules.course_modes import CourseRefusedError, Mode, check_mode
from toolkit.services import course_modes
from toolkit.services.courses import COURSES, Structure
from toolkit.web import database, desk, forms, frame, guards, language, refusals
from toolkit.web.rendering import Texts

page = Blueprint("admin_courses", __name__)

UNPROCESSABLE = 422


@page.get("/<lang>/admin/courses")
@guards.admin_only
def courses(lang: str) -> Response:
    """List the courses with their modes; after a change, with the button that takes it back."""
    since = course_modes.changed_at(database.session())
    listed = [_course(lang, structure, since) for structure in frame.shelf().courses(lang)]
    changed = next((one for one in listed if one["key"] == request.args.get("changed")), None)
    was = request.args.get("was", "")
    undo = changed is not None and was in {mode.value for mode in Mode} - {changed["mode"]}
    return frame.page(
        "admin/courses.html",
        page_kind="desk",
        title=_("Courses"),
        courses=listed,
        changed=changed,
        undo=was if undo else "",
    )


@page.get("/<lang>/admin/courses/<course>")
@guards.admin_only
def course(lang: str, course: str) -> Response:
    """Ask who may take a course, and with ?mode= say what that would mean before it is done."""
    return _course_page(lang, course, request.args.get("mode", ""))


@page.post("/<lang>/admin/courses/<course>", endpoint="course_post")
@guards.admin_only
def decide(lang: str, course: str) -> BaseResponse | tuple[Response, int]:
    """Set a course's mode; people see it at their next request."""
    _found(lang, course)
    try:
        mode = check_mode(request.form.get("mode", ""))
    except CourseRefusedError as refusal:
        return _course_page(lang, course, "", error=refusals.sentence(refusal.reason)), UNPROCESSABLE
    before = course_modes.set_mode(
        database.session(),
        course,
        mode,
        client_key=forms.client_key(),
        person_id=desk.admin().person_id,
        by=desk.actor(),
        now=database.now(),
    )
    undo = {} if before is None else {"changed": course, "was": before.value}
    return redirect(frame.url("admin_courses.courses", **undo), 303)


def _found(lang: str, key: str) -> Structure:
    found = frame.shelf().course(lang, key)
    if found is None:
        guards.not_there()
    return found


def _course(lang: str, structure: Structure, since: Any) -> dict[str, Any]:  # noqa: ANN401 - days by course
    key = structure["key"]
    editions = frame.shelf().editions
    return {
        "key": key,
        "title": Texts(editions[COURSES, lang]).plain(structure["title"]),
        "version": structure["version"],
        "languages": [language.NAMES[tag] for tag in frame.shelf().languages if tag in language.NAMES],
        "mode": course_modes.mode_of(structure).value,
        "since": desk.day(since.get(key), lang),
        "url": frame.url("admin_courses.course", course=key),
    }


def _course_page(lang: str, key: str, chosen: str, *, error: str = "") -> Response:
    structure = _found(lang, key)
    session = database.session()
    now = course_modes.mode_of(structure).value
    known = chosen in {mode.value for mode in Mode} and chosen != now
    return frame.page(
        "admin/course.html",
        page_kind="desk",
        title=_("Courses"),
        course=_course(lang, structure, course_modes.changed_at(session)),
        chosen=chosen if known else "",
        started=course_modes.anybody_started(session, key),
        error=error,
    )


@guards.admin_only
def _course_again(text: str, lang: str, course: str) -> Response:
    return _course_page(lang, course, request.form.get("mode", ""), error=text)


forms.RETYPED["admin_courses.course_post"] = _course_again
