"""A real server, a person who uses all of it and deletes herself: a search of all bytes finds her before, not after."""

import http.client
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import postgres, servers
from tests.services import on_disk
from tests.visit import Visit
from toolkit import db

WORD = "Kanarini"
NAME = f"{WORD} Papagalou"
PASSWORD = "four words in a row"


@dataclass
class Answer:
    """An answer as the test's visitor reads it."""

    status_code: int
    location: str
    content_type: str
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class Wire:
    """A browser without script, over a real connection."""

    server: servers.Server
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str]) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: dict[str, object], headers: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(data, doseq=True), headers | kind)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", int(self.server.url.rpartition(":")[2]), timeout=60)
        try:
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, headers | {"Cookie": cookies})
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            kind = answer.headers.get("Content-Type", "")
            return Answer(answer.status, answer.headers.get("Location", ""), kind, answer.read())
        finally:
            connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("loaded_sqlite"), tmp_path / "toolkit.db")
        return f"sqlite:///{tmp_path / 'toolkit.db'}"
    server = request.getfixturevalue("postgres_server")
    return postgres.new_database(server, like=request.getfixturevalue("loaded_postgres"))


def use_everything(visit: Visit) -> None:
    """Start, make an account, learn, answer, type the name wherever a name or a code is asked for."""
    visit.start("el")
    visit.get("/el/sign-in/new")
    visit.send(visit.form(having="new"), {"name": NAME, "new": PASSWORD, "again": PASSWORD})
    assert visit.at.startswith("/el/account")
    visit.get("/el/account/name")
    visit.send(visit.form(having="name"), {"name": f"Η {NAME}"})
    visit.get("/el/account/user-name")
    visit.send(visit.form(having="name"), {"name": f"{NAME} 2", "password": PASSWORD})
    visit.start_quiz("el")
    visit.get("/el/resume")
    visit.send(visit.form(having="code"), {"code": NAME, "device": "own"})
    visit.get("/el/verify")
    visit.send(visit.form(having="code"), {"code": NAME})
    visit.get(f"/el/{WORD}")  # an address that is not there
    other = Visit(Wire(visit.client.server))
    other.get("/el/sign-in")
    assert (
        other.send(other.form(having="password"), {"name": f"{NAME} 2", "password": "wrong words"}).status_code == 422
    )


def test_whoever_deletes_herself_is_found_nowhere(address: str, tmp_path: Path):
    engine = db.make_engine(address)
    with servers.serve(tmp_path, DATABASE_URL=address) as server:
        visit = Visit(Wire(server))
        use_everything(visit)
        before = on_disk.of_database(engine) | on_disk.of_folder(tmp_path)
        assert on_disk.where(before, WORD), "the search can find her"
        visit.get("/el/account/end")
        answer = visit.send(visit.form(having="sure"), {"sure": "1", "password": PASSWORD}, follow=False)
        assert (answer.status_code, answer.location) == (303, "/el/account/end?done=1")
        after = on_disk.of_database(engine) | on_disk.of_folder(tmp_path)
        assert on_disk.where(after, WORD) == []
    assert on_disk.where(on_disk.of_folder(tmp_path), WORD) == [], "nor after the server has ended"
    assert (tmp_path / "erased.list").exists()
    engine.dispose()
