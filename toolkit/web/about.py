"""About, privacy, accessibility: the pages that are owed, the same for everybody.

What they say about periods and names comes from the settings; a test holds projects, partners and funding to the facts.
"""

from datetime import date
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from toolkit.rules.accounts import OWN_DEVICE_LIFE, SHARED_DEVICE_LIFE, WRONG_TRY_MEMORY
from toolkit.services.courses import COURSES
from toolkit.web import frame, language
from toolkit.web.csrf import TOKEN_LIFE_SECONDS
from toolkit.web.rendering import Texts

page = Blueprint("about", __name__)

PRIVACY_ON = date(2026, 11, 21)  # the day on which somebody last read the notice against the code
ACCESSIBILITY_ON = date(2026, 11, 21)  # the day of what the statement says was tested
DAY_SECONDS = 24 * 3600
COOKIE_DAYS = 365  # of the language and the country; a test holds it to what is set


@page.get("/<lang>/about")
def about(lang: str) -> Response:
    """Say what this is, who runs it, which projects it draws on, and under which licences it stands."""
    return frame.kept(
        (),
        "about/about.html",
        lambda: (
            _site(lang)
            | {
                "title": _("About"),
                "version": version("workplace-learning-toolkit"),
                "courses": _versions(lang),
            }
        ),
    )


@page.get("/<lang>/privacy")
def privacy(lang: str) -> Response:
    """Say what is kept, why and for how long, what never is, and what nobody can promise."""
    kept = current_app.extensions["settings"].kept
    return frame.kept(
        (),
        "about/privacy.html",
        lambda: (
            _site(lang)
            | {
                "title": _("Privacy"),
                "day": language.day(PRIVACY_ON, lang),
                "guests": _months(kept["KEEP_GUESTS_MONTHS"]),
                "accounts": _months(kept["KEEP_ACCOUNTS_MONTHS"]),
                "answers": _days(kept["KEEP_ANSWERS_DAYS"]),
                "drafts": _days(kept["KEEP_DRAFTS_DAYS"]),
                "logs": _days(kept["KEEP_LOGS_DAYS"]),
                "jobs": _days(kept["KEEP_JOBS_DAYS"]),
                "backups": _days(kept["KEEP_BACKUPS_DAYS"]),
                "own_device": _days(OWN_DEVICE_LIFE.days),
                "shared_device": _hours(int(SHARED_DEVICE_LIFE.total_seconds()) // 3600),
                "wrong_tries": _hours(int(WRONG_TRY_MEMORY.total_seconds()) // 3600),
                "forms": _days(TOKEN_LIFE_SECONDS // DAY_SECONDS + 1),
                "year": _days(COOKIE_DAYS),
                "postgresql": current_app.extensions["engine"].dialect.name == "postgresql",
            }
        ),
    )


@page.get("/<lang>/accessibility")
def accessibility(lang: str) -> Response:
    """Say what was tested and how, what was not, which limits are known, and how to report one."""
    return frame.kept(
        (),
        "about/accessibility.html",
        lambda: _site(lang) | {"title": _("Accessibility"), "day": language.day(ACCESSIBILITY_ON, lang)},
    )


def _site(lang: str) -> dict[str, Any]:
    settings = current_app.extensions["settings"]
    issuer = settings.issuer_names.get(lang) or settings.issuer_names.get("en") or ""
    return {"page_kind": "desk", "issuer": issuer, "contact": settings.contact, "secure": settings.secure}


def _versions(lang: str) -> list[tuple[str, str]]:
    """List the courses with the version of their texts, as it stands on certificates."""
    shelf = frame.shelf()
    edition = shelf.edition(COURSES, lang)
    if edition is None:
        return []
    t = Texts(edition)
    return [(t.plain(course["title"]), course["version"]) for course in shelf.courses(lang)]


def _days(n: int) -> str:
    return ngettext("%(num)s day", "%(num)s days", n)


def _months(n: int) -> str:
    return ngettext("%(num)s month", "%(num)s months", n)


def _hours(n: int) -> str:
    return ngettext("%(num)s hour", "%(num)s hours", n)
