"""Calendar months, the two notices before an account ends, and who may end herself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import retention as rule
from toolkit.rules.retention import ErasureRefusedError, Reason, Step

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MONTHS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-21", 12, "2027-11-21"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-03-31", -1, "2027-02-28"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, end: str):
    assert rule.add_months(date.fromisoformat(day), months) == date.fromisoformat(end)


@given(DAYS, MONTHS)
def test_the_last_day_to_end_is_the_last_one_whose_period_is_over(today: date, months: int):
    last = rule.last_day_to_end(today, months)
    assert rule.add_months(last, months) <= today
    assert rule.add_months(last + timedelta(days=1), months) > today


def test_an_account_lives_from_its_last_use():
    day, later = date(2026, 1, 1), date(2026, 2, 1)
    assert rule.last_active(day, None) == day
    assert rule.last_active(day, later) == later
    assert rule.last_active(later, day) == later


def course(
    *, mail: bool, asked: range, active_on: date = date(2026, 1, 31), months: int = 24
) -> list[tuple[date, Step]]:
    """Ask the rule on these days after the last use, as the daily job does; give what it said and when."""
    first = second = None
    said = []
    for n in asked:
        today = active_on + timedelta(days=n)
        counted = [
            sent if sent and rule.notice_counts(sent, active_on=active_on, months=months, today=today) else None
            for sent in (first, second)
        ]
        step = rule.account_step(
            active_on=active_on, months=months, mail=mail, first=counted[0], second=counted[1], today=today
        )
        if step is Step.FIRST_NOTICE:
            first = today
        if step is Step.SECOND_NOTICE:
            second = today
        if step is not Step.NOTHING:
            said.append((today, step))
        if step is Step.END:
            break
    return said


def test_two_notices_go_60_and_14_days_before_the_end():
    assert course(mail=True, asked=range(800)) == [
        (date(2027, 12, 2), Step.FIRST_NOTICE),
        (date(2028, 1, 17), Step.SECOND_NOTICE),
        (date(2028, 1, 31), Step.END),
    ]


def test_without_mail_there_is_only_the_end():
    assert course(mail=False, asked=range(800)) == [(date(2028, 1, 31), Step.END)]


def test_after_a_long_standstill_there_are_still_two_notices_and_14_days_after_each():
    assert course(mail=True, asked=range(900, 1000)) == [
        (date(2028, 7, 19), Step.FIRST_NOTICE),
        (date(2028, 8, 2), Step.SECOND_NOTICE),
        (date(2028, 8, 16), Step.END),
    ]


@given(DAYS, st.integers(3, 60), st.integers(0, 2500))
def test_no_account_with_mail_ends_early_or_without_two_notices(active_on: date, months: int, first_run: int):
    said = course(mail=True, asked=range(first_run, first_run + 2000), active_on=active_on, months=months)
    assert [step for _, step in said] == [Step.FIRST_NOTICE, Step.SECOND_NOTICE, Step.END]
    (first, _), (second, _), (end, _) = said
    assert end >= rule.add_months(active_on, months)
    assert end - second >= timedelta(days=14)
    assert second - first >= timedelta(days=14)


def test_a_notice_from_before_she_came_back_or_from_a_wrong_clock_does_not_count():
    active, today = date(2026, 1, 31), date(2028, 1, 20)
    for sent_on, counts in [
        (date(2027, 12, 1), False),  # 61 days before the end: it spoke of another end
        (date(2027, 12, 2), True),
        (today, True),
        (today + timedelta(days=1), False),  # tomorrow's: the clock was ahead
    ]:
        assert rule.notice_counts(sent_on, active_on=active, months=24, today=today) is counts


def test_a_clock_that_goes_back_ends_nothing():
    before = date(2028, 1, 30)
    for mail in (True, False):
        step = rule.account_step(
            active_on=date(2026, 1, 31),
            months=24,
            mail=mail,
            first=date(2027, 12, 2),
            second=date(2028, 1, 17),
            today=before,
        )
        assert step is Step.NOTHING


def test_what_is_some_days_old_is_over():
    assert rule.last_day_over(date(2026, 4, 1), 90) == date(2026, 1, 1)


def test_the_only_admin_stays():
    with pytest.raises(ErasureRefusedError) as caught:
        rule.may_end(admin=True, other_admins=0)
    assert caught.value.reason is Reason.LAST_ADMIN
    assert rule.may_end(admin=True, other_admins=1) is None
    assert rule.may_end(admin=False, other_admins=0) is None
