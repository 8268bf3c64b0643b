"""Exit while somebody else holds the database: she is gone at once, and her cookie with her."""

import time

from flask import Flask
from sqlalchemy import text

from tests.web import world
from toolkit import db

AT_ONCE_SECONDS = 5  # far under the fifteen that other writers wait


def test_exit_does_not_wait_for_another_writer(app: Flask):
    token = world.guest(app)
    client = app.test_client()
    client.set_cookie("device", token)
    with db.write_session(app.extensions["engine"]) as other:
        other.execute(text("update devices set shared = not shared"))  # the row, and on SQLite the whole database
        before = time.monotonic()
        left = client.get("/en/leave")
        waited = time.monotonic() - before
        assert world.count(app, "devices") == 1, "the other one still held it: nothing could be written"
    assert left.status_code == 303
    assert any(c.startswith("device=;") for c in left.headers.getlist("Set-Cookie"))
    assert waited < AT_ONCE_SECONDS
    client.set_cookie("device", token)
    assert client.get("/en/leave").status_code == 303
    assert world.count(app, "devices") == 0, "without the other one Exit ends the device"
