"""The list "before you open": work that only people outside this program can do, and who did it on which day.

The lines here are the only source: the admin's start page and docs/before-you-open.md say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from toolkit.models.site import OpeningTask
from toolkit.services import audit, submissions
from toolkit.services.texts import N_

WITHIN = timedelta(days=3 * 365)  # a review from before that was of other texts


@dataclass(frozen=True)
class Line:
    """One thing to do: its key, which never changes, what it is, and who can do it."""

    key: str
    what: str
    who: str


@dataclass(frozen=True)
class Done:
    """Who did a line, and on which day."""

    who: str
    on: date


LINES = (
    Line(
        "directory",
        N_(
            "Dial every number and read every address of the help directory. First: Cyprus 1497, Greece 1555, "
            "Lithuanian numbers that begin with 8, and the changed services of Sweden and the United Kingdom."
        ),
        N_("a person of the running organisation"),
    ),
    Line(
        "law",
        N_("Have what the texts say about the law reviewed, country by country."),
        N_("a lawyer of that country"),
    ),
    Line(
        "survivors",
        N_("Have lesson 1.1 and its questions read by survivors, paid, with the right to refuse."),
        N_("survivors' organisations"),
    ),
    Line(
        "greek",
        N_("Have the Greek read aloud: one reader from Greece, one from Cyprus."),
        N_("native readers who have not seen the English"),
    ),
    Line("pilot", N_("Pilot: six workers per language think aloud through lesson 1.1."), N_("union trainers")),
    Line(
        "terms",
        N_("Confirm the Greek terms for union, confederation and referral mechanism."),
        N_("unions in Cyprus and Greece"),
    ),
    Line(
        "accessibility",
        N_("Have the pages tried by people who use a screen reader, large text or the keyboard only."),
        N_("people with disabilities"),
    ),
    Line(
        "privacy",
        N_("Check the privacy page against the law that binds you, and name your legal basis."),
        N_("the data protection officer or a lawyer"),
    ),
    Line(
        "backup",
        N_("Make a backup, restore it on another computer, and keep its passphrase in another place."),
        N_("the person who runs the site"),
    ),
    Line(
        "settings",
        N_("Set SITE_URL, ISSUER_NAME_EN, ISSUER_NAME_EL and CONTACT."),
        N_("the person who runs the site"),
    ),
)


def line(key: str) -> Line | None:
    """Find a line by its key, or None."""
    return next((found for found in LINES if found.key == key), None)


def done(session: Session) -> Mapping[str, Done]:
    """Say which lines are done, by whom and when; one statement."""
    rows = session.execute(select(OpeningTask.key, OpeningTask.who, OpeningTask.done_on))
    return {key: Done(who, on) for key, who, on in rows}


def mark(
    session: Session, key: str, *, who: str, on: date, client_key: str, person_id: int, by: str, now: datetime
) -> None:
    """Note who has done a line and when; noting it again replaces the first. The audit log keeps both.

    ``who`` and ``on`` have passed their rules. Raises LookupError for an unknown line.
    """
    if line(key) is None:
        raise LookupError(key)
    body = {"task": key, "who": who, "on": on.isoformat()}
    if not submissions.claim(
        session, client_key, person_id=person_id, kind="opening", body=body, result="", now=now
    ).new:
        return
    # The log first: its lock makes two who mark the same line at once do so one after the other.
    audit.record(session, by=by, action="opening.done", subject=key, now=now, detail={"on": on.isoformat()})
    session.execute(delete(OpeningTask).where(OpeningTask.key == key))
    session.add(OpeningTask(key=key, who=who, done_on=on, recorded_at=now, recorded_by=person_id))
    session.flush()


def take_back(session: Session, key: str, *, client_key: str, person_id: int, by: str, now: datetime) -> None:
    """Open a line again that was marked by mistake."""
    claimed = submissions.claim(
        session, client_key, person_id=person_id, kind="opening", body={"task": key, "undo": "yes"}, result="", now=now
    )
    if (
        claimed.new
        and session.execute(delete(OpeningTask).where(OpeningTask.key == key).returning(OpeningTask.key)).all()
    ):
        audit.record(session, by=by, action="opening.undone", subject=key, now=now)
