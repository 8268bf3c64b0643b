"""When a name may be set, matched or corrected: the whole law as a table."""

from datetime import UTC, datetime, timedelta

import pytest

from toolkit.rules.certificates import (
    NamingRefused,
    Reason,
    Standing,
    Status,
    Step,
    Verdict,
    correctable_until,
    may_take_back,
    naming_step,
    too_many_names,
    verdict,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR_AGO = NOW - timedelta(hours=1)
DAY_AGO = NOW - timedelta(hours=24)
SECOND = timedelta(seconds=1)

UNNAMED = Standing(Status.VALID, named_at=None, corrects=False)
FRESH = Standing(Status.VALID, named_at=DAY_AGO + SECOND, corrects=False)
OLD = Standing(Status.VALID, named_at=DAY_AGO, corrects=False)
CORRECTED = Standing(Status.VALID, named_at=HOUR_AGO, corrects=True)
REPLACED = Standing(Status.REPLACED, named_at=HOUR_AGO, corrects=False)
WITHDRAWN = Standing(Status.WITHDRAWN, named_at=HOUR_AGO, corrects=False)

# standing, holder, same name, correction asked for → step or reason
TABLE = [
    (UNNAMED, True, False, False, Step.FIRST_NAME),
    (UNNAMED, True, False, True, Step.FIRST_NAME),
    (UNNAMED, False, False, False, Reason.NOT_NAMED),
    (UNNAMED, False, False, True, Reason.NOT_NAMED),
    (FRESH, True, True, False, Step.PRINT_AGAIN),
    (FRESH, False, True, False, Step.PRINT_AGAIN),
    (FRESH, True, True, True, Step.PRINT_AGAIN),
    (FRESH, True, False, False, Reason.NAME_DIFFERS),
    (FRESH, False, False, False, Reason.NAME_DIFFERS),
    (FRESH, True, False, True, Step.CORRECTION),
    (FRESH, False, False, True, Reason.NOT_HOLDER),
    (OLD, True, True, False, Step.PRINT_AGAIN),
    (OLD, True, False, False, Reason.NAME_DIFFERS),
    (OLD, True, False, True, Reason.TOO_LATE),
    (OLD, False, False, True, Reason.NOT_HOLDER),
    (CORRECTED, True, True, False, Step.PRINT_AGAIN),
    (CORRECTED, True, False, True, Reason.ALREADY_CORRECTED),
    (CORRECTED, False, False, True, Reason.NOT_HOLDER),
    (REPLACED, True, True, False, Reason.REPLACED),
    (REPLACED, True, False, True, Reason.REPLACED),
    (REPLACED, False, True, False, Reason.REPLACED),
    (WITHDRAWN, True, True, False, Reason.WITHDRAWN),
    (WITHDRAWN, True, False, True, Reason.WITHDRAWN),
    (WITHDRAWN, False, True, False, Reason.WITHDRAWN),
]


@pytest.mark.parametrize(("standing", "holder", "same_name", "correction", "expected"), TABLE)
def test_naming_follows_the_table(standing, holder, same_name, correction, expected):
    facts = {"holder": holder, "same_name": same_name, "correction": correction, "wrong_names_at": [], "now": NOW}
    if isinstance(expected, Step):
        assert naming_step(standing, **facts) is expected
    else:
        with pytest.raises(NamingRefused) as refused:
            naming_step(standing, **facts)
        assert refused.value.reason is expected


@pytest.mark.parametrize(
    ("wrong_names_at", "refused"),
    [
        ([], False),
        ([NOW] * 4, False),
        ([NOW] * 5, True),
        ([HOUR_AGO + SECOND] * 5, True),
        ([HOUR_AGO] * 5, False),
        ([HOUR_AGO] + [NOW] * 4, False),
    ],
)
def test_five_wrong_names_within_an_hour_are_enough(wrong_names_at, refused):
    assert too_many_names(wrong_names_at, NOW) is refused


@pytest.mark.parametrize("same_name", [True, False])
@pytest.mark.parametrize("correction", [True, False])
def test_after_five_wrong_names_even_the_right_one_waits(same_name, correction):
    with pytest.raises(NamingRefused) as refused:
        naming_step(FRESH, holder=True, same_name=same_name, correction=correction, wrong_names_at=[NOW] * 5, now=NOW)
    assert refused.value.reason is Reason.TOO_MANY_NAMES


def test_the_window_of_correction_is_known_beforehand():
    assert correctable_until(FRESH) == NOW + SECOND
    assert correctable_until(OLD) == NOW
    assert [correctable_until(standing) for standing in (UNNAMED, CORRECTED, REPLACED, WITHDRAWN)] == [None] * 4


@pytest.mark.parametrize(
    ("proven", "trial", "status", "worth"),
    [
        (True, False, Status.VALID, Verdict.VALID),
        (True, False, None, Verdict.VALID),
        (True, True, Status.VALID, Verdict.TRIAL),
        (True, True, None, Verdict.TRIAL),
        (True, False, Status.REPLACED, Verdict.REPLACED),
        (True, True, Status.REPLACED, Verdict.REPLACED),
        (True, False, Status.WITHDRAWN, Verdict.WITHDRAWN),
        (True, True, Status.WITHDRAWN, Verdict.WITHDRAWN),
        (False, False, Status.VALID, Verdict.COMPROMISED),
        (False, True, None, Verdict.COMPROMISED),
        (False, False, Status.WITHDRAWN, Verdict.COMPROMISED),
    ],
)
def test_the_worst_that_is_known_of_a_paper_decides(proven, trial, status, worth):
    assert verdict(proven=proven, trial=trial, status=status) is worth


@pytest.mark.parametrize(
    ("reason", "after", "allowed"),
    [
        ("mistake", timedelta(0), True),
        ("other", timedelta(days=30) - timedelta(seconds=1), True),
        ("misuse", timedelta(days=30), False),
        ("holder", timedelta(0), False),
    ],
)
def test_a_withdrawal_by_the_site_is_undone_within_thirty_days(reason, after, allowed):
    assert may_take_back(reason, NOW, NOW + after) is allowed
