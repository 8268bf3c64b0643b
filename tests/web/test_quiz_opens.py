"""The core quiz opens when the lessons before it are finished: closed, open, and kept by who is in it or has passed."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests import courses, right
from tests.services.learner import Learner
from tests.visit import Visit, forms
from tests.web import world
from tests.web.test_budgets import counted
from toolkit import db

QUIZ = "/en/courses/core/quiz"
BEFORE = ["5-1", "5-2"]
SENTENCE = {
    "en": "The quiz opens after Module 3: Respond and refer.",
    "el": "Το κουίζ ανοίγει όταν τελειώσεις την Ενότητα 3: Αντιδρώ σωστά και παραπέμπω.",
}


@pytest.fixture
def learner(site: Flask) -> Learner:
    return Learner(site, "core")


def browser(learner: Learner) -> FlaskClient:
    client = learner.app.test_client()
    client.set_cookie("device", learner.token)
    return client


def main(answer: TestResponse) -> str:
    return unescape(answer.text.partition("<main")[2].partition("</main>")[0])


def lessons(html: str) -> list[str]:
    return re.findall(r'href="/\w\w/courses/core/m05/(5-\d)"', html)


def press_start(learner: Learner, key: str = "") -> TestResponse:
    data = world.fields(learner.app, learner.token)
    return browser(learner).post(QUIZ, data=data | ({"key": key} if key else {}))


def finish(learner: Learner, lesson: str) -> None:
    visit = Visit(browser(learner))
    visit.get(f"/en/courses/core/m05/{lesson}")
    visit.send(visit.form(having="place"), {"action": "done"})


def forget_lessons(learner: Learner) -> None:
    """Leave her as somebody who was there before these lessons were."""
    with db.write_session(learner.engine) as session:
        session.execute(text("delete from lesson_states"))


def test_the_lessons_are_those_of_the_course_file():
    assert [key for module, key in courses.lessons("core") if module == "m05"] == BEFORE
    assert courses.course("core")["quiz"]["after"] == ["m05"]
    assert "after" not in courses.course("basics")["quiz"]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_closed_quiz_names_the_module_and_its_lessons_and_has_no_start_button(learner: Learner, lang: str):
    shown = main(browser(learner).get(f"/{lang}/courses/core/quiz"))
    assert SENTENCE[lang] in shown
    assert lessons(shown) == BEFORE
    assert forms(shown) == []
    assert "<button" not in shown
    assert "#start" not in shown


def test_a_post_is_refused_with_that_sentence_and_writes_nothing(learner: Learner):
    before = world.rows(learner.app)
    refused = press_start(learner)
    assert refused.status_code == 409
    assert SENTENCE["en"] in main(refused)
    assert f'href="{QUIZ}"' in main(refused), "there the lessons are named"
    assert world.rows(learner.app) == before


def test_each_lesson_finished_is_named_no_more_and_the_refused_form_works_in_the_end(learner: Learner):
    key = "k" * 32
    assert press_start(learner, key).status_code == 409
    finish(learner, "5-2")
    assert lessons(main(browser(learner).get(QUIZ))) == ["5-1"]
    assert press_start(learner, key).status_code == 409
    finish(learner, "5-1")
    shown = main(browser(learner).get(QUIZ))
    assert SENTENCE["en"] not in shown
    assert "Start the quiz" in shown
    assert "/attempts/" in press_start(learner, key).location


def test_somebody_unknown_reads_what_comes_first_and_that_nothing_is_kept_before_start(site: Flask):
    client = site.test_client()
    shown = main(client.get(QUIZ))
    assert SENTENCE["en"] in shown
    assert lessons(shown) == BEFORE
    assert 'href="/en/courses/core#start"' in shown
    assert client.post(QUIZ, data=world.fields(site, "")).location == "/en/courses/core#start"


def test_who_is_in_an_attempt_keeps_it(learner: Learner):
    learner.before_quiz()
    attempt = learner.start()
    forget_lessons(learner)
    shown = main(browser(learner).get(QUIZ))
    assert SENTENCE["en"] not in shown
    assert f"/en/attempts/{attempt}" in shown
    assert press_start(learner).location == f"/en/attempts/{attempt}"


@pytest.mark.parametrize("passed", [True, False])
def test_who_has_passed_keeps_the_quiz_and_who_has_not_reads_first(learner: Learner, *, passed: bool):
    learner.before_quiz()
    for wrong in [set(), {1, 2, 3, 4, 5, 6}] if passed else [{1, 2, 3, 4, 5, 6}]:
        attempt, asked = learner.start(), 0
        while (state := learner.state(attempt)).current is not None:
            asked += 1
            item = right.asked(learner.engine, attempt)[asked - 1]
            learner.answer(attempt, asked, right.wrong(item) if asked in wrong else right.answer(item))
        assert state.passed is not wrong or not passed
    forget_lessons(learner)
    client = browser(learner)
    client.get(QUIZ)
    with counted(learner.app) as seen:
        shown = main(client.get(QUIZ))
    assert len(seen["statements"]) <= 4, seen["statements"]
    assert "Last time:" in shown
    assert (SENTENCE["en"] in shown) is not passed
    assert ("Try again" in shown) is passed
    assert press_start(learner).status_code == (303 if passed else 409)


def test_a_start_costs_one_statement_more_than_in_a_course_without_lessons_before(site: Flask):
    taken = {}
    for course in ("basics", "core"):
        made = Learner(site, course)
        made.before_quiz()
        with counted(site) as seen:
            made.start()
        assert seen["commits"] == 1
        taken[course] = len([one for one in seen["statements"] if "INSERT INTO attempt_items" not in one])
    assert taken["core"] == taken["basics"] + 1


def test_the_last_core_lesson_still_leads_to_the_quiz_page(learner: Learner):
    module, lesson = courses.lessons("core")[-1]
    visit = Visit(browser(learner))
    visit.get(f"/en/courses/core/{module}/{lesson}")
    visit.send(visit.form(having="place"), {"action": "done"})
    assert visit.at == QUIZ
    assert SENTENCE["en"] in main(visit.page)
