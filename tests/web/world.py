"""People and things on a site, made anew for each try: who owns an attempt and a certificate, and who does not."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests import courses as files
from tests import right
from toolkit import db
from toolkit.models import Base
from toolkit.rules.quizzes import YES
from toolkit.services import accounts, certificates, courses, quizzes
from toolkit.web import csrf


@dataclass(frozen=True)
class World:
    """Device tokens by role, and the keys of what the owner has; ``nobody`` keys belong to nothing."""

    app: Flask
    tokens: Mapping[str, str]
    attempt: str
    passed: str
    code: str
    invite: str
    right: Mapping[str, Any]

    def client(self, role: str) -> FlaskClient:
        """Give a browser in which this role's device cookie lies."""
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        if self.tokens[role]:
            client.set_cookie("device", self.tokens[role])
        return client

    def fields(self, role: str) -> dict[str, str]:
        """Give the hidden fields that a page would have held for this role."""
        return fields(self.app, self.tokens[role])


def fields(app: Flask, token: str) -> dict[str, str]:
    """Give fresh hidden fields for a device token (empty: nobody's)."""
    with app.app_context():
        return {"csrf": csrf.token(token), "key": secrets.token_hex(16)}


def guest(app: Flask) -> str:
    """Make a guest; give her device token."""
    with db.write_session(app.extensions["engine"]) as session:
        return accounts.start_guest(
            session, app.extensions["keys"].server, secrets.token_hex(16), shared=False, now=datetime.now(UTC)
        ).token


def person_id(app: Flask, token: str) -> int:
    """Give the inner number of whoever a device token stands for."""
    with db.read_session(app.extensions["engine"]) as session:
        found = accounts.visitor(session, token, now=datetime.now(UTC))
    assert found is not None
    return found.person_id


def before_quiz(app: Flask, token: str, course: str = "core") -> None:
    """Finish the lessons after which a course's quiz opens."""
    who, now = person_id(app, token), datetime.now(UTC)
    with db.write_session(app.extensions["engine"]) as session:
        files.finish_before_quiz(session, course, who, today=now.date())


def attempt(app: Flask, token: str, *, answers: int, good: bool = True) -> str:
    """Open an attempt for a guest and answer its first items, rightly or wrongly; give its key."""
    engine, who = app.extensions["engine"], person_id(app, token)
    now = datetime.now(UTC)
    with db.write_session(engine) as session:
        shelf = courses.shelf(session)
        course = shelf.course("en", "basics")
        assert course is not None
        key = quizzes.start_attempt(session, shelf, who, course, secrets.token_hex(16), now=now)
    for n, item in enumerate(right.asked(engine, key)[:answers], start=1):
        with db.write_session(engine) as session:
            given = as_given(right.answer(item) if good else right.wrong(item))
            quizzes.submit_answer(
                session,
                shelf,
                app.extensions["issuing"],
                who,
                key,
                n,
                given,
                secrets.token_hex(16),
                language="en",
                now=now,
            )
    return key


def as_given(values: Mapping[str, Any]) -> dict[str, str]:
    """Turn form values into what the services take."""
    given = {name: value for name, value in values.items() if name != "choice"}
    return given | dict.fromkeys(values.get("choice", []), YES)


def make(app: Flask) -> World:
    """Make an owner with a passed attempt, its unnamed certificate and an open attempt; another guest; an admin."""
    engine = app.extensions["engine"]
    owner, other = guest(app), guest(app)
    passed = attempt(app, owner, answers=6)
    opened = attempt(app, owner, answers=1)
    attempt(app, other, answers=1)
    now = datetime.now(UTC)
    with db.write_session(engine) as session:
        server = app.extensions["keys"].server
        spent = accounts.new_invite(session, now=now)
        admin = accounts.accept_invite(session, server, secrets.token_hex(16), spent, now=now).token
        fresh = accounts.new_invite(session, now=now)
    with db.read_session(engine) as session:
        code = certificates.of_person(session, person_id(app, owner))[0].code
    tokens = {"anonymous": "", "owner": owner, "other": other, "admin": admin}
    return World(app, tokens, opened, passed, code, fresh, right.answer(right.asked(engine, opened)[1]))


def count(app: Flask, table: str, where: str = "1 = 1") -> int:
    """Count the rows of a table that fit."""
    with app.extensions["engine"].connect() as connection:
        number: int = connection.execute(text(f"select count(*) from {table} where {where}")).scalar_one()  # noqa: S608
        return number


# Texts are only ever added to, and there are thousands: their number says as much as their contents.
_APPENDED = {"units", "source_revisions", "translations", "translation_revisions", "structure_revisions", "snapshots"}


def rows(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Give the contents of every table, to see whether a request changed any."""
    with app.extensions["engine"].connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(text(_contents(table.name)))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def _contents(table: str) -> str:
    return f'select {"count(*)" if table in _APPENDED else "*"} from "{table}"'  # noqa: S608 - our own table names


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Name the tables that differ."""
    return {name for name in before if before[name] != after[name]}


def as_bytes(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Give all of an answer that reaches the client, without the clock."""
    return answer.status, sorted((n, v) for n, v in answer.headers if n != "Date"), answer.data
