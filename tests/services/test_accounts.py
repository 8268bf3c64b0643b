"""Devices, resume codes and the admin's link over time: what a form sent again opens, and when it opens nothing."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.rules.accounts import WRONG_CODES_PER_HOUR, AccountRefusedError, Reason
from toolkit.services import accounts

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTES_10 = timedelta(minutes=10)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def key() -> str:
    return secrets.token_hex(16)


def refused(reason: Reason, call: object, *args: object, **kwargs: object) -> None:
    """Expect this refusal."""
    with pytest.raises(AccountRefusedError) as caught:
        call(*args, **kwargs)
    assert caught.value.reason is reason


def count(session: Session, table: str) -> int:
    return session.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608


def test_start_sent_again_gives_the_same_device_for_ten_minutes_and_then_nothing(session: Session):
    sent = key()
    first = accounts.start_guest(session, KEY, sent, shared=False, now=NOW)
    for later in (timedelta(0), MINUTES_10 - timedelta(seconds=1)):
        assert accounts.start_guest(session, KEY, sent, shared=False, now=NOW + later) == first
    refused(Reason.REPLAY_TOO_LATE, accounts.start_guest, session, KEY, sent, shared=False, now=NOW + MINUTES_10)
    assert count(session, "people") == count(session, "devices") == 1


def test_start_sent_again_after_forget_me_opens_nothing(session: Session):
    sent = key()
    token = accounts.start_guest(session, KEY, sent, shared=False, now=NOW).token
    found = accounts.visitor(session, token, now=NOW)
    accounts.forget_device(session, found.device_id)
    refused(Reason.REPLAY_TOO_LATE, accounts.start_guest, session, KEY, sent, shared=False, now=NOW)
    assert accounts.visitor(session, token, now=NOW) is None


@pytest.mark.parametrize("bad", ["", "x", "0" * 21, "0" * 33, "0" * 31 + " ", "α" * 32, "0" * 32 + "\n"])
def test_a_post_without_a_whole_client_key_does_nothing(session: Session, bad: str):
    refused(Reason.KEY_MISSING, accounts.start_guest, session, KEY, bad, shared=False, now=NOW)
    assert count(session, "people") == 0


def test_one_key_with_another_body_is_refused_and_the_first_is_kept(session: Session):
    sent = key()
    first = accounts.start_guest(session, KEY, sent, shared=False, now=NOW)
    refused(Reason.KEY_REUSED, accounts.start_guest, session, KEY, sent, shared=True, now=NOW)
    assert accounts.visitor(session, first.token, now=NOW).shared is False
    assert count(session, "people") == 1


def test_a_device_ends_at_its_time(session: Session):
    own = accounts.start_guest(session, KEY, key(), shared=False, now=NOW)
    shared = accounts.start_guest(session, KEY, key(), shared=True, now=NOW)
    for token, life in ((own.token, timedelta(days=90)), (shared.token, timedelta(hours=12))):
        assert accounts.visitor(session, token, now=NOW + life - timedelta(seconds=1)) is not None
        assert accounts.visitor(session, token, now=NOW + life) is None


def test_a_resume_code_brings_her_back_and_is_stored_nowhere(session: Session):
    token = accounts.start_guest(session, KEY, key(), shared=False, now=NOW).token
    found = accounts.visitor(session, token, now=NOW)
    code = accounts.resume_code(KEY, found.key)
    again = accounts.resume(session, KEY, key(), f" {code[:5].lower()}-{code[5:]} ", shared=True, now=NOW)
    back = accounts.visitor(session, again.token, now=NOW)
    assert (back.person_id, back.shared) == (found.person_id, True)
    assert again.token != token, "a device of its own"
    tables = ("people", "devices", "submissions")
    kept = [str(row) for table in tables for row in session.execute(text(f"select * from {table}"))]  # noqa: S608
    assert not any(code in row or again.token in row for row in kept)


def test_a_wrong_code_is_counted_and_after_a_thousand_nobody_is_looked_at(session: Session):
    token = accounts.start_guest(session, KEY, key(), shared=False, now=NOW).token
    code = accounts.resume_code(KEY, accounts.visitor(session, token, now=NOW).key)
    wrong = ("1" if code[0] != "1" else "2") + code[1:]
    refused(Reason.RESUME_UNKNOWN, accounts.resume, session, KEY, key(), wrong, shared=False, now=NOW)
    refused(Reason.RESUME_UNREADABLE, accounts.resume, session, KEY, key(), "U" * 10, shared=False, now=NOW)
    assert count(session, "wrong_tries") == 1, "what cannot be a code is no guess"
    for _ in range(WRONG_CODES_PER_HOUR - 1):
        session.execute(text("insert into wrong_tries (subject, at) select subject, at from wrong_tries limit 1"))
    refused(Reason.TOO_MANY_CODES, accounts.resume, session, KEY, key(), code, shared=False, now=NOW)
    later = NOW + timedelta(hours=1)
    assert accounts.resume(session, KEY, key(), code, shared=False, now=later).token


def test_an_admin_has_no_resume_code_and_the_link_is_spent_once(session: Session):
    token = accounts.new_invite(session, now=NOW)
    assert not accounts.admin_exists(session)
    signed_in = accounts.accept_invite(session, KEY, key(), token, now=NOW)
    assert accounts.visitor(session, signed_in.token, now=NOW).role == "admin"
    assert accounts.admin_exists(session)
    refused(Reason.INVITE_SPENT, accounts.accept_invite, session, KEY, key(), token, now=NOW)
    assert count(session, "people") == 1
    old = accounts.new_invite(session, now=NOW - timedelta(hours=24))
    refused(Reason.INVITE_SPENT, accounts.accept_invite, session, KEY, key(), old, now=NOW)
    assert session.execute(text("select resume_hash from people")).scalar_one() is None


def test_forgetting_one_device_leaves_the_others(session: Session):
    token = accounts.start_guest(session, KEY, key(), shared=False, now=NOW).token
    found = accounts.visitor(session, token, now=NOW)
    second = accounts.resume(session, KEY, key(), accounts.resume_code(KEY, found.key), shared=False, now=NOW)
    accounts.forget_device(session, found.device_id)
    assert accounts.visitor(session, token, now=NOW) is None
    assert accounts.visitor(session, second.token, now=NOW).person_id == found.person_id


def test_a_double_click_on_a_wrong_code_is_one_wrong_try(session: Session):
    sent = key()
    for _ in range(2):
        refused(Reason.RESUME_UNKNOWN, accounts.resume, session, KEY, sent, "0" * 10, shared=False, now=NOW)
    assert len(accounts.wrong_tries(session, "resume", now=NOW)) == 1
