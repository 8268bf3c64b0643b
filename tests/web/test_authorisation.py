"""Every route, method and role of the table is tried; "not yours" is, byte for byte, "not there"."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import settings_for
from tests.web import world
from tests.web.authorisation import TABLE, Row
from tests.web.world import World
from toolkit.app import create_app

ROLES = ("anonymous", "owner", "other", "admin")
CELLS = [pytest.param(row, role, id=f"{row.method} {row.endpoint} {role}") for row in TABLE for role in ROLES]
GETS = [pytest.param(row, role, id=f"{row.endpoint} {role}") for row in TABLE if row.method == "GET" for role in ROLES]
HIDDEN = [
    pytest.param(row, role, lang, id=f"{row.method} {row.endpoint} {role} {lang}")
    for row in TABLE
    if row.wrong is not None
    for role in ROLES
    for lang in ("en", "el")
    if getattr(row, role) == "404"
]


@pytest.fixture(scope="module")
def shared_site(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One site for the whole table."""
    folder = tmp_path_factory.mktemp("authorisation")
    shutil.copy(loaded_sqlite, folder / "toolkit.db")
    app = create_app(settings_for(f"sqlite:///{folder / 'toolkit.db'}", folder))
    app.testing = True
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def read_only(shared_site: Flask) -> World:
    return world.make(shared_site)


@pytest.fixture
def made(request: pytest.FixtureRequest, shared_site: Flask) -> World:
    """People for one cell: new ones where the cell may change something."""
    row = request.node.callspec.params.get("row") if hasattr(request.node, "callspec") else None
    if row is not None and row.method == "GET" and not row.writes:
        return request.getfixturevalue("read_only")
    return world.make(shared_site)


def send(made: World, row: Row, role: str, address: str) -> TestResponse:
    client = made.client(role)
    if row.method == "GET":
        return client.get(address)
    return client.post(address, data={**made.fields(role), **row.form(made)}, headers={"Accept": "text/html"})


def outcome(app: Flask, answer: TestResponse) -> str:
    """Say an answer in the table's words."""
    if answer.status_code not in {301, 302, 303, 307, 308}:
        return str(answer.status_code)
    place = answer.location.partition("#")[0].partition("?")[0]
    if not place.startswith("/"):
        return f"{answer.status_code} → elsewhere"
    endpoint, _ = app.url_map.bind("127.0.0.1").match(place, method="GET")
    return f"{answer.status_code} → {endpoint}"


def test_every_route_and_method_has_its_row(lite_site: Flask):
    routes = {
        (rule.endpoint, method)
        for rule in lite_site.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert routes == {(row.endpoint, row.method) for row in TABLE}
    assert len(TABLE) == len(routes), "a route has two rows"


@pytest.mark.parametrize(("row", "role"), CELLS)
def test_each_cell_of_the_table_is_as_it_says(made: World, row: Row, role: str):
    endpoint, _ = made.app.url_map.bind("127.0.0.1").match(row.address(made), method=row.method)
    assert endpoint == row.endpoint, "the row's address belongs to another route"
    answer = send(made, row, role, row.address(made))
    assert outcome(made.app, answer) == getattr(row, role), answer.text[:400]


@pytest.mark.parametrize(("row", "role", "lang"), HIDDEN)
def test_not_yours_is_not_there_byte_for_byte(made: World, row: Row, role: str, lang: str):
    here, gone = (address(made).replace("/en/", f"/{lang}/") for address in (row.address, row.wrong))
    assert here != gone
    assert world.as_bytes(send(made, row, role, here)) == world.as_bytes(send(made, row, role, gone))


@pytest.mark.parametrize(("row", "role"), GETS)
def test_no_page_that_is_only_opened_changes_a_row(made: World, row: Row, role: str):
    before = world.rows(made.app)
    send(made, row, role, row.address(made))
    changed = world.changed(before, world.rows(made.app))
    assert changed == ({"devices"} if row.writes and role != "anonymous" else set())


@pytest.mark.parametrize("role", ["other", "admin"])
def test_another_persons_answer_and_name_leave_no_trace(made: World, role: str):
    """Nothing but the form's own key, by which a refused form is known when it comes again."""
    before = world.rows(made.app)
    for row in TABLE:
        if row.method == "POST" and row.endpoint in {"quizzes.answer_post", "certificates.certificate_post"}:
            send(made, row, role, row.address(made))
    assert world.changed(before, world.rows(made.app)) == {"submissions"}


def test_rights_end_at_the_next_request(made: World):
    owner = made.client("owner")
    assert owner.get(f"/en/attempts/{made.attempt}").status_code == 200
    assert made.client("owner").post("/en/device", data=made.fields("owner")).status_code == 303
    assert owner.get(f"/en/attempts/{made.attempt}").status_code == 404


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"person_id": "1"}, {"passed": "1"}, {"right": "1"}])
def test_fields_that_no_form_has_change_nothing(made: World, extra: dict[str, str], make_twin: Callable[[], World]):
    """A lesson post with a foreign field keeps the same as one without."""
    twin = make_twin()
    for visitor, more in ((made, extra), (twin, {})):
        data = {**visitor.fields("other"), "last": "b2", **more}
        answer = visitor.client("other").post("/en/courses/basics/m01/1-1", data=data, headers={"Accept": "text/html"})
        assert answer.status_code == 303
    pages = [visitor.client("other").get("/en/admin").status_code for visitor in (made, twin)]
    assert pages == [404, 404]
    kept = [_lesson_state(visitor) for visitor in (made, twin)]
    assert kept[0] == kept[1]


@pytest.fixture
def make_twin(shared_site: Flask) -> Callable[[], World]:
    return lambda: world.make(shared_site)


def _lesson_state(made: World) -> list[tuple[object, ...]]:
    who = world.person_id(made.app, made.tokens["other"])
    return [row[2:] for row in world.rows(made.app)["lesson_states"] if row[1] == who]
