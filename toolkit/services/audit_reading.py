"""Reading the audit log: a page of it, the whole as an export that proves itself, a stretch of it checked.

An export is JSON lines: first the head at that moment, then every entry with its hashes. It needs no database and no
key to be checked; it shows by itself when a line was changed or left out.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from toolkit.models.audit import AuditEntry
from toolkit.rules import audit as rule
from toolkit.services import audit

FORMAT = 1
PAGE_ENTRIES = 50
STRETCH_ENTRIES = 20_000  # half a second of hashing: no request of a long log hangs
_HEX = ("salt", "detail_hash", "prev", "hash")

Head = tuple[int, bytes]


class ExportRefused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The file is no export of an audit log, or one that was cut in the middle of a line; the message says where."""


@dataclass(frozen=True)
class Wanted:
    """Which entries: an action, the beginning of a subject, who, and days in the site's time zone; "" and None: all."""

    action: str = ""
    subject: str = ""
    actor: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Stretch:
    """What checking a stretch found; ``last`` is the number of its last entry, ``total`` that of the whole log."""

    findings: tuple[rule.Finding, ...]
    last: int
    total: int

    @property
    def done(self) -> bool:
        """True when nothing is left to check."""
        return self.last >= self.total


def page(
    session: Session, wanted: Wanted, *, time_zone: str, before: int | None = None, most: int = PAGE_ENTRIES
) -> list[rule.Entry]:
    """List the newest entries that fit, below the number ``before``; one more than ``most`` when there are more."""
    query = _fitting(wanted, ZoneInfo(time_zone)).order_by(AuditEntry.n.desc()).limit(most + 1)
    if before is not None:
        query = query.where(AuditEntry.n < before)
    return [rule.Entry(*row) for row in session.execute(query)]


def actions(session: Session) -> list[str]:
    """Name the actions that the log has, in order; jumps along the index instead of reading the log."""
    newest = select(func.min(AuditEntry.action).label("action")).cte("step", recursive=True)
    following = select(func.min(AuditEntry.action)).where(AuditEntry.action > newest.c.action).scalar_subquery()
    steps = newest.union_all(select(following).where(newest.c.action.is_not(None)))
    return [action for action in session.scalars(select(steps.c.action)) if action is not None]


def export(session: Session) -> Iterator[str]:
    """Write the log as it is now, line by line; entries that come meanwhile are not in it."""
    n, hashed = audit.head(session)
    yield json.dumps({"audit": FORMAT, "n": n, "hash": hashed.hex()}) + "\n"
    for entry in audit.entries(session, last=n):
        yield _line(entry)


def read_export(lines: Iterable[str]) -> tuple[Head, Iterator[rule.Entry]]:
    """Read an export: the head that it names, and its entries one by one; raises ExportRefused, also while they come.

    Nothing is checked here: `rules/audit.faults` does that, with the head.
    """
    numbered = enumerate(lines, start=1)
    try:
        said = json.loads(next(numbered)[1])
        head = (int(said["n"]), bytes.fromhex(said["hash"]))
        known = said["audit"] == FORMAT
    except (StopIteration, ValueError, TypeError, KeyError) as error:
        raise ExportRefused("line 1 is not the beginning of an audit log's export") from error
    if not known:
        raise ExportRefused("line 1: this version of the export is not known here")
    return head, _read(numbered)


def check_stretch(
    session: Session, *, after: int = 0, heads: Iterable[Head] = (), most: int = STRETCH_ENTRIES
) -> Stretch:
    """Check the entries after a number, ``most`` of them; heads noted down earlier are looked for where they belong."""
    total = audit.head(session)[0]
    before = session.scalar(select(AuditEntry.hash).where(AuditEntry.n == after)) if after else rule.FIRST
    last = min(after + most, total)
    done = last >= total
    here = [(n, hashed) for n, hashed in heads if n > after and (n <= last or done)]
    found = rule.faults(audit.entries(session, after=after, last=last), heads=here, after=(after, before or rule.FIRST))
    if before is None:
        found.insert(0, rule.Finding(after, rule.Fault.MISSING))
    return Stretch(tuple(found), last, total)


def _fitting(wanted: Wanted, zone: ZoneInfo) -> Select[Any]:
    query: Select[Any] = select(*audit.COLUMNS)
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.subject:
        query = query.where(AuditEntry.subject.startswith(wanted.subject, autoescape=True))
    if wanted.actor:
        query = query.where(AuditEntry.actor == wanted.actor)
    if wanted.first_day:
        query = query.where(AuditEntry.at >= datetime.combine(wanted.first_day, time(), zone).astimezone(UTC))
    if wanted.last_day:
        end = wanted.last_day + timedelta(days=1)
        query = query.where(AuditEntry.at < datetime.combine(end, time(), zone).astimezone(UTC))
    return query


def _line(entry: rule.Entry) -> str:
    said: dict[str, object] = {
        "n": entry.n,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
    }
    for name in _HEX:
        value = getattr(entry, name)
        said[name] = None if value is None else value.hex()
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(numbered: Iterable[tuple[int, str]]) -> Iterator[rule.Entry]:
    for number, line in numbered:
        try:
            said = json.loads(line)
            detail = said["detail"]
            entry = rule.Entry(
                int(said["n"]),
                datetime.fromisoformat(said["at"]),
                str(said["actor"]),
                str(said["action"]),
                str(said["subject"]),
                None if detail is None else str(detail),
                *(None if name == "salt" and said[name] is None else bytes.fromhex(said[name]) for name in _HEX),  # type: ignore[arg-type]
            )
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ExportRefused(f"line {number} is not an entry of the log") from error
        if entry.at.tzinfo is None:
            raise ExportRefused(f"line {number}: its time has no time zone")
        yield entry
