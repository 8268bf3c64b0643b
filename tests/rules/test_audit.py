"""What shows that a log was touched, one kind of touching at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from toolkit.rules import audit as rule
from toolkit.rules.audit import Entry, Fault, Finding

START = datetime(2026, 11, 21, 9, tzinfo=UTC)


def log(length: int, *, subject: str = "K7M4P2XQ9TRC") -> list[Entry]:
    entries: list[Entry] = []
    before = rule.FIRST
    for n in range(1, length + 1):
        salt, detail = bytes([n]) * rule.SALT_BYTES, f'{{"n":"{n}"}}'
        said = {"n": n, "at": START + timedelta(minutes=n), "actor": "site", "action": "a.b", "subject": subject}
        bound = rule.hash_detail(salt, detail)
        hashed = rule.hash_entry(**said, detail_hash=bound, prev=before)
        entries.append(Entry(**said, detail=detail, salt=salt, detail_hash=bound, prev=before, hash=hashed))
        before = hashed
    return entries


def changed(entries: list[Entry], n: int, **changes: object) -> list[Entry]:
    return [replace(entry, **changes) if entry.n == n else entry for entry in entries]


def test_a_log_as_it_was_written_is_whole():
    entries = log(5)
    assert rule.faults(entries) == []
    assert rule.faults(entries, heads=[(3, entries[2].hash), (5, entries[4].hash), (0, rule.FIRST)]) == []
    assert rule.faults([]) == []


def test_an_erased_detail_leaves_it_whole():
    assert rule.faults(changed(log(3), 2, detail=None, salt=None)) == []


@pytest.mark.parametrize("field", ["at", "actor", "action", "subject"])
def test_an_edited_entry_shows(field: str):
    value = START if field == "at" else "changed"
    assert rule.faults(changed(log(3), 2, **{field: value})) == [Finding(2, Fault.EDITED)]


def test_an_edited_detail_shows():
    assert rule.faults(changed(log(3), 2, detail="{}")) == [Finding(2, Fault.DETAIL)]
    assert rule.faults(changed(log(3), 2, salt=None)) == [Finding(2, Fault.DETAIL)]


def test_an_entry_taken_out_shows():
    entries = log(4)
    assert rule.faults([entries[0], *entries[2:]]) == [Finding(2, Fault.MISSING)]
    assert rule.faults(entries[1:]) == [Finding(1, Fault.MISSING)]


def test_an_entry_hashed_anew_breaks_with_the_next_one():
    entries = log(3)
    other = log(2, subject="another")[1]
    forged = rule.hash_entry(
        n=2,
        at=other.at,
        actor=other.actor,
        action=other.action,
        subject=other.subject,
        detail_hash=other.detail_hash,
        prev=entries[0].hash,
    )
    entries[1] = replace(other, prev=entries[0].hash, hash=forged)
    assert rule.faults(entries) == [Finding(3, Fault.FORKED)]


def test_a_log_written_anew_shows_only_against_a_head():
    ours, theirs = log(4), log(4, subject="another")
    assert rule.faults(theirs) == []
    assert rule.faults(theirs, heads=[(4, ours[3].hash)]) == [Finding(4, Fault.CUT)]


def test_a_cut_end_shows_only_against_a_head():
    entries = log(5)
    assert rule.faults(entries[:3]) == []
    assert rule.faults(entries[:3], heads=[(5, entries[4].hash)]) == [Finding(5, Fault.CUT)]
    both = [(3, entries[2].hash), (5, entries[4].hash)]
    assert rule.faults(entries[:3], heads=both) == [Finding(5, Fault.CUT)]


def test_a_stretch_begins_at_what_came_before():
    entries = log(6)
    assert rule.faults(entries[3:], after=(3, entries[2].hash)) == []
    assert rule.faults(entries[3:], after=(3, bytes(32))) == [Finding(4, Fault.FORKED)]
