"""`toolkit directory due | confirm`: what waits to be dialled, and noting that somebody has done it. Thin."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Engine

from toolkit import config, db
from toolkit.cli_base import engine_for, settings
from toolkit.rules import deeds
from toolkit.rules import directory as rule
from toolkit.services import audit, courses, directory, directory_decisions
from toolkit.services.courses import DIRECTORY, Edition
from toolkit.services.directory_decisions import Actor

_WHY = {
    deeds.Reason.WHO_MISSING: "--who: write the name or the initials of the person who did it",
    deeds.Reason.WHO_TOO_LONG: "--who: at most 80 signs",
    deeds.Reason.WHO_HIDDEN_SIGN: "--who: there is a sign in it that cannot be seen; type it by hand",
    deeds.Reason.DAY_UNREADABLE: "--on: write the day like 2026-12-03",
    deeds.Reason.DAY_AHEAD: "--on: this day has not come yet",
    deeds.Reason.DAY_TOO_LONG_AGO: "--on: more than a year ago; dial it again",
    rule.Reason.NOTHING_TO_CONFIRM: "this listing has no number, link or address to confirm",
}


@click.group("directory")
def directory_group() -> None:
    """Look after the help directory."""


@directory_group.command("due")
@click.option("--country", metavar="CODE", help="Only this country, such as CY.")
def due(country: str | None) -> None:
    """List the listings that wait to be dialled or read: never confirmed, or not within a year."""
    found = settings()
    with _engine(found) as engine:
        edition = _edition(engine)
    codes = {entry["key"]: entry["code"] for entry in edition.structure["countries"]}
    if country is not None and country.upper() not in codes.values():
        raise click.UsageError(f"--country {country}: choose one of {', '.join(sorted(codes.values()))}")
    waiting = [
        one
        for one in directory.listings(edition)
        if one.due(_today(found)) and country in {None, codes[one.country], codes[one.country].lower()}
    ]
    for one in waiting:
        contacts = [one.contacts.text(field) for field in rule.FIELDS if one.contacts.text(field)]
        since = f"confirmed {one.confirmed_on.isoformat()}" if one.confirmed_on else "never confirmed"
        shown = "shown" if one.why.shown else "not shown"
        click.echo(f"{codes[one.country]}  {one.key}  {' | '.join(contacts)}  ({since}, {shown})")
    click.echo(f"{len(waiting)} listings wait." if len(waiting) != 1 else "1 listing waits.", err=True)


@directory_group.command("confirm")
@click.argument("key")
@click.option("--who", required=True, help="Name or initials of the person who dialled or read it.")
@click.option("--on", required=True, metavar="DAY", help="The day on which she did, such as 2026-12-03.")
@click.option("--how", required=True, type=click.Choice(rule.WAYS), help="Dialled, live page read, or mail answered.")
def confirm(key: str, who: str, on: str, how: str) -> None:
    """Note that a person dialled listing KEY or read its live page. Never confirm what nobody has dialled."""
    found = settings()
    try:
        name, day = deeds.check_who(who), deeds.check_day(on, today=_today(found), within=rule.CONFIRMED_FOR)
        with _engine(found) as engine:
            _edition(engine)
            with db.write_session(engine) as session:
                contacts = directory_decisions.confirm(
                    session,
                    key,
                    who=name,
                    on=day,
                    how=how,
                    seen=None,
                    client_key=None,
                    actor=Actor(audit.SERVER, None),
                    now=datetime.now(UTC),
                )
    except LookupError:
        raise click.ClickException(f"there is no listing {key}; “toolkit directory due” lists the keys") from None
    except (deeds.DeedRefusedError, rule.DirectoryRefusedError) as refusal:
        raise click.ClickException(_WHY[refusal.reason]) from None
    said = ", ".join(contacts.text(field) for field in rule.FIELDS if contacts.text(field))
    click.echo(f"{key}: confirmed on {day.isoformat()} for {said}. Visitors see it from the next page on.")


@contextmanager
def _engine(found: config.Settings) -> Iterator[Engine]:
    engine = engine_for(found)
    try:
        yield engine
    finally:
        engine.dispose()


def _edition(engine: Engine) -> Edition:
    with db.read_session(engine) as session:
        edition = courses.shelf(session).edition(DIRECTORY, "en")
    if edition is None:
        raise click.ClickException("the help directory is not loaded yet; run “toolkit modules load” first")
    return edition


def _today(found: config.Settings) -> date:
    return datetime.now(ZoneInfo(found.time_zone)).date()
