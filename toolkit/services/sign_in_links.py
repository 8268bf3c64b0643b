"""Links that go by mail: to make an account with an address, to confirm one, to set a new password.

The surprise: asking for one answers and costs the same whether the address is known or not; what differs stands in the
mail, which only its owner reads. Of a link only the hash is kept.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from toolkit.models.accounts import Account, MailToken
from toolkit.models.submissions import Submission
from toolkit.rules import sign_in as rule
from toolkit.rules import sign_in_names as names
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import accounts, letters, sign_in, submissions
from toolkit.services.accounts import SignedIn, Visitor
from toolkit.services.sign_in import Newcomer

_ALL = "messages"  # what messages to everybody together are counted under


@dataclass(frozen=True)
class Link:
    """A link that still opens: what for, and for which address."""

    kind: str
    email: str
    person_id: int | None


@dataclass(frozen=True)
class Request:
    """Somebody asks for a message: to which address, what for, in which language; ``links``: the start of the link."""

    purpose: str  # register, confirm or reset
    email: str
    language: str
    links: str
    person_id: int | None = None  # who confirms an address


def ask(session: Session, server_key: bytes, client_key: str, request: Request, *, now: datetime) -> None:
    """Write the message to an address: a link, or that the address is known or unknown; the same form sends one.

    Raises SignInRefused when too many messages went to the address, or to all, within the last hour.
    """
    fold = names.fold_email(request.email)
    subject = sign_in.subject_of(server_key, f"message\0{fold}")
    body = {"purpose": request.purpose, "to": subject}
    claimed = submissions.claim(
        session, client_key, person_id=request.person_id, kind="message", body=body, result="", now=now
    )
    if not claimed.new:
        return
    sign_in.queue(session, subject)
    sent, sent_to_all = (len(accounts.wrong_tries(session, counted, now=now)) for counted in (subject, _ALL))
    if rule.too_many_messages(to_address=sent, to_all=sent_to_all):
        raise SignInRefused(Reason.TOO_MANY_MESSAGES)
    for counted in (subject, _ALL):
        accounts.count_wrong_try(session, counted, now=now)
    holder = session.execute(select(Account.person_id, Account.language).where(Account.email_fold == fold)).first()
    person_id = holder.person_id if holder else request.person_id
    template = _template(request, known=holder is not None)
    token = secrets.token_urlsafe(24)
    session.add(
        MailToken(
            token_hash=_hash(token),
            kind="reset" if holder else request.purpose,
            person_id=person_id,
            email="" if template == "unknown" else request.email,
            created_at=now,
            # Nobody is told this one: it stands there so that known and unknown addresses cost the same.
            used_at=now if template == "unknown" else None,
        )
    )
    letters.write(
        session,
        key=f"link:{client_key}",
        to=request.email,
        language=holder.language if holder else request.language,
        template=template,
        params={} if template == "unknown" else {"link": request.links + token},
        now=now,
        person_id=person_id,
    )
    session.flush()


def second_key(client_key: str) -> str:
    """Make a client key for the message of a form whose own key is claimed by something else."""
    return hashlib.sha256(f"message\0{client_key}".encode()).hexdigest()[:32]


def link_of(session: Session, token: str, *, now: datetime) -> Link | None:
    """Give what a link opens; None when it is unknown, used or too old."""
    row = session.scalar(select(MailToken).where(MailToken.token_hash == _hash(token)))
    if row is None or not rule.link_opens(row.kind, created_at=row.created_at, used_at=row.used_at, now=now):
        return None
    return Link(row.kind, row.email, row.person_id)


def names_of(session: Session, link: Link) -> list[str]:
    """List what the person of a link signs in with: no password may be one of these."""
    row = session.execute(
        select(Account.user_name, Account.email).where(Account.person_id == (link.person_id or 0))
    ).first()
    return [name for name in (link.email, *(row or ())) if name]


def register(
    session: Session,
    server_key: bytes,
    client_key: str,
    token: str,
    newcomer: Newcomer,
    *,
    password_hash: str,
    now: datetime,
) -> SignedIn:
    """Make the account of a confirmed address for whoever opens the link: she keeps what this device has.

    Not for whoever asked for the link: she could have named somebody else's address.
    """
    claimed, link = _spend(session, server_key, client_key, token, "register", now=now)
    if link is None:
        return accounts.open_device(session, server_key, claimed, 0, shared=newcomer.shared, now=now)
    with_email = {"user_name": None, "user_fold": None, "email": link.email, "email_fold": names.fold_email(link.email)}
    return sign_in.make_account(
        session, server_key, claimed, newcomer, password_hash=password_hash, now=now, **with_email
    )


def reset(
    session: Session,
    server_key: bytes,
    client_key: str,
    token: str,
    *,
    password_hash: str,
    shared: bool,
    before: Visitor | None,
    now: datetime,
) -> SignedIn:
    """Set a new password with a link and sign this device in; every other device ends."""
    claimed, link = _spend(session, server_key, client_key, token, "reset", now=now)
    if link is None:
        return accounts.open_device(session, server_key, claimed, 0, shared=shared, now=now)
    account = session.scalar(select(Account).where(Account.person_id == link.person_id).with_for_update())
    if account is None or account.email_fold != names.fold_email(link.email):
        raise SignInRefused(Reason.LINK_SPENT)  # the address belongs to the account no more
    signed_in = accounts.open_device(session, server_key, claimed, account.person_id, shared=shared, now=now)
    sign_in.leave_device(session, before, signed_in)
    sign_in.set_password(session, server_key, account, password_hash, keep=signed_in, now=now)
    return signed_in


def confirm(session: Session, server_key: bytes, client_key: str, token: str, *, now: datetime) -> None:
    """Make the address that a link proves the account's; the address before it is told."""
    _claimed, link = _spend(session, server_key, client_key, token, "confirm", now=now)
    if link is None:
        return
    account = session.scalar(select(Account).where(Account.person_id == link.person_id).with_for_update())
    fold = names.fold_email(link.email)
    holder = session.scalar(select(Account.person_id).where(Account.email_fold == fold))
    if account is None or holder not in {None, account.person_id}:
        raise SignInRefused(Reason.EMAIL_ELSEWHERE)
    change_email(session, server_key, account, link.email, key=f"changed:{client_key}", now=now)


def confirmed_by(session: Session, client_key: str, token: str) -> str:
    """Give the address that this very form has confirmed already; nothing when it has not."""
    sent = select(Submission.key).where(Submission.key == client_key, Submission.kind == "confirm")
    row = select(MailToken.email).where(MailToken.token_hash == _hash(token), sent.exists())
    return session.scalar(row) or ""


def change_email(
    session: Session, server_key: bytes, account: Account, email: str | None, *, key: str, now: datetime
) -> None:
    """Set or remove an account's address; the one before gets a notice, and its links for new passwords are spent."""
    rule.check_names(user_name=account.user_name, email=email)
    before, account.email = account.email, email
    account.email_fold = names.fold_email(email) if email else None
    if before and before != email:
        letters.write(
            session,
            key=key,
            to=before,
            language=account.language,
            template="changed",
            params={},
            now=now,
            person_id=account.person_id,
        )
        spend = update(MailToken).where(MailToken.person_id == account.person_id, MailToken.kind == "reset")
        session.execute(spend.where(MailToken.used_at.is_(None)).values(used_at=now))
    sign_in.note_admin(session, server_key, account.person_id, "admin.email_changed", now=now)
    session.flush()


def _spend(
    session: Session, server_key: bytes, client_key: str, token: str, kind: str, *, now: datetime
) -> tuple[submissions.Claim, Link | None]:
    """Spend a link in one statement, so that of two who press at once one opens it; None when the form came again."""
    body = {"token": _hash(token).hex()}
    claimed = submissions.claim(session, client_key, person_id=None, kind=kind, body=body, result="", now=now)
    if not claimed.new:
        return claimed, None
    link = link_of(session, token, now=now)
    unspent = (MailToken.token_hash == _hash(token), MailToken.used_at.is_(None))
    spent = session.execute(update(MailToken).where(*unspent).values(used_at=now).returning(MailToken.id)).first()
    if link is None or link.kind != kind or spent is None:
        raise SignInRefused(Reason.LINK_SPENT)
    # Whoever else proves the same address at the same time waits until this transaction has ended.
    sign_in.queue(session, sign_in.subject_of(server_key, names.fold_email(link.email)))
    return claimed, link


def _template(request: Request, *, known: bool) -> str:
    if known:
        return "reset" if request.purpose == "reset" else "known"
    return "unknown" if request.purpose == "reset" else request.purpose


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
