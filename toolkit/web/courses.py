"""The contents page, courses and modules; Start. The lesson itself is in lessons.py."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from toolkit.services import accounts, progress
from toolkit.services.courses import Structure, lessons_of
from toolkit.services.progress import Overview
from toolkit.web import database, forms, frame, guards, language, outline

page = Blueprint("courses", __name__)


@page.get("/")
def root() -> BaseResponse:
    """Lead to the reader's language."""
    response = redirect(url_for("courses.home", lang=language.preferred()), 302)
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@page.get("/<lang>/")
def home(lang: str) -> Response:
    """Show what there is, how long it takes, and the way in or back."""
    reader = _reader()
    return frame.kept((_key(reader),), "courses/home.html", lambda: _home(lang, reader))


@page.get("/<lang>/courses/<course>")
def course(lang: str, course: str) -> Response:
    """Show a course and, before Start, the question whose device this is."""
    structure = outline.course_structure(lang, course)
    reader = _reader()
    return frame.kept((_key(reader),), "courses/course.html", lambda: _course(lang, structure, reader))


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
def module(lang: str, course: str, module: str) -> Response:
    """Show a module: its notice, what she will be able to do, its lessons."""
    structure = outline.course_structure(lang, course)
    edition = outline.module_edition(lang, structure, module)
    states = _reader().states
    number = structure["modules"].index(module) + 1
    return frame.kept(
        (outline.key(states),),
        "courses/module.html",
        lambda: {
            "title": str(number),
            "course": outline.course(lang, structure, states),
            "module": outline.module(lang, structure, edition, number, states),
        },
    )


def _reader() -> Overview:
    """Give what the outline says about this reader; nothing about somebody unknown."""
    found = guards.visitor()
    return Overview({}, {}) if found is None else progress.overview(database.session(), found.person_id)


def _key(reader: Overview) -> tuple[Any, ...]:
    return outline.key(reader.states), tuple(sorted(reader.certificates.items()))


def _home(lang: str, reader: Overview) -> dict[str, Any]:
    shown = outline.courses(lang, reader.started)
    listed = [
        outline.course(lang, structure, reader.states, passed_code=reader.certificates.get(structure["key"]))
        for structure in shown
    ]
    first = next(iter(shown), None)
    notice = ""
    if first is not None and (edition := frame.shelf().edition(first["modules"][0], lang)) is not None:
        notice = outline.module(lang, first, edition, 1, {})["notice"]
    resume_to = outline.carry_on(lang, reader.states, reader.certificates)
    return {"index": True, "courses": listed, "resume_to": resume_to, "notice": notice}


def _course(lang: str, structure: Structure, reader: Overview) -> dict[str, Any]:
    key = structure["key"]
    described = outline.course(lang, structure, reader.states, passed_code=reader.certificates.get(key))
    return {
        "title": described["title"],
        "course": described | {"started": key in reader.started},
        "start_form": key not in reader.started,
        "ask_device": guards.visitor() is None,
    }


def _first_lesson(lang: str, course_key: str) -> str:
    structure = outline.course_structure(lang, course_key)
    edition = outline.module_edition(lang, structure, structure["modules"][0])
    lesson = lessons_of(edition.structure)[0]["key"]
    return url_for("lessons.lesson", lang=lang, course=course_key, module=edition.document, lesson=lesson)
