"""How jobs fare, on both databases: worked, failed so often in a row, and when it is due again."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from toolkit import db
from toolkit.services import job_runs
from toolkit.services.job_runs import Run

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_failures_count_in_a_row_and_end_with_a_success(engine: Engine):
    with db.write_session(engine) as session:
        assert job_runs.latest(session) == []
        job_runs.worked(session, "prune", now=NOW)
        for hours in (1, 2):
            job_runs.failed(session, "retention", fault="KeyError" * 40, now=NOW + hours * HOUR)
        assert job_runs.latest(session) == [
            Run("retention", None, NOW + 2 * HOUR, 2, ("KeyError" * 40)[:120]),
            Run("prune", NOW, None, 0, None),
        ]
        job_runs.worked(session, "retention", now=NOW + 3 * HOUR)
        assert job_runs.latest(session)[1] == Run("retention", NOW + 3 * HOUR, NOW + 2 * HOUR, 0, None)


def test_a_daily_job_is_due_a_day_after_it_worked_whatever_the_clock_does(engine: Engine):
    with db.write_session(engine) as session:
        assert job_runs.due(session, "prune", every=DAY, now=NOW)
        job_runs.failed(session, "prune", fault="OSError", now=NOW)
        assert job_runs.due(session, "prune", every=DAY, now=NOW)
        job_runs.worked(session, "prune", now=NOW)
        assert not job_runs.due(session, "prune", every=DAY, now=NOW + DAY - HOUR)
        assert job_runs.due(session, "prune", every=DAY, now=NOW + DAY)
        assert job_runs.due(session, "prune", every=DAY, now=NOW - HOUR), "a clock that was put back stops no job"


def test_a_success_is_news_once_in_ten_minutes_and_after_a_failure(engine: Engine):
    with db.write_session(engine) as session:
        assert job_runs.worth_noting(session, "send_letters", now=NOW)
        job_runs.worked(session, "send_letters", now=NOW)
        assert not job_runs.worth_noting(session, "send_letters", now=NOW + HOUR / 10)
        assert job_runs.worth_noting(session, "send_letters", now=NOW + HOUR / 6)
        job_runs.failed(session, "send_letters", fault="OSError", now=NOW)
        assert job_runs.worth_noting(session, "send_letters", now=NOW + HOUR / 10)


def test_jobs_that_no_longer_run_are_forgotten(engine: Engine):
    with db.write_session(engine) as session:
        job_runs.worked(session, "gone", now=NOW)
        job_runs.failed(session, "gone", fault="OSError", now=NOW - DAY)
        job_runs.failed(session, "broken", fault="OSError", now=NOW + 2 * DAY)
        job_runs.prune(session, days=7, now=NOW + 7 * DAY + HOUR)
        assert [run.name for run in job_runs.latest(session)] == ["broken"]
