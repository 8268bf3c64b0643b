"""A site's database and key folder without the web: certificates earned and named, for the tests of keys."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from toolkit import db, signing
from toolkit.models.quizzes import Attempt
from toolkit.services import accounts, audit, certificate_checks, certificate_keys, certificate_naming, certificates
from toolkit.services.certificate_checks import Checked
from toolkit.services.certificate_keys import Issuing

DAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NAME = "Ελένη Παπαδοπούλου"


@dataclass
class SigningSite:
    """One process of a site: what it holds of the keys, and its engine."""

    engine: Engine
    folder: Path
    issuing: Issuing

    def start_again(self) -> certificate_keys.Change:
        """Read the keys as a starting process does."""
        self.issuing = Issuing(signing.load_keys(self.folder), trial=False, time_zone="Europe/Nicosia")
        with db.write_session(self.engine) as session:
            return certificate_keys.take_over(session, self.issuing, now=DAY)

    def twin(self) -> "SigningSite":
        """Give another process on the same folder and database, which holds the keys as they are now."""
        return SigningSite(
            self.engine, self.folder, Issuing(self.issuing.keys, trial=False, time_zone="Europe/Nicosia")
        )

    def earn(self) -> tuple[int, str]:
        """Make a person with a certificate; give her number and its code."""
        with db.write_session(self.engine) as session:
            token = secrets.token_hex(16)
            made = accounts.start_guest(session, self.issuing.keys.server, token, shared=False, now=DAY)
            visitor = accounts.visitor(session, made.token, now=DAY)
            assert visitor is not None
            attempt = Attempt(
                key=secrets.token_hex(13),
                person_id=visitor.person_id,
                course_key="basics",
                editions={},
                started_at=DAY,
                closed_at=DAY,
                passed=True,
                right_count=6,
            )
            session.add(attempt)
            session.flush()
            earned = certificates.Earned(visitor.person_id, attempt.id, "basics", "2026.11", "el", 60)
            return visitor.person_id, certificates.issue_if_earned(session, self.issuing, earned, now=DAY)

    def paper(self, person_id: int, code: str, *, name: str = NAME, now: datetime = DAY) -> str:
        """Type the name; give the payload of the paper."""
        with db.write_session(self.engine) as session:
            naming = certificate_naming.give_name(
                session,
                self.issuing,
                code,
                name,
                person_id=person_id,
                correction=False,
                client_key=secrets.token_hex(16),
                now=now,
            )
        assert naming is not None
        return naming.payload

    def check(self, payload: str) -> Checked:
        """Check a paper as anybody would."""
        with db.read_session(self.engine) as session:
            return certificate_checks.check(session, payload)

    def states(self) -> dict[str, str]:
        """Give the states of the keys by their ids, the oldest first."""
        with db.read_session(self.engine) as session:
            return {key.key_id.hex(): key.state.value for key in certificate_keys.public_keys(session)}

    def active(self) -> str:
        """Give the one active key."""
        with db.read_session(self.engine) as session:
            [kid] = certificate_keys.active(session)
        return kid

    def in_file(self) -> str:
        """Give the id of the key that lies in the folder."""
        return signing.load_keys(self.folder).key_id.hex()

    def log(self) -> list[tuple[str, str]]:
        """Give what the audit log says: action and subject."""
        with self.engine.connect() as connection:
            rows = connection.execute(text("select action, subject from audit_entries order by n"))
            return [(row.action, row.subject) for row in rows]


def make(engine: Engine, folder: Path) -> SigningSite:
    """Start a site on an empty database and folder."""
    site = SigningSite(engine, folder, None)  # type: ignore[arg-type]
    site.start_again()
    return site


def rotate(site: SigningSite) -> None:
    """Do what the command does, in its two transactions."""
    with db.write_session(site.engine) as session:
        for kid in certificate_keys.active(session):
            certificate_keys.retire(session, kid, now=DAY, by=audit.SERVER)
    with db.write_session(site.engine) as session:
        certificate_keys.take_over(session, site.issuing, now=DAY)
