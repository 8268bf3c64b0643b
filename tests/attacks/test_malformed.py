"""Two thousand malformed requests from a grammar: no fault, no hang, every header there, the database whole."""

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from sqlalchemy import text
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response

from tests import postgres
from tests.attacks import people
from tests.attacks.grammar import Asked, requests
from tests.attacks.odd import MARKS, PROBE
from tests.attacks.people import People
from tests.web import world
from toolkit import db, logs
from toolkit.services import audit
from toolkit.web.headers import ALWAYS

SEED = int(os.environ.get("ATTACK_SEED", "20261121"))
SECONDS = 2.0
WANTED = {"sqlite": 2000, "postgresql": 500}  # what only PostgreSQL refuses (such as NUL) shows within a few hundred


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{shutil.copy(request.getfixturevalue('loaded_sqlite'), tmp_path / 'toolkit.db')}"
    return postgres.new_database(
        request.getfixturevalue("postgres_server"), like=request.getfixturevalue("loaded_postgres")
    )


@pytest.fixture
def made(url: str, tmp_path: Path) -> Iterator[People]:
    with people.site(url, tmp_path) as app:
        yield People(app)


def send(made: People, asked: Asked) -> Response:
    """Make the request of a grammar as the part that it names, past every client that would put it right."""
    token = made.tokens[asked.role]
    fields = [(name, made.at(value, asked.role) if value.startswith("{") else value) for name, value in asked.fields]
    if asked.signed and asked.formed:
        fields = [*world.fields(made.app, token).items(), *fields]
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    environ = EnvironBuilder(
        method=asked.method,
        headers=[*asked.headers, ("Host", asked.host)],
        data=data if asked.formed else asked.raw,
        content_type="multipart/form-data" if asked.kind == "multipart" else asked.kind,
    ).get_environ()
    environ["PATH_INFO"] = unquote_to_bytes(made.at(asked.path, asked.role)).decode("latin-1")
    environ["QUERY_STRING"] = asked.query
    jar = [("device", token)] * bool(token) + list(asked.cookies)
    environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in jar).encode().decode("latin-1")
    return Response(*run_wsgi_app(made.app.wsgi_app, environ, buffered=True))


def check(answer: Response, asked: Asked) -> None:
    """Hold what every answer must be, whatever was asked."""
    assert answer.status_code < 500, asked
    for name, value in ALWAYS:
        assert answer.headers.getlist(name) == [value], (name, asked)
    assert answer.headers.get("Cache-Control"), asked
    assert "X-Injected" not in answer.headers, asked
    if answer.status_code in {301, 302, 303, 307, 308}:
        place = answer.headers["Location"]
        to = urlsplit(place)
        ours = not to.scheme and not to.netloc and re.match(r"/(?![/\\])", place)
        assert ours or to.netloc in {"en.wikipedia.org", "el.wikipedia.org"}, (place, asked)
    if answer.mimetype == "text/html" and "Content-Encoding" not in answer.headers:
        page = answer.get_data(as_text=True)
        assert PROBE not in page, asked
        assert "<svg onload" not in page, asked
        assert not set(MARKS) & set(page), asked


def test_two_thousand_malformed_requests(made: People, url: str, monkeypatch: pytest.MonkeyPatch):
    wanted = WANTED[url.split(":", maxsplit=1)[0].split("+", maxsplit=1)[0]]
    print(f"seed {SEED} (ATTACK_SEED)")
    faults: list[dict[str, object]] = []
    monkeypatch.setattr(logs, "error", lambda event, **said: faults.append({"event": event, **said}))
    seen: Counter[int] = Counter()
    reached: Counter[str] = Counter()

    @seed(SEED)
    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a site remembers: a smaller request that fails would be another fault
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(asked=requests(list(made.app.url_map.iter_rules())))
    def attack(asked: Asked) -> None:
        made.again(asked.role)
        began = time.perf_counter()
        answer = send(made, asked)
        if time.perf_counter() - began > SECONDS:  # a busy machine may have held it up; a hang hangs again
            began = time.perf_counter()
            answer = send(made, asked)
            assert time.perf_counter() - began < SECONDS, asked
        assert faults == [], asked
        check(answer, asked)
        seen[answer.status_code] += 1
        reached[f"{answer.status_code // 100}xx {asked.method if asked.method in {'GET', 'POST'} else 'other'}"] += 1

    attack()
    print(f"{dict(seen)} {dict(reached)}")
    assert seen.total() >= wanted
    assert reached["2xx GET"] > wanted // 20, f"too few got as far as a page: {reached}"
    assert reached["3xx POST"] + reached["4xx POST"] > wanted // 10, reached
    assert seen[422] + seen[303] >= wanted // 80, f"too few got as far as a form's own law: {seen}"
    whole(made)


def whole(made: People) -> None:
    """Hold that the database is good, the log's chain whole, and the site ready."""
    engine = made.app.extensions["engine"]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("pragma integrity_check")).scalars().all() == ["ok"]
            assert connection.execute(text("pragma foreign_key_check")).all() == []
    with db.read_session(engine) as session:
        assert audit.faults(session) == []
    assert made.app.test_client().get("/readyz").status_code == 200
    code = made.names["guest.code"]
    assert made.app.test_client().get(f"/en/verify/{code}").status_code == 200
