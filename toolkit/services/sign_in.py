"""Making an account and opening it, without ever telling which names are known.

The surprise: no password is hashed here. The page looks a name up, hashes outside of any transaction, and comes back
with the outcome; what was looked up is asked again in the transaction that writes.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.models.accounts import Account, MailToken, Person, WrongTry
from toolkit.rules import sign_in as rule
from toolkit.rules import sign_in_names as names
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import accounts, audit, submissions
from toolkit.services.accounts import SignedIn, Visitor
from toolkit.signing import derive

_TAKEN = "taken"  # what tries at user names that others have are counted under


@dataclass(frozen=True)
class Candidate:
    """What a typed name leads to: perhaps somebody's hash, and how its wrong tries are counted."""

    subject: str
    person_id: int | None = None
    password_hash: str | None = None
    waits: bool = False


@dataclass(frozen=True, repr=False)
class Tried:
    """A typed password and whether it fits; kept by nobody."""

    password: str
    fits: bool
    rehashed: str | None = None  # the same password hashed anew, where the kept hash is cheaper than hashes are now


@dataclass(frozen=True)
class Newcomer:
    """Who makes an account: somebody on a device of hers (whose progress stays hers), or a stranger."""

    visitor: Visitor | None
    shared: bool
    language: str


def candidate(session: Session, server_key: bytes, typed: str, *, now: datetime) -> Candidate:
    """Look a user name or an address up; what is asked of the database is the same for known and unknown ones."""
    subject = subject_of(server_key, folded(typed))
    row = session.execute(select(Account.person_id, Account.password_hash).where(_named(typed))).first()
    tries = len(accounts.wrong_tries(session, subject, now=now))
    if row is None:
        return Candidate(subject, waits=rule.must_wait(tries))
    return Candidate(subject, row.person_id, row.password_hash, waits=rule.must_wait(tries))


def own_candidate(session: Session, server_key: bytes, person_id: int, *, now: datetime) -> Candidate | None:
    """Look the account of a person up who is to type her password again; None when she has none.

    Counted apart from signing in: who guesses at her name from outside does not shut her out of her own account.
    """
    kept = session.scalar(select(Account.password_hash).where(Account.person_id == person_id))
    if kept is None:
        return None
    subject = subject_of(server_key, f"person\0{person_id}")
    tries = len(accounts.wrong_tries(session, subject, now=now))
    return Candidate(subject, person_id, kept, waits=rule.must_wait(tries))


def enter(
    session: Session,
    server_key: bytes,
    client_key: str,
    found: Candidate,
    tried: Tried,
    *,
    shared: bool,
    language: str,
    before: Visitor | None,
    now: datetime,
) -> SignedIn:
    """Sign a device in with a token never used before; the device it was before is forgotten.

    Raises SignInRefused. The caller must keep the transaction after WRONG, or the wrong try is not counted.
    """
    queue(session, found.subject)
    if tried.fits and (again := accounts.device_again(session, server_key, client_key, kind="sign-in", now=now)):
        return again
    account = prove(session, server_key, client_key, found, tried, now=now)
    body = {"name": found.subject, "shared": str(shared)}
    claimed = submissions.claim(session, client_key, person_id=None, kind="sign-in", body=body, result="", now=now)
    signed_in = accounts.open_device(session, server_key, claimed, account.person_id, shared=shared, now=now)
    leave_device(session, before, signed_in)
    account.last_sign_in_on, account.language = now.date(), language
    if claimed.new:
        note_admin(session, server_key, account.person_id, "admin.signed_in", now=now)
    session.flush()
    return signed_in


def prove(
    session: Session,
    server_key: bytes,
    client_key: str,
    found: Candidate,
    tried: Tried,
    *,
    now: datetime,
    wrong: Reason = Reason.WRONG,
    too_many: Reason = Reason.TOO_MANY_WRONG,
) -> Account:
    """Hold that the typed password is the account's and that its name need not wait; give the account.

    Wrong tries of one name are counted one after the other, so that parallel ones are not more than ten.
    """
    queue(session, found.subject)
    if rule.must_wait(len(accounts.wrong_tries(session, found.subject, now=now))):
        raise SignInRefused(too_many)
    if not tried.fits:
        _count(session, server_key, client_key, found.subject, tried.password, now=now)
        raise SignInRefused(wrong)
    account = session.scalar(select(Account).where(Account.person_id == found.person_id).with_for_update())
    if account is None or account.password_hash != found.password_hash:
        raise SignInRefused(wrong)  # changed or erased since it was looked up
    if tried.rehashed is not None:
        account.password_hash = tried.rehashed
    return account


def sign_up(
    session: Session,
    server_key: bytes,
    client_key: str,
    newcomer: Newcomer,
    *,
    user_name: str,
    password_hash: str,
    now: datetime,
) -> SignedIn:
    """Make an account with a user name; a guest keeps all she has, a stranger becomes a new person.

    Of two names that look the same one is taken. Raises SignInRefused; after NAME_TAKEN the caller takes back what was
    written and calls count_taken.
    """
    fold = names.fold_user_name(user_name)
    body = {"name": subject_of(server_key, fold)}
    claimed = submissions.claim(session, client_key, person_id=None, kind="sign-up", body=body, result="", now=now)
    if not claimed.new:
        return accounts.open_device(session, server_key, claimed, 0, shared=newcomer.shared, now=now)
    check_free(session, server_key, fold, now=now)
    made = {"user_name": user_name, "user_fold": fold, "email": None, "email_fold": None}
    return make_account(session, server_key, claimed, newcomer, password_hash=password_hash, now=now, **made)


def make_account(
    session: Session,
    server_key: bytes,
    claimed: submissions.Claim,
    newcomer: Newcomer,
    *,
    password_hash: str,
    now: datetime,
    **signs_in_with: str | None,
) -> SignedIn:
    """Make the account row for this person and give her device a new token; raises SignInRefused when she has one."""
    who = newcomer.visitor.person_id if newcomer.visitor else accounts.new_guest(session, server_key, now=now)
    if newcomer.visitor and session.scalar(select(Account.person_id).where(Account.person_id == who)) is not None:
        raise SignInRefused(Reason.HAS_ACCOUNT)
    made = db.insert_once(
        session,
        Account,
        person_id=who,
        name="",
        password_hash=password_hash,
        language=newcomer.language,
        created_on=now.date(),
        last_sign_in_on=now.date(),
        **signs_in_with,
    )
    if not made:  # two forms at once
        hers = session.scalar(select(Account.person_id).where(Account.person_id == who)) is not None
        raise SignInRefused(Reason.HAS_ACCOUNT if hers else Reason.EMAIL_ELSEWHERE)
    signed_in = accounts.open_device(session, server_key, claimed, who, shared=newcomer.shared, now=now)
    leave_device(session, newcomer.visitor, signed_in)
    note_admin(session, server_key, who, "admin.account_made", now=now)
    return signed_in


def check_free(session: Session, server_key: bytes, fold: str, *, but: int | None = None, now: datetime) -> None:
    """Hold that nobody (but this person) has a user name that looks like this; raises SignInRefused.

    Whoever else wants the same name at the same time waits until this transaction has ended.
    """
    queue(session, subject_of(server_key, fold))
    if rule.too_many_taken(len(accounts.wrong_tries(session, _TAKEN, now=now))):
        raise SignInRefused(Reason.TOO_MANY_TAKEN)
    holder = session.scalar(select(Account.person_id).where(Account.user_fold == fold))
    if holder is not None and holder != but:
        raise SignInRefused(Reason.NAME_TAKEN)


def count_taken(session: Session, server_key: bytes, client_key: str, user_name: str, *, now: datetime) -> None:
    """Note that a taken name was tried; the same form sent again counts once."""
    _count(session, server_key, client_key, _TAKEN, names.fold_user_name(user_name), now=now)


def set_password(
    session: Session, server_key: bytes, account: Account, password_hash: str, *, keep: SignedIn, now: datetime
) -> None:
    """Set a new password: all devices but this one end, links in mails are spent, wrong tries are forgotten."""
    account.password_hash = password_hash
    account.last_sign_in_on = now.date()
    accounts.end_devices(session, account.person_id, but=keep.token)
    spend_links(session, account.person_id, now=now)
    known_by = [fold for fold in (account.user_fold, account.email_fold) if fold]
    subjects = [subject_of(server_key, fold) for fold in (*known_by, f"person\0{account.person_id}")]
    session.execute(delete(WrongTry).where(WrongTry.subject.in_(subjects)))
    note_admin(session, server_key, account.person_id, "admin.password_set", now=now)
    session.flush()


def spend_links(session: Session, person_id: int, *, now: datetime) -> None:
    """Spend every link that was sent to a person and not opened."""
    unopened = (MailToken.person_id == person_id, MailToken.used_at.is_(None))
    session.execute(update(MailToken).where(*unopened).values(used_at=now))


def leave_device(session: Session, before: Visitor | None, signed_in: SignedIn) -> None:
    """Forget what this browser stood for: nobody can name it any more; the resume code still leads to its place."""
    if before is not None and before.token != signed_in.token:
        accounts.forget_device(session, before.device_id)


def note_admin(session: Session, server_key: bytes, person_id: int, action: str, *, now: datetime) -> None:
    """Record in the audit log what an admin does with her account; of learners nothing is recorded."""
    admin = session.scalar(select(Person.key).where(Person.id == person_id, Person.role == "admin"))
    if admin is not None:
        who = audit.actor(server_key, admin)
        audit.record(session, by=who, action=action, subject=who, now=now)


def folded(typed: str) -> str:
    """Fold what was typed as a name: an address by its case, a user name by its look."""
    typed = typed[: names.MAX_TYPED_SIGNS].replace("\0", "\ufffd")  # no database takes the empty sign
    return names.fold_email(typed) if names.is_email(typed) else names.fold_user_name(typed)


def subject_of(server_key: bytes, fold: str) -> str:
    """Name what is tried without holding it: a keyed hash, 32 signs, the same for known and unknown names."""
    return hmac.digest(derive(server_key, "wrong tries"), fold.encode(), "sha256").hex()[:32]


def queue(session: Session, subject: str) -> None:
    """Let transactions about one name come one after the other; on SQLite all writing ones do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        number = int.from_bytes(bytes.fromhex(subject)[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _named(typed: str) -> ColumnElement[bool]:
    column = Account.email_fold if names.is_email(typed) else Account.user_fold
    return column == folded(typed)


def _count(session: Session, server_key: bytes, client_key: str, subject: str, typed: str, *, now: datetime) -> None:
    """Count a wrong try; the same form sent again with the same words is one try, with other words another."""
    words = f"{client_key}\0{subject}\0{typed}".encode(errors="replace")
    key = hmac.digest(derive(server_key, "one wrong try"), words, "sha256").hex()[:32]
    body = {"subject": subject}
    if submissions.claim(session, key, person_id=None, kind="wrong-try", body=body, result="", now=now).new:
        accounts.count_wrong_try(session, subject, now=now)
