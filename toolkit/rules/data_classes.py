"""What each column of each table is: which class of data, how long it stays, and whether a person gets it in her file.

A column that is not here stops the tests: nobody adds one without saying what becomes of it. In prose: docs/data.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Data(Enum):
    """Whose and which data it is."""

    CONTENT = "content"  # course texts and their history: nothing about anybody who reads them
    RUNNING = "running"  # how the site runs: nothing about anybody
    IDENTITY = "identity"
    CONTACT = "contact"
    DEVICES = "devices"
    PROGRESS = "progress"
    ANSWERS = "answers"
    CERTIFICATES = "certificates"
    MESSAGES = "messages"
    FORMS = "forms"
    LOG = "log"
    WORK = "work"  # what a person who runs the site did for it
    REPORTS = "reports"  # a reader's words without a name


class Period(Enum):
    """How long it stays; the settings' numbers are in toolkit/config.py, the fixed ones in rules/retention.py."""

    SITE = "as long as the site"
    PERSON = "as long as the person: 12 months for a guest, 24 months for an account"
    DEVICE = "90 days, 12 hours on a shared device"
    ANSWERS = "90 days after the course is passed, else as long as the person"
    FORM = "15 days"
    WEEK = "7 days, a letter from the day it was sent or given up"
    SENT = "until the mail is sent or given up"
    HOUR = "1 hour"
    DONE = "90 days after the report is dealt with"
    IDLE = "7 days after the job last ran"


OURS = frozenset({Data.CONTENT, Data.RUNNING})  # classes with nothing about a person


@dataclass(frozen=True)
class Column:
    """One column: its class, how long it stays, and whether its value is in a person's own file."""

    data: Data
    period: Period
    given: bool


def _table(
    data: Data, period: Period, given: str = "", held: str = "", **until: tuple[Period, str]
) -> Mapping[str, Column]:
    """Build a table: columns that a person gets, columns held back (inner numbers, hashes), and other periods."""
    other = {name: kind for kind, names in until.values() for name in names.split()}
    known = {name: Column(data, other.get(name, period), given=True) for name in given.split()}
    return known | {name: Column(data, other.get(name, period), given=False) for name in held.split()}


def _content(columns: str) -> Mapping[str, Column]:
    return _table(Data.CONTENT, Period.SITE, held=columns)


def _running(columns: str, period: Period = Period.SITE) -> Mapping[str, Column]:
    return _table(Data.RUNNING, period, held=columns)


_REVISION = "id no text hash by at"

TABLES: Mapping[str, Mapping[str, Column]] = {
    "people": _table(Data.IDENTITY, Period.PERSON, "key role created_on last_answer_on made_up", "id resume_hash"),
    "accounts": _table(
        Data.CONTACT,
        Period.PERSON,
        "user_name email name language created_on last_sign_in_on",
        "person_id user_fold email_fold password_hash",
    ),
    "devices": _table(Data.DEVICES, Period.DEVICE, "shared created_on expires_at", "id person_id token_hash"),
    "notices": _table(Data.MESSAGES, Period.PERSON, "kind sent_on", "id person_id"),
    "mail_tokens": _table(Data.MESSAGES, Period.WEEK, "kind email created_at used_at", "id person_id token_hash"),
    "letters": _table(
        Data.MESSAGES,
        Period.WEEK,
        "to_address language template params state tries due_at created_at sent_at trouble",
        "id key person_id",
        sent=(Period.SENT, "to_address params"),
    ),
    "enrolments": _table(Data.PROGRESS, Period.PERSON, "course_key started_on", "id person_id"),
    "lesson_states": _table(
        Data.PROGRESS, Period.PERSON, "module_key lesson_key done chosen last_block completed_on", "id person_id"
    ),
    "attempts": _table(
        Data.ANSWERS,
        Period.PERSON,
        "key course_key editions started_at closed_at passed right_count",
        "id person_id",
    ),
    "attempt_items": _table(
        Data.ANSWERS,
        Period.ANSWERS,
        "n module_key item_key objective option_order given right answered_at",
        "id attempt_id",
    ),
    "certificates": _table(
        Data.CERTIFICATES,
        Period.SITE,
        "code course_key content_version language minutes issued_on kid trial named_at",
        "id person_id attempt_id name_check replaces_id",
        with_her=(Period.PERSON, "person_id attempt_id name_check named_at"),
    ),
    "withdrawals": _table(Data.CERTIFICATES, Period.SITE, "withdrawn_at reason", "certificate_id"),
    "submissions": _table(Data.FORMS, Period.FORM, "kind result created_at", "key person_id body_hash"),
    "audit_entries": _table(
        Data.LOG,
        Period.SITE,
        "n at actor action subject detail",
        "person_id salt detail_hash prev hash",
        with_her=(Period.PERSON, "person_id detail salt"),
    ),
    "listing_confirmations": _table(
        Data.WORK,
        Period.SITE,
        "listing confirmed_on how who recorded_at",
        "id fingerprint recorded_by",
        with_her=(Period.PERSON, "who recorded_by"),
    ),
    "listing_changes": _table(
        Data.WORK,
        Period.SITE,
        "key listing field old new proposed_at decided_at decision override",
        "id proposed_by decided_by",
        with_her=(Period.PERSON, "proposed_by decided_by"),
    ),
    "opening_tasks": _table(
        Data.WORK,
        Period.SITE,
        "key who done_on recorded_at",
        "of recorded_by",
        with_her=(Period.PERSON, "who recorded_by"),
    ),
    "mistake_reports": _table(Data.REPORTS, Period.DONE, held="id place language text reported_on done_on"),
    "wrong_tries": _table(Data.FORMS, Period.HOUR, held="id subject at"),
    "erasures": _table(Data.LOG, Period.SITE, held="person_hash erased_on"),
    "admin_invites": _running("id token_hash created_at used_at", Period.WEEK),
    "job_runs": _running("name last_ok_at last_failed_at failures fault", Period.IDLE),
    "signing_keys": _running("kid public state since made_at"),
    "course_modes": _running("course_key mode changed_at"),
    "documents": _content("id key kind source_language"),
    "structure_revisions": _content("id document_id no version body hash at"),
    "units": _content("id document_id key obsolete_at"),
    "source_revisions": _content(f"{_REVISION} unit_id change"),
    "translations": _content("id unit_id language"),
    "translation_revisions": _content("id no text by at translation_id translated_from_id made_from"),
    "snapshots": _content("id document_id language no structure_revision_id body hash at"),
    "publications": _content("id snapshot_id by at"),
}


def given(table: str) -> tuple[str, ...]:
    """Name the columns of a table that a person gets in her own file, in their order."""
    return tuple(name for name, column in TABLES[table].items() if column.given)


def about_people() -> tuple[str, ...]:
    """Name the tables that hold something about a person."""
    return tuple(name for name, columns in TABLES.items() if not {c.data for c in columns.values()} <= OURS)
