"""Day by day over 800 days: each class of data goes on its day and not a day earlier; nothing else goes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, event, select, text

from tests.services import somebody
from tests.services.somebody import SERVER_KEY
from tests.services.states import DAY_ONE, START, Watch, account, answers, day, fleeting, people, person
from toolkit import config, db
from toolkit.models.accounts import Account, Notice, Person
from toolkit.models.letters import Letter
from toolkit.services import retention

KEPT = config.KEPT


def run(engine: Engine, n: int, *, mails: bool = True) -> dict[str, int]:
    return retention.run(engine, KEPT, SERVER_KEY, mails=mails, now=START + timedelta(days=n))


DUE = {
    "guest who never answered": 365,  # 31 January 2027
    "guest who answered later": 465,
    "account without mail": 730,  # 31 January 2028
    "account with mail": 730,
    "answers: failed before passing": 100,
    "answers: passed": 100,
    "answers: failed after passing": 140,
    "device": 90,
    "wrong try": 1,
    "form": 15,
    "link in a mail": 7,
    "admin's link": 7,
    "report dealt with": 110,
    "sent letter": 8,  # the job runs once a day; the letter is a week old to the second on the seventh
    "job of an older version": 8,
}


def test_each_class_goes_on_its_day_and_not_a_day_earlier(engine: Engine):
    watch = Watch()
    with db.write_session(engine) as session:
        people(session, watch)
        answers(session, watch)
        fleeting(session, watch)
    for n in range(801):
        run(engine, n)
        if n < 20 or n + 1 in DUE.values() or n in DUE.values() or n % 40 == 0:
            watch.look(engine, n)
    assert watch.gone == DUE
    with db.read_session(engine) as session:
        mails = session.execute(select(Notice.kind)).all()
    assert mails == [], "the notices went with the account they spoke of"


def test_the_two_letters_go_to_her_in_her_language_each_once(engine: Engine):
    with db.write_session(engine) as session:
        account(session, person(session), email="one@mail.example")
        account(session, person(session), email=None)
    seen = {}
    for n in (669, 670, 671, 700, 715, 716, 717, 729):
        counts = run(engine, n)
        with db.read_session(engine) as session:
            for letter in session.scalars(select(Letter).where(Letter.state == "waiting")):
                seen.setdefault(letter.key, (n, letter.to_address, letter.language, letter.template, letter.params))
        assert counts["notices"] == (n in {670, 716})
    assert [found[0] for found in seen.values()] == [670, 716]
    assert {found[1:] for found in map(_plain, seen.values())} == {
        ("one@mail.example", "el", "ending", "31 Ιανουαρίου 2028")
    }
    assert run(engine, 730)["accounts"] == 2


def _plain(found: tuple[Any, ...]) -> tuple[Any, ...]:
    return *found[:4], found[4]["day"]


def test_signing_in_after_a_notice_keeps_the_account_and_two_new_notices_go_later(engine: Engine):
    with db.write_session(engine) as session:
        found = account(session, person(session), email="one@mail.example")
    run(engine, 670)
    with db.write_session(engine) as session:
        session.get(Account, found).last_sign_in_on = day(680)
    ends = (retention.rule.add_months(day(680), 24) - DAY_ONE).days
    sent = {n for n in [*range(671, 760), *range(ends - 70, ends)] if run(engine, n)["notices"]}
    assert sent == {ends - 60, ends - 14}
    assert run(engine, ends)["accounts"] == 1


def test_nobody_with_an_address_ends_before_the_second_notice_is_14_days_old(engine: Engine):
    """The job stood still for years: the notices still go, one after the other."""
    with db.write_session(engine) as session:
        found = account(session, person(session), email="one@mail.example")
    ends = None
    for n in range(900, 1000):
        run(engine, n)
        with db.read_session(engine) as session:
            if session.get(Account, found) is None:
                ends = n
                break
    assert ends == 928


def test_when_the_site_cannot_send_the_period_alone_counts(engine: Engine):
    with db.write_session(engine) as session:
        found = account(session, person(session), email="one@mail.example")
    for n, there in ((729, True), (730, False)):
        counts = run(engine, n, mails=False)
        with db.read_session(engine) as session:
            assert (session.get(Account, found) is not None) is there
        assert counts["notices"] == 0


def test_a_clock_that_jumps_back_deletes_nothing_more_and_running_twice_changes_nothing(engine: Engine):
    watch = Watch()
    with db.write_session(engine) as session:
        people(session, watch)
        answers(session, watch)
        fleeting(session, watch)
    run(engine, 95)
    before = _everything(engine)
    for n in (95, 94, 20, 0, -400, 95):
        assert not any(run(engine, n).values()), n
    assert _everything(engine) == before


def _everything(engine: Engine) -> dict[str, int]:
    tables = (
        "people",
        "accounts",
        "devices",
        "attempt_items",
        "attempts",
        "submissions",
        "mail_tokens",
        "notices",
        "letters",
    )
    with db.read_session(engine) as session:
        return {name: session.execute(text(f"select count(*) from {name}")).scalar_one() for name in tables}  # noqa: S608


def test_many_go_in_small_transactions(engine: Engine):
    with db.write_session(engine) as session:
        session.add_all(
            Person(key=f"{n:026}", role="guest", created_on=day(0), made_up=False)
            for n in range(2 * retention.PEOPLE_AT_ONCE + 10)
        )
    deleted: list[int] = []

    def statement(_c: Any, cursor: Any, sql: str, *_: Any) -> None:
        if sql.startswith("DELETE FROM people"):
            deleted.append(cursor.rowcount)

    event.listen(engine, "after_cursor_execute", statement)
    assert run(engine, 365)["guests"] == 410
    assert deleted == [200, 200, 10]
    assert run(engine, 365)["guests"] == 0


def test_the_moment_of_the_process_is_what_a_job_gives(engine: Engine):
    """Not the database's clock and not the machine's: the same run under a travelled clock ends the same people."""
    with time_machine.travel(START, tick=False), db.write_session(engine) as session:
        somebody.add(session, "Kanari", now=datetime.now(UTC))
    for months, left in ((23, 1), (25, 0)):
        moment = datetime.combine(retention.rule.add_months(DAY_ONE, months), START.timetz())
        with time_machine.travel(moment, tick=False):
            retention.run(engine, KEPT, SERVER_KEY, mails=False, now=datetime.now(UTC))
        with db.read_session(engine) as session:
            assert len(session.scalars(select(Person.id)).all()) == left


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(retention, "PAUSE_SECONDS", 0)
    return
