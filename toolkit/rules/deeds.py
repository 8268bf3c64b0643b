"""Who did something by hand, and on which day: dialled a number, finished a line of the list before opening."""

import re
import unicodedata
from datetime import date, timedelta
from enum import Enum

LONGEST_WHO = 80
_SHAPES = (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", r"(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})")


class Reason(Enum):
    """Why a name or a day is refused."""

    WHO_MISSING = "who_missing"
    WHO_TOO_LONG = "who_too_long"
    WHO_HIDDEN_SIGN = "who_hidden_sign"
    DAY_UNREADABLE = "day_unreadable"
    DAY_AHEAD = "day_ahead"
    DAY_TOO_LONG_AGO = "day_too_long_ago"


class DeedRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_who(typed: str) -> str:
    """Give a name or initials in one form: at least one letter, at most 80 signs, nothing that cannot be seen."""
    who = " ".join(unicodedata.normalize("NFC", typed).split())
    if any(unicodedata.category(sign)[0] == "C" for sign in who):
        raise DeedRefusedError(Reason.WHO_HIDDEN_SIGN)
    if not any(sign.isalpha() for sign in who):
        raise DeedRefusedError(Reason.WHO_MISSING)
    if len(who) > LONGEST_WHO:
        raise DeedRefusedError(Reason.WHO_TOO_LONG)
    return who


def check_day(typed: str, *, today: date, within: timedelta) -> date:
    """Read a day, as 2026-12-03 or 3.12.2026 or 3/12/2026: not ahead of today, and not longer ago than ``within``."""
    for shape in _SHAPES:
        found = re.fullmatch(shape, typed.strip(), re.ASCII)
        if found is None:
            continue
        try:
            day = date(int(found["y"]), int(found["m"]), int(found["d"]))
        except ValueError:
            break
        if day > today:
            raise DeedRefusedError(Reason.DAY_AHEAD)
        if today - day > within:
            raise DeedRefusedError(Reason.DAY_TOO_LONG_AGO)
        return day
    raise DeedRefusedError(Reason.DAY_UNREADABLE)
