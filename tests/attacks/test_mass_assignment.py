"""Fields that a form does not have change nothing: each post twice from the same state, with and without them."""

import hashlib
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests import right
from tests.attacks import people
from tests.attacks.odd import FORMS
from tests.attacks.people import PASSWORD, People
from tests.web import world
from tests.web.authorisation import TABLE
from tests.web.rows import Row, everybody, sends
from tests.web.world import World

# By the names of columns, of values that other forms have, and of parameters of the services behind them.
FOREIGN = {
    "role": "admin",
    "person_id": "1",
    "id": "1",
    "device_id": "1",
    "holder_id": "1",
    "proposed_by": "999",
    "made_up": "1",
    "passed": "1",
    "right": "1",
    "right_count": "6",
    "closed_at": "2020-01-01",
    "grade": "6",
    "created_on": "2000-01-01",
    "expires_at": "2099-01-01",
    "last_sign_in_on": "2099-01-01",
    "token_hash": "00",
    "email_fold": "x@example.org",
    "user_fold": "x",
    "user_name": "x",
    "password_hash": "x",
    "resume_hash": "x",
    "decision": "accepted",
    "decided_by": "1",
    "override": "yes",
    "confirmed_on": "2026-11-01",
    "recorded_by": "1",
    "by": "server",
    "actor": "server",
    "detail": "{}",
    "n": "1",
    "prev": "00",
    "trial": "0",
    "kid": "00000000",
    "status": "valid",
    "issued_on": "2000-01-01",
    "content_version": "x",
    "minutes": "9999",
    "language": "el",
    "contact": "x@example.org",
    "to": "x@example.org",
    "template": "reset",
    "link": "x",
    "shared": "1",
    "now": "0",
    "is_admin": "1",
    "admin": "true",
    "permissions[]": "all",
    "user[role]": "admin",
    "__class__": "x",
    "_method": "PUT",
}
SURE = {"sure": "1", "password": PASSWORD}
# What the rows of the table leave out, because nobody there has an account.
MORE = [
    everybody("admin_courses.course_post", "POST", "/en/admin/courses/basics", "", form=sends(mode="hidden")),
    everybody("account.name_post", "POST", "/en/account/name", "", form=sends(name="Maria")),
    everybody(
        "account.user_name_post", "POST", "/en/account/user-name", "", form=sends(name="eleni", password=PASSWORD)
    ),
    everybody(
        "account.email_post", "POST", "/en/account/e-mail", "", form=sends(email="a@example.org", password=PASSWORD)
    ),
    everybody(
        "account.password_post",
        "POST",
        "/en/account/password",
        "",
        form=sends(password=PASSWORD, new="a b c d e f", again="a b c d e f"),
    ),
    everybody("own_data.end_post", "POST", "/en/account/end", "", form=sends(**SURE)),
    everybody(
        "sign_in.message_post", "POST", "/en/sign-in/message", "", form=sends(address="b@example.org", name="register")
    ),
    *(
        everybody(
            "sign_in.link_post",
            "POST",
            f"/en/sign-in/links/{{{{{kind}}}}}",
            "",
            form=sends(new="a b c d e f", again="a b c d e f"),
        )
        for kind in ("register", "reset", "confirm")
    ),
    *(
        everybody("admin_directory.listing_post", "POST", "/en/admin/listings/cy-1460", "", form=sends(**form))
        for form in (
            {"action": "propose", "field": "dial", "new": "+357 22 000000"},
            {"action": "accepted", "change": "{change}"},
            {"action": "refused", "change": "{change}"},
        )
    ),
    everybody(
        "admin_certificates.certificate_post",
        "POST",
        "/en/admin/certificates/{code}",
        "",
        form=sends(action="take-back"),
    ),
    everybody("reports.listed_post", "POST", "/en/admin/reports", "", form=sends(report="1", action="undo")),
]
POSTS = [row for row in TABLE if row.method == "POST"] + MORE
ROLES = ("anonymous", "owner", "other", "admin")  # owner: a guest; other: an account
CELLS = [pytest.param(row, id=f"{n} {row.endpoint}") for n, row in enumerate(POSTS)]
CHANGED: dict[str, int] = {}  # how often a post of these changed anything, so that "the same" says something


class Place:
    """A database that can be put back to what it was, and a site opened on it anew for each post."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.file = folder / "toolkit.db"
        self.folder = folder
        shutil.copy(database, self.file)
        with self.site() as app:
            self.people = People(app)
            people.admin(app)  # the last one could not delete herself
            attempt = self.people.names["guest.attempt"]
            self.right = right.answer(right.asked(app.extensions["engine"], attempt)[1])
        with self.site():
            pass  # the log of writes is in the file now
        self.kept = self.file.read_bytes()

    @contextmanager
    def site(self) -> Iterator[Flask]:
        with people.site(f"sqlite:///{self.file}", self.folder) as app:
            yield app

    def back(self) -> None:
        for end in ("-wal", "-shm"):
            self.file.with_name(f"{self.file.name}{end}").unlink(missing_ok=True)
        self.file.write_bytes(self.kept)

    def world(self, app: Flask) -> World:
        tokens, names = self.people.tokens, self.people.names
        who = {"anonymous": "", "owner": tokens["guest"], "other": tokens["account"], "admin": tokens["admin"]}
        attempt = names["guest.attempt"]
        return World(app, who, attempt, attempt, names["guest.code"], names["invite"], self.right)


@pytest.fixture(scope="module")
def place(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        return Place(loaded_sqlite, tmp_path_factory.mktemp("foreign"))


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let what is drawn by lot be the same each time, so that two states can be compared to the last byte."""
    drawn = [0]

    def same(size: int) -> bytes:
        drawn[0] += 1
        return hashlib.shake_256(str(drawn[0]).encode()).digest(size)

    monkeypatch.setattr(os, "urandom", same)
    monkeypatch.setattr(random, "_urandom", same)
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False):
        yield lambda: drawn.__setitem__(0, 0)


def post(place: Place, row: Row, role: str, extra: Mapping[str, str], chance: Any) -> tuple[Any, ...]:
    """Send a row's form with more fields from the kept state; give the answer and all tables after it."""
    place.back()
    with place.site() as app:
        made = place.world(app)
        app.testing = True
        chance()
        fields = {**made.fields(role), **_named(place, row.form(made)), **extra}
        path = place.people.at(row.address(made), "guest")
        before = world.rows(app)
        answer = made.client(role).post(path, data=fields, query_string=extra, headers={"Accept": "text/html"})
        after = world.rows(app)
        CHANGED[row.endpoint] = CHANGED.get(row.endpoint, 0) + bool(world.changed(before, after) - {"submissions"})
        # A form's key is kept with a fingerprint of all that was sent: that one differs, and nothing else may.
        after["submissions"] = [tuple(v for v in row if not isinstance(v, bytes)) for row in after["submissions"]]
        return answer.status_code, answer.headers.get("Location"), after, world.changed(before, after)


def _named(place: Place, form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: place.people.at(v, "guest") if isinstance(v, str) else v for name, v in form.items()}


@pytest.mark.parametrize("row", CELLS)
def test_foreign_fields_change_nothing(place: Place, row: Row, chance: Any):
    row = replace(row, form=sends(**SURE) if row.endpoint == "own_data.end_post" else row.form)
    own = {*FORMS.get(row.endpoint, "").split(), "show", "before", "report"}
    # "override" is the second person's, on a decision; everywhere else the form does not have it.
    asks = row.form(place.world(place.people.app))
    deciding = asks.get("action") in {"accepted", "refused"}
    foreign = {
        name: value for name, value in FOREIGN.items() if name not in own or (name == "override" and not deciding)
    }
    for role in ROLES:
        plain, more = (post(place, row, role, extra, chance) for extra in ({}, foreign))
        if row.endpoint == "quizzes.answer_post" and role == "owner":
            # An answer is right as a whole or not one at all: with a field that no option has it is refused.
            assert more[0] == 409
            assert "attempt_items" not in more[3]
            continue
        assert plain[:2] == more[:2], role
        assert world.changed(plain[2], more[2]) == set(), role


def test_most_of_these_posts_change_something_at_all():
    doing = {endpoint for endpoint, times in CHANGED.items() if times}
    idle = set(CHANGED) - doing
    assert not CHANGED or idle <= {
        *("certificates.verify_post", "certificates.verified_post", "help.choose", "accounts.resume_here"),
        *("sign_in.sign_in_post", "sign_in.forgotten_post"),
    }, idle
