"""When a letter is tried again: a minute at first, six hours at most, three days in all."""

from datetime import UTC, datetime, timedelta

from toolkit.rules import letters

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def pauses(*, unsure: bool = False) -> list[timedelta]:
    found, tries = [], 1
    while (at := letters.next_try(tries, NOW, unsure=unsure)) is not None:
        found.append(at - NOW)
        tries += 1
    return found


def test_pauses_double_from_a_minute_to_six_hours():
    minutes = [pause / timedelta(minutes=1) for pause in pauses()]
    assert minutes[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
    assert set(minutes[9:]) == {360}


def test_three_days_of_pauses_and_no_more_than_one_pause_above():
    whole = sum(pauses(), timedelta())
    assert letters.GIVEN_UP_AFTER <= whole < letters.GIVEN_UP_AFTER + letters.LONGEST_PAUSE
    assert letters.most_tries() == len(pauses()) + 1


def test_after_a_doubt_ten_minutes_go_by_at_least():
    assert [pause / timedelta(minutes=1) for pause in pauses(unsure=True)][:6] == [10, 10, 10, 10, 16, 32]


def test_any_number_of_tries_has_an_answer():
    assert letters.next_try(10_000, NOW) is None
