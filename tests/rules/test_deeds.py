"""Who did something and on which day: what is taken, in which form, and what is refused with which reason."""

from datetime import date, timedelta

import pytest

from toolkit.rules import deeds
from toolkit.rules.deeds import DeedRefusedError, Reason

TODAY = date(2026, 12, 4)
YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("M.K.", "M.K."),
        ("  Maria   K. ", "Maria K."),
        ("Μαρία", "Μαρία"),
        ("Ele\u0301na", "Eléna"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_or_initials_are_taken_in_one_form(typed: str, who: str):
    assert deeds.check_who(typed) == who


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.WHO_MISSING),
        (" . ", Reason.WHO_MISSING),
        ("1497", Reason.WHO_MISSING),
        ("x" * 81, Reason.WHO_TOO_LONG),
        ("M\u202eK", Reason.WHO_HIDDEN_SIGN),
        ("M\u200bK", Reason.WHO_HIDDEN_SIGN),
        ("M\x00K", Reason.WHO_HIDDEN_SIGN),
        ("M\ue003K", Reason.WHO_HIDDEN_SIGN),
    ],
)
def test_nobody_and_what_cannot_be_seen_are_refused(typed: str, reason: Reason):
    with pytest.raises(DeedRefusedError) as refused:
        deeds.check_who(typed)
    assert refused.value.reason is reason


@pytest.mark.parametrize("typed", ["2026-12-03", "3.12.2026", "03/12/2026", " 2026-12-3 "])
def test_a_day_is_read_as_people_write_it_day_first(typed: str):
    assert deeds.check_day(typed, today=TODAY, within=YEAR) == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.DAY_UNREADABLE),
        ("yesterday", Reason.DAY_UNREADABLE),
        ("2026-02-30", Reason.DAY_UNREADABLE),
        ("12/31/2026", Reason.DAY_UNREADABLE),
        ("2026-12-03T10:00", Reason.DAY_UNREADABLE),
        ("٢٠٢٦-12-03", Reason.DAY_UNREADABLE),
        ("2026-12-05", Reason.DAY_AHEAD),
        ("2025-12-03", Reason.DAY_TOO_LONG_AGO),
        ("0001-01-01", Reason.DAY_TOO_LONG_AGO),
    ],
)
def test_other_days_are_refused_with_their_reason(typed: str, reason: Reason):
    with pytest.raises(DeedRefusedError) as refused:
        deeds.check_day(typed, today=TODAY, within=YEAR)
    assert refused.value.reason is reason


def test_today_and_the_first_day_that_counts_are_taken():
    assert deeds.check_day("2026-12-04", today=TODAY, within=YEAR) == TODAY
    assert deeds.check_day("2025-12-04", today=TODAY, within=YEAR) == date(2025, 12, 4)
