"""One's own account: what it says, changing it, and one's devices.

Every change but that of the name to greet her by asks for the password again (services/sign_in.prove). Records are
found through the person; a device is named by a keyed mark, so that nobody counts devices by their numbers.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from toolkit.models.accounts import Account, Device
from toolkit.rules import codes
from toolkit.rules import sign_in as rule
from toolkit.rules import sign_in_names as names
from toolkit.rules.accounts import AccountRefusedError, too_many_codes
from toolkit.rules.accounts import Reason as AccountReason
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import accounts, sign_in, sign_in_links, submissions
from toolkit.services.accounts import SignedIn, Visitor
from toolkit.services.sign_in import Candidate, Tried
from toolkit.signing import derive

_OWN = {"wrong": Reason.WRONG_OLD_PASSWORD, "too_many": Reason.TOO_MANY_OLD}


@dataclass(frozen=True)
class AccountView:
    """An account as its owner sees it; the password is not in it, nor its hash."""

    user_name: str | None
    email: str | None
    name: str

    @property
    def signs_in_with(self) -> list[str]:
        """List the names that open it."""
        return [name for name in (self.user_name, self.email) if name]


@dataclass(frozen=True)
class DeviceView:
    """One device of a person: its mark, the day it was signed in, whose it is."""

    mark: str
    since: date
    shared: bool
    this: bool


def of_person(session: Session, person_id: int) -> AccountView | None:
    """Give a person's account; None when she has none."""
    row = session.execute(
        select(Account.user_name, Account.email, Account.name).where(Account.person_id == person_id)
    ).first()
    return None if row is None else AccountView(*row)


def devices(session: Session, server_key: bytes, found: Visitor, *, now: datetime) -> list[DeviceView]:
    """List where a person is signed in, this device first, then the newest; at most a hundred."""
    rows = session.execute(
        select(Device.id, Device.token_hash, Device.created_on, Device.shared)
        .where(Device.person_id == found.person_id, Device.expires_at > now)
        .order_by(Device.id.desc())
        .limit(rule.DEVICES_SHOWN)
    )
    views = [
        DeviceView(_mark(server_key, row.token_hash), row.created_on, row.shared, row.id == found.device_id)
        for row in rows
    ]
    return sorted(views, key=lambda view: not view.this)


def end_device(session: Session, server_key: bytes, found: Visitor, mark: str) -> bool:
    """End the device of this person that has the mark; say whether there was one."""
    rows = session.execute(select(Device.id, Device.token_hash).where(Device.person_id == found.person_id))
    ended = [row.id for row in rows if hmac.compare_digest(_mark(server_key, row.token_hash).encode(), mark.encode())]
    session.execute(delete(Device).where(Device.id.in_(ended), Device.person_id == found.person_id))
    return bool(ended)


def change_name(session: Session, person_id: int, typed: str) -> None:
    """Set the name to greet her by; none is fine."""
    _account(session, person_id).name = names.check_shown_name(typed)
    session.flush()


def change_user_name(
    session: Session,
    server_key: bytes,
    client_key: str,
    found: Candidate,
    tried: Tried,
    user_name: str | None,
    *,
    now: datetime,
) -> None:
    """Set the user name, or take it away where an address is left; raises SignInRefused.

    After NAME_TAKEN the caller takes back what was written and calls sign_in.count_taken.
    """
    account = sign_in.prove(session, server_key, client_key, found, tried, now=now, **_OWN)
    fold = names.fold_user_name(user_name) if user_name else None
    if _claimed(session, client_key, account, "user-name", fold or "", server_key, now=now):
        rule.check_names(user_name=user_name, email=account.email)
        if fold:
            sign_in.check_free(session, server_key, fold, but=account.person_id, now=now)
        account.user_name, account.user_fold = user_name, fold
        session.flush()


def change_email(
    session: Session,
    server_key: bytes,
    client_key: str,
    found: Candidate,
    tried: Tried,
    request: sign_in_links.Request | None,
    *,
    now: datetime,
) -> None:
    """Ask an address whether it is hers (its link makes it the account's), or take the address away."""
    account = sign_in.prove(session, server_key, client_key, found, tried, now=now, **_OWN)
    if request is None:
        if _claimed(session, client_key, account, "e-mail", "", server_key, now=now):
            sign_in_links.change_email(session, server_key, account, None, key=f"changed:{client_key}", now=now)
        return
    if names.fold_email(request.email) == account.email_fold:
        raise SignInRefused(Reason.EMAIL_KEEPS)
    sign_in_links.ask(session, server_key, client_key, request, now=now)


def change_password(
    session: Session,
    server_key: bytes,
    client_key: str,
    found: Candidate,
    tried: Tried,
    password_hash: str,
    *,
    this: Visitor,
    now: datetime,
) -> SignedIn:
    """Set a new password; this device gets a new token, all others end. The form sent again gives the same device."""
    sign_in.queue(session, found.subject)
    if again := accounts.device_again(session, server_key, client_key, kind="password", now=now):
        return again
    account = sign_in.prove(session, server_key, client_key, found, tried, now=now, **_OWN)
    claimed = submissions.claim(
        session, client_key, person_id=None, kind="password", body={"person": this.key}, result="", now=now
    )
    signed_in = accounts.open_device(session, server_key, claimed, account.person_id, shared=this.shared, now=now)
    sign_in.set_password(session, server_key, account, password_hash, keep=signed_in, now=now)
    return signed_in


def reset_by_code(
    session: Session,
    server_key: bytes,
    client_key: str,
    typed: str,
    *,
    password_hash: str,
    shared: bool,
    before: Visitor | None,
    now: datetime,
) -> SignedIn:
    """Set a new password with the resume code and sign this device in; every other device ends.

    Raises AccountRefusedError as a resume code does (the caller keeps the transaction after RESUME_UNKNOWN), and
    SignInRefused when the person of the code has no account.
    """
    signed_in = accounts.resume(session, server_key, client_key, typed, shared=shared, now=now)
    person_id = accounts.person_of_code(session, server_key, codes.read_code(typed, codes.RESUME_SIGNS))
    account = session.scalar(select(Account).where(Account.person_id == person_id).with_for_update())
    if account is None:
        raise SignInRefused(Reason.CODE_WITHOUT_ACCOUNT)
    sign_in.leave_device(session, before, signed_in)
    sign_in.set_password(session, server_key, account, password_hash, keep=signed_in, now=now)
    return signed_in


def names_of_code(session: Session, server_key: bytes, typed: str, *, now: datetime) -> list[str]:
    """List what the person of a resume code signs in with; nothing for an unknown one.

    Raises AccountRefusedError for an unreadable code, and while no code is looked at: a password that is refused as the
    name of a code's owner would tell that the code is right.
    """
    try:
        code = codes.read_code(typed, codes.RESUME_SIGNS)
    except codes.CodeRefusedError as refusal:
        raise AccountRefusedError(AccountReason.RESUME_UNREADABLE) from refusal
    if too_many_codes(len(accounts.wrong_tries(session, "resume", now=now))):
        raise AccountRefusedError(AccountReason.TOO_MANY_CODES)
    person_id = accounts.person_of_code(session, server_key, code)
    view = of_person(session, person_id) if person_id is not None else None
    return view.signs_in_with if view else []


def _account(session: Session, person_id: int) -> Account:
    account = session.scalar(select(Account).where(Account.person_id == person_id).with_for_update())
    if account is None:
        raise SignInRefused(Reason.NO_ACCOUNT)
    return account


def _claimed(
    session: Session, client_key: str, account: Account, kind: str, value: str, server_key: bytes, *, now: datetime
) -> bool:
    body = {"to": sign_in.subject_of(server_key, value)}
    return submissions.claim(
        session, client_key, person_id=account.person_id, kind=kind, body=body, result="", now=now
    ).new


def _mark(server_key: bytes, token_hash: bytes) -> str:
    return hmac.digest(derive(server_key, "device mark"), token_hash, "sha256").hex()[:16]
