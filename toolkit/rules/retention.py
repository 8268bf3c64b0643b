"""How long what is kept: when a guest's place, an account, the answers of an attempt and all that is fleeting end.

Everything counts in whole days of UTC, from a day that is written down; a clock that goes back ends nothing.
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import Enum

NOTICE_DAYS = (60, 14)  # so long before an account ends go the two mails
BETWEEN_NOTICES = timedelta(days=14)  # where the first went late: two mails on one day would be one
HOURS_OF_A_WRONG_TRY = 1
# A form is good for 14 days (web/csrf.py): until then its key must be known, or it could take effect twice.
FORM_DAYS = 15


class Reason(Enum):
    """Why somebody cannot delete herself now."""

    NOT_SURE = "not_sure"
    LAST_ADMIN = "last_admin"


class ErasureRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Step(Enum):
    """What is due for an account today."""

    NOTHING = "nothing"
    FIRST_NOTICE = "first_notice"
    SECOND_NOTICE = "second_notice"
    END = "end"


def may_end(*, admin: bool, other_admins: int) -> None:
    """Let everybody delete herself, but for the only admin: the site would have nobody.

    Raises ErasureRefusedError.
    """
    if admin and other_admins < 1:
        raise ErasureRefusedError(Reason.LAST_ADMIN)


def add_months(day: date, months: int) -> date:
    """Give the same day so many calendar months later; the month's last day where it has no such day (31 Jan → 28 Feb).

    Negative months go back.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_to_end(today: date, months: int) -> date:
    """Give the latest day whose period of so many calendar months is over today: add_months(it) <= today."""
    first = date(today.year, today.month, 1)
    target = add_months(first, -months)
    length = monthrange(target.year, target.month)[1]
    if today.day == monthrange(today.year, today.month)[1]:
        return target.replace(day=length)  # 28 February ends what began on the 28th, 29th, 30th and 31st
    return target.replace(day=min(today.day, length))


def last_active(signed_in_on: date, answered_on: date | None) -> date:
    """Say when an account was last used: the last sign-in, or an answer since (a resume code brings her in too)."""
    return signed_in_on if answered_on is None else max(signed_in_on, answered_on)


def account_ends_on(active_on: date, months: int) -> date:
    """Say on which day an account ends, if nothing else happens."""
    return add_months(active_on, months)


def notice_counts(sent_on: date, *, active_on: date, months: int, today: date) -> bool:
    """Say whether a notice speaks of the end that is near: none from before she came back, none from a wrong clock."""
    first_due = account_ends_on(active_on, months) - timedelta(days=NOTICE_DAYS[0])
    return max(first_due, active_on) <= sent_on <= today


def account_step(
    *, active_on: date, months: int, mail: bool, first: date | None, second: date | None, today: date
) -> Step:
    """Say what is due for an account: a notice, its end, or nothing.

    ``mail``: she has an address and the site can send. Then no account ends before the second notice is 14 days old.
    ``first`` and ``second``: the days of the notices that count.
    """
    ends = account_ends_on(active_on, months)
    if not mail:
        return Step.END if today >= ends else Step.NOTHING
    if first is None:
        return Step.FIRST_NOTICE if today >= ends - timedelta(days=NOTICE_DAYS[0]) else Step.NOTHING
    if second is None:
        due = max(ends - timedelta(days=NOTICE_DAYS[1]), first + BETWEEN_NOTICES)
        return Step.SECOND_NOTICE if today >= due else Step.NOTHING
    return Step.END if today >= ends_after_notice(ends, second) else Step.NOTHING


def ends_after_notice(ends: date, second: date) -> date:
    """Give the day of the end as the second notice says it: never sooner than 14 days after it."""
    return max(ends, second + timedelta(days=NOTICE_DAYS[1]))


def last_day_over(today: date, days: int) -> date:
    """Give the latest day that is so many days ago: what was done on it or before is over."""
    return today - timedelta(days=days)
