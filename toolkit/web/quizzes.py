"""The final quiz: its start, one item per page, the feedback after each answer, and the result."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import quizzes as rule
from toolkit.rules.certificates import Status
from toolkit.services import attempts, certificates, courses, quizzes
from toolkit.services.attempts import AskedItem, AttemptState
from toolkit.services.courses import Edition, Structure
from toolkit.web import database, forms, frame, guards, outline
from toolkit.web.rendering import Texts

page = Blueprint("quizzes", __name__)


@page.get("/<lang>/courses/<course>/quiz")
def quiz(lang: str, course: str) -> Response:
    """Say what the quiz asks for, how the last try went, and offer the start or the way back in."""
    structure = outline.course_structure(lang, course)
    found = guards.visitor()
    session = database.session()
    open_key = attempts.open_attempt(session, found.person_id, course) if found else None
    last = attempts.last_closed(session, found.person_id, course) if found and open_key is None else None
    described = outline.course(lang, structure, {})
    return frame.page(
        "quizzes/quiz.html",
        page_kind="quiz",
        title=_("Quiz"),
        course=described,
        count=described["quiz_count"],
        minutes=described["quiz_minutes"],
        pass_mark=described["pass"],
        open_attempt=frame.url("quizzes.attempt", key=open_key) if open_key else None,
        last=_last(lang, last) if last is not None else None,
    )


@page.post("/<lang>/courses/<course>/quiz")
def start(lang: str, course: str) -> BaseResponse:
    """Open an attempt, or go to the one that is open. Whoever is unknown is asked first whose device this is."""
    structure = outline.course_structure(lang, course)
    found = guards.visitor()
    if found is None:
        return redirect(frame.url("courses.course", course=course) + "#start", 303)
    key = quizzes.start_attempt(
        database.session(), frame.shelf(), found.person_id, structure, forms.client_key(), now=database.now()
    )
    return redirect(frame.url("quizzes.attempt", key=key), 303)


@page.get("/<lang>/attempts/<key>")
def attempt(lang: str, key: str) -> Response:
    """Show the item to answer now, or the result once all are answered."""
    state = _state(key)
    asked = state.current
    if asked is not None:
        return _item_page(lang, state, asked)
    return _result_page(lang, state)


@page.get("/<lang>/attempts/<key>/answers/<int:n>")
def answer(lang: str, key: str, n: int) -> BaseResponse:
    """Show an answered item with its feedback; an item not yet answered is asked at the attempt's own address."""
    state = _state(key)
    asked = state.item(n)
    if asked is None:
        guards.not_there()
    if asked.given is None:
        return redirect(frame.url("quizzes.attempt", key=key), 303)
    return _item_page(lang, state, asked)


@page.post("/<lang>/attempts/<key>/answers/<int:n>")
def answer_post(lang: str, key: str, n: int) -> BaseResponse:
    """Store an answer for good and lead to its feedback."""
    found = guards.person()
    given = {name: value for name, value in request.form.items() if name not in {"csrf", "key", "choice"}}
    given |= dict.fromkeys(request.form.getlist("choice"), rule.YES)
    state = quizzes.submit_answer(
        database.session(),
        frame.shelf(),
        current_app.extensions["issuing"],
        found.person_id,
        key,
        n,
        given,
        forms.client_key(),
        language=lang,
        now=database.now(),
    )
    if state is None:
        guards.not_there()
    return redirect(frame.url("quizzes.answer", key=key, n=n), 303)


def _state(key: str) -> AttemptState:
    found = guards.visitor()
    state = attempts.attempt_of(database.session(), found.person_id, key) if found else None
    if state is None:
        guards.not_there()
    return state


def _edition(lang: str, state: AttemptState, asked: AskedItem) -> Edition:
    edition = attempts.edition_for(database.session(), frame.shelf(), state, asked.module, lang)
    if edition is None:
        guards.not_there()
    return edition


def _item_page(lang: str, state: AttemptState, asked: AskedItem) -> Response:
    edition = _edition(lang, state, asked)
    structure = courses.items_of(edition.structure)[asked.item]
    after = state.item(asked.n + 1)
    ahead = after is not None and after.given is not None
    to = (
        frame.url("quizzes.answer", key=state.key, n=asked.n + 1)
        if ahead
        else frame.url("quizzes.attempt", key=state.key)
    )
    order, given = tuple(asked.option_order), asked.given
    question = frame.piece(
        (
            edition.document,
            edition.language,
            edition.snapshot_no,
            asked.item,
            order,
            given and tuple(sorted(given.items())),
        ),
        "quizzes/question.html",
        lambda: {
            "item": _described(edition, structure, asked),
            "given": given,
            "outcome": _outcome(edition, structure, asked) if given is not None else None,
        },
        {"action": frame.url("quizzes.answer", key=state.key, n=asked.n)},
    )
    states = tuple(_dot(item, asked) for item in state.items)
    place = frame.piece(
        (states, asked.n, state.right_so_far, given is not None),
        "quizzes/place.html",
        lambda: {
            "n": asked.n,
            "count": len(states),
            "states": states,
            "right_so_far": state.right_so_far,
            "answered": given is not None,
        },
        {"next": to},
    )
    return frame.pieced(
        (state.course, asked.n, len(states)),
        "quizzes/item.html",
        {
            "page_kind": "quiz",
            "title": _("Quiz, question %(n)s", n=asked.n),
            "course": {"key": state.course},
            "n": asked.n,
            "count": len(states),
        },
        {"question": question, "place": place},
    )


def _dot(item: AskedItem, shown: AskedItem) -> str:
    if item.n == shown.n:
        return "here"
    return "done" if item.given is not None else "todo"


def _described(edition: Edition, structure: Structure, asked: AskedItem) -> dict[str, Any]:
    """Describe an item without any word of what is right."""
    t = Texts(edition)
    texts = {option["key"]: t(option["text"]) for option in structure["options"]}
    return {
        "key": structure["key"],
        "type": structure["type"],
        "fictional": structure.get("fictional") == "yes",
        "stem": t(structure["stem"]),
        "question": t(structure["question"]) if "question" in structure else "",
        "options": [{"key": key, "text": texts[key]} for key in asked.option_order],
        "targets": [{"key": target["key"], "text": t(target["text"])} for target in structure.get("targets", [])],
    }


def _outcome(edition: Edition, structure: Structure, asked: AskedItem) -> dict[str, Any]:
    t = Texts(edition)
    cites = edition.body["cites"]
    return {
        "module": edition.document,
        "right": asked.right,
        "options": {
            option["key"]: {
                "right": option.get("right") == "yes",
                "target": option.get("target", ""),
                "feedback": t(option["feedback"]),
            }
            for option in structure["options"]
        },
        "cites": list(dict.fromkeys(cites[fact] for fact in structure.get("facts", []) if fact in cites)),
    }


def _result_page(lang: str, state: AttemptState) -> Response:
    structure = outline.course_structure(lang, state.course)
    held = None
    if state.passed:
        found = guards.person()
        mine = certificates.of_person(database.session(), found.person_id)
        held = next((view for view in mine if view.course == state.course and view.status is Status.VALID), None)
    return frame.page(
        "quizzes/result.html",
        page_kind="quiz",
        title=_("Result"),
        course=outline.course(lang, structure, {}),
        right=state.right_so_far,
        count=len(state.items),
        passed=state.passed,
        weakest=_weakest(lang, state),
        again_url=frame.url("quizzes.quiz", course=state.course),
        certificate=None
        if held is None
        else {
            "code": held.code,
            "url": frame.url("certificates.certificate", code=held.code),
            "named": held.named_at is not None,
        },
    )


def _last(lang: str, state: AttemptState) -> dict[str, Any]:
    return {"right": state.right_so_far, "weakest": None if state.passed else _weakest(lang, state)}


def _weakest(lang: str, state: AttemptState) -> dict[str, Any] | None:
    """Name the weakest objective and the lesson that teaches it (the module's first where none is named)."""
    objective = attempts.weakest_objective(state)
    if objective is None:
        return None
    module = next(item.module for item in state.items if item.objective == objective)
    edition = frame.shelf().edition(module, lang)
    if edition is None:
        return None
    t = Texts(edition)
    entry = next((o for o in edition.structure["objectives"] if o["key"] == objective), None)
    lessons = edition.structure["lessons"]
    lesson = next((one for one in lessons if objective in one.get("objectives", [])), lessons[0])
    described = outline.lesson(lang, state.course, edition, lesson, {})
    return {
        "objective": t(entry["text"]) if entry else "",
        "lesson_url": described["url"],
        "lesson_title": f"{described['number']} {described['title']}",
    }
