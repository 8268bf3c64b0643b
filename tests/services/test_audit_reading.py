"""The log in the database and as an export: what is done to it by SQL is found, and the fault is proved to be there."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from toolkit import db
from toolkit.rules import audit as rule
from toolkit.rules.audit import Fault
from toolkit.services import audit, audit_reading
from toolkit.services.audit_reading import ExportRefused, Wanted

START = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)  # 23:30 in Nicosia
NICOSIA = "Europe/Nicosia"


def write(engine: Engine, entries: int, *, first: int = 1) -> None:
    with db.write_session(engine) as session:
        for number in range(first, first + entries):
            audit.record(
                session,
                by=[audit.SITE, audit.SERVER, "a-0123456789ab"][number % 3],
                action=["certificate.signed", "key.made"][number % 2],
                subject=f"S{number % 4}",
                now=START + timedelta(hours=number),
                detail={"n": str(number)},
            )


@pytest.fixture
def log(engine: Engine) -> Engine:
    write(engine, 12)
    return engine


def head(engine: Engine) -> tuple[int, bytes]:
    with db.read_session(engine) as session:
        return audit.head(session)


def faults(engine: Engine, *heads: tuple[int, bytes]) -> list[tuple[int, Fault]]:
    with db.read_session(engine) as session:
        return [(found.n, found.fault) for found in audit.faults(session, heads=heads)]


def edited(connection: Connection) -> None:
    assert connection.execute(text("update audit_entries set subject = 'other' where n = 5")).rowcount == 1


def detail_edited(connection: Connection) -> None:
    assert connection.execute(text("update audit_entries set detail = '{}' where n = 5")).rowcount == 1


def deleted(connection: Connection) -> None:
    assert connection.execute(text("delete from audit_entries where n = 5")).rowcount == 1


def renumbered(connection: Connection) -> None:
    deleted(connection)
    for n in range(6, 13):  # one by one: numbers are unique at every moment
        assert connection.execute(text("update audit_entries set n = :m where n = :n"), {"m": n - 1, "n": n}).rowcount


def forked(connection: Connection) -> None:
    """Exchange an entry for one that is well made and follows the same one before it."""
    row = connection.execute(text("select * from audit_entries where n = 5")).one()
    at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    said = {"n": 5, "at": at, "actor": "server", "action": row.action, "subject": "other"}
    hashed = rule.hash_entry(**said, detail_hash=bytes(row.detail_hash), prev=bytes(row.prev))
    change = text("update audit_entries set actor = 'server', subject = 'other', hash = :hash where n = 5")
    assert connection.execute(change, {"hash": hashed}).rowcount == 1


def cut(connection: Connection) -> None:
    assert connection.execute(text("delete from audit_entries where n > 9")).rowcount == 3


@pytest.mark.parametrize(
    ("touch", "found"),
    [
        (edited, [(5, Fault.EDITED)]),
        (detail_edited, [(5, Fault.DETAIL)]),
        (deleted, [(5, Fault.MISSING)]),
        (renumbered, [(5, Fault.FORKED), *((n, Fault.EDITED) for n in range(5, 12)), (12, Fault.CUT)]),
        (forked, [(6, Fault.FORKED)]),
        (cut, [(12, Fault.CUT)]),
    ],
)
def test_what_is_done_to_the_log_is_found(log: Engine, touch: Callable[[Connection], None], found: list):
    noted = head(log)
    assert faults(log, noted) == []
    with log.begin() as connection:
        touch(connection)
    assert sorted(faults(log, noted), key=str) == sorted(found, key=str)
    with db.read_session(log) as session:
        stretches = [audit_reading.check_stretch(session, after=after, heads=[noted], most=5) for after in (0, 5, 10)]
    assert {(f.n, f.fault) for stretch in stretches for f in stretch.findings} >= set(found[:1])


def test_a_rollback_is_found_though_the_log_went_on(log: Engine):
    """An old copy is put back, and new entries make it as long as before."""
    noted = head(log)
    with log.begin() as connection:
        cut(connection)
    write(log, 5, first=20)
    assert head(log)[0] > noted[0]
    assert faults(log) == []
    assert faults(log, noted) == [(12, Fault.CUT)]


def test_an_erased_detail_leaves_the_log_and_its_export_whole(log: Engine):
    with log.begin() as connection:
        assert connection.execute(text("update audit_entries set detail = null, salt = null where n < 4")).rowcount == 3
    assert faults(log, head(log)) == []
    assert export_faults(exported(log)) == []


def exported(engine: Engine) -> list[str]:
    with db.read_session(engine) as session:
        return list(audit_reading.export(session))


def export_faults(lines: list[str]) -> list[Fault]:
    last, entries = audit_reading.read_export(lines)
    return [found.fault for found in rule.faults(entries, heads=[last])]


def test_an_export_proves_itself(log: Engine):
    lines = exported(log)
    assert len(lines) == 13
    assert json.loads(lines[0]) == {"audit": 1, "n": 12, "hash": head(log)[1].hex()}
    assert export_faults(lines) == []
    with db.read_session(log) as session:
        assert list(audit_reading.read_export(lines)[1]) == list(audit.entries(session))


def test_an_export_that_was_touched_shows_it(log: Engine):
    lines = exported(log)
    touched = {
        "edited": [*lines[:5], lines[5].replace('"S1"', '"S9"'), *lines[6:]],
        "left out": lines[:5] + lines[6:],
        "cut": lines[:-2],
        "doubled": lines[:6] + lines[5:],
        "exchanged": [*lines[:5], lines[6], lines[5], *lines[7:]],
    }
    assert all(export_faults(changed) for changed in touched.values())
    assert export_faults(touched["cut"]) == [Fault.CUT]
    assert '"S1"' in lines[5]


@pytest.mark.parametrize(
    "lines",
    [[], ["{}"], ["[]"], ["no json"], ['{"audit": 2, "n": 0, "hash": ""}'], ['{"audit": 1, "n": 1, "hash": "xy"}']],
)
def test_what_is_no_export_is_refused_at_its_first_line(lines: list[str]):
    with pytest.raises(ExportRefused, match="line 1"):
        audit_reading.read_export(lines)


def test_half_a_line_is_refused(log: Engine):
    lines = exported(log)
    _, entries = audit_reading.read_export([*lines[:4], lines[4][:40]])
    with pytest.raises(ExportRefused, match="line 5"):
        list(entries)


def test_pages_and_filters(log: Engine):
    def numbers(wanted: Wanted, **more) -> list[int]:
        with db.read_session(log) as session:
            return [entry.n for entry in audit_reading.page(session, wanted, time_zone=NICOSIA, **more)]

    assert numbers(Wanted()) == list(range(12, 0, -1))
    assert numbers(Wanted(), most=5) == [12, 11, 10, 9, 8, 7], "one more says that there are older ones"
    assert numbers(Wanted(), before=8, most=5) == [7, 6, 5, 4, 3, 2]
    assert numbers(Wanted(action="key.made")) == [11, 9, 7, 5, 3, 1]
    assert numbers(Wanted(actor="a-0123456789ab")) == [11, 8, 5, 2]
    assert numbers(Wanted(subject="S1")) == [9, 5, 1]
    assert numbers(Wanted(subject="%")) == [], "a sign of the database's own means itself"
    # The first entry came at 0:30 of the 22nd in Nicosia, which is the 21st in UTC.
    assert numbers(Wanted(first_day=date(2026, 11, 21), last_day=date(2026, 11, 21))) == []
    assert len(numbers(Wanted(first_day=date(2026, 11, 22), last_day=date(2026, 11, 22)))) == 12
    assert numbers(Wanted(first_day=date(2026, 11, 23))) == []
    with db.read_session(log) as session:
        assert audit_reading.actions(session) == ["certificate.signed", "key.made"]


def test_stretches_cover_the_whole_log_once(log: Engine):
    noted, after, seen = head(log), 0, []
    with db.read_session(log) as session:
        while not seen or not seen[-1].done:
            seen.append(audit_reading.check_stretch(session, after=after, heads=[noted, (3, bytes(32))], most=5))
            after = seen[-1].last
    assert [(stretch.last, stretch.done) for stretch in seen] == [(5, False), (10, False), (12, True)]
    assert [f for stretch in seen for f in stretch.findings] == [rule.Finding(3, Fault.CUT)]
    with db.read_session(log) as session:
        beyond = audit_reading.check_stretch(session, after=99)
    assert [f.fault for f in beyond.findings] == [Fault.MISSING]


def test_an_empty_log_is_whole(engine: Engine):
    assert faults(engine) == []
    with db.read_session(engine) as session:
        assert audit_reading.check_stretch(session) == audit_reading.Stretch((), 0, 0)
        assert audit_reading.actions(session) == []
    assert export_faults(exported(engine)) == []
