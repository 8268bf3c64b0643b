"""An account, an admin and the saved checker: their pages, and signing in with the hash that it costs."""

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine

from tests.bench.client import Client
from tests.visit import forms
from toolkit import db, passwords, signing
from toolkit.services import accounts

NAME, PASSWORD = "somebody", "four words of hers"


def pages(engine: Engine, folder: Path, port: int) -> dict[str, tuple[Client, str]]:
    """Make somebody with an account and an admin; give their pages."""
    owner, admin = Client(port), Client(port, _admin(engine, folder))
    html = owner.text("/en/sign-in/new")
    form = next(form for form in forms(html) if "again" in form.fields)
    values = {**form.fields, "name": NAME, "new": PASSWORD, "again": PASSWORD, "device": "own"}
    owner.post("/en/sign-in/new", urlencode(values, doseq=True))
    owner.be(owner.given)
    return {
        "account page": (owner, "/en/account"),
        "admin's start page": (admin, "/en/admin"),
        "saving the checker": (Client(port), "/en/checker"),
    }


def sign_in_forms(client: Client, count: int) -> list[tuple[str, str, str]]:
    """Open the sign-in page so many times and fill it in; nothing of this is measured."""
    prepared = []
    for _ in range(count):
        form = next(form for form in forms(client.text("/en/sign-in")) if "password" in form.fields)
        values = {**form.fields, "name": NAME, "password": PASSWORD, "device": "shared"}
        prepared.append(("", "/en/sign-in", urlencode(values, doseq=True)))
    return prepared


def hash_cpu(count: int) -> float:
    """Measure the CPU of one hash alone, in this process, in milliseconds."""
    known = passwords.hashed(PASSWORD, passwords.Cost())
    before = time.process_time()
    for _ in range(count):
        passwords.fits(known, PASSWORD)
    return (time.process_time() - before) / count * 1000


def _admin(engine: Engine, folder: Path) -> str:
    now, key = datetime.now(UTC), secrets.token_hex(16)
    with db.write_session(engine) as session:
        link = accounts.new_invite(session, now=now)
        return accounts.accept_invite(session, signing.load_keys(folder).server, key, link, now=now).token
