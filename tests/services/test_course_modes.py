"""Modes of courses: published at once, taken back, kept through loading; the files and running attempts untouched."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from tests import right
from tests.services.desk import NOW, Desk
from tests.services.modules_loading import published
from tests.web import world
from toolkit import db
from toolkit.rules.course_modes import Mode
from toolkit.services import attempts, course_modes, courses, quizzes


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def decide(desk: Desk, mode: Mode, key: str = "", who: int = 0) -> Mode | None:
    actor = desk.actors[who]
    with db.write_session(desk.engine) as session:
        return course_modes.set_mode(
            session,
            "basics",
            mode,
            client_key=key or secrets.token_hex(16),
            person_id=actor.person_id or 0,
            by=actor.by,
            now=NOW,
        )


def modes(desk: Desk) -> set[Mode]:
    """What readers of each language get."""
    return {course_modes.mode_of(basics(desk, lang)) for lang in ("en", "el")}


def basics(desk: Desk, lang: str) -> dict:
    """The course as readers of a language get it."""
    listed = published(desk.engine, "courses", lang)["structure"]["courses"]
    return next(one for one in listed if one["key"] == "basics")


def test_a_course_is_open_until_somebody_decides(desk: Desk):
    assert modes(desk) == {Mode.OPEN}
    assert "mode" not in basics(desk, "en")


def test_a_mode_is_published_in_every_language_and_logged_and_taken_back(desk: Desk):
    assert decide(desk, Mode.HIDDEN) is Mode.OPEN
    assert modes(desk) == {Mode.HIDDEN}
    assert decide(desk, Mode.OPEN) is Mode.HIDDEN
    assert modes(desk) == {Mode.OPEN}
    assert desk.log() == [("course.mode", "basics")] * 2


def test_every_process_sees_it_at_its_next_look(desk: Desk):
    with db.read_session(desk.engine) as session:
        before = courses.shelf(session)
    decide(desk, Mode.ASSIGNED)
    with db.read_session(desk.engine) as session:
        after = courses.shelf(session)
    assert after.head > before.head
    course = after.course("el", "basics")
    assert course is not None
    assert course_modes.mode_of(course) is Mode.ASSIGNED


def test_what_is_so_already_or_was_sent_twice_changes_nothing(desk: Desk):
    assert decide(desk, Mode.OPEN) is None
    key = secrets.token_hex(16)
    assert decide(desk, Mode.HIDDEN, key) is Mode.OPEN
    snapshots = desk.count("snapshots")
    assert decide(desk, Mode.HIDDEN, key) is None
    assert decide(desk, Mode.HIDDEN) is None
    assert desk.count("snapshots") == snapshots
    assert desk.log() == [("course.mode", "basics")]


def test_loading_the_files_keeps_the_mode_and_the_export_is_byte_for_byte(desk: Desk, tmp_path: Path):
    before = desk.export(tmp_path / "before")
    decide(desk, Mode.HIDDEN)
    assert not any(desk.load().values())
    assert modes(desk) == {Mode.HIDDEN}
    assert desk.export(tmp_path / "after") == before


def test_an_attempt_that_runs_while_its_course_is_hidden_ends_with_its_certificate(desk: Desk):
    token = world.guest(desk.app)
    person, key = world.person_id(desk.app, token), world.attempt(desk.app, token, answers=3)
    decide(desk, Mode.HIDDEN)
    for n, item in list(enumerate(right.asked(desk.engine, key), start=1))[3:]:
        with db.write_session(desk.engine) as session:
            state = quizzes.submit_answer(
                session,
                courses.shelf(session),
                desk.app.extensions["issuing"],
                person,
                key,
                n,
                world.as_given(right.answer(item)),
                secrets.token_hex(16),
                language="el",
                now=NOW,
            )
    assert state is not None
    assert state.passed
    with db.read_session(desk.engine) as session:
        assert attempts.tries(session, person, "basics").last is not None
    assert desk.count("certificates", f"person_id = {person}") == 1


def test_eight_who_decide_at_once_leave_one_mode_and_a_whole_log(desk: Desk):
    wanted = [Mode.HIDDEN, Mode.ASSIGNED] * 4
    with ThreadPoolExecutor(8) as pool:
        changed = list(pool.map(lambda mode: decide(desk, mode), wanted))
    assert len(desk.log()) == len([before for before in changed if before is not None])
    assert len(modes(desk)) == 1
    assert desk.count("course_modes") == 1


def test_what_is_published_is_listed_with_version_and_day(desk: Desk):
    with db.read_session(desk.engine) as session:
        found = course_modes.published(session)
    listed = {(one.document, one.language): one for one in found}
    assert set(listed) == {
        (name, lang) for name in ("directory", "m01", "m02", "m03", "m04", "m05", "courses") for lang in ("en", "el")
    }
    assert all(one.version.startswith("2026") and one.snapshot_no == 1 for one in found)
    decide(desk, Mode.HIDDEN)
    with db.read_session(desk.engine) as session:
        again = {(one.document, one.language): one for one in course_modes.published(session)}
    assert again["courses", "el"].snapshot_no == 2
    assert again["courses", "el"].since == NOW
    assert again["m01", "el"] == listed["m01", "el"]


def test_whether_anybody_started_is_said_and_not_how_many(desk: Desk):
    with db.read_session(desk.engine) as session:
        assert course_modes.anybody_started(session, "basics") is False
    world.attempt(desk.app, world.guest(desk.app), answers=1)
    with db.read_session(desk.engine) as session:
        assert course_modes.anybody_started(session, "basics") is True
