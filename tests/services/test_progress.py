"""Places and choices in lessons: nothing done or chosen is lost, nothing of the day but the day is kept."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.web import world
from toolkit import db
from toolkit.rules.progress import ProgressRefusedError
from toolkit.services import choices, courses, progress

TODAY = date(2026, 11, 21)


class Reader:
    """A guest in lesson 1.1 of a site."""

    def __init__(self, app: Flask) -> None:
        self.app, self.engine = app, app.extensions["engine"]
        self.id = world.person_id(app, world.guest(app))
        with db.read_session(self.engine) as session:
            edition = courses.shelf(session).edition("m01", "en")
        self.lesson = courses.lesson_of(edition.structure, "1-1")
        self.blocks = courses.blocks_of(self.lesson)

    def record(
        self, *, done: tuple[str, ...] = (), chosen: dict[str, str] | None = None, last: str = "", today: date = TODAY
    ) -> progress.LessonProgress:
        with db.write_session(self.engine) as session:
            return progress.record_lesson(
                session, self.id, "m01", self.lesson, done=done, chosen=chosen or {}, last_block=last, today=today
            )

    def kept(self) -> progress.LessonProgress:
        with db.read_session(self.engine) as session:
            return progress.lesson(session, self.id, "m01", "1-1")


@pytest.fixture
def reader(site: Flask) -> Reader:
    return Reader(site)


def test_what_was_done_and_chosen_adds_up(reader: Reader):
    field = next(iter(choices.choices_of(reader.lesson)))
    option = choices.choices_of(reader.lesson)[field][0]
    reader.record(done=("b2",), last="b2")
    reader.record(done=("b1",), chosen={field: option}, last="b3")
    kept = reader.kept()
    assert (kept.done, kept.chosen, kept.last_block) == (("b1", "b2"), {field: option}, "b3")
    assert kept == reader.record(done=("b1",))


def test_a_place_that_is_no_block_keeps_the_place_before(reader: Reader):
    reader.record(last="b2")
    assert reader.record(last="nowhere").last_block == "b2"
    assert reader.record(last="").last_block == "b2"


def test_a_refused_post_keeps_nothing_of_itself(reader: Reader):
    before = reader.record(done=("b1",), last="b1")
    for bad in ({"done": ("b2", "b99")}, {"chosen": {"b99": "a"}}):
        with pytest.raises(ProgressRefusedError):
            reader.record(**bad, last="b3")
    assert reader.kept() == before


def test_a_lesson_is_completed_on_the_day_of_its_last_block_and_stays_so(reader: Reader):
    assert reader.record(done=tuple(reader.blocks[:-1])).completed_on is None
    assert reader.record(done=(reader.blocks[-1],)).completed_on == TODAY
    assert reader.record(done=(reader.blocks[0],), today=TODAY + timedelta(days=3)).completed_on == TODAY


def test_enrolling_twice_changes_nothing(reader: Reader):
    for later in (0, 5):
        with db.write_session(reader.engine) as session:
            progress.enrol(session, reader.id, "basics", today=TODAY + timedelta(days=later))
    with db.read_session(reader.engine) as session:
        assert progress.enrolled(session, reader.id) == {"basics"}
    assert world.rows(reader.app)["enrolments"][0][3] in {TODAY, TODAY.isoformat()}


def test_each_reader_has_a_place_of_her_own(reader: Reader):
    other = Reader(reader.app)
    reader.record(done=("b1",), last="b1")
    assert other.kept() == progress.LessonProgress("m01", "1-1")
    other.record(done=("b2",), last="b2")
    assert reader.kept().done == ("b1",)


def test_of_her_last_answer_only_the_day_is_kept_and_never_an_earlier_one(reader: Reader):
    reader.record(last="b1", today=TODAY)
    reader.record(last="b2", today=TODAY - timedelta(days=1))
    reader.record(last="b3", today=TODAY + timedelta(days=1))
    reader.record(last="b4", today=TODAY)
    days = {str(row[5]) for row in world.rows(reader.app)["people"] if row[0] == reader.id}
    assert days == {(TODAY + timedelta(days=1)).isoformat()}
