"""How the site stands, in words and rows for the admin's start page; not a page itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from toolkit.services import backup_log, certificate_keys, course_modes, job_runs, opening_tasks, site_state
from toolkit.services.courses import COURSES, DIRECTORY
from toolkit.services.directory import listings
from toolkit.services.opening_tasks import Done, Line
from toolkit.services.site_settings import Need, lines
from toolkit.web import database, desk, directory_cards, frame, language
from toolkit.web.rendering import Texts

BACKUP_OLD = timedelta(days=7)
# Shown on the start page while they are not set; all others are on the page of settings.
_FIRST = {
    *("SITE_URL", "ISSUER_NAME_EN", "ISSUER_NAME_EL", "CONTACT", "SMTP_URL"),
    *("EXIT_URL", "METRICS_TOKEN", "TIME_ZONE", "BACKUP_DIR"),
}


def sentence(lang: str) -> str:
    """Say in one sentence what people can learn here now."""
    shelf = frame.shelf()
    count = sum(1 for _course in shelf.courses(lang))
    if not count:
        return _("No course is published yet.")
    return ngettext(
        "%(num)s course is published, in %(languages)s languages.",
        "%(num)s courses are published, in %(languages)s languages.",
        count,
        languages=len(shelf.languages),
    )


def settings_to_set() -> list[dict[str, Any]]:
    """List the settings that have no value of their own yet, and what happens while that is so."""
    return [
        {"name": line.name, "unset": _(line.unset), "needed": line.need is Need.NEEDED, "missing": line.missing}
        for line in lines(current_app.extensions["settings"])
        if line.name in _FIRST and (line.missing or not line.given)
    ]


def waiting(lang: str) -> dict[str, Any]:
    """List what waits for somebody, each with the page where it is done."""
    found = site_state.waiting(database.session(), desk.admin().person_id)
    runs = [run for run in job_runs.latest(database.session()) if run.failures]
    root = frame.url("admin.start")
    edition = frame.shelf().edition(DIRECTORY, lang)
    due = sum(1 for one in listings(edition) if one.due(desk.today())) if edition is not None else 0
    rows = [
        (
            due,
            f"{root}/directory?show=due",
            ngettext(
                "%(num)s listing waits to be dialled or read.", "%(num)s listings wait to be dialled or read.", due
            ),
        ),
        (
            found.changes,
            f"{root}/directory?show=changes",
            ngettext(
                "%(num)s changed number or link waits for a decision.",
                "%(num)s changed numbers or links wait for a decision.",
                found.changes,
            ),
        ),
        (
            found.reports,
            f"{root}/reports",
            ngettext(
                "%(num)s mistake in a text was reported.", "%(num)s mistakes in texts were reported.", found.reports
            ),
        ),
    ]
    troubles = [_failed(run) for run in runs]
    if found.letters:
        text = ngettext(
            "%(num)s letter could not be sent and was given up.",
            "%(num)s letters could not be sent and were given up.",
            found.letters,
        )
        troubles.append(text)
    return {
        "waiting": [{"url": url, "text": text} for count, url, text in rows if count],
        "troubles": troubles,
        "has_account": found.has_account,
    }


def done(lang: str) -> Mapping[str, Done]:
    """Say which lines of the list "before you open" are done: a lawyer's while her country's words stay the same."""
    reviewed = [country["key"] for country in directory_cards.listed(lang) if "reviewed_on" in country]
    return opening_tasks.done(database.session(), reviewed)


def words(lang: str, line: Line) -> dict[str, Any] | None:
    """Show what a lawyer is to read: the words in each language, the services that they name; None on other lines."""
    if not line.country:
        return None
    found = opening_tasks.to_read(database.session(), line.country)
    shown = {one.key: one for one in directory_cards.every(lang)}
    edition = frame.shelf().edition(DIRECTORY, lang)
    names = [Texts(edition)(shown[key].structure["name"]) for key in found.named if edition and key in shown]
    return {
        "texts": [(tag, language.NAMES.get(tag, tag), text) for tag, text in sorted(found.texts.items())],
        "named": names,
        "seen": found.mark.hex(),
    }


def task(lang: str, line: Line, done: Mapping[str, Done]) -> dict[str, str]:
    """Describe a line of the list "before you open": what, who can do it, who did it and when."""
    held = done.get(line.key)
    edition = frame.shelf().edition(DIRECTORY, lang)
    found = next((one for one in directory_cards.listed(lang) if one["key"] == line.country), None)
    country = Texts(edition).plain(found["name"]) if edition and found else line.country.upper()
    return {
        "key": line.key,
        "what": _(line.what, country=country),
        "who_can": _(line.who),
        "url": frame.url("admin.opening", task=line.key),
        "who": held.who if held else "",
        "when": language.day(held.on, lang) if held else "",
    }


def published(lang: str) -> list[dict[str, str]]:
    """List what readers get, by document and language, with its version and since when."""
    names = {COURSES: _("Courses"), DIRECTORY: _("Help directory")}
    for (document, tag), edition in frame.shelf().editions.items():
        if tag == lang and document not in names:
            names[document] = f"{document}: {Texts(edition).plain(edition.structure['title'])}"
    return [
        {
            "name": names.get(one.document, one.document),
            "language": language.NAMES.get(one.language, one.language),
            "version": one.version or "–",
            "no": str(one.snapshot_no),
            "since": desk.moment(one.since, lang),
        }
        for one in course_modes.published(database.session())
    ]


def keys(lang: str) -> list[dict[str, Any]]:
    """List the signing keys with their states and ages, newest first."""
    return [
        {
            "kid": key.kid,
            "state": key.state.value,
            "since": desk.day(key.since, lang),
            "made": desk.day(key.made_at, lang),
            "age": ngettext("%(num)s day old", "%(num)s days old", days) if (days := _days(key.made_at)) else "",
        }
        for key in certificate_keys.lines(database.session())
    ]


def backup(lang: str) -> dict[str, Any]:
    """Say when the last backup was made and tried out, how large it is, and whether that is too long ago."""
    found = backup_log.last(database.session())
    if found is None:
        return {"made": "", "tested": "", "size": "", "old": True, "with_keys": True}
    return {
        "made": desk.moment(found.at, lang),
        "tested": desk.moment(found.tested_at, lang) if found.restored else "",
        "size": f"{found.size / 1_000_000:.1f} MB",
        "old": database.now() - found.at > BACKUP_OLD,
        "with_keys": found.keys,
    }


def _days(since: datetime) -> int:
    return (database.now() - since).days


def _failed(run: job_runs.Run) -> str:
    return ngettext(
        "The background job “%(name)s” has failed: %(fault)s.",
        "The background job “%(name)s” has failed %(num)s times in a row: %(fault)s.",
        run.failures,
        name=run.name,
        fault=run.fault or "–",
    )
