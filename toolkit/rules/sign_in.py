"""Signing in: how often something may be tried, how long a link in a mail opens, what an account needs.

Names are in sign_in_names.py, passwords in sign_in_passwords.py.
"""

from datetime import datetime, timedelta
from enum import Enum

WRONG_PASSWORDS_PER_HOUR = 10  # for one name, known or unknown, or for one person who types her old password
TAKEN_NAMES_PER_HOUR = 1000  # of all people together: a class of 200 is never shut out, a list of names is not read out
MESSAGES_PER_HOUR = 3  # to one address
ALL_MESSAGES_PER_HOUR = 1000  # of all people together
LINK_LIVES = {
    "register": timedelta(hours=24),
    "confirm": timedelta(hours=24),
    "reset": timedelta(hours=1),
}
DEVICES_SHOWN = 100


class Reason(Enum):
    """Why signing in, or a change of an account, is refused."""

    WRONG = "wrong"
    WRONG_OLD_PASSWORD = "wrong_old_password"  # noqa: S105 - a reason, no password
    TOO_MANY_WRONG = "too_many_wrong"
    TOO_MANY_OLD = "too_many_old"
    NAME_TAKEN = "name_taken"
    TOO_MANY_TAKEN = "too_many_taken"
    HAS_ACCOUNT = "has_account"
    NO_ACCOUNT = "no_account"
    CODE_WITHOUT_ACCOUNT = "code_without_account"
    NAME_NEEDED = "name_needed"
    EMAIL_KEEPS = "email_keeps"
    EMAIL_ELSEWHERE = "email_elsewhere"
    NO_MAIL = "no_mail"
    TOO_MANY_MESSAGES = "too_many_messages"
    LINK_SPENT = "link_spent"


class SignInRefused(ValueError):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def must_wait(wrong_last_hour: int) -> bool:
    """Say whether a name's password is not looked at for now: after 10 wrong ones within an hour, even a right one."""
    return wrong_last_hour >= WRONG_PASSWORDS_PER_HOUR


def too_many_taken(taken_last_hour: int) -> bool:
    """Say whether new user names are refused for now: after 1,000 taken ones within an hour, of everybody together."""
    return taken_last_hour >= TAKEN_NAMES_PER_HOUR


def too_many_messages(*, to_address: int, to_all: int) -> bool:
    """Say whether a message must wait: after 3 to one address or 1,000 to everybody together within an hour."""
    return to_address >= MESSAGES_PER_HOUR or to_all >= ALL_MESSAGES_PER_HOUR


def link_opens(kind: str, *, created_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Say whether a link in a mail still opens: once, within an hour for a new password, else within a day."""
    return used_at is None and now - created_at < LINK_LIVES[kind]


def check_names(*, user_name: str | None, email: str | None) -> None:
    """Hold that an account has a user name or a confirmed address; raises SignInRefused."""
    if user_name is None and email is None:
        raise SignInRefused(Reason.NAME_NEEDED)
