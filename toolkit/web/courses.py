"""The contents page, courses and modules; Start. The lesson itself is in web/lessons.py."""

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from toolkit.services import accounts, certificates, progress
from toolkit.services.accounts import Visitor
from toolkit.web import database, forms, frame, guards, language, outline

page = Blueprint("courses", __name__)


@page.get("/")
def root() -> BaseResponse:
    """Lead to the reader's language."""
    response = redirect(url_for("courses.home", lang=language.preferred()), 302)
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@page.get("/<lang>/")
def home(lang: str) -> str:
    """Show what there is, how long it takes, and the way in or back; kept rendered for whoever is unknown."""
    found = guards.visitor()
    if found is None:
        return frame.kept_page(("home", frame.shelf().head, frame.country()), lambda: _home(lang, None))
    return frame.tokens(_home(lang, found))


@page.get("/<lang>/courses/<course>")
def course(lang: str, course: str) -> str:
    """Show a course and, before Start, the question whose device this is."""
    outline.course_structure(lang, course)
    found = guards.visitor()
    if found is None:
        key = ("course", course, frame.shelf().head, frame.country())
        return frame.kept_page(key, lambda: _course(lang, course, None))
    return frame.tokens(_course(lang, course, found))


@page.post("/<lang>/courses/<course>")
def start(lang: str, course: str) -> BaseResponse:
    """Start a course: make a guest on this device where there is none, enrol, go to the first lesson."""
    structure = outline.course_structure(lang, course)
    session, today = database.session(), database.now().date()
    found = guards.visitor()
    response = redirect(_first_lesson(lang, course), 303)
    if found is None:
        form = forms.DeviceForm.posted()
        signed_in = accounts.start_guest(
            session,
            current_app.extensions["keys"].server,
            forms.client_key(),
            shared=form.shared,
            now=database.now(),
        )
        found = accounts.visitor(session, signed_in.token, now=database.now())
        guards.set_device(response, signed_in)
    if found is not None:
        progress.enrol(session, found.person_id, structure["key"], today=today)
    return response


@page.get("/<lang>/courses/<course>/<module>")
def module(lang: str, course: str, module: str) -> str:
    """Show a module: its notice, what she will be able to do, its lessons."""
    structure = outline.course_structure(lang, course)
    edition = outline.module_edition(lang, structure, module)
    found = guards.visitor()
    states = progress.lessons(database.session(), found.person_id) if found else {}
    number = structure["modules"].index(module) + 1
    described = outline.module(lang, structure, edition, number, states)
    return frame.page(
        "courses/module.html",
        title=str(number),
        course=outline.course(lang, structure, states),
        module=described,
    )


def _home(lang: str, found: Visitor | None) -> str:
    session = database.session()
    states = progress.lessons(session, found.person_id) if found else {}
    started = progress.enrolled(session, found.person_id) if found else set()
    listed = [outline.course(lang, structure, states) for structure in frame.shelf().courses(lang)]
    first = next(iter(frame.shelf().courses(lang)), None)
    notice = ""
    if first is not None and (edition := frame.shelf().edition(first["modules"][0], lang)) is not None:
        notice = outline.module(lang, first, edition, 1, {})["notice"]
    return frame.raw(
        "courses/home.html",
        index=True,
        courses=listed,
        resume_to=outline.carry_on(lang, states, started),
        notice=notice,
    )


def _course(lang: str, key: str, found: Visitor | None) -> str:
    session = database.session()
    structure = outline.course_structure(lang, key)
    states = progress.lessons(session, found.person_id) if found else {}
    started = found is not None and key in progress.enrolled(session, found.person_id)
    held = certificates.of_person(session, found.person_id) if found else []
    code = next((view.code for view in held if view.course == key and view.replaced_by is None), None)
    described = outline.course(lang, structure, states, passed_code=code)
    return frame.raw(
        "courses/course.html",
        title=described["title"],
        course=described | {"started": started},
        start_form=not started,
        ask_device=found is None,
    )


def _first_lesson(lang: str, course_key: str) -> str:
    structure = outline.course_structure(lang, course_key)
    edition = outline.module_edition(lang, structure, structure["modules"][0])
    lesson = edition.structure["lessons"][0]["key"]
    return url_for("courses.lesson", lang=lang, course=course_key, module=edition.document, lesson=lesson)
