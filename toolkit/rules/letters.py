"""When a letter is tried again, and when it is given up. Not: how it is sent (toolkit/mail.py)."""

from datetime import datetime, timedelta

LEASE = timedelta(minutes=15)  # far above the time that one letter may take on the wire
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
UNSURE_PAUSE = timedelta(
    minutes=10
)  # a server that breaks off at the end may do it again: each time is one more double
GIVEN_UP_AFTER = timedelta(days=3)


def next_try(tries: int, now: datetime, *, unsure: bool = False) -> datetime | None:
    """Say when a letter that was put off is tried again, or None when it has been put off for three days.

    The pause begins with a minute and doubles up to six hours. ``unsure``: nobody knows whether the server has taken
    it; then at least ten minutes go by.
    """
    if sum((_pause(n) for n in range(1, tries)), timedelta()) >= GIVEN_UP_AFTER:
        return None
    return now + max(_pause(tries), UNSURE_PAUSE if unsure else FIRST_PAUSE)


def most_tries() -> int:
    """Give the number of the try after which nothing is tried again."""
    tries = 1
    while next_try(tries, datetime.min) is not None:  # noqa: DTZ901 - only whether there is one
        tries += 1
    return tries


def _pause(tries: int) -> timedelta:
    return min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE) if tries < 12 else LONGEST_PAUSE  # 2**9 minutes > 6 h
