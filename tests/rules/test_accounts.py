"""Devices, links and codes at their limits, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from toolkit.rules import accounts

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("shared", "life"), [(False, timedelta(days=90)), (True, timedelta(hours=12))])
def test_a_device_knows_her_until_its_time_is_over(shared: bool, life: timedelta):  # noqa: FBT001 - a table
    ends = accounts.device_expiry(shared=shared, now=NOW)
    assert ends == NOW + life
    for now, valid in ((NOW, True), (ends - SECOND, True), (ends, False), (ends + life, False)):
        assert accounts.device_valid(expires_at=ends, now=now) is valid


@pytest.mark.parametrize(
    ("age", "used", "valid"),
    [
        (timedelta(0), False, True),
        (timedelta(hours=24) - SECOND, False, True),
        (timedelta(hours=24), False, False),
        (timedelta(0), True, False),
        (timedelta(hours=24), True, False),
    ],
)
def test_the_admins_link_opens_once_within_a_day(age: timedelta, used: bool, valid: bool):  # noqa: FBT001 - a table
    used_at = NOW if used else None
    assert accounts.invite_valid(created_at=NOW - age, used_at=used_at, now=NOW) is valid


@pytest.mark.parametrize(
    ("age", "valid"), [(timedelta(0), True), (timedelta(minutes=10) - SECOND, True), (timedelta(minutes=10), False)]
)
def test_a_form_sent_again_is_answered_for_ten_minutes(age: timedelta, valid: bool):  # noqa: FBT001 - a table
    assert accounts.replay_valid(created_at=NOW - age, now=NOW) is valid


@pytest.mark.parametrize(("wrong", "shut"), [(0, False), (200, False), (999, False), (1000, True), (5000, True)])
def test_codes_are_shut_after_a_thousand_wrong_ones_and_never_for_a_class(wrong: int, shut: bool):  # noqa: FBT001 - a table
    assert accounts.too_many_codes(wrong) is shut
