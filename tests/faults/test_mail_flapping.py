"""200 letters, two worker processes, a mail server that refuses, stalls, breaks off, dies and returns; and kill -9."""

import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import post_office
from tests.faults.workers import Outbox, running, soon
from tests.post_office import PostOffice
from toolkit import db

LETTERS = 200
FAULTS = {"421": 6, "451": 12, "stall": 3, "cut": 6, "lost": 6}
DOWN_EVERY = 4  # rounds


@pytest.fixture
def outbox(loaded_url: str, tmp_path: Path) -> Iterator[Outbox]:
    (tmp_path / "instance").mkdir()
    engine = db.make_engine(loaded_url)
    yield Outbox(engine, loaded_url, tmp_path)
    engine.dispose()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office.opened() as office:
        yield office


def test_nothing_is_lost_and_nothing_doubled_while_the_server_comes_and_goes(outbox: Outbox, office: PostOffice):
    outbox.write(LETTERS)
    faults = [fault for fault, times in FAULTS.items() for _ in range(times)]
    plan = faults + [""] * (LETTERS - len(faults))
    random.Random(20261121).shuffle(plan)  # noqa: S311 - the same order each time
    office.plan.extend(plan)
    downs, seen, rounds = 0, set(), 0
    env = {"SMTP_URL": office.url, "MAIL_FROM": "no-reply@learning.example.org"}
    with ExitStack() as stack:
        # The first finds the server closed.
        office.stop()
        workers = [stack.enter_context(running(outbox.folder, outbox.url, "worker", **env)) for _ in range(2)]
        soon(outbox.fault)
        seen.add(outbox.fault())
        assert outbox.states() == {"waiting": LETTERS}, "a server that is away costs no letter a try"
        office.start()
        while outbox.states() != {"sent": LETTERS}:
            rounds += 1
            assert rounds < 300, (outbox.states(), office.fired)
            outbox.is_due("waiting")
            outbox.ring(2)
            already = office.offered
            if rounds % DOWN_EVERY == 0:
                soon(lambda offered=already: office.offered > offered or outbox.states() == {"sent": LETTERS})
                office.stop()
                downs += 1
                outbox.ring(2)
                office.start()
            else:
                soon(lambda offered=already: office.offered > offered or "waiting" not in outbox.states())
            outbox.is_due("waiting")
        ends = [worker.end() for worker in workers]
        said = "".join(worker.log.read_text() for worker in workers)
    assert [code for code, _ in ends] == [0, 0]
    assert max(seconds for _, seconds in ends) < 5
    assert dict(office.fired) == FAULTS, "each planned fault has happened"
    assert seen == {"mail_server_unreachable"}
    assert downs >= 2, "the server went away in the middle"
    assert Counter(office.ids).most_common(1)[0][1] == 1, "no letter was taken twice"
    assert {address for message in office.taken for address in message.reader} == {
        f"letter-{n}@canary.example.org" for n in range(LETTERS)
    }
    with outbox.engine.connect() as connection:
        kept = connection.execute(
            text("select count(*) from letters where to_address is not null or params is not null")
        )
        assert kept.scalar() == 0
    assert "letter_not_sent" in said
    assert "canary" not in said


@pytest.mark.parametrize(("stage", "copies"), [("MAIL", 1), ("DATA", 2)])
def test_a_killed_sender_loses_nothing_and_its_letter_waits_for_the_lease(
    outbox: Outbox, office: PostOffice, stage: str, copies: int
):
    """Killed before the end of the message nothing is doubled; after it nobody can know, and the copy is the same."""
    env = {"SMTP_URL": office.url, "MAIL_FROM": "no-reply@learning.example.org"}
    stages: list[str] = []
    with running(outbox.folder, outbox.url, "worker", **env) as doomed:

        def kill_at_the_third(now: str) -> None:
            stages.append(now)
            if now == stage and stages.count(stage) == 3:
                doomed.process.send_signal(signal.SIGKILL)
                doomed.process.wait()

        office.watch = kill_at_the_third
        outbox.write(5)
        outbox.ring()
        soon(lambda: doomed.process.poll() is not None)
    assert doomed.process.returncode == -signal.SIGKILL
    assert outbox.states() == {"sent": 2, "sending": 1, "waiting": 2}
    with running(outbox.folder, outbox.url, "worker", **env) as second:
        outbox.ring()
        soon(lambda: outbox.states() == {"sent": 4, "sending": 1})
        outbox.ring()
        outbox.is_due("sending")  # the lease is over
        soon(lambda: outbox.states() == {"sent": 5})
        assert second.end()[0] == 0
    times = sorted(Counter(office.ids).values())
    assert times == [1, 1, 1, 1, copies]
    assert len({message.raw for message in office.taken}) == 5, "the copy is the same to the byte"
