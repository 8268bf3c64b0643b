"""What the pages of signing in and of one's account share: where a refusal stands, hashing. No addresses.

The surprise: a password is hashed while no transaction of this request is open, so that nobody waits for a hash; the
pages look up in a reading of their own first, and write afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from flask import current_app, g, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from toolkit import db, passwords
from toolkit.rules import accounts, sign_in_names, sign_in_passwords
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.rules.sign_in_names import NameRefused
from toolkit.rules.sign_in_passwords import PasswordRefused
from toolkit.services.accounts import SignedIn
from toolkit.services.sign_in import Candidate, Tried
from toolkit.web import database, frame, guards, refusals

UNPROCESSABLE, TOO_MANY = 422, 429
# Wrong tries stay written; everything else that a refused form has written is taken back.
_COUNTED = {Reason.WRONG, Reason.WRONG_OLD_PASSWORD, accounts.Reason.RESUME_UNKNOWN}
_WAIT = {
    Reason.TOO_MANY_WRONG,
    Reason.TOO_MANY_OLD,
    Reason.TOO_MANY_TAKEN,
    Reason.TOO_MANY_MESSAGES,
    accounts.Reason.TOO_MANY_CODES,
}
CODE_REASONS = {
    accounts.Reason.RESUME_UNREADABLE,
    accounts.Reason.RESUME_UNKNOWN,
    accounts.Reason.TOO_MANY_CODES,
}
_FIELDS: dict[Enum, str] = {
    Reason.WRONG_OLD_PASSWORD: "password",
    Reason.TOO_MANY_OLD: "password",
    Reason.NO_MAIL: "email",
    Reason.TOO_MANY_MESSAGES: "email",
    Reason.EMAIL_KEEPS: "email",
    Reason.EMAIL_ELSEWHERE: "email",
    Reason.CODE_WITHOUT_ACCOUNT: "code",
    sign_in_names.Reason.EMAIL: "email",
    sign_in_passwords.Reason.DIFFERENT: "again",
}
Refusals = (SignInRefused, NameRefused, PasswordRefused)
Refusal = SignInRefused | NameRefused | PasswordRefused | AccountRefusedError


@contextmanager
def looking() -> Iterator[Session]:
    """Give a reading session that is over before anything is hashed or written."""
    with db.read_session(current_app.extensions["engine"]) as session:
        yield session


def server_key() -> bytes:
    """Give the site's key."""
    key: bytes = current_app.extensions["keys"].server
    return key


def tried(found: Candidate, typed: str) -> Tried:
    """Compare a typed password; for an unknown name as dearly as for a known one."""
    password, cost = sign_in_passwords.composed(typed), _cost()
    kept = found.password_hash or passwords.nobodys(cost)
    fits = passwords.fits(kept, password) and found.password_hash is not None
    return Tried(password, fits, passwords.hashed(password, cost) if fits and passwords.outgrown(kept, cost) else None)


def hashed(password: str) -> str:
    """Hash a new password."""
    return passwords.hashed(password, _cost())


def wait_or_go(found: Candidate, reason: Reason) -> None:
    """Refuse before hashing where the name must wait anyway."""
    if found.waits:
        raise SignInRefused(reason)


def refused(refusal: Refusal) -> int:
    """Take back what was written unless a wrong try must stay; give the status of the answer."""
    if refusal.reason not in _COUNTED:
        database.undo()
    return TOO_MANY if refusal.reason in _WAIT else UNPROCESSABLE


def errors(refusal: Refusal, other: str = "name") -> dict[str, str]:
    """Say a refusal at the field to which it belongs; ``other`` where it belongs to none."""
    field = _FIELDS.get(refusal.reason, "")
    if not field and isinstance(refusal, PasswordRefused):
        field = "new"
    if not field and isinstance(refusal, AccountRefusedError):
        field = "code"
    sign = refusal.sign if isinstance(refusal, NameRefused) else ""
    return {field or other: refusals.sentence(refusal.reason, **({"sign": sign} if sign else {}))}


def mail_works() -> bool:
    """Say whether the site sends mail at all."""
    return bool(current_app.extensions["settings"].smtp_url)


def links(lang: str) -> str:
    """Give what stands before the token in a link that goes by mail: our own name, whatever name was asked for."""
    address = frame.url("sign_in.link", lang=lang, token="-").removesuffix("-")  # noqa: S106 - the token comes after
    return f"{current_app.extensions['settings'].site_url}{address}"


def entered(signed_in: SignedIn, to: str) -> BaseResponse:
    """Lead on, with the device's new cookie."""
    response = redirect(to, 303)
    guards.set_device(response, signed_in)  # type: ignore[arg-type]
    return response


def hold_mail() -> None:
    """Refuse where the site sends no mail."""
    if not mail_works():
        raise SignInRefused(Reason.NO_MAIL)


def _cost() -> passwords.Cost:
    if "session" in g:
        raise RuntimeError("a password is hashed while the request's transaction may be open")
    settings = current_app.extensions["settings"]
    return passwords.Cost(settings.password_memory_mib, settings.password_rounds)
