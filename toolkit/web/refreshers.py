"""The refreshers: three short sets of questions after the certificate, open to everybody. All pages are GET.

The surprise: nothing here looks at who is reading. The feedback rides in the page, folded; nothing is sent or kept.
"""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _
from markupsafe import Markup

from toolkit.rules.refreshers import Day
from toolkit.services import courses, refreshers
from toolkit.services.courses import Structure
from toolkit.web import database, frame, guards, language, outline, questions

page = Blueprint("refreshers", __name__)


@page.get("/<lang>/courses/<course>/refreshers")
def listed(lang: str, course: str) -> Response:
    """Say what the refreshers are, and offer the calendar and the card."""
    structure, days = _found(lang, course)
    return frame.kept(
        (),
        "refreshers/refreshers.html",
        lambda: {"title": _("Three minutes"), "course": {"key": structure["key"]}, "days": _days(structure, days)},
    )


@page.get("/<lang>/courses/<course>/refreshers/<int:day>")
def refresher(lang: str, course: str, day: int) -> Response:
    """Ask the questions of one day, drawn anew each time; what is right opens in place."""
    structure, days = _found(lang, course)
    asked = refreshers.drawn(frame.shelf(), structure, day, lang)
    if asked is None:
        guards.not_there()
    return frame.page(
        "refreshers/refresher.html",
        title=_("Three minutes"),
        page_kind="refresher",
        course={"key": structure["key"]},
        day=day,
        days=_days(structure, days),
        questions=[_question(*one, structure["key"]) for one in asked],
        count=len(asked),
    )


@page.get("/<lang>/courses/<course>/refreshers.ics")
def calendar(lang: str, course: str) -> Response:
    """Give the calendar file: the days counted from today, a neutral title, a neutral file name."""
    structure, days = _found(lang, course)
    site = current_app.extensions["settings"].site_url
    when = [(_today() + timedelta(days=one.day), site + _address(structure, one)) for one in days]
    body = refreshers.calendar(when, _("Three minutes"), now=database.now())
    response = current_app.response_class(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar.ics"'
    return response


@page.get("/<lang>/courses/<course>/refreshers/card")
def card(lang: str, course: str) -> Response:
    """Give the card to print: the days with their dates, counted from today."""
    structure, days = _found(lang, course)
    today = _today()
    return frame.kept(
        (today,),
        "refreshers/card.html",
        lambda: {
            "title": _("Three minutes"),
            "page_kind": "resume",  # its script prints the card
            "course": {"key": structure["key"]},
            "dates": [language.day(today + timedelta(days=one.day), lang) for one in days],
        },
    )


def _found(lang: str, course: str) -> tuple[Structure, list[Day]]:
    structure = outline.course_structure(lang, course)
    days = courses.refresher_days(structure)
    if not days:
        guards.not_there()
    return structure, days


def _today() -> date:
    return database.now().astimezone(ZoneInfo(current_app.extensions["settings"].time_zone)).date()


def _address(course: Structure, day: Day) -> str:
    return frame.url("refreshers.refresher", course=course["key"], day=day.day)


def _days(course: Structure, days: list[Day]) -> list[dict[str, Any]]:
    return [{"day": one.day, "count": len(one.objectives), "url": _address(course, one)} for one in days]


def _question(edition: courses.Edition, item: Structure, order: list[str], course: str) -> Markup:
    form = questions.for_country(item)
    course = frame.course_named(course, edition.document)
    return frame.piece(
        (edition.document, edition.language, edition.snapshot_no, item["key"], tuple(order), form["country"], course),
        "refreshers/question.html",
        lambda: {
            "course": course,
            "item": questions.described(edition, form, order),
            "said": questions.outcome(edition, form, right=None),
        },
        {},
    )
