"""The list "before you open": work that only people outside this program can do, and who did it on which day.

The lines here are the only source: the admin's start page and docs/before-you-open.md say the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from toolkit.models.site import OpeningTask
from toolkit.rules.directory import DirectoryRefusedError, Reason
from toolkit.services import audit, legal_reviews, submissions
from toolkit.services.courses import DIRECTORY
from toolkit.services.legal_reviews import Words
from toolkit.services.modules_overlays import lock
from toolkit.services.texts import N_

WITHIN = timedelta(days=3 * 365)  # a review from before that was of other texts


@dataclass(frozen=True)
class Line:
    """One thing to do: its key, which never changes, what it is, and who can do it."""

    key: str
    what: str
    who: str
    country: str = ""  # of which a lawyer reads the words for buyers; its name is put into ``what``


@dataclass(frozen=True)
class Done:
    """Who did a line, and on which day."""

    who: str
    on: date


# The countries of the help directory that have words for buyers, as it lists them.
COUNTRIES = ("cy", "el", "bg", "fi", "fr", "ie", "lv", "lt", "se", "uk")

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
        N_(
            "Have what the courses say about the law reviewed, country by country: offences and penalties, who comes "
            "under which rule, and the duty to report harm to a child."
        ),
        N_("a lawyer of that country"),
    ),
    *(
        Line(
            f"{legal_reviews.LINE}{country}",
            N_(
                "%(country)s: have a lawyer read what is said to buyers who want to report. "
                "Until then learners do not see it."
            ),
            N_("a lawyer of that country"),
            country,
        )
        for country in COUNTRIES
    ),
    Line(
        "survivors",
        N_(
            "Have the core course read by survivors, paid, with the right to refuse: first lessons 5.1 to 5.3, 4.2 "
            "and 2.2 and the panel “If this is about you”, then 1.1 and its questions."
        ),
        N_("survivors' organisations"),
    ),
    Line(
        "greek",
        N_("Have the Greek read aloud: one reader from Greece, one from Cyprus."),
        N_("native readers who have not seen the English"),
    ),
    Line(
        "pilot",
        N_(
            "Pilot: six workers per language think aloud through lessons 1.1, 4.2 and 5.1, in Greek from Cyprus and "
            "from Greece, two of them in their second language."
        ),
        N_("union trainers"),
    ),
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


def done(session: Session, reviewed: Collection[str] = ()) -> Mapping[str, Done]:
    """Say which lines are done, by whom and when; one statement.

    ``reviewed`` are the countries whose published words a lawyer has read: where they changed since, the line is open.
    """
    rows = session.execute(select(OpeningTask.key, OpeningTask.who, OpeningTask.done_on))
    lapsed = {found.key for found in LINES if found.country and found.country not in reviewed}
    return {key: Done(who, on) for key, who, on in rows if key not in lapsed}


def mark(
    session: Session,
    key: str,
    *,
    who: str,
    on: date,
    client_key: str,
    person_id: int,
    by: str,
    now: datetime,
    seen: bytes = b"",
) -> None:
    """Note who has done a line and when; noting it again replaces the first. The audit log keeps both.

    A lawyer's line publishes what she has read: ``seen`` is the fingerprint of the words that stood on the page, and
    where they have changed since, it is refused (DirectoryRefusedError). ``who`` and ``on`` have passed their rules.
    Raises LookupError for an unknown line.
    """
    found = line(key)
    if found is None:
        raise LookupError(key)
    if found.country:
        lock(session, DIRECTORY)  # before the log's lock, in the order of every decision about the directory
    body = {"task": key, "who": who, "on": on.isoformat()}
    if not submissions.claim(
        session, client_key, person_id=person_id, kind="opening", body=body, result="", now=now
    ).new:
        return
    if found.country and seen != to_read(session, found.country).mark:
        raise DirectoryRefusedError(Reason.CHANGED_SINCE)
    # The log first: its lock makes two who mark the same line at once do so one after the other.
    audit.record(session, by=by, action="opening.done", subject=key, now=now, detail={"on": on.isoformat()})
    session.execute(delete(OpeningTask).where(OpeningTask.key == key))
    of = seen if found.country else None
    session.add(OpeningTask(key=key, who=who, done_on=on, of=of, recorded_at=now, recorded_by=person_id))
    session.flush()
    if found.country:
        _publish(session, by, now)


def take_back(session: Session, key: str, *, client_key: str, person_id: int, by: str, now: datetime) -> None:
    """Open a line again that was marked by mistake; a lawyer's line takes her country's words back from the page."""
    found = line(key)
    if found is not None and found.country:
        lock(session, DIRECTORY)
    claimed = submissions.claim(
        session, client_key, person_id=person_id, kind="opening", body={"task": key, "undo": "yes"}, result="", now=now
    )
    if (
        claimed.new
        and session.execute(delete(OpeningTask).where(OpeningTask.key == key).returning(OpeningTask.key)).all()
    ):
        audit.record(session, by=by, action="opening.undone", subject=key, now=now)
        if found is not None and found.country:
            _publish(session, by, now)


def to_read(session: Session, country: str) -> Words:
    """Give the words that a lawyer of this country is to read, as they are now. Raises LookupError without any."""
    # Loaded when first needed: see course_modes.py.
    from toolkit.services.modules_publish import spoken  # noqa: PLC0415
    from toolkit.services.modules_rows import document_rows  # noqa: PLC0415

    rows = document_rows(session, DIRECTORY)
    countries = rows.structure.body["countries"] if rows is not None and rows.structure is not None else []
    body = next((one for one in countries if one["key"] == country), None)
    found = legal_reviews.words(body, spoken(rows)) if rows is not None and body is not None else None
    if found is None:
        raise LookupError(country)
    return found


def _publish(session: Session, by: str, now: datetime) -> None:
    from toolkit.services.modules_publish import publish  # noqa: PLC0415

    publish(session, DIRECTORY, by=by, now=now)
