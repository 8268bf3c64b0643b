"""What the tests of the administration share: two admins, what readers get, what the log says, the files exported."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.web import world
from toolkit import db, paths
from toolkit.models.audit import AuditEntry
from toolkit.services import accounts, audit, courses, directory_decisions
from toolkit.services.directory import Listing, listings
from toolkit.services.directory_decisions import Actor
from toolkit.services.modules_export import export_folder
from toolkit.services.modules_load import load_folder

NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 3)
OURS = ("listing.", "course.", "opening.", "admin.")


@dataclass
class Desk:
    """A site with two admins, and what they do through the services."""

    app: Flask
    tokens: list[str] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = self.app.extensions["engine"]
        server = self.app.extensions["keys"].server
        for _ in range(2):
            with db.write_session(self.engine) as session:
                link = accounts.new_invite(session, now=datetime.now(UTC))
                key = secrets.token_hex(16)
                self.tokens.append(accounts.accept_invite(session, server, key, link, now=datetime.now(UTC)).token)
            with db.read_session(self.engine) as session:
                found = accounts.visitor(session, self.tokens[-1], now=datetime.now(UTC))
            assert found is not None
            self.actors.append(Actor(audit.actor(server, found.key), found.person_id))

    def listing(self, key: str) -> Listing:
        """Give a listing as readers get it."""
        with db.read_session(self.engine) as session:
            edition = courses.shelf(session).edition("directory", "el")
        assert edition is not None
        return next(one for one in listings(edition) if one.key == key)

    def confirm(self, key: str, name: str = "M.K.", **values: Any) -> None:
        """Confirm a listing."""
        given = {"on": DAY, "how": "phone", "seen": None, "client_key": secrets.token_hex(16), "now": NOW, **values}
        with db.write_session(self.engine) as session:
            directory_decisions.confirm(session, key, who=name, actor=self.actors[0], **given)

    def propose(self, key: str, name: str, new: str, who: int = 0) -> str:
        """Propose a change; give its key."""
        with db.write_session(self.engine) as session:
            form = secrets.token_hex(16)
            directory_decisions.propose(session, key, name, new, client_key=form, actor=self.actors[who], now=NOW)
        with self.engine.connect() as connection:
            return str(connection.exec_driver_sql("select key from listing_changes order by id desc limit 1").scalar())

    def decide(self, key: str, change: str, decision: str = "accepted", who: int = 1, **values: Any) -> None:
        """Decide about a change."""
        given = {"override": False, "client_key": secrets.token_hex(16), "now": NOW, "of": key, **values}
        with db.write_session(self.engine) as session:
            directory_decisions.decide(session, change, decision, actor=self.actors[who], **given)

    def log(self) -> list[tuple[str, str]]:
        """List what the audit log says admins did, to what (not what happens by itself); its chain must be whole."""
        with db.read_session(self.engine) as session:
            assert audit.faults(session) == []
            rows = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.n))
            return [(action, subject) for action, subject in rows if action.startswith(OURS)]

    def load(self, folder: Path = paths.MODULES) -> dict[str, Any]:
        """Load a content folder; give what was published."""
        with db.write_session(self.engine) as session:
            return {report.key: report.published for report in load_folder(session, folder, now=NOW)}

    def export(self, folder: Path) -> dict[str, bytes]:
        """Export all content; give the bytes of each file."""
        with db.read_session(self.engine) as session:
            names = export_folder(session, folder)
        return {name: (folder / name).read_bytes() for name in names}

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Count rows."""
        return world.count(self.app, table, where)
