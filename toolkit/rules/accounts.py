"""Who is on this device and for how long; how often a code may be wrong. No name is asked for anywhere here."""

from datetime import datetime, timedelta
from enum import Enum

OWN_DEVICE_LIFE = timedelta(days=90)
SHARED_DEVICE_LIFE = timedelta(hours=12)  # the cookie itself ends with the browser
INVITE_LIFE = timedelta(hours=24)
SUBMISSION_REPLAY = timedelta(minutes=10)  # how long the same Start or resume may be answered again with its device
WRONG_TRY_MEMORY = timedelta(hours=1)
WRONG_CODES_PER_HOUR = (
    1000  # of all people together: 50 bits are safe at this pace, and a class of 200 is never shut out
)


class Reason(Enum):
    """Why something about a person's device or code is refused."""

    SIGN_IN_NEEDED = "sign_in_needed"
    ADMIN_NEEDED = "admin_needed"
    RESUME_UNREADABLE = "resume_unreadable"
    RESUME_UNKNOWN = "resume_unknown"
    TOO_MANY_CODES = "too_many_codes"
    INVITE_SPENT = "invite_spent"
    KEY_MISSING = "key_missing"
    KEY_REUSED = "key_reused"
    REPLAY_TOO_LATE = "replay_too_late"


class AccountRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def device_expiry(*, shared: bool, now: datetime) -> datetime:
    """Say when a device forgets the person: 90 days on her own, 12 hours (or the browser's end) on a shared one."""
    return now + (SHARED_DEVICE_LIFE if shared else OWN_DEVICE_LIFE)


def device_valid(*, expires_at: datetime, now: datetime) -> bool:
    """Say whether a device still stands for its person."""
    return now < expires_at


def invite_valid(*, created_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Say whether a one-time admin link still opens: unused and younger than 24 hours."""
    return used_at is None and now - created_at < INVITE_LIFE


def replay_valid(*, created_at: datetime, now: datetime) -> bool:
    """Say whether a repeated Start or resume may still be answered with the device it made."""
    return now - created_at < SUBMISSION_REPLAY


def too_many_codes(wrong_last_hour: int) -> bool:
    """Say whether resume codes are refused for now: after 1,000 wrong ones within an hour, of everybody together."""
    return wrong_last_hour >= WRONG_CODES_PER_HOUR
