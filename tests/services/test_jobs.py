"""The daily jobs on both databases: what is over ends, traces go, old backups go, and a fault is noted by its kind."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from toolkit import db, jobs
from toolkit.services import accounts, backup, erasure_traces, job_runs, letters, retention
from toolkit.services.job_runs import Run


def notes(app: Flask) -> dict[str, Run]:
    with db.read_session(app.extensions["engine"]) as session:
        return {run.name: run for run in job_runs.latest(session)}


def guest(app: Flask, key: str, now: datetime) -> None:
    with db.write_session(app.extensions["engine"]) as session:
        accounts.start_guest(session, app.extensions["keys"].server, key, shared=False, now=now)


def people(app: Flask) -> int:
    with app.extensions["engine"].connect() as connection:
        return connection.exec_driver_sql("select count(*) from people").scalar_one()


def test_the_letters_job_has_the_name_that_is_rung():
    assert letters.JOB in jobs.PERIODIC


@pytest.mark.parametrize("name", jobs.PERIODIC)
def test_every_job_works_on_an_ordinary_site_and_again(site: Flask, name: str):
    on = jobs.ground(site.extensions)
    assert jobs.run(name, on)
    assert jobs.run(name, on)
    assert notes(site)[name].failures == 0


def test_who_has_been_away_too_long_is_erased_and_the_files_are_cleaned(site: Flask):
    settings = site.extensions["settings"]
    guest(site, "k" * 32, datetime.now(UTC) - timedelta(days=800))
    guest(site, "n" * 32, datetime.now(UTC))
    assert people(site) == 2
    assert jobs.run("retention", jobs.ground(site.extensions))
    assert people(site) == 1
    assert (settings.data_dir / "erased.list").read_text().count("\n") == 1
    assert not list(settings.data_dir.glob("retention.begun"))


def test_a_retention_that_was_broken_off_is_cleaned_up_after_the_next(site: Flask, monkeypatch: pytest.MonkeyPatch):
    settings = site.extensions["settings"]
    guest(site, "k" * 32, datetime.now(UTC) - timedelta(days=800))
    whole = retention.run

    def broken_off(*given: object, **named: object) -> dict[str, int]:
        whole(*given, **named)
        raise OSError("canary: no space left")

    monkeypatch.setattr(retention, "run", broken_off)
    assert not jobs.run("retention", jobs.ground(site.extensions))
    assert people(site) == 0
    assert not (settings.data_dir / "erased.list").exists()
    assert notes(site)["retention"].fault == "OSError"
    monkeypatch.setattr(retention, "run", whole)
    assert jobs.run("retention", jobs.ground(site.extensions))
    assert (settings.data_dir / "erased.list").read_text().count("\n") == 1
    assert notes(site)["retention"].failures == 0


def test_traces_that_were_owed_are_removed_within_the_minute(site: Flask):
    settings = site.extensions["settings"]
    erasure_traces.owe(settings.data_dir)
    assert jobs.run("erased_traces", jobs.ground(site.extensions))
    assert not list(settings.data_dir.glob("erased.due*"))


def test_old_backups_are_looked_for_where_they_are_kept(site: Flask, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(backup, "prune", lambda folder, days, *, now: asked.append((folder, days, now.tzinfo)))
    assert jobs.run("old_backups", jobs.ground(site.extensions))
    settings = site.extensions["settings"]
    assert asked == [(settings.backup_dir, settings.kept["KEEP_BACKUPS_DAYS"], UTC)]


def test_a_daily_job_that_is_not_due_is_spared(site: Flask, monkeypatch: pytest.MonkeyPatch):
    ran: list[str] = []
    on = jobs.ground(site.extensions)
    monkeypatch.setitem(jobs.PERIODIC, "old_backups", jobs.Periodic(jobs.DAILY, lambda _: ran.append("daily")))
    monkeypatch.setitem(
        jobs.PERIODIC, "erased_traces", jobs.Periodic(timedelta(minutes=1), lambda _: ran.append("often"))
    )
    for _ in range(2):
        for name in ("old_backups", "erased_traces"):
            assert jobs.run(name, on, only_if_due=True)
    assert ran == ["daily", "often", "often"]


def test_a_fault_is_noted_by_its_kind_alone(site: Flask, monkeypatch: pytest.MonkeyPatch, capfd):
    def fails(_: jobs.Ground) -> None:
        raise ValueError("canary@example.org said canary")

    monkeypatch.setitem(jobs.PERIODIC, "old_backups", jobs.Periodic(jobs.DAILY, fails))
    assert not jobs.run("old_backups", jobs.ground(site.extensions))
    found = notes(site)["old_backups"]
    assert (found.failures, found.fault) == (1, "ValueError")
    said = capfd.readouterr().err
    assert '"kind": "ValueError"' in said
    assert "canary" not in said


def test_a_database_that_is_gone_stops_no_worker(make_site: Callable[..., Flask], tmp_path, capfd):
    app = make_site(_empty(tmp_path))
    (tmp_path / "gone.db").write_bytes(b"")
    app.extensions["engine"].dispose()
    assert not jobs.run("send_letters", jobs.ground(app.extensions))
    assert capfd.readouterr().err.count("job_failed") == 2


def _empty(folder) -> str:
    from toolkit import cli_base

    url = f"sqlite:///{folder / 'gone.db'}"
    engine = db.make_engine(url)
    cli_base.migrate(engine)
    engine.dispose()
    return url
