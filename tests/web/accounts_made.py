"""Visitors who make accounts and sign in, as a person without script does it."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.visit import Visit

PASSWORD = "four words of mine"
OTHER = "other words of hers"


def visitor(app: Flask) -> Visit:
    """Open a browser in which nothing lies yet."""
    return Visit(app.test_client())


def sign_up(visit: Visit, name: str = "maria", lang: str = "en", *, follow: bool = True, **more: str) -> TestResponse:
    """Make an account with a user name."""
    visit.get(f"/{lang}/sign-in/new")
    values = {"name": name, "new": PASSWORD, "again": PASSWORD, "device": "own", **more}
    return visit.send(visit.form(having="again"), values, follow=follow)


def sign_in(visit: Visit, name: str, password: str = PASSWORD, lang: str = "en", **more: str) -> TestResponse:
    """Sign in; stay at the answer."""
    visit.get(f"/{lang}/sign-in")
    values = {"name": name, "password": password, "device": "own", **more}
    return visit.send(visit.form(having="password"), values, follow=False)


def change(visit: Visit, what: str, **values: str) -> TestResponse:
    """Change one thing of the account; follow to what is said then."""
    visit.get(f"/en/account/{what}")
    return visit.send(visit.form(action=f"/en/account/{what}"), values)


def device(visit: Visit) -> str:
    """Give the device cookie."""
    found = visit.client.get_cookie("device")
    return found.value if found else ""


def is_in(visit: Visit, lang: str = "en") -> bool:
    """Say whether an account is signed in here."""
    return "Change the password" in visit.get(f"/{lang}/account").text


def letters(app: Flask) -> list[Any]:
    """List the letters that wait, in the order of their writing."""
    with app.extensions["engine"].connect() as connection:
        rows = connection.execute(text("select template, to_address, language, params from letters order by id"))
        return list(rows.all())


def link(app: Flask) -> str:
    """Give the address in the newest letter, without scheme and host."""
    found = re.search(r"https?://[^/]+(/[^\"']+)", str(letters(app)[-1].params))
    assert found is not None
    return found[1]


def bare(html: str) -> str:
    """Leave out of a page what is new in every answer: the fields of its forms."""
    return re.sub(r'name="(csrf|key)" value="[^"]*"', "", html)
