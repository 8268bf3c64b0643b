"""Courses, modules and lessons as templates want them: titles in the reader's language, states of this reader.

Not a page: the pages of courses, progress and quizzes all describe the same outline.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import g
from flask_babel import gettext as _
from markupsafe import Markup

from toolkit.rules import course_modes as modes
from toolkit.rules import progress as rule
from toolkit.services import course_modes, progress
from toolkit.services.courses import COURSES, Edition, Structure, blocks_of, lessons_of, quiet_lessons
from toolkit.services.progress import LessonProgress
from toolkit.web import database, frame, guards
from toolkit.web.rendering import Texts

States = Mapping[tuple[str, str], LessonProgress]


def key(states: States) -> tuple[Any, ...]:
    """Give what a page says about its reader's lessons, as a key under which the page may be kept."""
    return tuple((at, s.done, s.last_block, s.completed_on is not None) for at, s in sorted(states.items()))


def course_structure(lang: str, key: str) -> Structure:
    """Find a published course that this visitor may see, or answer 404."""
    found = next((course for course in courses(lang) if course["key"] == key), None)
    if found is None:
        guards.not_there()
    return found


def courses(lang: str, started: Collection[str] | None = None) -> list[Structure]:
    """List the published courses that this visitor may see: the open ones, and those she has started.

    ``started`` names the latter where the caller knows them; else they are asked for when a course is not open.
    """
    return [course for course in frame.shelf().courses(lang) if _visible(course, started)]


def _visible(course: Structure, started: Collection[str] | None) -> bool:
    mode = course_modes.mode_of(course)
    if modes.visible(mode, enrolled=False):
        return True
    return modes.visible(mode, enrolled=course["key"] in (_started() if started is None else started))


def _started() -> set[str]:
    if "started" not in g:
        found = guards.visitor()
        g.started = progress.enrolled(database.session(), found.person_id) if found is not None else set()
    known: set[str] = g.started
    return known


def module_edition(lang: str, course: Structure, key: str) -> Edition:
    """Find a published module of a course, or answer 404."""
    edition = frame.shelf().edition(key, lang) if key in course["modules"] else None
    if edition is None:
        guards.not_there()
    return edition


def course(lang: str, structure: Structure, states: States, *, passed_code: str | None = None) -> dict[str, Any]:
    """Describe a course with its modules."""
    t = Texts(frame.shelf().editions[COURSES, lang])
    rows = structure["quiz"]["rows"]
    editions = [edition for key in structure["modules"] if (edition := frame.shelf().edition(key, lang)) is not None]
    modules = [module(lang, structure, edition, number, states) for number, edition in enumerate(editions, start=1)]
    return {
        "key": structure["key"],
        "title": t.plain(structure["title"]),
        "summary": t(structure["summary"]),
        "minutes": int(structure["minutes"]),
        "url": frame.url("courses.course", course=structure["key"]),
        "cert": passed_code,
        "passed_code": passed_code,
        "quiz_minutes": int(structure["quiz"]["minutes"]),
        "quiz_count": sum(int(row["count"]) for row in rows),
        "pass": int(structure["quiz"]["pass"]),
        "refreshers_url": refreshers_url(structure),
        "modules": [m | {"lessons": len(m["lessons"])} for m in modules],
    }


def refreshers_url(course: Structure) -> str:
    """Give the address of a course's refreshers, or nothing where it has none."""
    return frame.url("refreshers.listed", course=course["key"]) if course.get("refreshers") else ""


def module(lang: str, structure: Structure, edition: Edition, number: int, states: States) -> dict[str, Any]:
    """Describe a module of a course with its lessons and this reader's states."""
    t = Texts(edition)
    body = edition.structure
    lessons = [lesson(lang, structure["key"], edition, entry, states) for entry in lessons_of(body)]
    core = [entry for entry in lessons if entry["core"]] or lessons
    finished = all(entry["state"] == "done" for entry in core)
    begun = any(entry["state"] for entry in lessons)
    return {
        "number": number,
        "key": body["key"],
        "title": t.plain(body["title"]),
        "summary": t(body["summary"]),
        "notice": t(body["notice"]) if "notice" in body else "",
        "notice_print": t(body["notice_print"]) if "notice_print" in body else "",
        "objectives": [t(objective["text"]) for objective in body["objectives"]],
        "minutes": sum(entry["minutes"] for entry in core),
        "lessons": lessons,
        "in_help": [t.plain(entry["title"]) for entry in quiet_lessons(body)],
        "cover": body["cover"],
        "state": "done" if finished else "here" if begun else "",
        "url": frame.url("courses.module", course=structure["key"], module=body["key"]),
        "quiz_url": frame.url("quizzes.quiz", course=structure["key"]),
    }


def aims(edition: Edition, structure: Structure) -> list[Markup]:
    """Say what she will be able to do after a lesson."""
    t = Texts(edition)
    found = {objective["key"]: objective["text"] for objective in edition.structure["objectives"]}
    return [t(found[key]) for key in structure["objectives"]]


def lesson(lang: str, course_key: str, edition: Edition, structure: Structure, states: States) -> dict[str, Any]:
    """Describe one lesson."""
    t = Texts(edition)
    state = states.get((edition.document, structure["key"]))
    blocks = blocks_of(structure)
    done = [key for key in (state.done if state else ()) if key in blocks]
    named = rule.lesson_state(started=state is not None, completed=bool(state and state.completed_on))
    return {
        "key": structure["key"],
        "number": frame.lesson_number(course_key, edition.document, structure["key"]),
        "title": t.plain(structure["title"]),
        "minutes": int(structure["minutes"]),
        "aims": aims(edition, structure),
        "core": structure.get("core") == "yes",
        "cover": edition.structure["cover"],
        "url": frame.url(
            "lessons.lesson", lang=lang, course=course_key, module=edition.document, lesson=structure["key"]
        ),
        "state": "here" if named == "started" else named,
        "parts": len(blocks),
        "parts_done": len(done),
    }


def still_ahead(lang: str, structure: Structure, places: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Describe lessons still to finish, each module with its number, title and those of its lessons."""
    described = []
    for number, key in enumerate(structure["modules"], start=1):
        keys = [lesson_key for module_key, lesson_key in places if module_key == key]
        edition = frame.shelf().any_edition(key, lang)
        if not keys or edition is None:
            continue
        entries = [entry for entry in lessons_of(edition.structure) if entry["key"] in keys]
        described.append(
            {
                "number": number,
                "title": Texts(edition).plain(edition.structure["title"]),
                "lessons": [lesson(edition.language, structure["key"], edition, entry, {}) for entry in entries],
            }
        )
    return described


def carry_on(lang: str, states: States, certificates: Mapping[str, str | None]) -> dict[str, str] | None:
    """Find where a reader left off: the first unfinished lesson of a course she has started, else its quiz.

    ``certificates`` maps the courses she has started to the code she holds, or None; who holds one is through.
    """
    for structure in frame.shelf().courses(lang):
        if structure["key"] not in certificates or certificates[structure["key"]] is not None:
            continue
        for key in structure["modules"]:
            edition = frame.shelf().edition(key, lang)
            for entry in lessons_of(edition.structure) if edition is not None else ():
                if edition is None or entry.get("core") != "yes":
                    continue
                found = lesson(lang, structure["key"], edition, entry, states)
                if found["state"] != "done":
                    state = states.get((key, entry["key"]))
                    place = f"#{state.last_block}" if state and state.last_block else ""
                    return {"url": found["url"] + place, "label": f"{found['number']} {found['title']}"}
        return {"url": frame.url("quizzes.quiz", course=structure["key"]), "label": _("Final quiz")}
    return None
