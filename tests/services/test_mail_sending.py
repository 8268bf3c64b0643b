"""Letters on their way, on both databases: one sender at a time, leases, tries, and what is forgotten when."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from toolkit import db
from toolkit.models.letters import Letter
from toolkit.rules import letters as rule
from toolkit.services import letters, mail_sending

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def write(engine: Engine, *keys: str, now: datetime = NOW) -> None:
    with db.write_session(engine) as session:
        for key in keys:
            letters.write(
                session,
                key=key,
                to=f"{key}@example.org",
                language="el",
                template="reset",
                params={"link": "https://x.example/canary-words"},
                now=now,
            )


def claim(engine: Engine, now: datetime = NOW) -> mail_sending.Claimed | None:
    with db.write_session(engine) as session:
        return mail_sending.claim(session, now=now)


def row(engine: Engine, key: str) -> Letter | None:
    with db.read_session(engine) as session:
        found = session.query(Letter).filter_by(key=key).one_or_none()
        session.expunge_all()
        return found


def test_one_key_is_one_letter_and_only_a_new_one_rings(engine: Engine):
    with db.open_session(engine, write=True) as session:
        values = {"to": "a@example.org", "language": "en", "template": "reset", "params": {}, "now": NOW}
        assert letters.write(session, key="same", **values)
        assert session.info.pop("ring") == {"send_letters"}
        assert not letters.write(session, key="same", **values)
        assert "ring" not in session.info
        session.commit()
    assert claim(engine).key == "same"
    assert claim(engine) is None


def test_a_claimed_letter_is_nobody_elses_until_its_lease_is_over(engine: Engine):
    write(engine, "a")
    first = claim(engine)
    assert (first.to, first.tries, first.written_at) == ("a@example.org", 1, NOW)
    assert claim(engine, NOW + rule.LEASE - MINUTE) is None
    second = claim(engine, NOW + rule.LEASE)
    assert second.tries == 2
    # The first sender comes back late: its word no longer counts.
    with db.write_session(engine) as session:
        assert not mail_sending.sent(session, first, now=NOW)
        assert not mail_sending.give_up(session, first, trouble="late")
    assert row(engine, "a").state == "sending"
    with db.write_session(engine) as session:
        assert mail_sending.sent(session, second, now=NOW)


def test_of_many_senders_at_once_each_letter_has_one(engine: Engine):
    keys = [f"k{n}" for n in range(40)]
    write(engine, *keys)
    got: list[str] = []
    start = threading.Barrier(6)

    def sender() -> None:
        start.wait()
        while (claimed := claim(engine)) is not None:
            got.append(claimed.key)

    threads = [threading.Thread(target=sender) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(keys)


def test_a_sent_letter_keeps_neither_address_nor_words(engine: Engine):
    write(engine, "a", "b")
    for _ in range(2):
        claimed = claim(engine)
        with db.write_session(engine) as session:
            if claimed.key == "a":
                mail_sending.sent(session, claimed, now=NOW)
            else:
                mail_sending.give_up(session, claimed, trouble="reader_550")
    with engine.connect() as connection:
        rows = connection.execute(text("select key, state, to_address, params, trouble from letters order by key"))
        assert [tuple(found) for found in rows] == [
            ("a", "sent", None, None, None),
            ("b", "given_up", None, None, "reader_550"),
        ]
    assert row(engine, "a").sent_at == NOW


def test_a_letter_that_is_put_off_comes_again_and_is_given_up_after_three_days(engine: Engine):
    write(engine, "a")
    now, tries = NOW, 0
    while (claimed := claim(engine, now)) is not None:
        tries += 1
        with db.write_session(engine) as session:
            mail_sending.put_off(session, claimed, trouble="reader_451", now=now)
        found = row(engine, "a")
        if found.state == "given_up":
            break
        assert found.due_at > now
        assert claim(engine, found.due_at - timedelta(seconds=1)) is None
        now = found.due_at
    assert tries == rule.most_tries()
    assert timedelta(days=3) <= now - NOW <= timedelta(days=3, hours=6)
    assert (found.state, found.trouble, found.to_address) == ("given_up", "reader_451", None)


def test_a_letter_whose_sender_dies_each_time_is_not_tried_for_ever(engine: Engine):
    write(engine, "a")
    now, tries = NOW, 0
    while claim(engine, now) is not None:
        tries, now = tries + 1, now + rule.LEASE
    assert tries == rule.most_tries()
    with db.write_session(engine) as session:
        mail_sending.prune(session, days=7, now=now)
    assert (row(engine, "a").state, row(engine, "a").to_address) == ("given_up", None)


def test_letters_wait_a_week_for_smtp_url_and_go_a_week_after_their_end(engine: Engine):
    write(engine, "waits")
    write(engine, "sent")
    with db.write_session(engine) as session:
        session.query(Letter).filter_by(key="sent").update({"state": "sent", "to_address": None, "params": None})

    def pruned(now: datetime) -> int:
        with db.write_session(engine) as session:
            return mail_sending.prune(session, days=7, now=now)

    assert pruned(NOW + 7 * DAY) == 0
    assert row(engine, "waits").state == "waiting"
    assert pruned(NOW + 7 * DAY + MINUTE) == 1
    assert row(engine, "sent") is None
    late = row(engine, "waits")
    assert (late.state, late.trouble, late.to_address, late.params) == ("given_up", "too_old", None, None)
    with db.read_session(engine) as session:
        assert mail_sending.counts(session) == {"waiting": 0, "given_up": 1}
    assert pruned(NOW + 14 * DAY) == 0
    assert pruned(NOW + 14 * DAY + 2 * MINUTE) == 1


def test_counting_says_what_waits(engine: Engine):
    write(engine, "a", "b", "c")
    claimed = claim(engine)
    with db.read_session(engine) as session:
        assert mail_sending.counts(session) == {"waiting": 3, "given_up": 0}
        assert mail_sending.any_due(session, now=NOW)
        assert not mail_sending.any_due(session, now=NOW - MINUTE)
    with db.write_session(engine) as session:
        mail_sending.give_up(session, claimed, trouble="reader_550")
    with db.read_session(engine) as session:
        assert mail_sending.counts(session) == {"waiting": 2, "given_up": 1}
