"""How far a person is in her courses: enrolment, lesson states, and what the progress page lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session, aliased

from toolkit import db
from toolkit.models.accounts import Person
from toolkit.models.certificates import Certificate, Withdrawal
from toolkit.models.progress import Enrolment, LessonState
from toolkit.rules import progress as rule
from toolkit.services.choices import choices_of
from toolkit.services.courses import Structure, blocks_of

# Statements of pages that everybody asks for are built once: building one takes longer than running it.
_NEWER = aliased(Certificate)
_STARTED = (
    select(Enrolment.course_key, Certificate.code)
    .outerjoin(
        Certificate,
        (Certificate.person_id == Enrolment.person_id)
        & (Certificate.course_key == Enrolment.course_key)
        & ~exists().where(_NEWER.replaces_id == Certificate.id)
        & ~exists().where(Withdrawal.certificate_id == Certificate.id),
    )
    .where(Enrolment.person_id == bindparam("person_id"))
    .order_by(Certificate.id)
)
_PEOPLE = Person.metadata.tables["people"]
_TOUCH = (
    update(_PEOPLE)
    .where(
        _PEOPLE.c.id == bindparam("touched_id"),
        _PEOPLE.c.last_answer_on.is_(None) | (_PEOPLE.c.last_answer_on < bindparam("today")),
    )
    .values(last_answer_on=bindparam("today"))
)
_LESSONS = select(
    LessonState.module_key,
    LessonState.lesson_key,
    LessonState.done,
    LessonState.chosen,
    LessonState.last_block,
    LessonState.completed_on,
).where(LessonState.person_id == bindparam("person_id"))


@dataclass(frozen=True)
class LessonProgress:
    """What is kept of one lesson for one person."""

    module: str
    lesson: str
    done: tuple[str, ...] = ()
    chosen: Mapping[str, str] | None = None
    last_block: str = ""
    completed_on: date | None = None


def enrol(session: Session, person_id: int, course: str, *, today: date) -> None:
    """Enrol a person in a course; enrolling twice changes nothing."""
    db.insert_once(session, Enrolment, person_id=person_id, course_key=course, started_on=today)


def enrolled(session: Session, person_id: int) -> set[str]:
    """Name the courses that a person has started."""
    return set(session.scalars(select(Enrolment.course_key).where(Enrolment.person_id == person_id)))


@dataclass(frozen=True)
class Overview:
    """What the pages of the outline say about a person: lesson states, courses started, certificates by course."""

    states: Mapping[tuple[str, str], LessonProgress]
    certificates: Mapping[str, str | None]

    @property
    def started(self) -> frozenset[str]:
        """The courses she has started."""
        return frozenset(self.certificates)


def overview(session: Session, person_id: int) -> Overview:
    """Give all lesson states of a person and, for each course she has started, her certificate's code; two queries."""
    rows = session.execute(_STARTED, {"person_id": person_id})
    return Overview(lessons(session, person_id), {course: code for course, code in rows})  # noqa: C416 - Row, not pair


def lessons(session: Session, person_id: int) -> dict[tuple[str, str], LessonProgress]:
    """Give all lesson states of a person, by (module, lesson)."""
    rows = session.execute(_LESSONS, {"person_id": person_id})
    return {(r[0], r[1]): LessonProgress(r[0], r[1], tuple(r[2]), r[3], r[4], r[5]) for r in rows}


def lesson(session: Session, person_id: int, module: str, key: str) -> LessonProgress:
    """Give the state of one lesson; an empty one when she has not opened it."""
    row = session.execute(
        select(LessonState.done, LessonState.chosen, LessonState.last_block, LessonState.completed_on).where(
            LessonState.person_id == person_id, LessonState.module_key == module, LessonState.lesson_key == key
        )
    ).first()
    return (
        LessonProgress(module, key)
        if row is None
        else LessonProgress(module, key, tuple(row[0]), row[1], row[2], row[3])
    )


def record_lesson(
    session: Session,
    person_id: int,
    module: str,
    structure: Structure,
    *,
    done: Iterable[str],
    chosen: Mapping[str, str],
    last_block: str,
    today: date,
    course: str | None = None,
) -> LessonProgress:
    """Add what one post of a lesson page says: blocks done, options chosen, the last block.

    Her first post of a lesson starts the ``course`` in which she reads it: it is hers to finish from then on. Nothing
    that was done or chosen before is lost; a lesson once completed stays so. Raises ProgressRefusedError for a block or
    option that the lesson does not have.
    """
    blocks = blocks_of(structure)
    kept = rule.check_choices(chosen, choices_of(structure))
    names = {"person_id": person_id, "module_key": module, "lesson_key": structure["key"]}
    # Her first posts of a lesson may come side by side: the row is there before it is locked, so none is lost.
    if db.insert_once(session, LessonState, **names, done=[], chosen={}, last_block="") and course is not None:
        enrol(session, person_id, course, today=today)
    state = session.execute(select(LessonState).filter_by(**names).with_for_update()).scalar_one()
    state.done = rule.merge_done(state.done, done, blocks)
    state.chosen = {**state.chosen, **kept}
    if last_block in blocks:
        state.last_block = last_block
    if state.completed_on is None and rule.lesson_done(state.done, blocks):
        state.completed_on = today
    touch(session, person_id, today=today)
    session.flush()
    return LessonProgress(
        module, structure["key"], tuple(state.done), state.chosen, state.last_block, state.completed_on
    )


def touch(session: Session, person_id: int, *, today: date) -> None:
    """Note the day of the last answer, from which retention counts; the day only, and written once a day."""
    session.execute(_TOUCH, {"touched_id": person_id, "today": today})
