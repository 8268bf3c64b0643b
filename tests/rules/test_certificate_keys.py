"""The states of signing keys as a table: who may sign, what may follow, what a signature still proves."""

from datetime import UTC, datetime, timedelta

import pytest

from toolkit.rules import certificate_keys as rule
from toolkit.rules.certificate_keys import KeyState

SINCE = datetime(2026, 11, 21, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("state", "sign", "retire"),
    [
        (None, False, None),
        (KeyState.ACTIVE, True, True),
        (KeyState.RETIRED, False, False),
        (KeyState.COMPROMISED, False, False),
    ],
)
def test_only_the_active_key_signs_and_only_it_is_retired(state, sign, retire):
    assert rule.may_sign(state) is sign
    assert retire is None or rule.may_retire(state) is retire


@pytest.mark.parametrize(
    ("state", "noted_at", "proves"),
    [
        (KeyState.ACTIVE, None, True),
        (KeyState.RETIRED, None, True),
        (KeyState.RETIRED, SINCE + MOMENT, True),
        (KeyState.COMPROMISED, None, False),
        (KeyState.COMPROMISED, SINCE - MOMENT, True),
        (KeyState.COMPROMISED, SINCE, False),
        (KeyState.COMPROMISED, SINCE + MOMENT, False),
    ],
)
def test_a_compromised_key_proves_only_what_was_noted_before(state, noted_at, proves):
    assert rule.proves(state, SINCE, noted_at) is proves


def test_a_key_is_not_stolen_in_the_future():
    assert rule.may_be_since(SINCE, SINCE)
    assert rule.may_be_since(SINCE - timedelta(days=400), SINCE)
    assert not rule.may_be_since(SINCE + MOMENT, SINCE)
