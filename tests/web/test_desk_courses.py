"""Modes of courses on the admin's pages: consequences first, a way back, and who has started keeps her course."""

import pytest
from flask import Flask

from tests.services.desk import Desk
from tests.visit import Visit, forms
from tests.web import world
from tests.web.desk_visits import visit, words
from tests.web.test_budgets import counted
from toolkit import db


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def test_a_course_is_hidden_after_its_consequences_were_said_and_the_way_back_is_one_press(desk: Desk):
    at = visit(desk)
    at.get("/en/admin/courses/basics")
    assert desk.count("course_modes") == 0
    at.get("/en/admin/courses/basics?mode=hidden")
    assert "Nobody has started it yet." in words(at.page.text)
    assert desk.count("course_modes") == 0, "opening a page changes nothing"
    at.send(at.form(having="mode"))
    assert at.at.startswith("/en/admin/courses?")
    assert "“The basics” is now: Hidden." in words(at.page.text)
    newcomer = Visit(desk.app.test_client())
    assert newcomer.get("/en/courses/basics").status_code == 404
    at.send(at.form(having="mode"))
    assert "“The basics” is now: Open to everybody." in words(at.page.text)
    assert newcomer.get("/en/courses/basics").status_code == 200
    assert desk.log() == [("course.mode", "basics")] * 2


def test_that_people_have_started_is_said_without_a_number(desk: Desk):
    for _ in range(3):
        Visit(desk.app.test_client()).start()
    said = words(visit(desk).get("/en/admin/courses/basics?mode=hidden").text)
    assert "People have started it. They keep it" in said
    assert "3" not in said


@pytest.mark.parametrize("mode", ["assigned", "hidden"])
def test_who_has_started_a_closed_course_keeps_it_and_to_others_it_is_not_there(desk: Desk, mode: str):
    learner, reader, newcomer = (Visit(desk.app.test_client()) for _ in range(3))
    learner.start()
    attempt = learner.start_quiz()
    reader.start()
    with db.write_session(desk.engine) as session:  # she came to a lesson by its address and never pressed Start
        session.connection().exec_driver_sql(
            "delete from enrolments where person_id = (select max(person_id) from enrolments)"
        )
    reader.get("/en/courses/basics/m01/1-1")
    reader.send(reader.form(having="choice"), {"choice": "a"})
    admin = visit(desk)
    admin.get(f"/en/admin/courses/basics?mode={mode}")
    admin.send(admin.form(having="mode"))
    pages = ["/en/courses/basics", "/en/courses/basics/m01", "/en/courses/basics/m01/1-1", "/en/courses/basics/quiz"]
    for page in pages:
        assert learner.get(page).status_code == 200
        assert reader.get(page).status_code == 200
        here, gone = newcomer.client.get(page), newcomer.client.get("/en/nothing-here")
        assert world.as_bytes(here) == world.as_bytes(gone)
    assert learner.get(f"/en/attempts/{attempt}").status_code == 200
    assert "/en/courses/basics" in learner.get("/en/").text
    assert "/en/courses/basics" in learner.get("/en/progress").text
    assert "/en/courses/basics" not in newcomer.get("/en/").text
    assert "/en/courses/core" in newcomer.page.text, "the other course is there"


def test_nobody_new_can_start_a_hidden_course_by_a_form_that_was_open(desk: Desk):
    late = Visit(desk.app.test_client())
    late.get("/en/courses/basics")
    form = late.form(having="device")
    admin = visit(desk)
    admin.get("/en/admin/courses/basics?mode=hidden")
    admin.send(admin.form(having="mode"))
    people = desk.count("people")
    assert late.send(form, {"device": "own"}).status_code == 404
    assert desk.count("people") == people
    assert desk.count("enrolments") == 0


def test_open_courses_cost_learners_no_statement_and_closed_ones_one(desk: Desk):
    learner = Visit(desk.app.test_client())
    learner.start()

    def asked(page: str) -> int:
        learner.get(page)
        with counted(desk.app) as seen:
            learner.get(page)
        return len(seen["statements"])

    pages = ["/en/", "/en/courses/basics", "/en/courses/basics/m01/1-1"]
    before = [asked(page) for page in pages]
    admin = visit(desk)
    admin.get("/en/admin/courses/basics?mode=hidden")
    admin.send(admin.form(having="mode"))
    after = [asked(page) for page in pages]
    assert max(after) <= 4
    assert all(n - few <= 1 for few, n in zip(before, after, strict=True))


def test_a_mode_that_there_is_not_is_refused(desk: Desk):
    at = visit(desk)
    at.get("/en/admin/courses/basics?mode=secret")
    assert not [form for form in forms(at.page.text) if form.method == "post" and "mode" in form.fields]
    at.get("/en/admin/courses/basics?mode=hidden")
    assert at.send(at.form(having="mode"), {"mode": "secret"}).status_code == 422
    assert "Choose who may take the course" in words(at.page.text)
    assert at.client.get("/en/admin/courses/nothing").status_code == 404
    assert desk.count("course_modes") == 0
