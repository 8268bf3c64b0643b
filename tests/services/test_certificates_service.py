"""Names on certificates as the service keeps the law: once given, once corrected, five tries, and kept nowhere."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import servers
from tests.conftest import settings_for
from tests.faults.crowd import browsers
from tests.web import world
from tests.web.world import World
from toolkit.app import create_app
from toolkit.rules import codes

NAME, OTHER = "Ελένη Παπαδοπούλου", "Μαρία Ιωαννίδου"
DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
GREEK_KEYS = str.maketrans("ABEHKMNPTXYZ01", "ΑΒΕΗΚΜΝΡΤΧΥΖΟΙ")


@pytest.fixture
def made(site: Flask) -> World:
    with time_machine.travel(DAY, tick=False):
        return world.make(site)


def name(made: World, typed: str, role: str = "owner", *, code: str = "", correct: bool = False) -> TestResponse:
    """Send a name as this role."""
    data = {**made.fields(role), "name": typed} | ({"action": "correct"} if correct else {})
    return made.client(role).post(f"/en/certificates/{code or made.code}", data=data)


def check(made: World, typed: str) -> TestResponse:
    """Ask, as somebody unknown, whether a name is the one."""
    return made.client("anonymous").post(f"/en/verify/{made.code}", data={**made.fields("anonymous"), "name": typed})


def is_paper(answer: TestResponse) -> bool:
    return answer.status_code == 200 and answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")


def test_a_name_is_given_once_and_then_asked_for_again(made: World):
    with time_machine.travel(DAY, tick=False):
        assert not is_paper(name(made, NAME, "other")), "only its holder gives the first name"
        assert is_paper(name(made, NAME))
        assert is_paper(name(made, "ΕΛΕΝΗ  ΠΑΠΑΔΟΠΟΥΛΟΥ", "anonymous")), "whoever knows code and name"
        wrong = name(made, OTHER)
        assert wrong.status_code == 422
        assert "not the name" in wrong.text
        assert OTHER in wrong.text, "what was typed survives"


def test_after_five_wrong_names_even_the_right_one_waits_an_hour(made: World):
    with time_machine.travel(DAY, tick=False):
        assert is_paper(name(made, NAME))
        for _ in range(5):
            assert check(made, OTHER).status_code == 200
        for answer in (check(made, NAME), check(made, OTHER), name(made, NAME, "anonymous")):
            assert answer.status_code == 429
            assert "Five wrong names" in answer.text
        assert is_paper(name(made, NAME)), "a stranger cannot use up the holder's tries"
    with time_machine.travel(DAY + timedelta(minutes=59, seconds=59), tick=False):
        assert check(made, NAME).status_code == 429
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        assert "The name matches" in check(made, NAME).text
        assert is_paper(name(made, NAME))


def test_the_holder_too_has_five_tries_an_hour(made: World):
    with time_machine.travel(DAY, tick=False):
        assert is_paper(name(made, NAME))
        for _ in range(5):
            assert name(made, OTHER).status_code == 422
        assert name(made, NAME).status_code == 429
        assert "The name matches" in check(made, NAME).text
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        assert is_paper(name(made, NAME))


def test_wrong_names_for_one_certificate_do_not_lock_another(made: World):
    twin = world.make(made.app)
    for one in (made, twin):
        assert is_paper(name(one, NAME))
    for _ in range(6):
        check(made, OTHER)
    assert check(made, NAME).status_code == 429
    assert "The name matches" in check(twin, NAME).text


def test_a_name_is_corrected_once_within_a_day(made: World):
    with time_machine.travel(DAY, tick=False):
        assert is_paper(name(made, "Ελένι Παπαδοπούλου"))
    with time_machine.travel(DAY + timedelta(hours=23, minutes=59), tick=False):
        moved = name(made, NAME, correct=True)
        assert moved.status_code == 303
        new = moved.location.rpartition("/")[2].partition("?")[0]
        assert codes.read_code(new, codes.CERTIFICATE_SIGNS) != made.code
        old = made.client("anonymous").get(f"/en/verify/{made.code}").text
        assert "was replaced" in old
        assert "is valid" in made.client("anonymous").get(f"/en/verify/{new}").text
        assert is_paper(name(made, NAME, code=new))
        assert name(made, NAME).status_code == 422, "the old one makes no paper any more"
        again = name(made, OTHER, code=new, correct=True)
        assert again.status_code == 422
        assert "already corrected once" in again.text
    assert world.count(made.app, "certificates", f"person_id = {world.person_id(made.app, made.tokens['owner'])}") == 2


def test_after_a_day_a_name_stays(made: World):
    with time_machine.travel(DAY, tick=False):
        assert is_paper(name(made, NAME))
    with time_machine.travel(DAY + timedelta(hours=24), tick=False):
        late = name(made, OTHER, correct=True)
        assert late.status_code == 422
        assert "within 24 hours" in late.text
        assert is_paper(name(made, NAME))
    assert world.count(made.app, "certificates", "replaces_id is not null") == 0


def test_the_same_correction_sent_twice_is_one_correction(made: World):
    assert is_paper(name(made, NAME))
    data = {**made.fields("owner"), "name": OTHER, "action": "correct"}
    places = {made.client("owner").post(f"/en/certificates/{made.code}", data=data).location for _ in range(3)}
    assert len(places) == 1
    assert None not in places
    assert world.count(made.app, "certificates", "replaces_id is not null") == 1


@pytest.mark.parametrize("typed", ["", " ", "A1", "x" * 61, "Ana\u202eria", "Ана\nМария", "名前", "123", "Maria <b>"])
def test_what_is_no_name_is_a_sentence_and_is_not_counted(made: World, typed: str):
    answer = name(made, typed)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert world.count(made.app, "wrong_tries") == 0
    assert world.count(made.app, "certificates", "name_check is not null") == 0


def test_a_code_typed_on_a_greek_keyboard_is_found(made: World):
    typed = codes.show_code(made.code).translate(GREEK_KEYS)
    client: FlaskClient = made.client("anonymous")
    answer = client.post("/el/verify", data={**made.fields("anonymous"), "code": typed.lower()})
    assert answer.status_code == 303
    assert answer.location == f"/el/verify/{made.code}"
    assert any(sign in typed for sign in "ΑΒΕΗΚΜΝΡΤΧΥΖΟΙ") or made.code.isalnum()


def test_a_name_is_in_no_byte_of_the_database_nor_of_the_log(loaded_sqlite: Path, tmp_path: Path):
    """A real server, its database file with the WAL, its log and every file beside: the name is in none."""
    (tmp_path / "toolkit.db").write_bytes(loaded_sqlite.read_bytes())
    with servers.serve(tmp_path) as server:
        folder = tmp_path / "instance"
        folder.symlink_to(tmp_path)
        app = create_app(settings_for(f"sqlite:///{tmp_path / 'toolkit.db'}", tmp_path))
        made = world.make(app)
        browser = browsers(server.url, [made.tokens["owner"]])[0]
        path = f"/en/certificates/{made.code}"
        for typed, status in ((NAME, 200), (OTHER, 422), (NAME, 200)):
            assert browser.request("POST", path, {**made.fields("owner"), "name": typed})[0] == status
        assert browser.request("POST", path, {**made.fields("owner"), "name": OTHER, "action": "correct"})[0] == 303
        assert browser.request("POST", f"/en/verify/{made.code}", {**made.fields("owner"), "name": NAME})[0] == 200
        browser.connection.close()
        kept = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        app.extensions["engine"].dispose()
    assert {"toolkit.db", "toolkit.db-wal", "server.log"} <= {path.name for path in kept}
    assert any(made.code.encode() in content for content in kept.values()), "the search would find what is there"
    for whole in (NAME, OTHER):
        for word in [whole, *whole.split()]:
            for encoded in (word.encode(), word.encode("utf-16-le"), word.casefold().encode(), os.fsencode(word)):
                assert [path.name for path, content in kept.items() if encoded in content] == []
