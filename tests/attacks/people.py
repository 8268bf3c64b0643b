"""A site with somebody in each part: nobody, a guest, an account, an admin, and what they have; remade when it ends."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.conftest import settings_for
from tests.web import world
from toolkit import db, passwords
from toolkit.app import create_app
from toolkit.rules.reports import read_place
from toolkit.services import accounts, reports, sign_in, sign_in_links
from toolkit.services.sign_in import Newcomer

PASSWORD = "four words of mine"
ROLES = ("anonymous", "guest", "account", "admin")
CHEAP = passwords.Cost(memory_mib=1, rounds=1)  # a hash's price is another test's business


@contextmanager
def site(url: str, folder: Path, **env: str) -> Iterator[Flask]:
    """Open a site whose faults become pages, as on a running one; mail goes no further than the table of letters."""
    settings = settings_for(url, folder, **{"SMTP_URL": "smtp://127.0.0.1:9", "METRICS_TOKEN": "counts", **env})
    app = create_app(replace(settings, password_memory_mib=CHEAP.memory_mib, password_rounds=CHEAP.rounds))
    app.extensions["ring"] = lambda _job: None  # nothing is sent from here
    app.testing = False
    try:
        yield app
    finally:
        app.extensions["engine"].dispose()


@dataclass
class People:
    """Device tokens by part, and the keys of what there is; ``at()`` names a thing of the part that asks."""

    app: Flask
    tokens: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens["anonymous"] = ""
        for role in ROLES[1:]:
            self.enter(role)
        self.names |= {"invite": self.invite(), "change": self.change()}
        with db.write_session(self.app.extensions["engine"]) as session:
            place = read_place("m01/1-1/b2")
            assert place is not None
            key = secrets.token_hex(16)
            reports.send(session, place, "A word is missing.", key, language="en", now=datetime.now(UTC))
        for purpose in ("register", "reset", "confirm"):
            self.names[purpose] = self.link(purpose)

    def enter(self, role: str) -> None:
        """Let somebody play a part: a guest with an attempt and a certificate, an account, an admin with an account."""
        token = world.guest(self.app) if role != "admin" else admin(self.app)
        if role != "admin":
            self.names[f"{role}.code"] = certificate(self.app, token)
            self.names[f"{role}.attempt"] = world.attempt(self.app, token, answers=1)
        self.tokens[role] = token if role == "guest" else account(self.app, token, f"{role}{secrets.token_hex(4)}")

    def client(self, role: str) -> FlaskClient:
        """Open a browser in which the device cookie of a part lies."""
        client = self.app.test_client()
        if self.tokens[role]:
            client.set_cookie("device", self.tokens[role])
        return client

    def again(self, role: str) -> None:
        """Let somebody new play a part that nobody plays any more."""
        if role == "anonymous":
            return
        with db.read_session(self.app.extensions["engine"]) as session:
            found = accounts.visitor(session, self.tokens[role], now=datetime.now(UTC))
        if found is None or (role == "admin") != (found.role == "admin"):
            self.enter(role)

    def at(self, path: str, role: str) -> str:
        """Put the keys of what a part has into an address with {places}; "guest" stands in for who has nothing."""
        whose = role if f"{role}.code" in self.names else "guest"
        return re.sub(
            r"\{(\w+)\}",
            lambda found: self.names.get(f"{whose}.{found[1]}") or self.names.get(found[1], found[0]),
            path,
        )

    def invite(self) -> str:
        """Make a link for one more admin."""
        with db.write_session(self.app.extensions["engine"]) as session:
            return accounts.new_invite(session, now=datetime.now(UTC))

    def change(self) -> str:
        """Let the admin propose another address of a listing; give the proposal's key."""
        data = {**world.fields(self.app, self.tokens["admin"]), "action": "propose", "field": "email"}
        where = "/en/admin/listings/cy-1460"
        self.client("admin").post(where, data={**data, "new": f"{secrets.token_hex(4)}@example.org"})
        with self.app.extensions["engine"].connect() as connection:
            return str(connection.execute(text("select key from listing_changes order by id desc")).scalar())

    def link(self, purpose: str) -> str:
        """Let a mail be written; give the token of its link."""
        holder = world.person_id(self.app, self.tokens["account"])
        address = f"{secrets.token_hex(6)}@example.org"
        if purpose == "reset":
            with_address(self.app, holder, address)
        request = sign_in_links.Request(purpose, address, "en", "http://127.0.0.1:8000/en/sign-in/links/", holder)
        with db.write_session(self.app.extensions["engine"]) as session:
            server, key = self.app.extensions["keys"].server, secrets.token_hex(16)
            sign_in_links.ask(session, server, key, request, now=datetime.now(UTC))
        return last_link(self.app)


def admin(app: Flask) -> str:
    """Make an admin; give the device token."""
    with db.write_session(app.extensions["engine"]) as session:
        now, server = datetime.now(UTC), app.extensions["keys"].server
        link = accounts.new_invite(session, now=now)
        return accounts.accept_invite(session, server, secrets.token_hex(16), link, now=now).token


def certificate(app: Flask, token: str) -> str:
    """Let a guest pass; give her certificate's code."""
    world.attempt(app, token, answers=6)
    with app.extensions["engine"].connect() as connection:
        where = {"who": world.person_id(app, token)}
        return str(connection.execute(text("select code from certificates where person_id = :who"), where).scalar())


def account(app: Flask, token: str, name: str) -> str:
    """Make an account for whoever a device stands for; give the device's new token."""
    hashed = passwords.hashed(PASSWORD, CHEAP)
    with db.write_session(app.extensions["engine"]) as session:
        now, server = datetime.now(UTC), app.extensions["keys"].server
        who = Newcomer(accounts.visitor(session, token, now=now), shared=False, language="en")
        key = secrets.token_hex(16)
        return sign_in.sign_up(session, server, key, who, user_name=name, password_hash=hashed, now=now).token


def with_address(app: Flask, person_id: int, address: str) -> None:
    """Give an account a confirmed address."""
    with app.extensions["engine"].begin() as connection:
        put = text("update accounts set email = :to, email_fold = :to where person_id = :who")
        connection.execute(put, {"to": address, "who": person_id})


def last_link(app: Flask) -> str:
    """Give the token of the link in the newest letter."""
    with app.extensions["engine"].connect() as connection:
        said = str(connection.execute(text("select params from letters order by id desc")).scalar())
    found = re.search(r"/links/([\w-]+)", said)
    assert found is not None
    return found[1]
