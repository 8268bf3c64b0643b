"""The lesson page: kept rendered, filled in for its reader, and the posts by which she keeps her place and choices."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import codes
from toolkit.rules import progress as rule
from toolkit.services import accounts, choices, courses, progress, submissions
from toolkit.services.accounts import Visitor
from toolkit.services.courses import Edition, Structure
from toolkit.services.progress import LessonProgress
from toolkit.web import csrf, database, forms, frame, guards, outline, rendering

page = Blueprint("lessons", __name__)

NO_CONTENT = 204


@page.get("/<lang>/courses/<course>/<module>/<lesson>")
def lesson(lang: str, course: str, module: str, lesson: str) -> Response:
    """Show a lesson with this reader's place and choices; four queries at most."""
    structure, edition, entry = _find(lang, course, module, lesson)
    found = guards.visitor()
    states = progress.lessons(database.session(), found.person_id) if found else {}
    state = states.get((module, lesson), LessonProgress(module, lesson))
    chosen = tuple(sorted((state.chosen or {}).items()))
    code = _resume_code(found) if found is not None and found.role == "guest" and not states else ""
    return frame.kept(
        (outline.key(states), chosen, code),
        "courses/lesson.html",
        lambda: _values(lang, structure, edition, entry, states, state, found),
    )


@page.post("/<lang>/courses/<course>/<module>/<lesson>")
def lesson_post(lang: str, course: str, module: str, lesson: str) -> BaseResponse:
    """Keep a choice or a place, or go on to what comes next.

    The script posts in the background and gets 204 with fresh tokens; a plain form gets 303. Whoever has not pressed
    Start sees the answer to her choice and nothing is kept.
    """
    structure, edition, entry = _find(lang, course, module, lesson)
    found = guards.visitor()
    chosen = _chosen(entry, request.form)
    block = request.form.get("block", "")
    done = request.form.get("done", "").split()
    finishing = request.form.get("action") == "done"
    if finishing:
        done = courses.blocks_of(entry)  # "Next" says that she is through; what she skipped is hers to skip
    elif block == choices.TEST and choices.test_passed(entry, chosen):
        done = courses.blocks_of(entry)
    if found is None:
        # Not kept, but shown: only what the lesson knows may stand in the page.
        state = LessonProgress(module, lesson, chosen=rule.check_choices(chosen, choices.choices_of(entry)))
        return make_response(
            frame.page("courses/lesson.html", **_values(lang, structure, edition, entry, {}, state, None))
        )
    body = {name: " ".join(request.form.getlist(name)) for name in request.form if name not in {"csrf", "key"}}
    claimed = submissions.claim(
        database.session(),
        forms.client_key(),
        person_id=found.person_id,
        kind="lesson",
        body={"lesson": f"{module}/{lesson}"} | body,
        result="",
        now=database.now(),
    )
    if claimed.new:
        progress.record_lesson(
            database.session(),
            found.person_id,
            module,
            entry,
            done=[*done, *([block] if block and _answered(entry, block, chosen) else [])],
            chosen=chosen,
            last_block=request.form.get("last", "") or (block if block != choices.TEST else ""),
            today=database.now().date(),
            course=structure["key"],
        )
    if "text/html" not in request.headers.get("Accept", ""):
        return _background()
    if finishing:
        after = _next(lang, structure, edition, entry)
        return redirect(after["url"] if after else frame.url("courses.course", course=course), 303)
    return redirect(request.path + (f"#{block}" if block in {*courses.blocks_of(entry), choices.TEST} else ""), 303)


def _find(lang: str, course: str, module: str, lesson: str) -> tuple[Structure, Edition, Structure]:
    structure = outline.course_structure(lang, course)
    edition = outline.module_edition(lang, structure, module)
    entry = courses.lesson_of(edition.structure, lesson)
    if entry is None:
        guards.not_there()
    return structure, edition, entry


def _values(
    lang: str,
    structure: Structure,
    edition: Edition,
    entry: Structure,
    states: Mapping[tuple[str, str], LessonProgress],
    state: LessonProgress,
    found: Visitor | None,
) -> dict[str, Any]:
    chosen = state.chosen or {}
    body = rendering.fill(
        rendering.lesson_body(edition, entry, frame.course_named(structure["key"], edition.document)),
        chosen=chosen,
        solutions=choices.solutions_of(entry),
        reached=choices.reached(entry, chosen),
        card=current_app.extensions["country_card"],
        form=frame.csrf_fields,
        sum_line=lambda n, m: _("%(n)s of %(m)s right", n=n, m=m),
    )
    number = structure["modules"].index(edition.document) + 1
    described = outline.lesson(lang, structure["key"], edition, entry, states)
    first_visit = found is not None and found.role == "guest" and not states
    return {
        "page_kind": "lesson",
        "title": described["number"],
        "course": {"key": structure["key"]},
        "module": outline.module(lang, structure, edition, number, states),
        "lesson": described
        | {"next": _next(lang, structure, edition, entry), "prev": _previous(lang, structure, edition, entry)},
        "body": body,
        "done": described["parts_done"],
        "done_keys": " ".join(key for key in courses.blocks_of(entry) if key in state.done),
        "place": state.last_block,
        "started": found is not None,
        "saved": found is not None,
        "resume_code": _resume_code(found) if first_visit and found else None,
        "notice": _notice(edition, entry, state),
    }


def _notice(edition: Edition, entry: Structure, state: LessonProgress) -> Any:  # noqa: ANN401 - Markup or nothing
    """Show the content notice at the module's start, until she has read on."""
    first = courses.lessons_of(edition.structure)[0]["key"] == entry["key"]
    return rendering.Texts(edition)(edition.structure["notice"]) if first and not state.last_block else ""


def _next(lang: str, structure: Structure, edition: Edition, entry: Structure) -> dict[str, str] | None:
    """Say where the way goes on: from a core lesson to the module's next one; what is optional stands in its list."""
    lessons = courses.lessons_of(edition.structure)
    place = [other["key"] for other in lessons].index(entry["key"])
    core = entry.get("core") == "yes"
    after = next((other for other in lessons[place + 1 :] if not core or other.get("core") == "yes"), None)
    if after is not None:
        described = outline.lesson(lang, structure["key"], edition, after, {})
        return {"url": described["url"], "label": described["title"]}
    modules = structure["modules"]
    position = modules.index(edition.document)
    if position + 1 < len(modules):
        return {"url": frame.url("courses.module", course=structure["key"], module=modules[position + 1]), "label": ""}
    return {"url": frame.url("quizzes.quiz", course=structure["key"]), "label": _("Final quiz")}


def _previous(lang: str, structure: Structure, edition: Edition, entry: Structure) -> dict[str, str] | None:
    lessons = courses.lessons_of(edition.structure)
    place = [other["key"] for other in lessons].index(entry["key"])
    if place == 0:
        return None
    before = outline.lesson(lang, structure["key"], edition, lessons[place - 1], {})
    return {"url": before["url"], "label": before["title"]}


def _chosen(entry: Structure, form: Any) -> dict[str, str]:  # noqa: ANN401 - a MultiDict
    """Read the choices of a posted question: "choice" for a block, or one field for each row of a sorter."""
    block = form.get("block", "")
    fields = [field for field in choices.choices_of(entry) if field == block or field.startswith(f"{block}.")]
    chosen = {}
    for field in fields if block else ():
        values = form.getlist("choice" if field == block else field.partition(".")[2])
        if values:
            chosen[field] = " ".join(values)
    return chosen


def _answered(entry: Structure, block: str, chosen: Mapping[str, str]) -> bool:
    return bool(chosen) and block in courses.blocks_of(entry)


def _resume_code(found: Visitor) -> str:
    return codes.show_code(accounts.resume_code(current_app.extensions["keys"].server, found.key))


def _background() -> Response:
    response = current_app.response_class(status=NO_CONTENT)
    response.headers["X-Client-Key"] = secrets.token_urlsafe(16)
    response.headers["X-CSRF"] = csrf.token(guards.device_token())
    return response
