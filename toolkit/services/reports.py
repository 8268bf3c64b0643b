"""Mistakes that readers report: kept with their place and day, without a person and without a time of day.

The surprise: the form's key and the letter to the contact carry midnight as their time, because a moment could say who
sat at a screen.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from toolkit.models.site import MistakeReport
from toolkit.rules import reports as rule
from toolkit.rules.reports import QUIZ, Place
from toolkit.services import audit, courses, letters, submissions
from toolkit.services.courses import Edition, Shelf, Structure

PAGE = 50  # reports on one page of the admin's list
_LOOK_BACK = 1000  # the newest reports in which those of today are counted


@dataclass(frozen=True)
class Passage:
    """A text that can be reported: its place, the edition it stands in, and the units that name it."""

    place: Place
    course: str
    edition: Edition
    lesson: Structure | None  # None for a question of the bank
    title: str  # the unit of the block's heading, of its lesson's title, or of the question


@dataclass(frozen=True)
class ReportView:
    """A report as admins see it; ``number`` is its place in the order of arrival."""

    number: int
    at: str
    language: str
    text: str
    reported_on: date
    done_on: date | None


def passage(shelf: Shelf, language: str, at: str, course_key: str = "") -> Passage | None:
    """Find the published text that a place means, or None; the key chooses where several courses have it."""
    place = rule.read_place(at)
    course = shelf.course_with(language, place.module, course_key) if place else None
    edition = shelf.edition(place.module, language) if place and course else None
    if place is None or course is None or edition is None:
        return None
    if place.lesson == QUIZ:
        item = courses.items_of(edition.structure).get(place.part)
        return None if item is None else Passage(place, course["key"], edition, None, item["stem"])
    lesson = courses.lesson_of(edition.structure, place.lesson)
    block = next((b for b in lesson["blocks"] if b["key"] == place.part), None) if lesson else None
    if lesson is None or block is None:
        return None
    return Passage(place, course["key"], edition, lesson, block.get("heading") or lesson["title"])


def send(
    session: Session,
    place: Place,
    text: str,
    client_key: str,
    *,
    language: str,
    now: datetime,
    contact: str = "",
) -> None:
    """Keep a report of a mistake: what rules/reports.check_text lets through; a form sent again has one effect.

    ``contact`` is the address that is told, once for a day's reports and never with their words: free text of strangers
    does not travel by mail. Raises ReportRefusedError when the day is full, AccountRefusedError for a spent key.
    """
    today = now.date()
    midnight = datetime.combine(today, time(), UTC)
    claimed = submissions.claim(
        session,
        client_key,
        person_id=None,
        kind="report",
        body={"at": place.at, "text": text},
        result="",
        now=midnight,
    )
    if not claimed.new:
        return
    rule.check_room(_open_of(session, today))
    session.add(MistakeReport(place=place.at, language=language, text=text, reported_on=today, done_on=None))
    if contact:
        letters.write(
            session,
            key=f"reports-{today.isoformat()}",
            to=contact,
            language=language,
            template="report",
            params={},
            now=midnight + timedelta(days=1),
        )


def newest(session: Session, *, before: int | None = None, waiting: bool = False) -> tuple[list[ReportView], bool]:
    """List up to 50 reports, the newest first, and say whether there are older ones.

    ``before`` starts below a number; ``waiting`` leaves out those that were dealt with.
    """
    asked = select(MistakeReport).order_by(MistakeReport.id.desc()).limit(PAGE + 1)
    if before is not None:
        asked = asked.where(MistakeReport.id < before)
    if waiting:
        asked = asked.where(MistakeReport.done_on.is_(None))
    rows = [
        ReportView(row.id, row.place, row.language, row.text, row.reported_on, row.done_on)
        for row in session.execute(asked).scalars()
    ]
    return rows[:PAGE], len(rows) > PAGE


def mark(session: Session, number: int, *, done: bool, by: str, now: datetime) -> None:
    """Mark a report as dealt with, or take that back; recorded when it changes something.

    A report that is gone (its time was over) needs nothing more.
    """
    was_open = MistakeReport.done_on.is_(None)
    changed = session.execute(
        update(MistakeReport)
        .where(MistakeReport.id == number, was_open if done else ~was_open)
        .values(done_on=now.date() if done else None)
        .returning(MistakeReport.id)
    ).first()
    if changed is not None:
        action = "report.done" if done else "report.reopened"
        audit.record(session, by=by, action=action, subject=f"report {number}", now=now)


def _open_of(session: Session, day: date) -> int:
    recent = select(MistakeReport.reported_on, MistakeReport.done_on).order_by(MistakeReport.id.desc())
    newest_first = recent.limit(_LOOK_BACK).subquery()
    asked = select(func.count()).where(newest_first.c.reported_on == day, newest_first.c.done_on.is_(None))
    return session.scalar(asked) or 0
