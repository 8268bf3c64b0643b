"""Limits of tries and messages, lives of links, what an account needs."""

from datetime import UTC, datetime, timedelta

import pytest

from toolkit.rules import sign_in as rule
from toolkit.rules.sign_in import Reason, SignInRefused

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("wrong", "waits"), [(0, False), (9, False), (10, True), (11, True)])
def test_after_ten_wrong_passwords_within_an_hour_a_name_waits(wrong: int, *, waits: bool):
    assert rule.must_wait(wrong) is waits


@pytest.mark.parametrize(("taken", "refused"), [(0, False), (999, False), (1000, True)])
def test_after_a_thousand_taken_names_within_an_hour_no_name_is_looked_up(taken: int, *, refused: bool):
    assert rule.too_many_taken(taken) is refused


@pytest.mark.parametrize(
    ("to_address", "to_all", "refused"), [(0, 0, False), (2, 999, False), (3, 3, True), (0, 1000, True)]
)
def test_three_messages_an_hour_go_to_one_address_and_a_thousand_to_all(to_address: int, to_all: int, *, refused: bool):
    assert rule.too_many_messages(to_address=to_address, to_all=to_all) is refused


@pytest.mark.parametrize(("kind", "hours"), [("register", 24), ("confirm", 24), ("reset", 1)])
def test_a_link_opens_once_and_for_its_time(kind: str, hours: int):
    life, moment = timedelta(hours=hours), timedelta(microseconds=1)
    assert rule.link_opens(kind, created_at=NOW, used_at=None, now=NOW + life - moment)
    assert not rule.link_opens(kind, created_at=NOW, used_at=None, now=NOW + life)
    assert not rule.link_opens(kind, created_at=NOW, used_at=NOW, now=NOW)


def test_an_account_keeps_a_user_name_or_an_address():
    for user_name, email in (("maria", None), (None, "m@example.org"), ("maria", "m@example.org")):
        rule.check_names(user_name=user_name, email=email)
    with pytest.raises(SignInRefused) as caught:
        rule.check_names(user_name=None, email=None)
    assert caught.value.reason is Reason.NAME_NEEDED
