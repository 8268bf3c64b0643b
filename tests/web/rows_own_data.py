"""Rows of the authorisation table: own data."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.web.rows import Row, at, everybody
from tests.web.world import World
from toolkit import db
from toolkit.services import accounts

_DATA = "/en/account/data"
_END = "/en/account/end"


def _sure_and_not_the_only_admin(world: World) -> Mapping[str, Any]:
    """Say that she is sure; somebody else runs the site, too, or an admin would be refused."""
    with db.write_session(world.app.extensions["engine"]) as session:
        now, key = datetime.now(UTC), world.app.extensions["keys"].server
        link = accounts.new_invite(session, now=now)
        accounts.accept_invite(session, key, secrets.token_hex(16), link, now=now)
    return {"sure": "1"}


# Nobody's key stands in these addresses: each of them shows and deletes the person of the device, and nobody else.
ROWS: list[Row] = [
    everybody("own_data.data", "GET", _DATA, "200"),
    Row("own_data.file", "GET", at(f"{_DATA}.zip"), "302 → own_data.data", "200", "200", "200"),
    everybody("own_data.end", "GET", _END, "200"),
    everybody("own_data.end_post", "POST", _END, "303 → own_data.end", form=_sure_and_not_the_only_admin),
]
