"""What the server says of a paper's square code when a browser cannot tell: each verdict, and how little it costs."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.web import world
from tests.web.test_budgets import counted
from tests.web.world import World
from toolkit import db, pdf
from toolkit.services import audit, certificate_keys, withdrawals

NAME, OTHER = "Ελένη Παπαδοπούλου", "Μαρία Ιωαννίδου"


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


def paper(made: World, name: str = NAME, code: str = "") -> str:
    answer = made.client("owner").post(
        f"/en/certificates/{code or made.code}", data={**made.fields("owner"), "name": name}
    )
    payload = pdf.payload_in(answer.data)
    assert payload is not None
    return payload


def check(made: World, payload: str, lang: str = "en") -> str:
    data = {**made.fields("anonymous"), "payload": payload}
    answer = made.client("anonymous").post(f"/{lang}/verify", data=data)
    assert answer.status_code == 200
    return answer.text


def compromise(made: World, since: datetime) -> None:
    with db.write_session(made.app.extensions["engine"]) as session:
        kid = made.app.extensions["issuing"].kid
        assert certificate_keys.compromise(session, kid, since=since, now=datetime.now(UTC), by=audit.SERVER)


def test_a_trial_and_a_changed_paper(made: World):
    payload = paper(made)
    page = check(made, payload)
    assert "it is a trial" in page
    assert NAME in page
    changed = check(made, payload[:-4] + ("AAAA" if payload[-4:] != "AAAA" else "BBBB"))
    assert ">This certificate was changed or cannot be read." in changed
    assert NAME not in changed


def test_a_withdrawn_and_a_replaced_paper(made: World):
    payload = paper(made)
    data = {**made.fields("owner"), "name": OTHER, "action": "correct"}
    moved = made.client("owner").post(f"/en/certificates/{made.code}", data=data).location
    newer = paper(made, OTHER, moved.rpartition("/")[2].partition("?")[0])
    assert ">This certificate was replaced after its name was corrected." in check(made, payload)
    with db.write_session(made.app.extensions["engine"]) as session:
        assert withdrawals.withdraw(session, made.code, reason="misuse", by=audit.SERVER, now=datetime.now(UTC))
    for one in (payload, newer):
        assert ">This certificate was withdrawn: it does not count any more." in check(made, one)
        assert ">Αυτή η βεβαίωση ανακλήθηκε: δεν ισχύει πια." in check(made, one, "el")


def test_a_stolen_key_before_and_after(made: World):
    payload = paper(made)
    compromise(made, datetime.now(UTC))
    known = check(made, payload)
    assert "it is a trial" in known
    assert "this site noted the paper before that" in known
    compromise(made, datetime.now(UTC) - timedelta(days=1))
    lost = check(made, payload)
    assert ">This paper was signed with a key that is no longer trusted" in lost
    assert "this site noted the paper before that" not in lost
    fresh = check(made, paper(made))
    assert "it is a trial" in fresh
    assert "noted" not in fresh.partition("<main")[2].partition('id="verify-server"')[0]


def test_a_check_costs_two_statements_and_three_for_a_stolen_key(made: World):
    payload = paper(made)
    for stolen in (False, True):
        if stolen:
            compromise(made, datetime.now(UTC))
        check(made, payload)
        with counted(made.app) as seen:
            check(made, payload)
        asked = [one for one in seen["statements"] if "publications" not in one]
        assert len(asked) == (3 if stolen else 2), "\n".join(seen["statements"])
