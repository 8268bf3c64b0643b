"""People with accounts, for tests: made by the services, with hashes that no password fits (the pages hash)."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from toolkit.services import accounts, sign_in
from toolkit.services.accounts import SignedIn, Visitor
from toolkit.services.sign_in import Candidate, Newcomer, Tried

KEY = b"k" * 32
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RIGHT, WRONG = Tried("four words of mine", fits=True), Tried("four wrong words", fits=False)


def key() -> str:
    """Give a client key."""
    return secrets.token_hex(16)


def guest(session: Session, *, now: datetime = NOW) -> Visitor:
    """Make a guest; give who she is on her device."""
    return seen(session, accounts.start_guest(session, KEY, key(), shared=False, now=now), now=now)


def admin(session: Session) -> Visitor:
    """Make an admin."""
    link = accounts.new_invite(session, now=NOW)
    return seen(session, accounts.accept_invite(session, KEY, key(), link, now=NOW))


def seen(session: Session, signed_in: SignedIn, *, now: datetime = NOW) -> Visitor:
    """Give who a device stands for."""
    found = accounts.visitor(session, signed_in.token, now=now)
    assert found is not None
    return found


def sign_up(
    session: Session, name: str, visitor: Visitor | None = None, *, sent: str = "", now: datetime = NOW
) -> SignedIn:
    """Make an account with this user name."""
    newcomer = Newcomer(visitor, shared=False, language="en")
    return sign_in.sign_up(
        session, KEY, sent or key(), newcomer, user_name=name, password_hash=f"hash of {name}", now=now
    )


def candidate(session: Session, name: str, *, now: datetime = NOW) -> Candidate:
    """Look a name up."""
    return sign_in.candidate(session, KEY, name, now=now)


def enter(
    session: Session,
    name: str,
    tried: Tried = RIGHT,
    *,
    sent: str = "",
    before: Visitor | None = None,
    now: datetime = NOW,
) -> SignedIn:
    """Look a name up and sign in with it."""
    found = candidate(session, name, now=now)
    return sign_in.enter(session, KEY, sent or key(), found, tried, shared=False, language="el", before=before, now=now)


def count(session: Session, table: str, where: str = "1 = 1") -> int:
    """Count rows."""
    return int(session.execute(text(f"select count(*) from {table} where {where}")).scalar_one())  # noqa: S608
