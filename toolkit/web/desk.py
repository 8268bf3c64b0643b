"""What the administration's pages share: under whose name a decision stands, which day it is, what is refused."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from toolkit.rules.course_modes import CourseRefusedError
from toolkit.rules.deeds import DeedRefusedError
from toolkit.rules.directory import DirectoryRefusedError
from toolkit.services import audit
from toolkit.services.accounts import Visitor
from toolkit.web import database, guards, language

REFUSALS = (CourseRefusedError, DeedRefusedError, DirectoryRefusedError)


def admin() -> Visitor:
    """Give the admin of this request; the page is for admins only."""
    return guards.person()


def actor() -> str:
    """Give her name in the audit log."""
    return audit.actor(current_app.extensions["keys"].server, admin().key)


def today() -> date:
    """Give the day in the site's time zone."""
    return database.now().astimezone(ZoneInfo(_zone())).date()


def moment(value: datetime | None, lang: str) -> str:
    """Write a moment in the site's time zone, or nothing."""
    return language.moment(value, lang, _zone()) if value is not None else ""


def day(value: datetime | None, lang: str) -> str:
    """Write the day of a moment in the site's time zone, or nothing."""
    return language.day(value.astimezone(ZoneInfo(_zone())).date(), lang) if value is not None else ""


def _zone() -> str:
    zone: str = current_app.extensions["settings"].time_zone
    return zone
