"""The final quiz: its start, one item per page, the feedback after each answer, and the result."""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import quizzes as rule
from toolkit.rules.certificates import Status
from toolkit.services import attempts, certificates, courses, quizzes
from toolkit.services.attempts import AskedItem, AttemptState
from toolkit.services.courses import Edition, Structure
from toolkit.web import database, forms, frame, guards, outline, questions
from toolkit.web.language import gettext as _
from toolkit.web.refusals import sentence
from toolkit.web.rendering import Texts

page = Blueprint("quizzes", __name__)


@page.get("/<lang>/courses/<course>/quiz")
def quiz(lang: str, course: str) -> Response:
    """Say what the quiz asks for and how the last try went; offer the start, the way back in, or the lessons before."""
    structure = outline.course_structure(lang, course)
    found = guards.visitor()
    session = database.session()
    who = found.person_id if found is not None else None
    made = attempts.tries(session, who, course) if who is not None else attempts.Tries()
    last = attempts.attempt_of(session, who, made.last) if who is not None and made.last and not made.open else None
    ahead = outline.still_ahead(lang, structure, quizzes.still_ahead(session, frame.shelf(), who, structure, made))
    described = outline.course(lang, structure, {})
    return frame.page(
        "quizzes/quiz.html",
        page_kind="quiz",
        title=_("Quiz"),
        course=described,
        count=described["quiz_count"],
        minutes=described["quiz_minutes"],
        pass_mark=described["pass"],
        ahead=[module | {"sentence": sentence(rule.Reason.NOT_YET_OPEN, **module)} for module in ahead],
        known=who is not None,
        open_attempt=frame.url("quizzes.attempt", key=made.open) if made.open else None,
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
    general = courses.items_of(edition.structure)[asked.item]
    structure = questions.for_country(general)
    after = state.item(asked.n + 1)
    ahead = after is not None and after.given is not None
    to = (
        frame.url("quizzes.answer", key=state.key, n=asked.n + 1)
        if ahead
        else frame.url("quizzes.attempt", key=state.key)
    )
    order, given = tuple(asked.option_order), asked.given
    course = frame.course_named(state.course, edition.document)
    question = frame.piece(
        (
            edition.document,
            edition.language,
            edition.snapshot_no,
            asked.item,
            order,
            given and tuple(sorted(given.items())),
            structure["country"],
            course,
        ),
        "quizzes/question.html",
        lambda: {
            "course": course,
            "item": questions.described(edition, structure, order),
            "given": given,
            "outcome": questions.outcome(edition, structure, right=asked.right) if given is not None else None,
        },
        {"action": frame.url("quizzes.answer", key=state.key, n=asked.n)},
    )
    states = tuple(_dot(item, asked) for item in state.items)
    place = frame.piece(
        (states, asked.n, state.count, state.right_so_far, given is not None),
        "quizzes/place.html",
        lambda: {
            "n": asked.n,
            "count": state.count,
            "again": state.asked_again,
            "states": states,
            "right_so_far": state.right_so_far,
            "answered": given is not None,
        },
        {"next": to},
    )
    title = _("Quiz, question %(n)s") % {"n": asked.n} if asked.n <= state.count else _("Quiz, asked again")
    return frame.pieced(
        (state.course, asked.n, state.count, state.asked_again),
        "quizzes/item.html",
        {
            "page_kind": "quiz",
            "title": title,
            "course": {"key": state.course},
            "n": asked.n,
            "count": state.count,
            "again": state.asked_again,
        },
        {"question": question, "place": place, "again": _again(lang, state, asked, edition, general)},
    )


def _again(lang: str, state: AttemptState, asked: AskedItem, edition: Edition, item: Structure) -> str | Markup:
    """Say of a missed safety item that it comes again, and offer its lesson once every form of it was asked."""
    forms = courses.safety_forms(edition, asked.objective)
    before = {one.item for one in state.items if one.n < asked.n and one.module == asked.module}
    missed = asked.given is not None and not asked.right
    lesson = None
    if forms <= before | {asked.item} if missed else asked.item in before:
        entry = courses.lesson_teaching(edition.structure, asked.objective)
        lesson = outline.lesson(lang, state.course, edition, entry, {})
    if item.get("safety") != rule.YES or not (missed or lesson):
        return ""
    return frame.piece(
        (missed, lesson and lesson["number"], lesson and lesson["title"]),
        "quizzes/again.html",
        lambda: {"missed": missed, "lesson": lesson},
        {"lesson_url": lesson["url"] if lesson else ""},
    )


def _dot(item: AskedItem, shown: AskedItem) -> str:
    if item.n == shown.n:
        return "here"
    return "done" if item.given is not None else "todo"


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
        count=state.count,
        asked_again=state.asked_again,
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
    return {"right": state.right_so_far, "weakest": [] if state.passed else _weakest(lang, state)}


def _weakest(lang: str, state: AttemptState) -> list[dict[str, Any]]:
    """Name the two weakest lessons, each with the objective that was missed in it."""
    taught: dict[str, tuple[Edition, Structure]] = {}
    missed: dict[str, str] = {}
    results = []
    for item, right in state.settled:
        edition = frame.shelf().edition(item.module, lang)
        if edition is None:
            continue
        lesson = courses.lesson_teaching(edition.structure, item.objective)
        place = f"{item.module} {lesson['key']}"
        taught[place] = edition, lesson
        results.append((place, right))
        if not right:
            missed.setdefault(place, item.objective)
    return [_weak(lang, state.course, *taught[place], missed[place]) for place in rule.weakest(results)]


def _weak(lang: str, course: str, edition: Edition, lesson: Structure, objective: str) -> dict[str, Any]:
    t = Texts(edition)
    entry = next((o for o in edition.structure["objectives"] if o["key"] == objective), None)
    described = outline.lesson(lang, course, edition, lesson, {})
    return {
        "objective": t(entry["text"]) if entry else "",
        "lesson_url": described["url"],
        "lesson_title": f"{described['number']} {described['title']}",
    }
